"""What a mapping makes of annotations: statements, events, quotations, dates, and what it refuses."""

import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from app.database import open_engine
from app.importing.annotated_text import waiting
from app.importing.annotated_text.choosing import chosen
from app.importing.annotated_text.dating import date_of
from app.importing.annotated_text.drafting import draft_mapping
from app.importing.annotated_text.formats import FORMATS
from app.importing.annotated_text.guessing import label_rule
from app.importing.annotated_text.naming import Names
from app.importing.annotated_text.quoting import said
from app.importing.annotated_text.shape import Given
from app.importing.annotated_text.work import TextJob, TextReport, Work
from app.importing.records import Skipped
from app.loading import Refused
from tests.annotated import DATASET, import_folder, of_trial, parsed, texts_in
from tests.conftest import client_of
from tests.writers import writer_of

ATTRIBUTION = """\
language: en
labels:
  Source: {as: speaker, kind: person}
  Content: {as: quotation}
  Cue: {as: ignore}
  Attribution: {as: statement, acts: {den: deny, warn: warn}}
links:
  Source: {as: speaker}
  Content: {as: quotation}
"""


@pytest.fixture
def empty(empty_url: str) -> Iterator[Engine]:
    """An engine on a migrated database without data."""
    opened = open_engine(empty_url)
    yield opened
    opened.dispose()


def write_brat(folder: Path, name: str, text: str, *lines: str) -> None:
    """A brat document in FOLDER; `LABEL:words` in a line of T stands for their place."""
    (folder / f"{name}.txt").write_text(text, "utf-8")
    made = []
    for line in lines:
        key, _, said_ = line.partition("\t")
        label, found, words = said_.partition(":")
        if key[0] == "T" and found:
            parts = words.split("|")
            places = ";".join(f"{text.index(part)} {text.index(part) + len(part)}" for part in parts)
            made.append(f"{key}\t{label} {places}\t{' '.join(parts)}")
        else:
            made.append(line)
    (folder / f"{name}.ann").write_text("\n".join(made), "utf-8")


def test_attributions_become_statements(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """A source, a cue and a content make a statement; a parted content keeps its omission, no source is no speaker."""
    write_brat(
        tmp_path,
        "news",
        "Aid will come, Anna Arc said, and soon. “Never,” it was denied. Berg warned that “war” may follow.",
        "T1\tContent:Aid will come|and soon",
        "T2\tSource:Anna Arc",
        "T3\tCue:said",
        "T4\tContent:“Never,”",
        "T5\tCue:denied",
        "T6\tSource:Berg",
        "T7\tCue:warned",
        "T8\tContent:that “war” may follow",
        "T9\tContent:soon",
        "E1\tAttribution:T3 Content:T1 Cue:T3 Source:T2",
        "E2\tAttribution:T5 Content:T4",
        "E3\tAttribution:T7 Content:T8 Source:T6",
    )
    report = import_folder(empty, tmp_path, "brat", ATTRIBUTION)
    with client_of(empty_url) as client:
        made = {one["id"].rpartition("-")[2]: one for one in of_trial(client, "statements")}
    told = {
        key: (one["speaker"] and one["speaker"]["name"], one["act"], one["directness"], one["gist"])
        for key, one in made.items()
    }
    assert told == {
        "e1": ("Anna Arc", "inform", "indirect", "Aid will come […] and soon"),
        "e2": (None, "deny", "direct", "“Never,”"),
        "e3": ("Berg", "warn", "mixed", "that “war” may follow"),
        "t9": (None, "inform", "indirect", "soon"),
    }
    assert [made[key]["quote"] and made[key]["quote"]["text"] for key in ("e1", "e2", "e3")] == [None, "Never,", "war"]
    assert [one["exact"] for one in made["e1"]["evidence"]] == ["Aid will come", "and soon", "said", "Anna Arc"]
    assert report.remarks["a statement without a speaker: its speaker is null"] == 2


def test_several_quotations_of_one_statement_are_one_quote(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """“A,” he said, “B.” is one direct quotation with an omission between its parts."""
    text = "“We will go,” said Anna Arc, “and not return.”"
    lines = ("T1\tContent:“We will go,”|“and not return.”", "T2\tSource:Anna Arc", "T3\tCue:said")
    write_brat(tmp_path, "news", text, *lines, "E1\tAttribution:T3 Content:T1 Source:T2")
    import_folder(empty, tmp_path, "brat", ATTRIBUTION)
    with client_of(empty_url) as client:
        (statement,) = of_trial(client, "statements")
    assert statement["directness"] == "direct"
    assert statement["quote"]["text"] == "We will go, […] and not return."


EVENTS = """\
language: ru
labels:
  PERSON: {as: actor, kind: person, alone: false}
  COUNTRY: {as: place, precision: country}
  DATE: {as: date}
  EVENT: {as: event, types: {встре: meeting, перегов: negotiation}}
links:
  PARTICIPANT_IN: {as: participant}
  TAKES_PLACE_IN: {as: place}
  POINT_IN_TIME: {as: date}
  HAS_CAUSE: {as: relation, relation: causes, backwards: true}
  ALTERNATIVE_NAME: {as: same}
"""


def test_events_by_the_words_of_their_triggers(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Types come from how a trigger begins; a trigger of no type is skipped; a relation may go backwards."""
    write_brat(
        tmp_path,
        "news",
        "Анна встретила Берга в Литве 4 сентября 1998 года. Переговоры сорваны. Матч был.",
        "T1\tPERSON:Анна",
        "T2\tEVENT:встретила",
        "T3\tPERSON:Берга",
        "T4\tCOUNTRY:Литве",
        "T5\tDATE:4 сентября 1998 года",
        "T6\tEVENT:Переговоры",
        "T7\tEVENT:Матч",
        "R1\tPARTICIPANT_IN Arg1:T1 Arg2:T2",
        "R2\tPARTICIPANT_IN Arg1:T3 Arg2:T2",
        "R3\tTAKES_PLACE_IN Arg1:T2 Arg2:T4",
        "R4\tPOINT_IN_TIME Arg1:T2 Arg2:T5",
        "R5\tHAS_CAUSE Arg1:T6 Arg2:T2",
        "R6\tHAS_CAUSE Arg1:T7 Arg2:T2",
        "R7\tUNHEARD_OF Arg1:T2 Arg2:T7",
        "A1\tNegation T2",
    )
    skipped: list[Skipped] = []
    report = import_folder(empty, tmp_path, "brat", EVENTS, skipped)
    with client_of(empty_url) as client:
        meeting, talks = sorted(of_trial(client, "events"), key=lambda one: one["type"])
    assert (meeting["type"], talks["type"]) == ("meeting", "negotiation")
    assert (meeting["date"]["start"], meeting["place"]["precision"]) == ("1998-09-04", "country")
    assert meeting["summary"] == "Анна встретила Берга в Литве 4 сентября 1998 года."
    assert [(one["type"], one["target"]["id"]) for one in meeting["relations"]] == [("causes", talks["id"])]
    assert [one.why for one in skipped] == ["no rule gives the event 'Матч' (EVENT) a type"]
    assert report.remarks["the link UNHEARD_OF is not mapped"] == 1
    assert report.remarks["the attribute Negation is not used"] == 1
    assert report.remarks["a relation to a mark that did not become a record is dropped"] == 1


def test_a_link_to_what_is_not_mapped_is_told(empty: Engine, tmp_path: Path) -> None:
    """Which of its ends no rule knows is said, because then the link is not at fault."""
    lines = ["T1\tP:Anna", "T2\tEVENT:met", "R1\tBY Arg1:T2 Arg2:T1", "R2\tBY Arg1:T1 Arg2:T1"]
    write_brat(tmp_path, "news", "Anna met Bob.", *lines)
    mapping = "labels: {P: {as: actor}}\nlinks: {BY: {as: participant}}\n"
    assert import_folder(empty, tmp_path, "brat", mapping).remarks == {
        "the label EVENT is not mapped": 1,
        "the link BY between EVENT and P cannot be participant; EVENT is not mapped": 1,
        "the link BY between P and P cannot be participant": 1,
    }


def test_what_a_relation_says_beside_its_type_is_told(empty: Engine, tmp_path: Path) -> None:
    """In the draft and in the report."""
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Name|value\n#T_RL=x.Tie|label|sure|BT_x.Name\n\n\n#Text=Ann met\n"
        "1-1\t0-3\tAnn\tPER\tparticipant\tno\t1-2\t\n1-2\t4-7\tmet\tmeeting\t_\t_\t_\t\n"
    )
    (tmp_path / "a.tsv").write_text(text, "utf-8")
    drafted = draft_mapping("webanno-tsv", texts_in(tmp_path, "webanno-tsv"))
    assert "“Name:meeting → Name:PER”\n  # attributes: sure “no”\n" in drafted
    report = import_folder(empty, tmp_path, "webanno-tsv", drafted)
    assert (report.added["event"], report.remarks) == (1, {"the attribute sure is not used": 1})


def test_states_are_known_by_their_usual_names(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Not by those alone that ISO 3166 has."""
    names = {"Russia": "RUS", "Palestine": "PSE", "Syria": "SYR", "USA": "USA", "US": "USA", "Ruritania": None}
    text = ", ".join(names)
    spans = [[text.index(f"{name},"), text.index(f"{name},") + len(name), "STATE"] for name in list(names)[:-1]]
    spans.append([text.index("Ruritania"), len(text), "STATE"])
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "label": spans}), "utf-8")
    import_folder(empty, tmp_path, "doccano", "language: en\nlabels: {STATE: {as: actor, kind: state}}\n")
    with client_of(empty_url) as client:
        assert {one["name"]: one["country"] for one in of_trial(client, "actors")} == names


def test_pronouns_name_nobody(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Marked as persons, they are whom they are linked to, each by itself, and nobody is called like them."""
    text = "Anna spoke. I agree, she said, she insisted. Eve left, and she met her. WHO came."
    lines, at = ["T1\tPERSON 0 4\tAnna", "T2\tPERSON 45 48\tEve", "T3\tORG 72 75\tWHO"], 0
    for number, words in enumerate(("I", "she", "she", "she", "her"), 4):
        at = text.index(words, at + 1)
        lines.append(f"T{number}\tPERSON {at} {at + len(words)}\t{words}")
    lines += [f"R{key}\tSAME Arg1:T{of} Arg2:T{key}" for key, of in ((5, 1), (6, 1), (7, 2), (8, 1))]
    lines += ["T9\tMEET 63 66\tmet", "E1\tMEET:T9 By:T7 With:T8"]
    mapping = "labels:\n  PERSON: {as: actor, kind: person}\n  ORG: {as: actor}\n  MEET: {as: event, type: meeting}\n"
    mapping += "links:\n  SAME: {as: same}\n  By: {as: participant}\n  With: {as: participant}\n"
    write_brat(tmp_path, "news", text, *lines)
    skipped: list[Skipped] = []
    import_folder(empty, tmp_path, "brat", mapping, skipped)
    with client_of(empty_url) as client:
        assert sorted(one["name"] for one in of_trial(client, "actors")) == ["Anna", "Eve", "WHO"]
        assert all(one["aliases"] == [] for one in of_trial(client, "actors"))
        (meeting,) = of_trial(client, "events")
    assert ([one["actor"]["name"] for one in meeting["participants"]], skipped) == (["Eve", "Anna"], [])


def test_pronouns_with_a_verb_name_nobody_either(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """As tokenisers that part words at blanks leave them."""
    words = ["I’ve", "we'll", "They're", "she’d", "US's", "Dell", "D'Alema"]
    text = " ".join(words)
    spans = [[text.index(one), text.index(one) + len(one), "ACTOR"] for one in words]
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text, "label": spans}), "utf-8")
    import_folder(empty, tmp_path, "doccano", "language: en\nlabels: {ACTOR: {as: actor}}\n")
    with client_of(empty_url) as client:
        assert {one["name"] for one in of_trial(client, "actors")} == {"US's", "Dell", "D'Alema"}


def test_a_corrected_text_takes_back_what_it_said(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Events and statements that the annotation has no longer go; those of other texts, and of the desk, stay."""
    lines = ["T1\tMEET:met", "T2\tMEET:talked", "T3\tQUOTE:“no”", "T4\tQUOTE:“yes”"]
    for name in ("a", "b"):
        write_brat(tmp_path, name, f"They met, talked, said “no” and “yes” {name}.", *lines)
    mapping = "language: en\nlabels:\n  MEET: {as: event, type: meeting}\n  QUOTE: {as: quotation}\n"
    import_folder(empty, tmp_path, "brat", mapping)
    desk = {"id": "trial:desk", "type": "visit", "label": "A visit", "evidence": ["Talks"]}
    other = {"id": "trial:c", "language": "en", "title": "C", "text": "Talks were held.", "published": "2020"}
    shared = {"id": "trial:a-e-t2", "evidence": ["Talks"]}
    with writer_of(empty_url) as client:
        told = client.post("/v1/articles?dataset=trial", json={**other, "events": [shared, desk]})
        assert told.status_code == 201, told.text
    write_brat(tmp_path, "a", "They met, talked, said “no” and “yes” a.", *lines[2:3])
    dry, report, again = (import_folder(empty, tmp_path, "brat", mapping, dry=dry) for dry in (True, False, False))
    assert dry.removed == report.removed == {"event": 1, "statement": 1}
    assert not again.removed
    with client_of(empty_url) as client:
        events = {one["id"] for one in of_trial(client, "events")}
        statements = {one["id"] for one in of_trial(client, "statements")}
    assert events == {"trial:a-e-t2", "trial:b-e-t1", "trial:b-e-t2", "trial:desk"}
    assert statements == {"trial:a-s-t3", "trial:b-s-t3", "trial:b-s-t4"}


def test_what_others_name_stays_though_its_text_says_it_no_longer(
    empty: Engine, empty_url: str, tmp_path: Path
) -> None:
    """The corrected text comes in all the same."""
    mapping = "language: en\nlabels: {MEET: {as: event, type: meeting}}\n"
    write_brat(tmp_path, "a", "They met and talked.", "T1\tMEET:met")
    import_folder(empty, tmp_path, "brat", mapping)
    tie = {"type": "follows", "target": "trial:a-e-t1"}
    visit = {"id": "trial:desk", "type": "visit", "label": "A visit", "relations": [tie], "evidence": ["Talks"]}
    other = {"id": "trial:c", "language": "en", "title": "C", "text": "Talks were held.", "published": "2020"}
    with writer_of(empty_url) as client:
        told = client.post("/v1/articles?dataset=trial", json={**other, "events": [visit]})
        assert told.status_code == 201, told.text
    write_brat(tmp_path, "a", "They met and talked.", "T2\tMEET:talked")
    report = import_folder(empty, tmp_path, "brat", mapping)
    assert (report.texts, report.skipped, report.added, report.removed) == (1, 0, {"event": 1}, {})
    with client_of(empty_url) as client:
        assert {one["id"] for one in of_trial(client, "events")} == {"trial:a-e-t1", "trial:a-e-t2", "trial:desk"}


NOTES = {
    "bad": '{"id": "trial:a", "type": "meeting", "label": "A", "participants": [{"actor": "nobody"}]}',
    "good": '{"id": "trial:b", "type": "meeting", "label": "B"}',
}


def test_one_refused_text_does_not_lose_the_others(empty: Engine, tmp_path: Path) -> None:
    """A text that the loader refuses is told, and the others of its batch are written."""
    for name in ("bad", "good"):
        write_brat(tmp_path, name, "Anna met.", "T1\tmeeting:met", f"#1\tAnnotatorNotes T1\t{NOTES[name]}")
    skipped: list[Skipped] = []
    mapping = "records: true\nlabels: {meeting: {as: event, type: meeting}}\n"
    report = import_folder(empty, tmp_path, "brat", mapping, skipped)
    assert report.added == {"article": 1, "event": 1}
    told = "the article is refused: events[0].participants[0].actor: there is no actor of this id; found 'nobody'"
    assert [one.why for one in skipped] == [told]


def test_a_language_that_is_none_is_remarked(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """The mapping's language stands where a text's own is none; one written otherwise, or named, is put right."""
    for name, language in (("a", "klingonese-of-old"), ("b", "PT-br"), ("c", "Russian")):
        write_brat(tmp_path, name, "Anna.", "T1\tPERSON:Anna")
        (tmp_path / f"{name}.json").write_text(f'{{"language": "{language}"}}', "utf-8")
    report = import_folder(empty, tmp_path, "brat", "language: en\nmeta: {language: {as: language}}\n")
    with client_of(empty_url) as client:
        assert sorted(one["language"] for one in of_trial(client, "articles")) == ["en", "pt-BR", "ru"]
    assert report.remarks["'klingonese-of-old' is not a language"] == 1


def test_a_text_in_another_script_is_not_of_the_common_language(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """An Arabic text among English ones is not called English; a field may say what it is."""
    tasks: list[dict[str, Any]] = [
        {"id": 1, "text": "Anna met Bob."},
        {"id": 2, "text": "سامح شكري زار باريس"},
        {"id": 3, "text": "سامح شكري زار باريس أمس", "lang": "ar"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(json.dumps(task) for task in tasks), "utf-8")
    report = import_folder(empty, tmp_path, "doccano", "language: en\nmeta: {lang: {as: language}}\n")
    with client_of(empty_url) as client:
        told = {one["id"]: one["language"] for one in of_trial(client, "articles")}
    assert told == {"trial:a-1": "en", "trial:a-2": "und", "trial:a-3": "ar"}
    assert report.remarks["a text is not in the script of its language en, which is left open"] == 1


def test_meta_fields_make_the_article(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Fields beside the text give title, date, address, publisher and language; what cannot be read is remarked."""
    write_brat(tmp_path, "news", "First line.\nSecond.", "T1\tPERSON:First")
    fields = '{"head": "A title", "when": "4 September 1998", "url": "https://a.b/c", "paper": "The Paper", "l": "de"}'
    (tmp_path / "news.json").write_text(fields, "utf-8")
    uses = {"head": "title", "when": "published", "url": "source_url", "paper": "publisher", "l": "language"}
    meta = "".join(f"  {key}: {{as: {use}}}\n" for key, use in uses.items())
    import_folder(empty, tmp_path, "brat", f"rights: served\nmeta:\n{meta}")
    with client_of(empty_url) as client:
        (article,) = of_trial(client, "articles")
    assert (article["title"], article["language"], article["source_url"]) == ("A title", "de", "https://a.b/c")
    assert (article["published"]["start"], article["publisher"]["name"]) == ("1998-09-04", "The Paper")
    assert (article["rights"], article["text"]) == ("served", "First line.\nSecond.")


def test_a_field_may_say_who_speaks(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Interviews and speeches have it beside the text; who is marked in the text comes first. Other fields are told."""
    lines = [
        {"text": "We stay.", "label": [[0, 8, "QUOTE"]], "speaker": "Anna Arc", "desk": "x"},
        {"text": "We go, Bo said.", "label": [[0, 5, "QUOTE"]], "speaker": "Anna Arc", "desk": {"no": 1}},
        {"text": "They come.", "label": [[0, 9, "QUOTE"]]},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    drafted = draft_mapping("doccano", texts_in(tmp_path, "doccano"))
    assert "  speaker: {as: speaker}\n" in drafted
    report = import_folder(empty, tmp_path, "doccano", drafted)
    with client_of(empty_url) as client:
        found = of_trial(client, "statements")
    assert [one["speaker"] and one["speaker"]["name"] for one in found] == ["Anna Arc", "Anna Arc", None]
    assert report.remarks["a statement without a speaker is of the one that a field names"] == 2
    assert report.remarks["fields beside the text that are not mapped: desk"] == 2


def test_an_address_that_is_none_is_told(empty: Engine, tmp_path: Path) -> None:
    """It would be left out without a word. An article without an id is called by its place in the file."""
    (tmp_path / "a.jsonl").write_text('{"id": null, "text": "Anna met Bob.", "label": [], "url": "a.b/c"}', "utf-8")
    (read,) = texts_in(tmp_path, "doccano")
    assert read.name == "a-1"
    report = import_folder(empty, tmp_path, "doccano", "language: en\nmeta: {url: {as: source_url}}\n")
    assert report.remarks["'a.b/c' is not an address of a page, and is left out"] == 1


def test_two_files_of_one_name_are_two_articles(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """The second is called by its folder too."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_brat(tmp_path / folder, "news", f"Text {folder}.", "T1\tPERSON:Text")
    for _turn in range(2):
        import_folder(empty, tmp_path, "brat", "language: en\n")
    with client_of(empty_url) as client:
        assert sorted(one["id"] for one in of_trial(client, "articles")) == ["trial:b-news", "trial:news"]


def test_two_texts_of_one_name_are_both_kept(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """They get names apart, the same ones each time; the same text once more is told."""
    lines: list[dict[str, Any]] = [
        {"id": 7, "text": text, "entities": []} for text in ("Anna met Bob.", "Cy met Dan.", "Anna met Bob.")
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    skipped: list[Skipped] = []
    for _turn in range(2):
        report = import_folder(empty, tmp_path, "doccano", "language: en\nrights: served\n", skipped)
    assert (report.texts, report.unchanged["article"]) == (2, 2)
    with client_of(empty_url) as client:
        assert sorted(one["text"] for one in of_trial(client, "articles")) == ["Anna met Bob.", "Cy met Dan."]
    assert {(one.line, one.why) for one in skipped} == {(3, "is the annotation of nobody; the one of line 1 counts")}


def test_two_texts_with_one_id_are_both_kept(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """The field that the mapping takes for the id may be of a document, of which each text is a part."""
    lines = [
        {"text": "Anna met Bob.", "label": [[5, 8, "M"]], "meta": {"doc": "d1"}},
        {"text": "Then Cy met Dan.", "label": [[8, 11, "M"]], "meta": {"doc": "d1"}},
        {"text": "Eve left.", "label": [[4, 8, "M"]], "meta": {"doc": "d2"}},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    skipped: list[Skipped] = []
    mapping = "labels: {M: {as: event, type: meeting}}\nmeta: {doc: {as: id}}\n"
    for _turn in range(2):
        report = import_folder(empty, tmp_path, "doccano", mapping, skipped)
    assert (report.unchanged, skipped) == ({"article": 3, "event": 3}, [])
    with client_of(empty_url) as client:
        assert {"trial:d1", "trial:d2"} < {one["id"] for one in of_trial(client, "articles")}
        told = {one["evidence"][0]["verified"] for one in of_trial(client, "events")}
    assert told == {True}


def test_the_annotator_who_counts_is_chosen(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Of two annotations of one text that of the mapping's annotator counts, and the other is told."""
    lines = [
        {
            "_input_hash": 1,
            "_session_id": session,
            "text": "Anna met Bob",
            "spans": [{"start": a, "end": b, "label": "P"}],
        }
        for session, a, b in (("x", 0, 4), ("y", 9, 12))
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    skipped: list[Skipped] = []
    mapping = "annotator: y\nlabels: {P: {as: actor, kind: person}}\n"
    import_folder(empty, tmp_path, "prodigy", mapping, skipped)
    with client_of(empty_url) as client:
        assert [one["name"] for one in of_trial(client, "actors")] == ["Bob"]
    assert [one.why for one in skipped] == ["is the annotation of x; the one of y counts"]
    report = import_folder(empty, tmp_path, "prodigy", mapping.replace("y", "z", 1))
    assert report.remarks == {"nobody who annotated is called z, whom the mapping wants": 1}


def test_annotators_with_files_of_their_own_make_one_article(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """The one of the mapping counts, wherever the file is; the other is told with it."""
    for person, lines in (("a", ["T1\tP:Anna"]), ("b", ["T1\tP:Anna", "T2\tP:Bob"])):
        write_brat(tmp_path, f"news_{person}", "Anna met Bob.", *lines)
        (tmp_path / f"news_{person}.txt").replace(tmp_path / "news.txt")
    skipped: list[Skipped] = []
    mapping = "annotator: b\nlabels: {P: {as: actor, kind: person}}\n"
    for _turn in range(2):
        report = import_folder(empty, tmp_path, "brat", mapping, skipped)
    assert report.unchanged == {"article": 1}
    with client_of(empty_url) as client:
        assert [one["id"] for one in of_trial(client, "articles")] == ["trial:news"]
        assert sorted(one["name"] for one in of_trial(client, "actors")) == ["Anna", "Bob"]
    assert {one.why for one in skipped} == {"is the annotation of a; the one of b counts"}


@pytest.mark.parametrize("suffix", ["json", "jsonl"])
def test_members_of_doccano_have_a_file_of_their_own(
    empty: Engine, empty_url: str, tmp_path: Path, suffix: str
) -> None:
    """Each has every text, mostly without labels: of each text the first that somebody annotated counts."""
    texts = {7: "Anna met Bob.", 8: "Cy met Dan."}
    marked = {"admin": {}, "boss": {8: [[0, 2, "P"]]}, "cora": {7: [[0, 4, "P"]], 8: [[7, 10, "P"]]}}
    for member, labels in marked.items():
        tasks = [{"id": key, "text": text, "label": labels.get(key, [])} for key, text in texts.items()]
        lines = "\n".join(map(json.dumps, tasks)) if suffix == "jsonl" else json.dumps(tasks)
        (tmp_path / f"{member}.{suffix}").write_text(lines, "utf-8")
    skipped: list[Skipped] = []
    drafted = draft_mapping("doccano", texts_in(tmp_path, "doccano"))
    assert "the same texts: admin (2), boss (2), cora (2). Whose work counts:\n# annotator: admin\n" in drafted
    for _turn in range(2):
        report = import_folder(empty, tmp_path, "doccano", "labels: {P: {as: actor, kind: person}}\n", skipped)
    assert report.unchanged == {"article": 2}
    with client_of(empty_url) as client:
        assert sorted(one["id"] for one in of_trial(client, "articles")) == ["trial:admin-7", "trial:admin-8"]
        assert sorted(one["name"] for one in of_trial(client, "actors")) == ["Anna", "Cy"]
    assert sorted({one.why for one in skipped}) == [
        "is the annotation of admin; the one of boss counts",
        "is the annotation of admin; the one of cora counts",
        "is the annotation of boss; the one of cora counts",
        "is the annotation of cora; the one of boss counts",
    ]


def test_a_draft_names_annotators_of_the_same_texts_alone(tmp_path: Path) -> None:
    """As text, though tools number them."""

    def drafted(*annotated: list[int]) -> str:
        tasks = [
            {
                "id": key,
                "data": {"text": f"It is {key}"},
                "annotations": [{"completed_by": who, "result": []} for who in by],
            }
            for key, by in enumerate(annotated)
        ]
        (tmp_path / "a.json").write_text(json.dumps(tasks), "utf-8")
        return draft_mapping("label-studio", texts_in(tmp_path, "label-studio"))

    assert "annotator" not in drafted([1], [2])
    told = "# Several people annotated the same texts: 1 (1), 2 (1). Whose work counts:\n"
    assert told in (draft := drafted([1, 2], [3]))
    assert parsed(draft.replace("# annotator:", "annotator:")).annotator == "1"


def test_texts_that_wait_for_other_annotators_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many there are: of each it is known only where it waits."""
    monkeypatch.setattr(waiting, "_IN_MEMORY", 100_000)
    text = b"Anna met Bob. " * 20_000

    def given() -> Iterator[Given]:
        for number in range(20):
            for who in ("x", "y"):
                yield Given(f"t{number}_{who}.ann", b"T1\tP 0 4\tAnna", {f"t{number}.txt": text}.get)

    job = TextJob(FORMATS["brat"], given(), parsed("annotator: y\nlabels: {}\n"), DATASET)
    tracemalloc.start()
    counting = [read.annotator for read in chosen(Work(job, Names("trial"), TextReport(), datetime.now(UTC)))]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert counting == ["y"] * 20
    assert peak < 10 * len(text)


def test_the_same_text_in_another_folder_is_told(empty: Engine, tmp_path: Path) -> None:
    """It may be annotated by somebody else, or for something else: both are articles."""
    for person in ("a", "b"):
        (tmp_path / person).mkdir()
        write_brat(tmp_path / person, "news", "Anna met Bob.", "T1\tP:Anna")
    report = import_folder(empty, tmp_path, "brat", "labels: {P: {as: actor, kind: person}}\n")
    told = "a text has the name and the words of one in another file: each is an article"
    assert (report.texts, report.remarks) == (2, {told: 1})


def test_a_project_of_inception_has_a_folder_for_each_text(empty: Engine, empty_url: str, tmp_path: Path) -> None:
    """Texts are called by their folders, and of each what was agreed on counts."""
    tsv = "#FORMAT=WebAnno TSV 3.3\n#T_SP=NamedEntity|value\n\n\n#Text={0} left\n1-1\t0-3\t{0}\t{1}\t\n"
    for place, name, label in (
        ("annotation/a.txt/INITIAL_CAS", "Ann", "_"),
        ("annotation/a.txt/eve", "Ann", "LOC"),
        ("annotation/b.txt/eve", "Bob", "PER"),
        ("curation/a.txt/CURATION_USER", "Ann", "PER"),
    ):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{place}.tsv").write_text(tsv.format(name, label), "utf-8")
    skipped: list[Skipped] = []
    mapping = "labels: {NamedEntity:PER: {as: actor, kind: person}}\n"
    import_folder(empty, tmp_path, "webanno-tsv", mapping, skipped)
    with client_of(empty_url) as client:
        assert sorted(one["id"] for one in of_trial(client, "articles")) == ["trial:a", "trial:b"]
        assert sorted(one["name"] for one in of_trial(client, "actors")) == ["Ann", "Bob"]
    assert [one.why for one in skipped] == [
        "is not annotated: INITIAL_CAS is the text as it was given to the annotators",
        "is the annotation of eve; the one of ground truth counts",
    ]


@pytest.mark.parametrize(
    ("mapping", "fault"),
    [
        ("labels: {P: {as: acter}}", "labels.P.as: is not allowed"),
        ("labels: {P: {as: event, type: meting}}", "labels.P.type: not a code of event-types"),
        ("labels: {P: {kind: person}}", "labels.P.as: is missing"),
        ("links: {P: {as: participant, role: boss}}", "links.P.role: not a code of participant-roles"),
        ("lables: {}", "lables: is not known here"),
        ("language: english", "language: not a BCP 47"),
        ("labels: {P: {as: actor}, P: {as: actor}}", "labels.P: given twice"),
        ("labels: ]", "document: not YAML"),
    ],
)
def test_a_mapping_with_faults_is_refused(mapping: str, fault: str) -> None:
    """Every fault is told with the line and what is allowed."""
    with pytest.raises(Refused) as refused:
        parsed(mapping)
    assert fault in str(refused.value)
    assert str(refused.value).startswith("mapping.yaml:1: ")


def test_a_draft_explains_and_can_be_read(tmp_path: Path) -> None:
    """Each label stands with its number and examples; what no name tells is left for a person to say."""
    write_brat(
        tmp_path,
        "news",
        "Anna met Bob: a deal.",
        "T1\tPERSON:Anna",
        "T2\tPERSON:Bob",
        "T3\tEVENT:met",
        "T4\tLaw:deal",
        "R1\tPARTICIPANT_IN Arg1:T1 Arg2:T3",
        "R2\tTies-to Arg1:T4 Arg2:T3",
    )
    drafted = draft_mapping("brat", texts_in(tmp_path, "brat"))
    made = parsed(drafted)
    assert made.language == "en"
    assert (set(made.labels), set(made.links)) == ({"PERSON"}, {"PARTICIPANT_IN"})
    assert "drafted from 1 text with 4 marks and 2 links" in drafted
    assert "  # 2 times: “Anna”, “Bob”\n  PERSON: {as: actor, kind: person}\n" in drafted
    assert "  # EVENT: {as: event, type: meeting}  # an event, of which type?" in drafted
    assert "  # 1 time: “deal”\n  # Law: {as: ignore}  # unknown name: say what it is\n" in drafted
    assert "  # 1 time: “PERSON → EVENT”\n" in drafted


@pytest.mark.parametrize(
    ("label", "rule"),
    [
        ("Contact.Meet", "as: event, type: meeting"),
        ("Contact.Phone-Write", "as: event, type: phone_call"),
        ("Contact.Other", None),
        ("http://x.y/vocabulary#Person", "as: actor, kind: person"),
        ("PERSON:fictional", "as: actor, kind: person"),
        ("Movement/Trigger", "as: event"),
        ("Statement", "as: quotation"),
        ("ACTOR", "as: actor, kind: other"),
        ("Персона", "as: actor, kind: person"),
        ("دولة", "as: actor, kind: state"),
        ("Событие", "as: event"),
    ],
)
def test_the_last_part_of_a_label_tells_what_it_is(label: str, rule: str | None) -> None:
    """A type of event is not guessed from the class that it is of."""
    assert label_rule(label) == rule


def test_attributes_are_drafted_and_tell_types_and_what_did_not_happen(
    empty: Engine, empty_url: str, tmp_path: Path
) -> None:
    """An event by its attribute, whatever the value begins with; one that is negated is left out, and told."""
    write_brat(
        tmp_path,
        "news",
        "Anna met Bob, did not visit Cy, and slept.",
        "T1\tEvent:met",
        "T2\tEvent:visit",
        "T3\tEvent:slept",
        "A1\tSubtype T1 Contact.Meet",
        "A2\tSubtype T2 Visit",
        "A3\tNegation T2",
        "A4\tPolarity T3 Negative",
        "A5\tPolarity T1 Positive",
    )
    drafted = draft_mapping("brat", texts_in(tmp_path, "brat"))
    told = "Subtype “Contact.Meet”, Polarity “Positive”, Subtype “Visit”, Negation “true”, Polarity “Negative”"
    assert f"  # 3 times: “met”, “visit”, “slept”\n  # attributes: {told}\n" in drafted
    assert parsed(drafted).labels["Event"].model_dump(exclude_defaults=True) == {
        "use": "event",
        "types": {"Contact.Meet": "meeting", "Visit": "visit"},
        "by": "Subtype",
        "unless": ["Negation", "Polarity:Negative"],
    }
    skipped: list[Skipped] = []
    report = import_folder(empty, tmp_path, "brat", drafted, skipped)
    with client_of(empty_url) as client:
        assert [one["type"] for one in of_trial(client, "events")] == ["meeting"]
    assert sorted((one.line, one.why) for one in skipped) == [
        (2, "the event 'visit' (Event) did not happen: it has Negation"),
        (3, "the event 'slept' (Event) did not happen: it has Polarity:Negative"),
    ]
    assert not report.remarks


def test_speech_acts_are_drafted_by_the_words_that_report(tmp_path: Path) -> None:
    """Those that only say that something was said tell none."""
    words = ["said", "Denied", "has warned", "warns", "обвинил", "حذر"]
    text = ", ".join(words)
    write_brat(tmp_path, "news", text, *(f"T{n}\tCue:{one}" for n, one in enumerate(words)))
    drafted = parsed(draft_mapping("brat", texts_in(tmp_path, "brat")))
    assert drafted.labels["Cue"].acts == {"denie": "deny", "warn": "warn", "обвин": "accuse", "حذر": "warn"}


def test_labels_of_any_signs_can_be_drafted(tmp_path: Path) -> None:
    """A label with quotes, colons and line ends is a key of YAML all the same."""
    odd = ['a: "b"', "{c}", "# d", "é\nf", "true", "12", "- g"]
    task: dict[str, Any] = {"text": "Anna", "label": [[0, 4, label] for label in odd]}
    (tmp_path / "a.jsonl").write_text(json.dumps(task), "utf-8")
    drafted = draft_mapping("doccano", texts_in(tmp_path, "doccano"))
    lines = [line.replace("  # ", "  ", 1) if "{as: ignore}" in line else line for line in drafted.splitlines()]
    labels = "\n".join(lines).replace("labels:\n  {}", "labels:")
    assert set(parsed(labels).labels) == set(odd)


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("“No,” he said.", "“No,”", ("direct", "No,")),
        ("“No,” he said.", "No,", ("direct", "No,")),
        ("Er sagte: „Nein!“", "„Nein!“", ("direct", "Nein!")),
        ("Il a dit « non ».", "non", ("direct", "non")),
        ("Il a dit « non ».", "« non »", ("direct", "non")),
        ("قال «لا» أمس", "«لا»", ("direct", "لا")),
        ('He said "no way".', '"no way"', ("direct", "no way")),
        ("He said he would not “yield” ever.", "he would not “yield” ever", ("mixed", "yield")),
        ("He said he would not yield.", "he would not yield", ("indirect", None)),
        ("He doesn't think it's so.", "it's so", ("indirect", None)),
    ],
)
def test_quotation_marks_tell_directness(text: str, words: str, expected: tuple[str, str | None]) -> None:
    """Marks inside or right outside make words direct, marks within them mixed, none indirect."""
    start = text.index(words)
    found = said(text, ((start, start + len(words)),), None)
    assert (found.directness, found.quote) == expected


@pytest.mark.parametrize(
    ("words", "language", "expected"),
    [
        ("4 September 1998", "en", "1998-09-04"),
        ("September 4, 1998", "en", "1998-09-04"),
        ("4 сентября 1998 года", "ru", "1998-09-04"),
        ("October 2016", "en", "2016-10"),
        ("أكتوبر 2016", "ar", "2016-10"),
        ("1998", "und", "1998"),
        ("in 1998", "en", "1998"),
        ("2016-10-03T10:00:00Z", "und", "2016-10-03"),
        ("2016-10", "xx", "2016-10"),
        ("20161003", "und", "2016-10-03"),
        ("20161003100000", "und", "2016-10-03"),
        ("20161340", "en", None),
        ("2016-13-40", "en", None),
        ("03/04/2016", "en", None),
        ("Tuesday", "en", None),
        ("3 October", "en", None),
        ("yesterday", "en", None),
        ("", "en", None),
    ],
)
def test_dates_are_read_only_where_they_are_certain(words: str, language: str, expected: str | None) -> None:
    """A day, a month or a year; never one that another day must complete, or that two readings share."""
    assert date_of(words, language) == expected
