"""One small text, annotated alike in every tool's format, becomes the same records."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.database import open_engine
from app.importing.annotated_text.drafting import draft_mapping
from app.importing.annotated_text.storing import import_texts
from app.importing.records import Skipped
from tests.annotated import DATASET, SAMPLES, TEXT, import_folder, job_of, mapping_for, of_trial, texts_in
from tests.conftest import client_of

# The folder of a sample, and the format that it is of, where the text is in the file.
WHOLE = {
    "brat": "brat",
    "doccano": "doccano",
    "label-studio": "label-studio",
    "prodigy": "prodigy",
    "uima-cas": "uima-cas",
    "uima-cas-json": "uima-cas",
    "webanno-tsv": "webanno-tsv",
}


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """An engine on a migrated database without data."""
    opened = open_engine(empty_url)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("folder", WHOLE)
def test_marks_stand_where_their_words_are(folder: str) -> None:
    """Offsets of every tool are code points in the end, though an emoji stands first."""
    (read,) = texts_in(SAMPLES / folder, WHOLE[folder])
    assert read.text is not None
    assert read.text.rstrip() == TEXT.rstrip()
    words = {(mark.label.rpartition(":")[2], read.text[mark.start : mark.end]) for mark in read.marks}
    assert words == {
        ("PERSON", "Anna Arc"),
        ("meeting", "met"),
        ("PERSON", "Bernd Berg"),
        ("CITY", "Lutetia"),
        ("DATE", "4 September 1998"),
        ("QUOTE", "“We will not yield,”"),
        ("PERSON", "Arc"),
        ("CUE", "warned"),
        ("PERSON", "Berg"),
    }
    by_id = {mark.id: read.text[mark.start : mark.end] for mark in read.marks}
    ties = {(link.type.rpartition(":")[2], by_id[link.source], by_id[link.target]) for link in read.links}
    assert {tie for tie in ties if tie[0] != "same"} == {
        ("participant", "met", "Anna Arc"),
        ("participant", "met", "Bernd Berg"),
        ("place", "met", "Lutetia"),
        ("date", "met", "4 September 1998"),
        ("speaker", "“We will not yield,”", "Arc"),
        ("cue", "“We will not yield,”", "warned"),
        ("addressee", "“We will not yield,”", "Berg"),
    }
    assert {frozenset(tie[1:]) for tie in ties if tie[0] == "same"} == {
        frozenset({"Anna Arc", "Arc"}),
        frozenset({"Bernd Berg", "Berg"}),
    }


@pytest.mark.parametrize("folder", WHOLE)
def test_every_tool_gives_the_same_records(folder: str, empty: Engine, empty_url: str) -> None:
    """A drafted mapping makes one event and one statement, with actors, place, date, act and checked evidence."""
    mapping = mapping_for(SAMPLES / folder, WHOLE[folder])
    report = import_folder(empty, SAMPLES / folder, WHOLE[folder], mapping)
    assert report.added == {"actor": 2, "place": 1, "article": 1, "event": 1, "statement": 1}
    with client_of(empty_url) as client:
        (event,) = of_trial(client, "events")
        (statement,) = of_trial(client, "statements")
        (article,) = of_trial(client, "articles")
        (anna,) = [one for one in of_trial(client, "actors") if one["id"] == "trial:anna-arc"]
    assert (event["type"], event["date"]["start"], event["date"]["precision"]) == ("meeting", "1998-09-04", "day")
    assert event["place"]["name"] == "Lutetia"
    assert [(part["actor"]["id"], part["role"]) for part in event["participants"]] == [
        ("trial:anna-arc", "participant"),
        ("trial:bernd-berg", "participant"),
    ]
    assert event["label"] == "Meeting: Anna Arc, Bernd Berg"
    assert [(one["exact"], one["start"], one["verified"]) for one in event["evidence"]] == [
        ("met", 11, True),
        ("Anna Arc", 2, True),
        ("Bernd Berg", 15, True),
    ]
    assert (statement["speaker"]["id"], statement["act"], statement["directness"]) == (anna["id"], "warn", "direct")
    assert [one["id"] for one in statement["addressees"]] == ["trial:bernd-berg"]
    assert statement["quote"]["text"] == "We will not yield,"
    assert {(one["exact"], one["field"]) for one in statement["evidence"]} == {
        ("“We will not yield,”", None),
        ("warned", "act"),
        ("Arc", "speaker"),
        ("Berg", "addressees"),
    }
    assert [alias["name"] for alias in anna["aliases"]] == ["Arc"]
    assert (article["rights"], article["text"], article["text_kind"]) == ("withheld", None, "full")


@pytest.mark.parametrize("folder", WHOLE)
def test_importing_again_changes_nothing(folder: str, empty: Engine) -> None:
    """The same files by the same mapping leave the database as it is, and a rehearsal writes nothing."""
    mapping = mapping_for(SAMPLES / folder, WHOLE[folder])
    rehearsed = import_folder(empty, SAMPLES / folder, WHOLE[folder], mapping, dry=True)
    first = import_folder(empty, SAMPLES / folder, WHOLE[folder], mapping)
    again = import_folder(empty, SAMPLES / folder, WHOLE[folder], mapping)
    assert rehearsed.added == first.added
    assert (again.added, again.changed) == ({}, {})
    assert again.unchanged == {"article": 1, "event": 1, "statement": 1}


def test_the_order_of_tools_does_not_make_new_actors(empty: Engine) -> None:
    """A second tool's file of the same people names the actors that the first one made."""
    for folder in ("brat", "doccano"):
        mapping = mapping_for(SAMPLES / folder, folder)
        report = import_folder(empty, SAMPLES / folder, folder, mapping)
    assert report.added == {"article": 1, "event": 1, "statement": 1}


def test_a_reference_makes_a_code(empty: Engine, empty_url: str) -> None:
    """What brat calls a normalisation is a code of the actor."""
    import_folder(empty, SAMPLES / "brat", "brat", mapping_for(SAMPLES / "brat", "brat"))
    with client_of(empty_url) as client:
        codes = {one["id"]: one["codes"] for one in of_trial(client, "actors")}
    assert codes == {"trial:anna-arc": {"wikidata": "Q424242"}, "trial:bernd-berg": {}}


def test_known_actors_are_found_by_their_names(engine: Engine, seeded_url: str, tmp_path: Path) -> None:
    """A name that one known actor has is that actor; a quotation without a speaker has none."""
    text = "Sergey Lavrov met John Kerry. “We disagree,” said somebody."
    (tmp_path / "a.txt").write_text(text, "utf-8")
    marks = [("PERSON", "Sergey Lavrov"), ("PERSON", "John Kerry"), ("meeting", "met"), ("QUOTE", "“We disagree,”")]
    lines = [
        f"T{number}\t{label} {text.index(words)} {text.index(words) + len(words)}\t{words}"
        for number, (label, words) in enumerate(marks, 1)
    ]
    (tmp_path / "a.ann").write_text("\n".join([*lines, "E1\tmeeting:T3 participant:T1 participant2:T2"]), "utf-8")
    mapping = draft_mapping("brat", texts_in(tmp_path, "brat"))
    report = import_folder(engine, tmp_path, "brat", mapping)
    assert report.added == {"article": 1, "event": 1, "statement": 1}
    assert report.remarks["a statement without a speaker: its speaker is null"] == 1
    with client_of(seeded_url) as client:
        (event,) = of_trial(client, "events")
        (statement,) = of_trial(client, "statements")
    assert [part["actor"]["id"] for part in event["participants"]] == ["sergey-lavrov", "john-kerry"]
    assert statement["speaker"] is None


def test_words_of_a_page_are_kept_unverified(empty: Engine, empty_url: str) -> None:
    """Web annotations of a page that nobody holds make records whose evidence says that it is not verified."""
    folder = SAMPLES / "w3c"
    report = import_folder(empty, folder, "w3c", mapping_for(folder, "w3c"))
    assert report.added == {"actor": 2, "place": 1, "article": 1, "event": 1, "statement": 1}
    with client_of(empty_url) as client:
        (article,) = of_trial(client, "articles")
        (statement,) = of_trial(client, "statements")
    assert (article["text_kind"], article["source_url"]) == ("none", "https://news.example/meeting")
    assert {(one["verified"], one["start"]) for one in statement["evidence"]} == {(False, None)}
    assert "“We will not yield,”" in {one["exact"] for one in statement["evidence"]}


def _note(key: str, tag: str, exact: str, prefix: str = "", suffix: str = "") -> dict[str, Any]:
    """An annotation of Hypothesis on one page."""
    quote = {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}
    return {"id": key, "uri": "https://news.example/a", "tags": [tag], "target": [{"selector": [quote]}]}


def test_files_about_one_page_are_one_article(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Whatever the batches are; what two files have is told once, and that is said."""
    shared = _note("a", "meeting", "met")
    for name, own in (("x", _note("b", "visit", "came")), ("y", _note("c", "threat", "or else"))):
        (tmp_path / f"{name}.json").write_text(json.dumps({"total": 2, "rows": [shared, own]}), "utf-8")
    skipped: list[Skipped] = []
    mapping = "".join(f"  {tag}: {{as: event, type: {tag}}}\n" for tag in ("meeting", "visit", "threat"))
    for _turn in range(2):
        report = import_folder(empty, tmp_path, "hypothesis", f"labels:\n{mapping}", skipped, batch=1)
    assert report.unchanged == {"article": 1, "event": 3}
    with client_of(empty_url) as client:
        assert {one["type"] for one in of_trial(client, "events")} == {"meeting", "visit", "threat"}
    assert {one.why for one in skipped} == {f"trial:https-news-example-a-e-a is in {tmp_path}/x.json already"}


def test_words_around_those_of_a_page_tell_directness(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """What is between quotation marks was said so; what is not was reported."""
    rows = [
        _note("a", "quote", "We will not", "said: “", "”."),
        _note("b", "quote", "“Never”"),
        _note("c", "quote", "he would not", "said that ", "."),
    ]
    (tmp_path / "a.json").write_text(json.dumps({"total": 3, "rows": rows}), "utf-8")
    import_folder(empty, tmp_path, "hypothesis", "labels: {quote: {as: quotation}}\n")
    with client_of(empty_url) as client:
        told = {one["id"][-1]: one for one in of_trial(client, "statements")}
    assert {key: (one["directness"], (one["quote"] or {}).get("text")) for key, one in told.items()} == {
        "a": ("direct", "We will not"),
        "b": ("direct", "Never"),
        "c": ("indirect", None),
    }


@pytest.mark.parametrize(("folder", "events"), [("w3c", 1), ("hypothesis", 0)])
def test_words_of_a_known_page_are_checked(folder: str, events: int, empty: Engine, empty_url: str) -> None:
    """Annotations of the address of a known article are placed in its text and hang on it."""
    known = SAMPLES / "known"
    import_folder(empty, known, "doccano", "language: en\nmeta: {url: {as: source_url}}\n")
    about = DATASET.model_copy(update={"id": "notes"})
    drafted = draft_mapping(folder, texts_in(SAMPLES / folder, folder))
    report = import_texts(empty, job_of(SAMPLES / folder, folder, drafted, about))
    assert (report.added["statement"], report.added["event"], report.added["article"]) == (1, events, 0)
    with client_of(empty_url) as client:
        (statement,) = client.get("/v1/statements?dataset=notes&include=evidence").json()["data"]
    proof = next(one for one in statement["evidence"] if one["field"] is None)
    assert (proof["start"], proof["verified"], proof["article"]["id"]) == (
        TEXT.index("“We will"),
        True,
        "trial:page-7",
    )
