"""Event data of several formats as the API serves them once they are imported."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models import Article
from tests.gdelt_rows import row
from tests.imports import World, importing_into

ICEWS = "Event ID\tEvent Date\tSource Name\tCAMEO Code\tTarget Name\tCity\tCountry\tLatitude\tLongitude\n"
ACLED = "event_id_cnty,event_date,event_type,country,location,latitude,longitude,geo_precision\n"
POLECAT = "Event ID\tEvent Date\tEvent Type\tActor Name\tRecipient Name\tCity\tCountry\tLatitude\tLongitude\n"
TOLD = "Event ID\tEvent Date\tEvent Type\tActor Name\tRecipient Name\tEvent Text\n"
PHOENIX = "eid,story_date,source,target,code,placename,countryname,lat,lon\n"


@pytest.fixture
def world(seeded_url: str, tmp_path: Path) -> Iterator[World]:
    """A database with the seed, into which a test imports."""
    with importing_into(seeded_url, tmp_path) as made:
        yield made


def _told(identity: str, place: dict[str, str]) -> str:
    """An event of ICEWS as JSON with the words of the story."""
    return json.dumps({"id": identity, "date": "2018-06-01", "event": "042", "location": [place]})


@pytest.mark.parametrize(
    ("format_", "text", "expected"),
    [
        (
            "icews",
            f"{ICEWS}1\t2018-06-01\tA\t042\tB\t\tSyria\t33.5\t36.3\n2\t2018-06-01\tA\t042\tB\t\tSyria\t32.7\t36.8",
            [("Syria", 33.5, 36.3, "country"), ("Syria", 32.7, 36.8, "country")],
        ),
        (
            "icews",
            "\n".join(
                [
                    _told("1", {"city": "Ghazni", "country": "Afghanistan", "lat": "33.5", "long": "68.4"}),
                    _told("2", {"province": "Ghazni", "country": "Afghanistan", "lat": "33.5", "long": "68.4"}),
                ]
            ),
            [("Ghazni", 33.5, 68.4, "settlement"), ("Ghazni", 33.5, 68.4, "region")],
        ),
        (
            "acled",
            f"{ACLED}1,2018-06-01,Battles,Syria,Ariha,35.8,36.6,1\n2,2018-06-01,Battles,Syria,Ariha,35.8,36.6,2",
            [("Ariha", 35.8, 36.6, "settlement"), ("Ariha", 35.8, 36.6, "region")],
        ),
        (
            "polecat",
            f"{POLECAT}1\t2018-06-01\tAID\tA\tB\tAriha\tSYR\t\t\n2\t2018-06-01\tAID\tA\tB\tAriha\tSYR\t35.8\t36.6",
            [("Ariha", None, None, "settlement"), ("Ariha", 35.8, 36.6, "settlement")],
        ),
        (
            "phoenix",
            f"{PHOENIX}1,06/01/2018,USA,RUS,042,Ariha,SYR,0,0\n2,06/01/2018,USA,RUS,042,Ariha,SYR,35.8,36.6",
            [("Ariha", None, None, "settlement"), ("Ariha", 35.8, 36.6, "settlement")],
        ),
    ],
)
def test_places_of_one_name_keep_their_own_points(
    world: World, format_: str, text: str, expected: list[tuple[str, float | None, float | None, str]]
) -> None:
    """And their own precision: an event is where its row says, not where another one's does."""
    assert world.bring(format_, text).added["event"] == len(expected)
    ids = sorted(one["id"] for one in world.get(f"/v1/events?dataset={format_}"))
    places = [world.get(f"/v1/events/{id}")["place"] for id in ids]
    assert [(one["name"], one["lat"], one["lon"], one["precision"]) for one in places] == expected


def test_petrarch_sentences_are_of_their_source(world: World) -> None:
    """Which publishes the article, as in what the coder makes of it."""
    coding = '<EventCoding sourcecode="---GOV" targetcode="RUS" eventcode="042"/>'
    world.bring("petrarch", f'<Sentence date="20180601" id="A1" source="Wire">{coding}<Text>Hi.</Text></Sentence>')
    (event,) = world.get("/v1/events?dataset=petrarch")
    (article,) = world.get("/v1/articles?dataset=petrarch")
    assert article["publisher"]["name"] == "Wire"
    assert event["label"] == "Visit: Government -> Russia", "--- is no country"


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("icews", f"{ICEWS}1\t2018-06-01\tA\t042\tB\t\tSyria\t33.5\t36.3"),
        ("icews", "Russia\tMake a visit\tChina\t2014-01-05"),
        ("icews", _told("1", {"city": "Ghazni"})),
        ("phoenix", f"{PHOENIX}1,06/01/2018,USA,RUS,042,Ariha,SYR,35.8,36.6"),
        ("petrarch", "20180601\tUSA\tRUS\t042\t\tstory_1\tAFP"),
        ("petrarch", '<Sentence date="20180601" id="A1"><EventCoding eventcode="042"/><Text>Hi.</Text></Sentence>'),
    ],
)
def test_events_of_cameo_have_their_plover_code(world: World, format_: str, text: str) -> None:
    """Whatever format they come in, so that one filter finds all."""
    assert world.bring(format_, text).added["event"] == 1
    (event,) = world.get(f"/v1/events?plover=CONSULT&dataset={format_}")
    assert (event["codes"]["cameo"], event["codes"]["plover"]) == ("042", "CONSULT-visit")
    assert "plover" not in event["codes"]["originals"]


def test_corrected_notes_take_the_place_of_those_before(world: World) -> None:
    """In the article too, or the evidence would be of words that are not in it."""
    header = "event_id_cnty,event_date,event_type,notes,timestamp"
    world.bring("acled", header, "A1,2024-11-01,Battles,Two died.,1", "A1,2024-11-01,Battles,Three died.,2")
    report = world.bring("acled", header, "A1,2024-11-01,Battles,Four died.,3")
    assert report.changed == {"event": 1, "article": 1}
    (event,) = world.get("/v1/events?dataset=acled")
    (evidence,) = world.get(f"/v1/events/{event['id']}")["evidence"]
    assert (evidence["exact"], evidence["verified"], evidence["end"]) == ("Four died.", True, 10)
    with world.engine.connect() as db:
        assert db.scalars(select(Article.text).where(Article.id == evidence["article"]["id"])).all() == ["Four died."]


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("plover", '{"id": "G", "event": "AID", "text": "One."}\n{"id": "G", "event": "AID", "text": "Two."}'),
        ("icews", "\n".join(json.dumps(json.loads(_told("G", {})) | {"text": text}) for text in ("One.", "Two."))),
        (
            "polecat",
            f"{TOLD}G_1\t2018-06-01\tAID\tA\tB\tOne.\nG_1\t2018-06-01\tAID\tA\tB\tTwo.",
        ),
    ],
)
def test_events_of_one_id_have_their_own_texts(world: World, format_: str, text: str) -> None:
    """The evidence of each is in the article that has its words."""
    assert world.bring(format_, text).added["event"] == 2
    told = [world.get(f"/v1/events/{one['id']}")["evidence"] for one in world.get(f"/v1/events?dataset={format_}")]
    with world.engine.connect() as db:
        texts = {row.id: row.text for row in db.execute(select(Article.id, Article.text))}
    assert sorted((one["exact"], texts[one["article"]["id"]]) for (one,) in told) == [
        ("One.", "One."),
        ("Two.", "Two."),
    ]


@pytest.mark.parametrize("scores", [("0.3", "-0.1", "-0.2"), ("-0.001", "0", "0")])
def test_no_mean_is_less_than_nothing(world: World, scores: tuple[str, ...]) -> None:
    """Scores that make up for each other have a mean of 0 in every view, on both databases: never of -0."""
    rows = [row(GLOBALEVENTID=str(number), GoldsteinScale=score) for number, score in enumerate(scores)]
    assert world.bring("gdelt-events", *rows).added["event"] == len(scores)
    for path in ("events/timeline?group_by=dataset&", "events/timeline?", "dyads?", "network?"):
        told = world.client.get(f"/v1/{path}dataset=gdelt").text
        assert re.search('"(goldstein|mean)":0.0[,}]', told), path
        assert not re.search("-0.0[,}]", told), path
