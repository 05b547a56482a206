"""Events leave as CAMEO tables and PLOVER records and come back the same."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codes import codes
from app.dates import Span
from app.importing.exchange.cameo_tsv import HEADER, joined, parted, row, table
from app.importing.exchange.coded import coded
from app.importing.exchange.plover_json import record
from app.importing.exchange.wording import unworded
from app.importing.formats import formats
from app.importing.parties import NOBODY
from app.importing.records import Amount, Coded, Document, Item, Party, Skipped, Spot, Words
from app.models.events import QUALIFIERS
from tests.annotated import texts_in
from tests.commands import run
from tests.conftest import client_of
from tests.helpers import Record, listed
from tests.reading import numbered, read_text


def _exported(events: list[Coded]) -> list[Item]:
    """EVENTS through a CAMEO table and back, the lines forgotten."""
    items = read_text("cameo", "\n".join(table(events, {})) + "\n")
    return [replace(item, line=0) for item in items if not isinstance(item, Skipped)]


def _recorded(events: list[Coded]) -> list[Item]:
    """EVENTS through PLOVER records and back, the lines forgotten."""
    text = "\n".join(orjson.dumps(found).decode() for event in events if (found := record(event)))
    items = list(formats()["plover"].read(numbered(text)))
    return [replace(item, line=0) for item in items if not isinstance(item, Skipped)]


def test_every_event_of_the_seed_comes_back(client: TestClient) -> None:
    """What CAMEO and PLOVER can express is the same after the way there and back."""
    events: list[dict[str, Any]] = client.get("/v1/events?limit=1000&include=evidence").json()["data"]
    assert len(events) == 58
    by_table = [found for event in events if (found := coded(event, "cameo")).cameo]
    assert len(by_table) == 58
    assert _exported(by_table) == by_table
    by_record = [found for event in events if (found := coded(event, "plover")).plover]
    assert len(by_record) > 30
    assert sum(len(event.figures) for event in by_record) == 19
    assert _recorded(by_record) == by_record


def _parts(url: str) -> dict[str, set[tuple[str, str]]]:
    """Who took part in each event of the database at URL, and in which role."""
    with client_of(url) as client:
        events = client.get("/v1/events?limit=1000").json()["data"]
    return {one["id"]: {(part["actor"]["name"], part["role"]) for part in one["participants"]} for one in events}


@pytest.mark.parametrize("name", ["cameo", "plover"])
def test_everybody_comes_back_in_their_role(name: str, seeded_url: str, empty_url: str, tmp_path: Path) -> None:
    """A mediator is no mere participant, a victim no mere target; of a role that is not known, the side tells."""
    file = tmp_path / f"events.{'tsv' if name == 'cameo' else 'jsonl'}"
    assert run("export", "events", "-f", name, "-o", str(file), database_url=seeded_url).exit_code == 0
    text = file.read_text("utf-8")
    told = []
    for roles in (text, re.sub("mediator|victim|host|initiator", "unheard", text)):
        file.write_text(roles, "utf-8")
        assert run("import", name, str(file), "--dataset", "back", database_url=empty_url).exit_code == 0
        told.append(_parts(empty_url))
    wanted = {f"back:{key}": parts for key, parts in _parts(seeded_url).items()}
    assert told[0] == {key: wanted[key] for key in told[0]}
    sided = {role for parts in told[1].values() for _name, role in parts}
    assert {"source", "target", "participant"} <= sided
    assert "unheard" not in sided


@pytest.mark.parametrize(("name", "many"), [("cameo", 58), ("plover", 54)])
def test_events_come_back_with_their_labels(
    name: str, many: int, seeded_url: str, empty_url: str, tmp_path: Path
) -> None:
    """In all languages, and with their status; of what is not sound, an event is as one that was coded."""
    file = tmp_path / f"events.{'tsv' if name == 'cameo' else 'jsonl'}"
    assert run("export", "events", "-f", name, "-o", str(file), database_url=seeded_url).exit_code == 0
    text = file.read_text("utf-8")
    for dataset, wanted in (("back", text), ("odd", text.replace("disputed", "unheard").replace('"ar":', '"no tag":'))):
        file.write_text(wanted, "utf-8")
        asked = ("--dataset", dataset, "--duplicates", str(tmp_path / "likely.csv"))
        assert run("import", name, str(file), *asked, database_url=empty_url).exit_code == 0
    with client_of(seeded_url) as client, client_of(empty_url) as other:
        sent = {one["id"]: _told(one) for one in listed(client, "/v1/events")}
        back, odd = (listed(other, "/v1/events", f"dataset={dataset}") for dataset in ("back", "odd"))
    found = {one["id"].removeprefix("back:"): _told(one) for one in back}
    assert len(found) == many
    assert found == {key: sent[key] for key in found}
    assert not any("ar" in one["labels"] or one["status"] == "disputed" for one in odd)


def _told(event: Record) -> Record:
    return {name: event[name] for name in ("label", "labels", "status", "summary")}


# What the field's files write where there is nothing.
_NOTHING = NOBODY | {"nan"}
_names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12).filter(
    lambda name: name not in _NOTHING
)
_countries = st.sampled_from([None, "RUS", "SYR"])
_dates = st.builds(
    Span,
    st.none() | st.dates(date(1000, 1, 1)),
    st.none() | st.dates(date(1000, 1, 1)),
    st.sampled_from(codes("date-precisions")),
).filter(lambda span: not (span.start and span.end) or span.start <= span.end)
_figures = st.lists(
    st.builds(
        Amount,
        st.sampled_from(codes("figure-kinds")),
        st.floats(-1e9, 1e9),
        st.sampled_from(QUALIFIERS),
        st.none() | st.just("square miles"),
    ),
    max_size=2,
).map(tuple)
_lat = st.floats(0.5, 90) | st.floats(-90, -0.5)
_spots = st.builds(Spot, _names, _names, _countries, _lat, _lat, st.sampled_from(codes("place-precisions")))
_documents = st.builds(Document, _names, st.none() | _names, st.none() | _names, st.none() | _names)
_texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
_words = st.builds(Words, _documents) | st.builds(
    Words,
    _documents,
    _texts,
    st.integers(0, 9),
    st.integers(10, 10**9),
    prefix=st.none() | _texts,
    suffix=st.none() | _texts,
)


@st.composite
def _events(draw: st.DrawFn, scheme: str) -> Coded:
    parties = st.lists(
        st.builds(Party, st.just(scheme), st.none(), _names, st.sampled_from(codes("actor-kinds")), _countries),
        max_size=3,
        unique=True,
    ).map(tuple)
    return Coded(
        line=0,
        key=draw(_names),
        type=draw(st.sampled_from(codes("event-types"))),
        date=draw(_dates),
        sources=draw(parties),
        targets=draw(parties),
        others=draw(parties),
        place=draw(st.none() | _spots),
        cameo="0871",
        plover="CONSULT-phone",
        quad_class=draw(st.none() | st.integers(1, 4)),
        goldstein=draw(st.none() | st.floats(-10, 10)),
        originals={"cameo": "0871", "plover": "CONSULT-phone"},
        figures=draw(_figures),
        evidence=draw(st.lists(_words, max_size=3).map(tuple)),
        summary=draw(st.none() | _names),
        labels=draw(st.dictionaries(st.sampled_from(["en", "ar", "zh-Hant"]), _names, max_size=2)),
        status=draw(st.sampled_from(codes("statuses"))),
    )


@settings(max_examples=200, deadline=None)
@given(_events("cameo"))
def test_any_event_comes_back_from_a_table(event: Coded) -> None:
    """Names may hold semicolons, backslashes and quotation marks."""
    assert _exported([event]) == [event]


@settings(max_examples=200, deadline=None)
@given(_events("plover"))
def test_any_event_comes_back_from_a_record(event: Coded) -> None:
    """So may they in JSON."""
    assert _recorded([event]) == [event]


@given(st.lists(st.text(alphabet=';\\ab"', max_size=3), max_size=4))
def test_parts_of_a_cell_come_back(parts: list[str]) -> None:
    """Empty parts too, wherever they stand."""
    assert parted(joined(parts)) == parts


def test_a_table_begins_as_icews() -> None:
    """Whoever reads ICEWS by its columns reads a row with one actor a side."""
    event = Coded(
        0,
        "e1",
        "ceasefire_start",
        Span(date(2016, 9, 12), date(2016, 9, 12), "day"),
        sources=(Party("cameo", None, "Russia", "state", "RUS"),),
        targets=(Party("cameo", None, "Syria", "state", "SYR"),),
        cameo="0871",
        goldstein=9.0,
        originals={"cameo": "0871"},
    )
    text = HEADER + "\n" + row(event, "Declare truce, ceasefire") + "\n"
    [found] = read_text("icews", text)
    assert isinstance(found, Coded)
    assert (found.key, found.type, found.date, found.cameo, found.goldstein) == (
        *("e1-2016-09-12", "ceasefire_start", event.date, "0871"),
        9.0,
    )
    assert [party.name for party in (*found.sources, *found.targets)] == ["Russia", "Syria"]


@pytest.mark.parametrize(
    ("name", "cell", "why"),
    [
        ("Event Date", "2016-02-30", "2016-02-30 is not a day of the calendar (event_date)"),
        ("CAMEO Code", "", "nothing is not a CAMEO code"),
        ("Event Type", "invented", "invented is not in the list event-types (event_type)"),
        ("Date Precision", "", "nothing is not in the list date-precisions (date_precision)"),
        ("Event ID", "", "there is no event id"),
    ],
)
def test_a_wrong_row_of_a_table_is_skipped(name: str, cell: str, why: str) -> None:
    """With the column that is wrong."""
    event = Coded(0, "e1", "threat", Span(None, None, "unknown"), cameo="130")
    cells = row(event, "Threaten").split("\t")
    cells[HEADER.split("\t").index(name)] = cell
    [found] = read_text("cameo", HEADER + "\n" + "\t".join(cells))
    assert isinstance(found, Skipped)
    assert (found.line, found.why) == (2, why)


def test_an_event_without_a_plover_code_is_no_record() -> None:
    """PLOVER has dropped statements and appeals."""
    assert record(Coded(0, "e1", "statement", Span(None, None, "unknown"), cameo="010")) is None


@pytest.mark.parametrize("shape", ["cameo", "plover"])
def test_the_command_exports_what_comes_back(client: TestClient, seeded_url: str, tmp_path: Path, shape: str) -> None:
    """Filters and order are those of the list; the format that reads it finds the same events."""
    target = tmp_path / shape
    told = run("export", "events", "sort=-date", "-f", shape, "-o", str(target), database_url=seeded_url)
    assert told.exit_code == 0, told.output
    events = client.get("/v1/events?limit=1000&include=evidence&sort=-date").json()["data"]
    kept = [found for event in events if getattr(found := coded(event, shape), shape)]
    left = len(events) - len(kept)
    assert told.stdout == f"{len(kept)} events written to {target}.\n"
    assert told.stderr == (f"{left} events are left out: this format cannot hold them.\n" if left else "")
    items = formats()[shape].read(numbered(target.read_text("utf-8")))
    assert [replace(item, line=0) for item in items if not isinstance(item, Skipped)] == kept


def test_the_words_of_the_evidence_come_back(
    client: TestClient, seeded_url: str, empty_url: str, tmp_path: Path
) -> None:
    """Export, then import elsewhere: every event, with each piece of its evidence, which nobody there has verified."""
    query = "/v1/events?limit=1000&include=evidence"
    events = client.get(query).json()["data"]
    for shape in ("cameo", "plover"):
        file = str(tmp_path / "out.txt")
        for told in (
            run("export", "events", "-f", shape, "-o", file, database_url=seeded_url),
            run("import", shape, file, "--duplicates", str(tmp_path / "likely.csv"), database_url=empty_url),
        ):
            assert told.exit_code == 0, told.output
        with client_of(empty_url) as other:
            came = other.get(f"{query}&dataset={shape}").json()["data"]
        found = {one["id"].removeprefix(f"{shape}:"): one for one in came}
        sent = {one["id"]: one for one in events if one["codes"][shape]}
        assert found.keys() == sent.keys()
        for key, event in sent.items():
            assert [_words_of(one) for one in found[key]["evidence"]] == [_words_of(one) for one in event["evidence"]]
            assert not any(one["verified"] for one in found[key]["evidence"])


def _words_of(evidence: dict[str, Any]) -> tuple[Any, ...]:
    return (evidence["article"]["title"], *(evidence[name] for name in ("exact", "prefix", "suffix", "start", "end")))


@pytest.mark.parametrize(
    "given",
    [
        "no list",
        [1, {"article": 2}, {"article": True}, {"article": 0, "exact": "x"}, {"exact": "x"}, {"article": "1"}],
        [{"article": 1, "exact": 5, "start": 1, "end": 2}],
        [{"article": 1, "start": 1, "end": 2}],
    ],
)
def test_words_that_are_not_sound_leave_the_reference(given: Any) -> None:
    """An article is named whatever is wrong with what is said of it."""
    document = Document("a")
    assert unworded(given, [document]) == (Words(document),)
    wrong_place = [{"article": 1, "exact": "x", "start": 5, "end": 1 << 40}]
    assert unworded(wrong_place, [document]) == (Words(document, "x"),)


def test_the_shapes_take_no_fields(seeded_url: str) -> None:
    """What they tell of an event is fixed."""
    told = run("export", "events", "fields=label", "-f", "cameo", database_url=seeded_url)
    assert told.exit_code == 1
    assert "fields" in told.output


def test_every_web_annotation_is_exported(client: TestClient, seeded_url: str, tmp_path: Path) -> None:
    """Of all articles at once: what their pages have, each on a line; our own import finds a mark in each."""
    found: list[dict[str, Any]] = []
    for kind in ("events", "statements"):
        file = tmp_path / f"{kind}.jsonld"
        told = run("export", kind, "-f", "w3c", "-o", str(file), database_url=seeded_url)
        assert told.exit_code == 0, told.output
        found += map(orjson.loads, file.read_bytes().splitlines())
    wanted = []
    for article in client.get("/v1/articles?limit=1000&fields=id").json()["data"]:
        page = client.get(f"/v1/articles/{article['id']}/annotations").json()
        wanted += [{"@context": page["@context"], **one} for one in page["items"]]
    assert sorted(found, key=lambda one: str(one["id"])) == sorted(wanted, key=lambda one: str(one["id"]))
    marks = [mark for one in texts_in(tmp_path, "w3c") for mark in one.marks]
    assert len(marks) == sum(isinstance(one["target"], dict) for one in found)
