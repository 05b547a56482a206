"""GDELT's events: rows of every layout become events, actors, places and articles, as the API serves them."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.importing import cells
from app.importing.formats.gdelt_events import COLUMNS
from app.importing.options import BadOption
from app.importing.records import Coded, Skipped
from tests.gdelt_rows import URL, USUAL, row, row_1
from tests.imports import World, imported, importing_into
from tests.reading import read_text


@pytest.fixture
def world(seeded_url: str, tmp_path: Path) -> Iterator[World]:
    """A database with the seed, into which a test imports."""
    with importing_into(seeded_url, tmp_path) as made:
        yield made


def test_a_row_is_an_event(world: World) -> None:
    """Codes, score, numbers, day, place and both actors, a state among them that is known already."""
    report = world.bring("gdelt-events", row())
    assert (report.read, report.rejected, report.added["event"]) == (1, 0, 1)
    event = world.get("/v1/events/gdelt:1001")
    assert event["type"] == "visit"
    assert event["date"] == {"start": "2019-01-05", "end": "2019-01-05", "precision": "day"}
    assert event["codes"] == {
        "cameo": "042",
        "plover": "CONSULT-visit",
        "quad_class": 1,
        "goldstein": 1.9,
        "goldstein_table": None,
        "originals": {"cameo": "042", "root-event": "1"},
    }
    assert event["measures"] == {"mentions": 6, "sources": 2, "articles": 5, "tone": -1.25}
    assert [(part["actor"]["id"], part["role"]) for part in event["participants"]] == [
        ("gdelt:nldgov.amsterdam", "source"),
        ("russia", "target"),
    ]
    place = event["place"]
    assert (place["name"], place["country"], place["precision"]) == (USUAL["ActionGeo_FullName"], "NLD", "settlement")
    assert (place["lat"], place["lon"]) == (52.1, 5.12)


def test_the_article_is_evidence_without_words(world: World) -> None:
    """The address, the day on which GDELT saw it, and no claim that any words were checked."""
    world.bring("gdelt-events", row())
    (evidence,) = world.get("/v1/events/gdelt:1001")["evidence"]
    assert (evidence["exact"], evidence["verified"]) == (None, False)
    article = world.get(f"/v1/articles/{evidence['article']['id']}")
    assert (article["source_url"], article["published"]["start"]) == (URL, "2019-01-06")
    assert article["publisher"]["name"] == "news.example"
    assert article["counts"] == {"events": 1, "statements": 0, "evidence": 1}


def test_a_named_actor_belongs_to_its_code(world: World) -> None:
    """The code is an actor too, which the code finds; the country is ISO's."""
    world.bring("gdelt-events", row())
    actor = world.get("/v1/actors/gdelt:nldgov.amsterdam")
    assert (actor["kind"], actor["country"], actor["parent"]["id"]) == ("government_body", "NLD", "gdelt:nldgov")
    assert world.get("/v1/actors?parent=cameo:NLDGOV")[0]["id"] == "gdelt:nldgov.amsterdam"


def test_layouts_of_58_and_57_columns(world: World) -> None:
    """Both of GDELT 1.0, in one file; the older one has no article."""
    world.bring("gdelt-events", row_1(GLOBALEVENTID="1"), row_1(GLOBALEVENTID="2", url=False))
    first, second = world.get("/v1/events/gdelt:1"), world.get("/v1/events/gdelt:2")
    assert first["place"] == second["place"] != None  # noqa: E711
    assert (len(first["evidence"]), len(second["evidence"])) == (1, 0)


def test_a_re_export_with_row_numbers(world: World) -> None:
    """58 headings over 59 cells: R wrote a number in front; NA is nothing, blanks at the ends are not meant."""
    names = [name for name in COLUMNS if "ADM2" not in name]
    nobody = dict.fromkeys(("Actor2Code", "Actor2Name", "Actor2CountryCode"), "NA")
    cells = (USUAL | {"Actor1Code": " NLDGOV "} | nobody).get
    told = io.StringIO()
    csv.writer(told).writerows([names, ["17", *(cells(name, "NA") for name in names)]])
    world.bring("gdelt-events", told.getvalue().rstrip())
    event = world.get("/v1/events/gdelt:1001")
    assert [part["actor"]["id"] for part in event["participants"]] == ["gdelt:nldgov.amsterdam"]


def test_a_re_export_with_tabs(world: World) -> None:
    """The header, not the place, tells the column; the header is no row that was skipped."""
    names = ["note", *(name for name in COLUMNS if "ADM2" not in name)]
    report = world.bring("gdelt-events", "\t".join(names), "\t".join(USUAL.get(name, "") for name in names))
    assert (report.read, report.rejected) == (1, 0)
    assert world.get("/v1/events/gdelt:1001")["place"]["lat"] == 52.1


@pytest.mark.parametrize(("lat", "lon", "kept"), [("0", "0", False), ("0", "5.5", True), ("49.4", "0", True)])
def test_0_0_is_no_place(world: World, lat: str, lon: str, kept: bool) -> None:
    """Where neither is known both are 0; a single 0 is the equator or Greenwich."""
    world.bring("gdelt-events", row(ActionGeo_Lat=lat, ActionGeo_Long=lon))
    place = world.get("/v1/events/gdelt:1001")["place"]
    assert (place["lat"], place["lon"]) == ((float(lat), float(lon)) if kept else (None, None))


@pytest.mark.parametrize(
    ("name", "precision"),
    [("France", "country"), ("Texas, United States", "region"), ("Utrecht, Utrecht, Netherlands", "settlement")],
)
def test_a_place_whose_type_was_cut_is_told_by_its_name(name: str, precision: str) -> None:
    """People keep the columns that they need, which the type seldom is."""
    header = "GLOBALEVENTID,SQLDATE,EventCode,ActionGeo_FullName,ActionGeo_Lat,ActionGeo_Long"
    (event,) = read_text("gdelt-events", f'{header}\n1,20190105,042,"{name}",52.1,5.12\n')
    assert isinstance(event, Coded)
    assert event.place is not None
    assert (event.place.name, event.place.lat, event.place.precision) == (name, 52.1, precision)


@pytest.mark.parametrize("type_", ["2", ""])
def test_a_state_of_america_is_no_country(world: World, type_: str) -> None:
    """California and Canada are both CA, as are Georgia and Gambia GA, Indiana and India IN."""
    california = row(ActionGeo_Type=type_, ActionGeo_FullName="California, United States", ActionGeo_FeatureID="CA")
    canada = {"ActionGeo_Type": "1", "ActionGeo_FullName": "Canada", "ActionGeo_CountryCode": "CA"}
    world.bring("gdelt-events", california, row(GLOBALEVENTID="1002", ActionGeo_FeatureID="CA", **canada))
    places = [world.get(f"/v1/events/gdelt:{number}")["place"] for number in (1001, 1002)]
    assert [(one["id"], one["name"], one["precision"]) for one in places] == [
        ("gdelt:place-usca", "California, United States", "region"),
        ("gdelt:place-ca", "Canada", "country"),
    ]


def test_countries_without_a_number_are_not_one(world: World) -> None:
    """Before April 2013 all of them had the number 0; afterwards each has its code."""
    brazil = {"ActionGeo_FullName": "Brazil", "ActionGeo_CountryCode": "BR", "ActionGeo_FeatureID": "0"}
    chad = {"ActionGeo_FullName": "Chad", "ActionGeo_CountryCode": "CD", "ActionGeo_FeatureID": "0"}
    early = [
        row_1(url=False, GLOBALEVENTID=str(at), ActionGeo_Type="1", **country)
        for at, country in enumerate((brazil, chad))
    ]
    late = row(GLOBALEVENTID="2", ActionGeo_Type="1", **brazil | {"ActionGeo_FeatureID": "BR"})
    world.bring("gdelt-events", *early, late)
    places = [world.get(f"/v1/events/gdelt:{number}")["place"] for number in range(3)]
    assert [(one["id"], one["country"]) for one in places] == [
        ("gdelt:place-br", "BRA"),
        ("gdelt:place-cd", "TCD"),
        ("gdelt:place-br", "BRA"),
    ]


@pytest.mark.parametrize("cells", ["CA,,", "CA,43.65,-79.38"])
def test_a_place_of_which_only_the_country_is_given(world: World, cells: str) -> None:
    """It is the country, but not where a point in it is; the report says that the point was left out."""
    header = "GLOBALEVENTID,SQLDATE,EventCode,ActionGeo_CountryCode,ActionGeo_Lat,ActionGeo_Long"
    report = world.bring("gdelt-events", header, f"1001,20190105,042,{cells}")
    place = world.get("/v1/events/gdelt:1001")["place"]
    assert [place[name] for name in ("id", "name", "country", "precision", "lat")] == [
        *("gdelt:place-ca", "Canada", "CAN", "country"),
        None,
    ]
    assert len(list(report.remarks.lines())) == int("43" in cells)


def test_actors_whose_code_was_cut_are_of_their_country(world: World) -> None:
    """Which has a column of its own, as types have: people keep what they can read."""
    header = "GLOBALEVENTID,SQLDATE,Actor1Name,Actor1CountryCode,Actor1Type1Code,Actor2CountryCode,EventCode"
    world.bring("gdelt-events", header, "1001,20190105,AMSTERDAM,NLD,GOV,FRA,042")
    first, second = (part["actor"] for part in world.get("/v1/events/gdelt:1001")["participants"])
    assert (first["name"], first["kind"], first["country"]) == ("AMSTERDAM", "government_body", "NLD")
    assert (second["kind"], second["country"]) == ("state", "FRA")


def test_a_time_that_a_spreadsheet_cut_is_told() -> None:
    """The article is there, but nobody knows when GDELT saw it."""
    header = "GLOBALEVENTID,SQLDATE,EventCode,DATEADDED,SOURCEURL"
    (event,) = read_text("gdelt-events", f"{header}\n1,20190105,042,2.0191E+13,{URL}\n")
    assert isinstance(event, Coded)
    assert [str(words.document.published.start) for words in event.evidence] == ["None"]
    assert event.remarks == ("2.0191E+13 is not a time and was left out (DATEADDED)",)


def test_coordinates_of_no_named_place_are_told() -> None:
    """A place has a name here; what is left out is to be looked at."""
    header = "GLOBALEVENTID,SQLDATE,EventCode,ActionGeo_Lat,ActionGeo_Long"
    (event,) = read_text("gdelt-events", f"{header}\n1,20190105,042,52.1,5.12\n")
    assert isinstance(event, Coded)
    assert (event.place, event.remarks) == (
        None,
        ("coordinates without the name of a place (ActionGeo_FullName) were left out",),
    )


def test_scores_and_classes_that_differ_are_both_told(world: World) -> None:
    """The score as given beside the table's, GDELT's class beside the standard one."""
    world.bring("gdelt-events", row(EventCode="090", GoldsteinScale="-3.5", QuadClass="2"))
    codes = world.get("/v1/events/gdelt:1001")["codes"]
    assert (codes["goldstein"], codes["goldstein_table"]) == (-3.5, -2.0)
    assert (codes["quad_class"], codes["originals"]["quad-class"]) == (3, "2")


def test_a_class_that_is_not_given_is_no_other(world: World) -> None:
    """A column that was cut, or is empty, says nothing."""
    world.bring("gdelt-events", "GLOBALEVENTID,SQLDATE,EventCode", "1001,20190105,042")
    assert world.get("/v1/events/gdelt:1001")["codes"]["originals"] == {"cameo": "042"}


def test_original_codes_are_filters(world: World) -> None:
    """By scheme and code; what the seed's events are coded by our own crosswalk is no original."""
    world.bring("gdelt-events", row(), row(GLOBALEVENTID="1002", EventCode="090", QuadClass="2", IsRootEvent="0"))

    def found(query: str) -> list[str]:
        return [one["id"] for one in world.get(f"/v1/events?{query}&sort=id")]

    assert found("code=cameo:042") == ["gdelt:1001"]
    assert found("code=cameo:042,quad-class:2") == ["gdelt:1001", "gdelt:1002"]
    assert found("code=root-event:1") == ["gdelt:1001"]
    assert found("code__all=quad-class:2&code__all=cameo:090") == ["gdelt:1002"]
    assert world.client.get("/v1/events?code=042").status_code == 422


def test_an_id_of_two_events_is_two_events(world: World) -> None:
    """Both are kept and reported; a row that comes twice is one."""
    report = world.bring("gdelt-events", row(), row(EventCode="190", SQLDATE="20190107"), row())
    assert report.added["event"] == 2
    assert list(report.remarks.lines()) == [
        f"  1 x id 1001 was another event's on line 1 ({world.file('gdelt-events')}:2)"
    ]
    assert list(report.reasons.lines()) == [f"  1 x the same as line 1 ({world.file('gdelt-events')}:3)"]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"SQLDATE": "20190230"}, "SQLDATE is '20190230', which is not a day of the calendar"),
        ({"EventCode": "---"}, "EventCode is '---', which is not a CAMEO code"),
        ({"GLOBALEVENTID": "x"}, "GLOBALEVENTID is 'x', and must be a number"),
        ({"Actor1Name": "a\tb"}, "a row has 61, 58 or 57 cells, not 62"),
    ],
)
def test_a_bad_row_is_skipped_by_name(world: World, tmp_path: Path, cells: dict[str, str], why: str) -> None:
    """It stands in the file of rejects with its line; the rows around it come in."""
    rejects = tmp_path / "bad.csv"
    report = world.bring(
        "gdelt-events", row(), row(**{"GLOBALEVENTID": "2"} | cells), row(GLOBALEVENTID="3"), rejects=rejects
    )
    assert (report.read, report.rejected, report.added["event"]) == (3, 1, 2)
    (bad,) = csv.DictReader(rejects.read_text("utf-8").splitlines())
    assert (bad["file"], bad["line"], bad["why"]) == (str(world.file("gdelt-events")), "2", why)


def test_the_same_file_again_changes_nothing(world: World) -> None:
    """And a row that changed is one change."""
    world.bring("gdelt-events", row(), row(GLOBALEVENTID="2"))
    before = world.get("/v1/events/gdelt:1001")
    report = world.bring("gdelt-events", row(), row(GLOBALEVENTID="2"))
    assert (report.added, report.changed, report.unchanged["event"]) == ({}, {}, 2)
    assert world.get("/v1/events/gdelt:1001") == before
    report = world.bring("gdelt-events", row(), row(GLOBALEVENTID="2", AvgTone="3.5"))
    assert (report.changed["event"], report.unchanged["event"]) == (1, 1)


def test_what_was_imported_is_found(world: World) -> None:
    """By words of the label, and by the names of the new actors."""
    world.bring("gdelt-events", row())
    assert [one["id"] for one in world.get("/v1/events?q=amsterdam+utrecht")] == ["gdelt:1001"]
    assert world.get("/v1/datasets/gdelt")["counts"]["events"] == 1


def test_a_dry_run_tells_all_and_writes_nothing(world: World) -> None:
    """The report is that of the import."""
    dry, real = world.bring("gdelt-events", row(), dry=True), world.bring("gdelt-events", row())
    assert (dry.read, dry.added) == (real.read, real.added)
    assert real.added["event"] == 1


def test_a_data_set_of_ones_own(world: World) -> None:
    """With its own name, licence and attribution."""
    world.bring("gdelt-events", row(), dataset="desk", license="CC0-1.0", attribution="Our desk")
    assert world.get("/v1/events/desk:1001")["dataset"] == "desk"
    dataset = world.get("/v1/datasets/desk")
    assert (dataset["license"], dataset["attribution"]) == ("CC0-1.0", "Our desk")


def test_a_data_set_is_of_one_source(world: World) -> None:
    """An event of another with the same number would take the place of this one; mentions belong to it."""
    world.bring("gdelt-events", row(), dataset="desk")
    told = "Event ID\tEvent Date\tSource Name\tCAMEO Code\tTarget Name\n1001\t2018-01-01\tA\t042\tB\n"
    (other := world.file("gdelt-events").with_name("icews.tab")).write_text(told, "utf-8")
    with pytest.raises(BadOption, match="the data set desk has gdelt-events records"):
        imported(world.engine, "icews", other, dataset="desk")
    assert imported(world.engine, "gdelt-mentions", world.file("gdelt-events"), dataset="desk").rejected == 1


def test_ids_are_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last ones, whatever the size of the file."""
    monkeypatch.setattr(cells, "KEPT", 1_000)
    ids = cells.Ids()
    for number in range(3_000):
        assert ids.key(str(number), number, str(number)) == (str(number), ())
    assert isinstance(ids.key("2000", 4_000, "2000"), Skipped)
    assert ids.key("1999", 4_000, "1999") == ("1999", ()), "it was forgotten"


@pytest.mark.parametrize("made", [row, row_1, partial(row_1, url=False)])
def test_csv_without_a_header(made: Callable[..., str]) -> None:
    """Written by pandas or R with header=False: the number of cells tells the layout."""
    plain = [made(), made(GLOBALEVENTID="1002", Actor1Name="AMSTERDAM, CITY", EventCode="0841", EventRootCode="08")]
    table = io.StringIO()
    csv.writer(table).writerows(one.split("\t") for one in plain)
    assert read_text("gdelt-events", table.getvalue()) == read_text("gdelt-events", "\n".join(plain))


@pytest.mark.parametrize("json_", [False, True])
def test_headings_of_the_codebook(json_: bool) -> None:
    """Which calls SQLDATE Day."""
    names = [{"GLOBALEVENTID": "GlobalEventID", "SQLDATE": "Day"}.get(name, name) for name in COLUMNS]
    cells = row().split("\t")
    table = json.dumps(dict(zip(names, cells, strict=True))) if json_ else "\t".join(names) + "\n" + row()
    wanted = read_text("gdelt-events", row())
    assert [replace(one, line=1) for one in read_text("gdelt-events", table) if isinstance(one, Coded)] == wanted


def test_the_reduced_file_is_told_by_name() -> None:
    """Its rows are sums of events, without ids; nor does it read as another format's."""
    headings = "Date\tSource\tTarget\tCAMEOCode\tNumEvents\tNumArts\tQuadClass\tGoldstein\tSourceGeoType"
    headings += "\tSourceGeoLat\tSourceGeoLong\tTargetGeoType\tTargetGeoLat\tTargetGeoLong"
    headings += "\tActionGeoType\tActionGeoLat\tActionGeoLong"
    sums = "19790101\tAFR\tEGY\t020\t2\t10\t1\t3\t4\t9.06\t7.49\t1\t26\t30\t4\t9.06\t7.49"
    (item,) = read_text("gdelt-events", f"{headings}\n{sums}\n")
    assert isinstance(item, Skipped)
    assert "no row of it is an event" in item.why
    assert not [one for one in read_text("petrarch", f"{headings}\n{sums}\n") if isinstance(one, Coded)]


def test_json_lines_of_bigquery() -> None:
    """Keys as the tables have them, however they are capitalised, nothing as null, numbers as numbers."""
    plain = [row(), row(GLOBALEVENTID="1002", EventCode="0841", EventRootCode="08", Actor2Code="", Actor2Name="")]
    objects = [dict(zip(COLUMNS, one.split("\t"), strict=True)) for one in plain]
    lines = [
        json.dumps({name: int(cell) if name == "SQLDATE" else cell or None for name, cell in one.items()})
        for one in objects
    ]
    wanted = read_text("gdelt-events", "\n".join(plain))
    assert read_text("gdelt-events", "\n".join(lines)) == wanted
    lower = json.dumps([{name.lower(): cell for name, cell in one.items()} for one in objects])
    assert [replace(one, line=0) for one in read_text("gdelt-events", lower) if isinstance(one, Coded)] == [
        replace(one, line=0) for one in wanted if isinstance(one, Coded)
    ]
