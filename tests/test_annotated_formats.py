"""Quirks and damage of each tool's files: what is good is read, the rest is skipped with a reason and a line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.importing.annotated_text.formats import FORMATS
from app.importing.annotated_text.reading import texts_of
from app.importing.annotated_text.shape import AnnotatedText, Given, Mark
from app.importing.annotated_text.units import UNITS, settled
from app.importing.records import Skipped

SAMPLES = Path(__file__).parent / "samples" / "texts"
TASKS = {"doccano": "meeting.jsonl", "prodigy": "meeting.jsonl", "label-studio": "meeting.json"}

Found = tuple[list[AnnotatedText], list[Skipped]]


def read(name: str, data: str | bytes, file: str = "a.json", **beside: str | bytes) -> Found:
    """What the format NAME reads in DATA, and what it skips; BESIDE are other files of the folder, `_` for the dot."""
    others = {
        key.replace("__", "."): value if isinstance(value, bytes) else value.encode() for key, value in beside.items()
    }
    raw = data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass")
    given_ = Given(file, raw, others.get, lambda: sorted([file, *others]))
    found = list(texts_of(FORMATS[name], given_))
    return (
        [one for one in found if isinstance(one, AnnotatedText)],
        [one for one in found if isinstance(one, Skipped)],
    )


def brat(text: str, *lines: str) -> Found:
    """What is read of a brat document."""
    return read("brat", "\n".join(lines), "a.ann", a__txt=text)


def words(found: AnnotatedText) -> dict[str, str]:
    """The words of each mark, parts joined by a bar."""
    assert found.text is not None
    return {mark.id: "|".join(found.text[start:end] for start, end in mark.parts) for mark in found.marks}


def test_brat_spans_may_be_parted_nested_and_over_lines() -> None:
    """Discontinuous spans keep their parts; a line's end that brat shows as a blank fits."""
    (found,), skipped = brat(
        "He said\nno to war, never.",
        "T1\tContent 8 10;19 24\tno never",
        "T2\tPart 3 10\tsaid no",
        "T3\tPart 8 10\tno",
        "T4\tPart 8 10\tno",
    )
    assert words(found) == {"T1": "no|never", "T2": "said\nno", "T3": "no", "T4": "no"}
    assert skipped == []


@pytest.mark.parametrize(("start", "end"), [(13, 16), (14, 17)])
def test_brat_offsets_may_count_line_ends_as_one_or_two(start: int, end: int) -> None:
    """Git for Windows and editors turn line ends after the text was annotated; the words tell."""
    (found,), skipped = brat("Ann met Bob.\r\nAnn left.", "T1\tPerson 0 3\tAnn", f"T2\tPerson {start} {end}\tAnn")
    assert (words(found), skipped) == ({"T1": "Ann", "T2": "Ann"}, [])


@pytest.mark.parametrize("first", [0, 1])
def test_brat_offsets_may_count_a_byte_order_mark(first: int) -> None:
    """The words tell, of which several are the same."""
    lines = [f"T{at}\tPerson {at + first} {at + first + 3}\tAnn" for at in (0, 13)]
    (found,), skipped = brat("\ufeffAnn met Bob. Ann left.", *lines)
    assert (words(found), skipped) == ({"T0": "Ann", "T13": "Ann"}, [])
    assert (found.text or "").strip() == "Ann met Bob. Ann left."


def test_brat_events_take_the_place_of_their_triggers() -> None:
    """Roles lose their numbers, arguments may be events, attributes and references stay with what they are of."""
    (found,), skipped = brat(
        "Ann met Bob and Cy, which ended war.",
        "T1\tPerson 0 3\tAnn",
        "T2\tMeet 4 7\tmet",
        "T3\tPerson 8 11\tBob",
        "T4\tPerson 16 18\tCy",
        "T7\tEnd 26 31\tended",
        "E1\tMeet:T2 Who:T1 Who2:T3 Who3:T4",
        "E2\tEnd:T7 Cause:E1",
        "M1\tNegation E2",
        "A1\tCertainty E1 High",
        "N1\tReference T1 Wikidata:Q7\tAnn",
        "#1\tAnnotatorNotes T3\tsure?",
        "*\tEquiv T1 T3 T4",
    )
    assert skipped == []
    assert words(found) == {"T1": "Ann", "T3": "Bob", "T4": "Cy", "E1": "met", "E2": "ended"}
    assert [(link.type, link.source, link.target) for link in found.links] == [
        ("Who", "E1", "T1"),
        ("Who", "E1", "T3"),
        ("Who", "E1", "T4"),
        ("Cause", "E2", "E1"),
        ("Equiv", "T1", "T3"),
        ("Equiv", "T1", "T4"),
    ]
    attributes = {mark.id: dict(mark.attributes) for mark in found.marks if mark.attributes}
    assert attributes == {
        "E1": {"Certainty": "High"},
        "E2": {"Negation": "true"},
        "T1": {"Reference": "Wikidata:Q7"},
        "T3": {"AnnotatorNotes": "sure?"},
    }


def test_brat_lines_that_are_wrong_are_skipped_alone() -> None:
    """Each wrong line is told with its number; the others are read."""
    (found,), skipped = brat(
        "Ann met Bob.",
        "T1\tPerson 0 3\tAnn",
        "T2 Person 8 11 Bob",
        "T3\tPerson 8 99\tBob",
        "T4\tPerson 0 3\tEve",
        "R1\tknows Arg1:T1",
        "R3 knows Arg1:T1 Arg2:T3",
        "*\tEquiv T1",
        "R2\tknows Arg1:T1 Arg2:T9",
        "what is this",
        "E1\tMeet:T8 Who:T1",
        "#1\tAnnotatorNotes R2\twhy?",
    )
    assert words(found) == {"T1": "Ann", "T3": "Bob"}
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [
        (2, "is not a span"),
        (5, "a relation has two arguments"),
        (6, "a relation has two arguments"),
        (7, "has no two members"),
        (9, "is not a line of brat"),
        (10, "the event E1 has the trigger T8, which is not a span"),
        (11, "AnnotatorNotes is said of R2, which is neither a span nor an event"),
        (4, "the mark T4 (Person) is at 0-3, where the text has 'Ann'"),
        (8, "the link knows names T9, of which there is no mark"),
        (10, "the link Who names E1, of which there is no mark"),
    ]
    assert found.remarks == ("offsets were wrong or missing, and found by the words",)


def test_brat_without_its_other_file_is_told() -> None:
    """A text or an annotation alone is skipped; an empty annotation is a text in which nothing was found."""
    assert read("brat", "Words.", "a.txt")[1][0].why.startswith("is not annotated")
    assert read("brat", "", "a.ann")[1][0].why.startswith("there is no a.txt")
    (found,), skipped = brat("Words.")
    assert (found.marks, skipped) == ((), [])


def test_brat_annotators_have_their_own_files() -> None:
    """name_ANNOTATOR.ann is of name.txt; .a1 and .a2 are one annotation."""
    (found,), _skipped = read("brat", "T1\tP 0 3\tAnn", "a_b1.ann", a__txt="Ann met.")
    assert (found.name, found.annotator) == ("a", "b1")
    (found,), _skipped = read(
        "brat", "T1\tP 0 3\tAnn", "a.a1", a__txt="Ann met.", a__a2="T2\tMeet 4 7\tmet\nE1\tMeet:T2 Who:T1"
    )
    assert words(found) == {"T1": "Ann", "E1": "met"}


@pytest.mark.parametrize(
    ("start", "end", "remark"),
    [(3, 6, ()), (4, 7, ("offsets count UTF-16 units",)), (6, 9, ("offsets count bytes",))],
)
def test_the_unit_is_told_by_the_words(start: int, end: int, remark: tuple[str, ...]) -> None:
    """Code points, UTF-16 units and bytes are told apart by what stands there."""
    (found,), skipped = brat("😀! Ann, Bob", f"T1\tP {start} {end}\tAnn")
    assert (words(found), skipped, found.remarks) == ({"T1": "Ann"}, [], remark)


def test_the_unit_is_told_by_the_edges_of_words() -> None:
    """Where a file does not say the words, the unit fits in which marks begin and end at edges of words."""
    task = {"text": "😀 Anna met Bob", "label": [[3, 7, "P"], [12, 15, "P"]]}
    (found,), _skipped = read("doccano", json.dumps(task))
    assert sorted(words(found).values()) == ["Anna", "Bob"]
    assert found.remarks == ("offsets count UTF-16 units",)


def test_doccano_comes_in_all_its_shapes() -> None:
    """Lines, lists, objects over many lines, old and new fields; what has no text is skipped."""
    lines = [
        {"text": "Ann met Bob", "label": [[0, 3, "P"]], "meta": {"page": 3}},
        {"text": "Ann met Bob", "labels": [[8, 11, "P"]]},
        {"id": 9, "text": "Ann", "annotations": [{"label": 4, "start_offset": 0, "end_offset": 3, "user": 1}]},
        {"text": "Good", "label": ["positive"], "cats": "b"},
        {"label": [[0, 1, "P"]]},
        {"text": "Ann", "label": [[0, 99, "P"], [0], [0, 3, "P"]]},
        {"text": "Ann", "annotations": [{"label": 4, "label_name": "Q", "start_offset": 0, "end_offset": 3}]},
        {"text": "Ann", "entities": [{"start": 0, "end": 3, "label": "R"}]},
    ]
    as_lines, skipped = read("doccano", "\n".join(map(json.dumps, lines)))
    as_list, _skipped = read("doccano", json.dumps(lines, indent=2))
    spread, _skipped = read("doccano", "\n".join(json.dumps(line, indent=2) for line in lines))
    assert [words(one) for one in as_lines] == [words(one) for one in as_list] == [words(one) for one in spread]
    assert [list(words(one).values()) for one in as_lines] == [["Ann"], ["Bob"], ["Ann"], [], ["Ann"], ["Ann"], ["Ann"]]
    assert [mark.label for one in as_lines for mark in one.marks] == ["P", "P", "4", "P", "Q", "R"]
    assert as_lines[0].meta == {"page": "3"}
    assert as_lines[3].meta == {"class": "positive, b"}
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [
        (5, "has no text"),
        (6, "entity 2 is not a span"),
        (6, "the mark 0 (P) is at 0-99, but the text has 3 characters"),
    ]


@pytest.mark.parametrize("name", ["doccano", "prodigy", "label-studio"])
def test_damaged_json_loses_only_what_is_damaged(name: str) -> None:
    """What is no JSON is skipped up to the next line that begins an object; the file is read on."""
    good = '{"text": "Ann", "data": {"text": "Ann"}, "annotations": [{}]}'
    data = "\n".join(
        [good, '{"text": "Bo', "[1, 2]", "7", "[" * 100_000, good, '{"text": 5}', '{"text": "x", "spans": 7}']
    )
    found, skipped = read(name, data)
    assert [one.text for one in found][:2] == ["Ann", "Ann"]
    assert [one.row[:12] for one in skipped if one.line == 2] == ['{"text": "Bo']
    assert {one.line for one in skipped} - {2} <= {1, 6, 7, 8}


@pytest.mark.parametrize("name", ["doccano", "prodigy", "label-studio"])
def test_bytes_of_another_encoding_lose_only_their_object(name: str) -> None:
    """It is named with its line; the objects before and behind it are read."""
    good = (SAMPLES / name / TASKS[name]).read_bytes()
    bad = json.dumps({"text": "caf!"}).encode().replace(b"!", b"\xe9")
    found, skipped = read(name, (good.strip().removeprefix(b"[").removesuffix(b"]")) + b"\n" + bad + b"\n")
    assert found == read(name, good)[0] != []
    assert "is not UTF-8: a byte is e9" in [one.why for one in skipped]


@pytest.mark.parametrize("depth", [10, 100_000])
def test_json_may_be_nested_without_end(depth: int) -> None:
    """A nest too deep for the reader is told, not followed."""
    found, skipped = read("doccano", '{"text": ' + "[" * depth)
    assert (found, len(skipped)) == ([], 1)


@pytest.mark.parametrize("name", [*FORMATS])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe\x00", b"\x80abc", b"nonsense", b"<a/>", b"[]", b"{}", b"null", b"\x00"]
)
def test_no_file_stops_an_import(name: str, data: bytes) -> None:
    """Whatever a file holds, it is read or told; nothing is raised."""
    for file in ("a.ann", "a.xmi", "a.json"):
        found, _skipped = read(name, data, file, a__txt="Ann")
        assert all(one.marks == () for one in found)


def test_a_byte_order_mark_is_heeded() -> None:
    """UTF-8 with a mark and UTF-16 are read; another encoding is refused with its line."""
    line = '{"text": "Ünal", "label": [[0, 4, "P"]]}'
    for encoding in ("utf-8-sig", "utf-16"):
        (found,), _skipped = read("doccano", line.encode(encoding))
        assert words(found) == {"0": "Ünal"}
    (skipped,) = read("doccano", ("\n" + line).encode("latin-1"))[1]
    assert (skipped.line, skipped.why) == (2, "is not UTF-8: a byte is dc")


def test_a_text_of_two_bytes_a_letter_needs_no_mark() -> None:
    """UTF-16 shows by the zeros of its first letters."""
    data = json.dumps({"text": "Anna", "label": [[0, 4, "P"]]})
    for encoding in ("utf-16-le", "utf-16-be"):
        (found,), skipped = read("doccano", data.encode(encoding))
        assert (found.text, len(found.marks), skipped) == ("Anna", 1, [])


def test_control_characters_become_blanks() -> None:
    """NUL, carriage returns and halves of a pair cannot be stored; offsets stay."""
    (found,), _skipped = read("doccano", '{"text": "A\\u0000nn\\r\\nmet \\ud800 Bob", "label": [[6, 9, "P"]]}')
    assert found.text == "A nn \nmet \ufffd Bob"
    assert words(found) == {"0": "met"}


def test_control_characters_become_blanks_beside_the_text_too() -> None:
    """In what a file says of its text, in labels and in words of a page that is not at hand."""
    (found,), _skipped = read("doccano", json.dumps({"text": "Ann", "label": [[0, 3, "P\0"]], "ti\x1atle": "\x1aa\0"}))
    assert (found.meta, found.marks[0].label) == ({"ti tle": " a "}, "P ")
    selector = [{"type": "TextQuoteSelector", "exact": "n\0o", "prefix": "\x1a"}]
    note = {"id": "a\0", "uri": "http://x.y/", "tags": ["\x1a"], "target": [{"selector": selector}]}
    (found,), _skipped = read("hypothesis", json.dumps({"rows": [note]}))
    assert (found.marks[0].label, found.marks[0].words, found.marks[0].prefix) == (" ", "n o", " ")


def test_prodigy_takes_what_was_accepted() -> None:
    """Rejected and ignored tasks are skipped; the same text of two sessions is told apart."""
    task = {"text": "Ann met Bob", "_input_hash": 5, "spans": [{"start": 0, "end": 3, "label": "P"}]}
    lines = [
        {**task, "answer": "accept", "_session_id": "one"},
        {**task, "answer": "accept", "_session_id": "two"},
        {**task, "answer": "reject"},
        {**task, "answer": "ignore"},
        {**task, "relations": [{"head": 0, "child": 2, "label": "knows"}]},
    ]
    found, skipped = read("prodigy", "\n".join(map(json.dumps, lines)))
    assert [(one.name, one.annotator) for one in found] == [
        ("a-00000005", "one"),
        ("a-00000005", "two"),
        ("a-00000005", None),
    ]
    assert [one.why.partition(":")[0] for one in skipped] == [
        "was not accepted",
        "was not accepted",
        "relation 1 has no head_span and child_span, and no tokens that its head and child could be",
    ]


def test_prodigy_relations_may_name_tokens_alone() -> None:
    """A token stands for the innermost span around it or, where nothing is marked, for itself."""
    words_ = ("Ann", "Arc", "met", "Bob")
    starts = (0, 4, 8, 12)
    tokens = [
        {"text": word, "start": at, "end": at + len(word), "id": number}
        for number, (word, at) in enumerate(zip(words_, starts, strict=True))
    ]
    spans = [{"start": 0, "end": 15, "label": "S"}, {"start": 0, "end": 7, "label": "P"}]
    pairs = [(2, 1), (2, 3), (2, 9), (-1, 0)]
    relations = [{"head": head, "child": child, "label": "who"} for head, child in pairs]
    task = {"text": "Ann Arc met Bob", "tokens": tokens, "spans": spans[1:], "relations": relations}
    (found,), skipped = read("prodigy", json.dumps(task))
    marked = words(found)
    assert [(marked[link.source], marked[link.target]) for link in found.links] == [("met", "Ann Arc"), ("met", "Bob")]
    assert [one.why.partition(" has")[0] for one in skipped] == ["relation 3", "relation 4"]
    (nested,), _ = read("prodigy", json.dumps({**task, "spans": spans, "relations": relations[:2]}))
    marked = words(nested)
    assert [(marked[link.source], marked[link.target]) for link in nested.links] == [
        ("Ann Arc met Bob", "Ann Arc"),
        ("Ann Arc met Bob", "Ann Arc met Bob"),
    ]


def test_prodigy_classes_of_a_whole_text() -> None:
    """One that was asked about, or those that were chosen."""
    tasks = [{"text": "War", "label": "BAD", "answer": "accept"}, {"text": "Tea", "accept": ["A", 2], "label": None}]
    found, _skipped = read("prodigy", "\n".join(map(json.dumps, tasks)))
    assert [one.meta for one in found] == [{"class": "BAD"}, {"class": "A, 2"}]


@pytest.mark.parametrize("name", ["doccano", "prodigy", "label-studio"])
def test_fields_beside_a_text_are_kept(name: str) -> None:
    """Words, numbers and lists of them; of objects only the name, to be told. What a tool itself puts there is not."""
    task = {"speaker": "Ann", "year": 2001, "tags": ["a", "b"], "no": None, "nil": "", "none": [], "zero": 0}
    task |= {"party": {"name": "Whigs"}, "turns": [["a", 1]]}
    task |= (
        {"text": "We stay.", "data": {"text": "We stay.", **task}} if name == "label-studio" else {"text": "We stay."}
    )
    (found,), skipped = read(name, json.dumps(task | {"annotations": [{}] if name == "label-studio" else []}))
    words_ = {"speaker": "Ann", "year": "2001", "tags": "a, b", "zero": "0"}
    assert dict(found.meta) == {**words_, "party": "", "turns": ""}
    assert skipped == []


def test_label_studio_in_the_small_form() -> None:
    """JSON-MIN has a flat list of labels, and its annotator beside it; lists of anything else are no labels."""
    labels = [{"start": 0, "end": 3, "text": "Ann", "labels": ["P", "Q"]}]
    task = {"id": 3, "text": "Ann met", "label": labels, "annotator": 7, "tokens": [{"start": 4, "end": 7}]}
    (found,), skipped = read("label-studio", json.dumps([task]))
    assert [(mark.label, mark.parts) for mark in found.marks] == [("P", ((0, 3),)), ("Q", ((0, 3),))]
    assert (found.name, found.annotator, found.meta, skipped) == ("a-3", "7", {"id": "3", "tokens": ""}, [])


@pytest.mark.parametrize(("ending", "sign"), [("csv", ","), ("tsv", "\t")])
def test_label_studio_in_a_table(ending: str, sign: str) -> None:
    """Cells have the lists of JSON-MIN; texts may have lines."""
    labels = '"[{""start"": 5, ""end"": 8, ""text"": ""Ann"", ""labels"": [""P""]}]"'
    rows = [["annotator", "id", "text", "label"], ["7", "3", '"Yes.\nAnn met"', labels], ["7", "4", "", ""]]
    rows += [["7", "5", '"[x"', ""], ["8", "6"]]
    (found, other), skipped = read("label-studio", "\n".join(map(sign.join, rows)), f"a.{ending}")
    assert [(mark.label, mark.parts) for mark in found.marks] == [("P", ((5, 8),))]
    assert (found.name, found.line, found.annotator, found.text) == ("a-3", 2, "7", "Yes.\nAnn met")
    assert (other.line, other.text) == (5, "[x")
    assert [(one.line, one.why.partition(":")[0]) for one in skipped] == [(4, "has no text"), (6, "has no text")]


def test_label_studio_keeps_what_was_chosen_for_a_region() -> None:
    """Results that have a region's id are attributes of it, those of no region class the text."""
    value = {"start": 4, "end": 7, "text": "met"}
    results = [
        {
            "id": "r",
            "type": "labels",
            "from_name": "label",
            "value": {**value, "labels": ["Event"]},
            "meta": {"text": ["a note"]},
        },
        {"id": "r", "type": "choices", "from_name": "kind", "value": {**value, "choices": ["visit"]}},
        {"id": "r", "type": "textarea", "from_name": "why", "value": {**value, "text": ["he came"]}},
        {"id": "s", "type": "choices", "from_name": "tone", "value": {"choices": ["calm"]}},
    ]
    (found,), skipped = read(
        "label-studio", json.dumps([{"data": {"text": "Ann met"}, "annotations": [{"result": results}]}])
    )
    assert [dict(mark.attributes) for mark in found.marks] == [{"text": "a note", "kind": "visit", "why": "he came"}]
    assert (found.meta, skipped) == ({"class": "calm"}, [])


@pytest.mark.parametrize("small", [True, False])
def test_label_studio_lets_a_project_name_the_text(small: bool) -> None:
    """It is the field in which the marked words stand."""
    value = {"start": 0, "end": 3, "text": "Ann", "labels": ["P"]}
    data = {"url": "http://x.y/", "review": "Ann met"}
    full = {"data": data, "annotations": [{"result": [{"type": "labels", "value": value}]}]}
    (found,), skipped = read("label-studio", json.dumps([{**data, "label": [value]} if small else full]))
    assert (found.text, words(found), skipped) == ("Ann met", {"0": "Ann"}, [])
    assert found.meta == {"url": "http://x.y/"}


def test_label_studio_finds_a_text_that_is_only_classed() -> None:
    """If there is one field that can be it."""
    result = [{"type": "choices", "value": {"choices": ["calm"]}}]
    tasks = [
        {"data": {"article": "Ann met Bob", "url": "http://x.y/"}, "annotations": [{"result": result}]},
        {"data": {"article": "Ann met Bob", "title": "They met"}, "annotations": [{"result": result}]},
    ]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    assert (found.text, found.meta) == ("Ann met Bob", {"url": "http://x.y/", "class": "calm"})
    assert [one.why.partition(":")[0] for one in skipped] == ["has no text"]


@pytest.mark.parametrize("small", [True, False])
def test_label_studio_reads_pages_without_their_tags(small: bool) -> None:
    """Offsets count what stands between tags, a `<br>` as one sign; without any, the words tell."""
    html = "<script>y</script><title>T</title><p>Ann &amp; Bob<br>met <b>C</b>y.</p><script>x</script><p>Bob left.</p>"
    counted = {"a": (0, 3, "Ann"), "c": (14, 16, "Cy"), "b": (17, 20, "Bob"), "l": None, "z": None}
    values = [
        {"start": "/div[1]/p[1]/text()[1]", "end": "/div[1]/p[1]/text()[1]", "startOffset": 0, "endOffset": 3}
        | (
            {"globalOffsets": {"start": at[0], "end": at[1]}, "text": at[2]}
            if at
            else {"text": {"l": "left", "z": "Zoe"}[key]}
        )
        | {"hypertextlabels": [key]}
        for key, at in counted.items()
    ]
    results = [{"id": str(place), "type": "hypertextlabels", "value": one} for place, one in enumerate(values)]
    full = {"data": {"page": html}, "annotations": [{"result": results}]}
    (found,), skipped = read("label-studio", json.dumps([{"page": html, "label": values} if small else full]))
    assert found.text == "Ann & Bob\nmet Cy.\nBob left.\n"
    assert words(found) == {"0": "Ann", "1": "Cy", "2": "Bob", "3": "left"}
    assert [one.why for one in skipped] == ["the words of the mark 4 (z) are not in the text, or more than once"]


def test_label_studio_reads_a_page_on_which_nothing_is_marked() -> None:
    """Its tags are no text either."""
    (found,), _ = read("label-studio", json.dumps([{"data": {"text": "<p>Ann met Bob.</p>"}, "annotations": [{}]}]))
    assert found.text == "Ann met Bob.\n"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a<![foo[x]]>b<![endif]>c</p>", "abc\n"),
        ("<p>" + 100_000 * "<a " + ">b</p>", "b\n"),
        ("<p></p>", None),
    ],
)
def test_pages_may_be_broken(html: str, text: str | None) -> None:
    """They are read as browsers read them, in a time that grows with their length."""
    found, skipped = read("label-studio", json.dumps([{"data": {"text": html}, "annotations": [{}]}]))
    assert [one.text for one in found] == ([text] if text else [])
    assert [one.why.partition(":")[0] for one in skipped] == ([] if text else ["has no text"])


def test_label_studio_reads_dialogues() -> None:
    """Who speaks stands before the words and is linked to them; regions are in a turn, or go on into others."""
    turns = [{"author": "Ann:", "text": "Will you yield?"}, {"author": "Bob", "text": "No."}, {"text": "Silence."}]
    region = {
        "start": "0",
        "end": "1",
        "startOffset": 9,
        "endOffset": 2,
        "text": "yield?\nBob: No",
        "paragraphlabels": ["X"],
    }
    results = [
        {"id": "r", "type": "paragraphlabels", "value": region},
        {"id": "s", "type": "paragraphlabels", "value": {**region, "end": "7", "text": "gone"}},
    ]
    task = {"data": {"url": "http://x.y/", "talk": turns}, "annotations": [{"result": results}]}
    (found,), skipped = read("label-studio", json.dumps([task]))
    assert found.text == "Ann: Will you yield?\nBob: No.\nSilence.\n"
    assert words(found) == {
        "utterance-0": "Will you yield?",
        "speaker-0": "Ann",
        "utterance-1": "No.",
        "speaker-1": "Bob",
        "utterance-2": "Silence.",
        "r": "yield?\nBob: No",
    }
    assert [(link.type, link.source, link.target) for link in found.links] == [
        ("speaker", "utterance-0", "speaker-0"),
        ("speaker", "utterance-1", "speaker-1"),
    ]
    assert [one.why for one in skipped] == ["the words of the mark s (X) are not in the text, or more than once"]


def test_label_studio_tells_what_it_leaves_out() -> None:
    """Predictions, cancelled annotations, other media and other kinds of results are skipped with a reason."""
    tasks = [
        {"id": 1, "data": {"text": "Ann"}, "predictions": [{}], "annotations": [{"was_cancelled": True}]},
        {"id": 2, "data": {"text": "https://x.y/a.txt"}},
        {
            "id": 3,
            "data": {"text": "Ann"},
            "annotations": [{"result": [{"type": "rectangle", "value": {}}], "ground_truth": True}],
        },
    ]
    (found,), skipped = read("label-studio", json.dumps(tasks))
    assert found.annotator == "ground truth"
    assert [one.why.partition(":")[0] for one in skipped] == [
        "1 predictions, which nobody made, are left out",
        "an annotation was cancelled",
        "has no text",
        "a result of type rectangle marks no words of a text",
    ]


TSV = """\
#FORMAT=WebAnno TSV 3.3
#T_SP=x.Name|id|value
#T_SP=x.Host|ROLE_x.Host:links_x.Link|x.Name


#Text=Ann met Bob .
"""


def test_webanno_stacks_joins_and_escapes() -> None:
    """Stacked values are marks of their own, [n] joins tokens, slots link with their roles, signs are unescaped."""
    rows = [
        "1-1\t0-3\tAnn\t*[1]|7\tP\\|Q[1]|R\tgiver;*\t1-3;1-2[2]\t",
        "1-2\t4-7\tmet\t*[1]|*[2]\tP\\|Q[1]|S[2]\t_\t_\t",
        "1-3\t8-11\tBob\t_\tP\t_\t_\t",
        "1-3.1\t8-9\tB\t_\tT\t_\t_\t",
        "1-4\t12-13\t.\t_\t_\t_\t_\t",
        "1-5\tnonsense",
    ]
    (found,), skipped = read("webanno-tsv", TSV + "\n".join(rows) + "\n", "a.tsv")
    assert found.text == "Ann met Bob ."
    assert sorted((mark.label, mark.parts[0]) for mark in found.marks) == [
        ("Host", (0, 3)),
        ("Name:P", (8, 11)),
        ("Name:P|Q", (0, 7)),
        ("Name:R", (0, 3)),
        ("Name:S", (4, 7)),
        ("Name:T", (8, 9)),
    ]
    assert {(link.type, words(found)[link.target]) for link in found.links} == {
        ("links:giver", "Bob"),
        ("links", "met"),
    }
    assert [(one.line, one.why) for one in skipped] == [(12, "is not a token with 4 columns of annotation after it")]


def test_webanno_events_that_share_who_took_part_are_several() -> None:
    """The numbers in a slot are of what fills it; an element of a chain may be of several tokens."""
    text = (
        "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.Name|value\n#T_SP=x.Host|type|ROLE_x.Host:links_x.Link|x.Name\n"
        "#T_CH=x.Coref|referenceRelation|referenceType\n\n\n#Text=Ann Lee met Bob Cox .\n"
        "1-1\t0-3\tAnn\tP[1]\t_\t_\t_\t*->1-1\tname[1]\t\n"
        "1-2\t4-7\tLee\tP[1]\t_\t_\t_\t*->1-1\tname[1]\t\n"
        "1-3\t8-11\tmet\t_\tmeeting\tto\t1-4[2]\t_\t_\t\n"
        "1-4\t12-15\tBob\tP[2]\t_\t_\t_\t_\t_\t\n"
        "1-5\t16-19\tCox\tP[2]\t_\t_\t_\t_\t_\t\n"
        "1-6\t20-21\t.\t_\tcall\tto\t1-4[2]\tcoref->1-2\t*[1]\t\n"
    )
    (found,), skipped = read("webanno-tsv", text, "a.tsv")
    assert skipped == []
    named = words(found)
    assert sorted((mark.label, named[mark.id]) for mark in found.marks) == [
        ("Coref", "."),
        ("Coref:name", "Ann Lee"),
        ("Host:call", "."),
        ("Host:meeting", "met"),
        ("Name:P", "Ann Lee"),
        ("Name:P", "Bob Cox"),
    ]
    assert sorted((link.type, named[link.source], named[link.target]) for link in found.links) == [
        ("Coref:next", "Ann Lee", "."),
        ("links:to", ".", "Bob Cox"),
        ("links:to", "met", "Bob Cox"),
    ]


@pytest.mark.parametrize("relation_first", [True, False])
def test_webanno_chains_in_either_order_of_columns(relation_first: bool) -> None:
    """WebAnno's documentation has them the other way round than its exports."""
    names = ["referenceRelation", "referenceType"][:: 1 if relation_first else -1]
    cells = [["*->1-1", "pr"], ["_", "_"], ["anaphoric->1-2", "pr"]]
    rows = [
        "\t".join([f"1-{n}", f"{4 * n - 4}-{4 * n - 1}", word, *(pair if relation_first else pair[::-1])])
        for n, (word, pair) in enumerate(zip(("Ann", "met", "her"), cells, strict=True), 1)
    ]
    head = f"#FORMAT=WebAnno TSV 3.2\n#T_CH=x.CoreferenceLink|{'|'.join(names)}\n\n\n#Text=Ann met her\n"
    (found,), skipped = read("webanno-tsv", head + "\n".join(rows) + "\n", "a.tsv")
    assert (list(words(found).values()), len(found.links), skipped) == (["Ann", "her"], 1, [])
    assert [(mark.label, dict(mark.attributes)) for mark in found.marks] == [
        ("CoreferenceLink:pr", {"referenceType": "pr"}),
        ("CoreferenceLink:pr", {"referenceRelation": "anaphoric", "referenceType": "pr"}),
    ]


def test_webanno_tokens_that_are_elsewhere_are_skipped() -> None:
    """Scripts that write it begin each sentence at 0: without the words, the marks would be on others."""
    lines = ["#Text=Anna met.", "1-1\t0-4\tAnna\tPER", "1-2\t5-8\tmet\t_", ""]
    lines += ["#Text=Bernd left.", "2-1\t0-5\tBernd\tPER", "2-2\t6-10\tleft\t_"]
    head = "#FORMAT=WebAnno TSV 3.3\n#T_SP=x.NamedEntity|value\n\n"
    (found,), skipped = read("webanno-tsv", head + "\n".join(lines), "a.tsv")
    assert list(words(found).values()) == ["Anna"]
    assert [(one.line, one.why) for one in skipped] == [
        (9, "the token 'Bernd' is at 0-5, where the text has something else"),
        (10, "the token 'left' is at 6-10, where the text has something else"),
    ]


def test_webanno_of_another_version_is_refused() -> None:
    """Older versions have another layout; what to do is said."""
    for first in ("# webanno.custom | value\n", "#id=1\n#text=Ann met\n1\tAnn\t_\tNNP\n"):
        (skipped,) = read("webanno-tsv", first, "a.tsv")[1]
        assert "not WebAnno TSV 3" in skipped.why
        assert "export it again as WebAnno TSV v3.3" in skipped.why


XMI = (
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:x="http:///x.ecore">'
    '<x:Name xmi:id="2" sofa="1" begin="0" end="3" value="P"/>{}'
    '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="Ann met."/>'
    '<cas:View sofa="1" members="2"/></xmi:XMI>'
)
BROKEN = "is not a whole UIMA CAS:"


def test_xmi_is_read_without_a_type_system() -> None:
    """Types and references are told from the file itself, and that is said."""
    (found,), skipped = read("uima-cas", XMI.format(""), "a.xmi")
    assert (words(found), skipped) == ({"2": "Ann"}, [])
    assert "no TypeSystem.xml" in found.remarks[0]


def test_xml_1_1_names_control_characters() -> None:
    """They count as one sign each, and become blanks."""
    data = '<?xml version="1.1"?>' + XMI.format("").replace("Ann met.", "Ann&#1;met&#x1f;&#9;.")
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert (found.text, words(found), skipped) == ("Ann met \t.", {"2": "Ann"}, [])
    assert "control characters became blanks" in found.remarks


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + XMI.format(""), "has a DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "has a DOCTYPE"),
        (XMI.format("")[:-9], "is not well-formed XML"),
        (XMI.format("&nobody;"), "is not well-formed XML"),
        ("<a/>", "is XML, but no XMI"),
        (XMI.format("").replace("Ann met.", ""), "has no text"),
        (
            XMI.format('<x:Name xmi:id="3" sofa="9"/>'),
            f"{BROKEN} the element Name with the xmi:id 3 is of the sofa '9'",
        ),
        (
            XMI.format('<x:Name xmi:id="3" begin="x"/>'),
            f"{BROKEN} the element Name with the xmi:id 3 has the begin 'x'",
        ),
        (XMI.format("<x:Name/>"), f"{BROKEN} the element Name has no xmi:id"),
        (XMI.format("").replace("cas:Sofa", "cas:Sofas"), f"{BROKEN} it has no cas:Sofa"),
        (XMI.format("").replace(' sofaNum="1"', ""), f"{BROKEN} a cas:Sofa lacks"),
        (XMI.format("").replace('members="2"', 'members="x"'), f"{BROKEN} its parts do not fit together"),
    ],
)
def test_xml_is_refused_with_a_reason(data: str, why: str) -> None:
    """There are no entities, no network, and no half documents."""
    found, skipped = read("uima-cas", data, "a.xmi")
    assert found == []
    assert skipped[0].why.startswith(why)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"%TYPES": None}, "it has no %TYPES"),
        ({"%VIEWS": []}, "it has no %VIEWS"),
        ({"%FEATURE_STRUCTURES": [{"%ID": 1}]}, "a feature structure has no %TYPE: {'%ID': 1}"),
        ({"%FEATURE_STRUCTURES": [{"%TYPE": "x"}]}, "a feature structure has no %ID: {'%TYPE': 'x'}"),
        ({"%FEATURE_STRUCTURES": {"1": {"%TYPE": "x", "end": "y"}}}, "begin or end is not a number"),
        ({"%FEATURE_STRUCTURES": {"1": {"%TYPE": "x.Y"}}}, "Type with name [x.Y] not found!"),
        ({"%TYPES": {"a": 3}}, "its parts do not fit together"),
    ],
)
def test_a_broken_cas_in_json_is_told_in_its_own_words(change: dict[str, object], why: str) -> None:
    """What is wrong is said, not over what the reader stumbled."""
    content: dict[str, object] = {"%TYPES": {}, "%VIEWS": {}, "%FEATURE_STRUCTURES": []}
    found, skipped = read("uima-cas", json.dumps(content | change), "a.json")
    assert found == []
    assert skipped[0].why.startswith(f"{BROKEN} {why}")


def test_a_relation_to_nothing_loses_only_itself() -> None:
    """The rest of the document is read."""
    relation = '<x:Tie xmi:id="3" sofa="1" begin="0" end="3" Governor="2" Dependent="9"/>'
    data = XMI.format(relation).replace('members="2"', 'members="2 3"')
    (found,), skipped = read("uima-cas", data, "a.xmi")
    assert words(found) == {"2": "Ann"}
    assert [one.why for one in skipped] == ["the link Tie names 9, of which there is no mark"]


def test_a_type_system_is_read_without_entities_too() -> None:
    """The file beside is guarded like the document itself."""
    found, skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml="<!DOCTYPE a><a/>")
    assert (found, skipped[0].why[:13]) == ([], "has a DOCTYPE")


def test_a_type_system_of_something_else_is_told() -> None:
    """What is of types that it does not have is left out, and not in silence."""
    other = '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types/></typeSystemDescription>'
    (found,), _skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml=other)
    assert (found.marks, found.remarks) == ((), ("TypeSystem.xml lacks the type x.Name: its annotations are left out",))


def test_features_that_a_type_system_lacks_are_read() -> None:
    """Data outgrow the description that lies beside them."""
    types = (
        '<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>'
        "<name>x.Name</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>"
        "</typeDescription></types></typeSystemDescription>"
    )
    (found,), skipped = read("uima-cas", XMI.format(""), "a.xmi", TypeSystem__xml=types)
    assert ([(mark.label, dict(mark.attributes)) for mark in found.marks], skipped) == (
        [("Name:P", {"value": "P"})],
        [],
    )


def test_of_several_views_the_annotated_one_is_read() -> None:
    """And what is left out of another is told."""
    views = (
        '<cas:Sofa xmi:id="7" sofaNum="2" sofaID="Raw" mimeType="text" sofaString="Eve left."/>'
        '<x:Name xmi:id="8" sofa="7" begin="0" end="3" value="Q"/><cas:View sofa="7" members="8"/>'
    )
    (found,), skipped = read("uima-cas", XMI.format(views), "a.xmi")
    assert (words(found), [one.why.partition(",")[0] for one in skipped]) == (
        {"2": "Ann"},
        ["the view Raw is left out"],
    )
    bare = XMI.format(views).replace('<x:Name xmi:id="2" sofa="1" begin="0" end="3" value="P"/>', "")
    (found,), skipped = read("uima-cas", bare.replace('members="2"', 'members=""'), "a.xmi")
    assert (words(found), skipped) == ({"8": "Eve"}, [])


def test_cas_offsets_beyond_the_text_are_skipped() -> None:
    """A mark outside the text is told; the others are read."""
    (found,), skipped = read(
        "uima-cas",
        XMI.format('<x:Name xmi:id="3" sofa="1" begin="4" end="99" value="P"/>').replace('"2"/></x', '"2 3"/></x'),
        "a.xmi",
    )
    assert words(found) == {"2": "Ann"}
    assert [one.why for one in skipped] == ["the mark 3 (Name:P) is at 4-99, but the text has 8 characters"]


ANNOTATION = {
    "@context": "http://www.w3.org/ns/anno.jsonld",
    "id": "http://example.org/1",
    "type": "Annotation",
    "motivation": "identifying",
    "target": {"source": "http://example.org/page", "selector": {"type": "TextQuoteSelector", "exact": "no"}},
}


NOTE = {
    "id": "a",
    "uri": "http://x.y/",
    "tags": ["P"],
    "target": [{"selector": [{"type": "TextQuoteSelector", "exact": "no"}]}],
}


@pytest.mark.parametrize(
    "change",
    [
        {"@context": "fish"},
        {"id": ["http://a.b/1", "http://a.b/2"]},
        {"id": "no address"},
        {"type": "Page"},
        {"target": None},
        {"body": "this is no address"},
        {"body": {"type": "TextualBody", "value": ["a", "b"]}},
        {"body": {"type": "TextualBody", "value": "a", "textDirection": "squirrel"}},
        {"bodyValue": ["a", "b"]},
        {"created": "yesterday"},
        {"created": ["2015-01-28T12:00:00Z", "2015-01-28T12:00:01Z"]},
        {"creator": 6},
        {"rights": "not an address"},
        {"target": {"source": "http://a.b/", "selector": {"type": "FragmentSelector"}}},
    ],
)
def test_what_is_no_web_annotation_is_told(change: dict[str, object]) -> None:
    """The recommendation's demands are checked, as far as they matter here."""
    found, skipped = read("w3c", json.dumps(ANNOTATION | change))
    assert (found, len(skipped)) == ([], 1)
    (good,), none = read("w3c", json.dumps(ANNOTATION))
    assert (good.name, [mark.words for mark in good.marks], none) == ("http://example.org/page", ["no"], [])


def test_refined_selectors_and_pages_within_collections() -> None:
    """The innermost quote is what is marked; a collection's first page is read, and a graph."""
    refined = {"type": "FragmentSelector", "value": "p1", "refinedBy": {"type": "TextQuoteSelector", "exact": "yes"}}
    one = {**ANNOTATION, "target": {"source": "http://example.org/page", "selector": [refined]}}
    page = {"type": "AnnotationPage", "items": [one]}
    for whole in ({"type": "AnnotationCollection", "first": page}, {"@graph": [one]}):
        (found,), _skipped = read("w3c", json.dumps(whole))
        assert [mark.words for mark in found.marks] == ["yes"]


@pytest.mark.parametrize(
    ("name", "whole", "marks", "why"),
    [
        (
            "w3c",
            {"type": "AnnotationPage", "next": "http://a.b/2", "items": [ANNOTATION]},
            1,
            "the next is http://a.b/2",
        ),
        (
            "w3c",
            {"type": "AnnotationPage", "prev": "http://a.b/1", "partOf": {"total": 9}, "items": [ANNOTATION]},
            1,
            "it has 1 of 9 annotations",
        ),
        ("w3c", {"type": "AnnotationPage", "partOf": {"total": 1}, "items": [ANNOTATION]}, 1, None),
        (
            "w3c",
            {"type": "AnnotationCollection", "total": 9, "first": {"type": "AnnotationPage", "items": [ANNOTATION]}},
            1,
            "it has 1 of 9 annotations",
        ),
        ("w3c", {"type": "AnnotationCollection", "first": "http://a.b/1"}, 0, "only the address http://a.b/1"),
        ("w3c", {"type": "AnnotationPage", "items": ["http://a.b/c", ANNOTATION]}, 1, "only the address http://a.b/c"),
        ("hypothesis", {"total": 201, "rows": [NOTE]}, 1, "it has 1 of 201 annotations"),
        ("hypothesis", {"total": 1, "rows": [NOTE]}, 1, None),
    ],
)
def test_one_page_of_several_is_told(name: str, whole: dict[str, object], marks: int, why: str | None) -> None:
    """What is on it is read."""
    found, skipped = read(name, json.dumps(whole))
    assert sum(len(one.marks) for one in found) == marks
    assert len(skipped) == (why is not None)
    assert all(str(why) in one.why for one in skipped)


def test_a_body_without_a_purpose_has_that_of_its_annotation() -> None:
    """A value under the motivation of tagging is a tag; under another it is a comment."""
    body = {"type": "TextualBody", "value": "Person"}
    told = []
    for motivation in ("tagging", "commenting"):
        one = {**ANNOTATION, "motivation": motivation, "body": body}
        (found,), _skipped = read("w3c", json.dumps(one))
        told += [(mark.label, dict(mark.attributes)) for mark in found.marks]
    assert told == [("Person", {}), ("commenting", {"comment": "Person"})]


def test_recogito_has_ids_of_its_file_and_relations() -> None:
    """What is marked may be said nowhere, and a relation is an annotation with two targets."""
    context = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}

    def marked(key: str, words: str, tag: str) -> dict[str, object]:
        body = [{"type": "TextualBody", "value": tag, "purpose": "tagging"}]
        return {
            **context,
            "id": key,
            "body": body,
            "target": {"selector": [{"type": "TextQuoteSelector", "exact": words}]},
        }

    def related(key: str, *ends: str) -> dict[str, object]:
        body = [{"type": "TextualBody", "value": "did", "purpose": "tagging"}]
        return {**context, "id": key, "motivation": "linking", "body": body, "target": [{"id": end} for end in ends]}

    given_ = [
        marked("#a", "Ann", "Person"),
        marked("#b", "met", "Event"),
        related("#r", "#a", "#b"),
        related("#s", "#a", "#z"),
    ]
    (found,), skipped = read("w3c", json.dumps(given_))
    assert [(mark.id, mark.label, mark.words) for mark in found.marks] == [
        ("#a", "Person", "Ann"),
        ("#b", "Event", "met"),
    ]
    assert ([(link.type, link.source, link.target) for link in found.links], found.name) == ([("did", "#a", "#b")], "a")
    assert [one.why for one in skipped] == ["the link did joins #a and #z, which are no marks of one page"]


def test_hypothesis_leaves_out_replies_and_notes_to_pages() -> None:
    """Only words of a page are marks; each tag is one."""
    selector = [{"type": "TextQuoteSelector", "exact": "no", "prefix": "oh "}]
    rows = [
        {"id": "a", "uri": "http://x.y/", "tags": ["P", "Q"], "target": [{"selector": selector}]},
        {"id": "b", "uri": "http://x.y/", "tags": [], "references": ["a"], "target": [{"selector": selector}]},
        {"id": "c", "uri": "http://x.y/", "tags": ["P"], "target": [{}]},
    ]
    (found,), skipped = read("hypothesis", json.dumps({"total": 3, "rows": rows}))
    # The client exports the same under another name.
    exported = {"export_date": "2024-01-01", "client_version": "1.1", "annotations": rows}
    assert read("hypothesis", json.dumps(exported)) == ([found], skipped)
    assert [(mark.label, mark.words) for mark in found.marks] == [("P", "no"), ("Q", "no")]
    assert [one.why for one in skipped] == [
        "is a reply to another annotation",
        "is a note on the whole page: it marks no words",
    ]


TEXTS = st.text(st.sampled_from("ab .é𝄞😀ض\n"), min_size=1, max_size=40)


@given(text=TEXTS, data=st.data(), unit=st.sampled_from(UNITS))
def test_offsets_of_any_unit_come_back_to_their_words(text: str, data: st.DataObject, unit: str) -> None:
    """Whatever a file counts in, a mark ends on its own words, without the blanks around them, or covers none."""
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    codec, width = {"code points": ("utf-32-le", 4), "UTF-16 units": ("utf-16-le", 2), "bytes": ("utf-8", 1)}[unit]
    counted, till = (len(text[:place].encode(codec)) // width for place in (start, end))
    mark = Mark("1", "P", ((counted, till),), text[start:end])
    found = list(settled(AnnotatedText("f", 1, "n", text, (mark,)), "code points"))
    placed = [one for read in found if isinstance(read, AnnotatedText) for one in read.marks]
    wanted = text[start:end].strip()
    if placed:
        assert " ".join(text[slice(*placed[0].parts[0])].split()) == " ".join(wanted.split())
    else:
        assert wanted == ""
