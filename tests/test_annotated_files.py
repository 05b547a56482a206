"""Quirks and damage of files of any tool: nothing stops an import."""

import json
from pathlib import Path

import pytest

from app.importing.annotated_text.formats import FORMATS
from tests.texts import read, words

SAMPLES = Path(__file__).parent / "samples" / "texts"


TASKS = {"doccano": "meeting.jsonl", "prodigy": "meeting.jsonl", "label-studio": "meeting.json"}


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


@pytest.mark.parametrize("name", ["doccano", "prodigy"])
@pytest.mark.parametrize("number", ["Infinity", "NaN", "1e999", "[0]", "9" * 5_000])
def test_offsets_that_are_no_numbers_lose_only_their_mark(name: str, number: str) -> None:
    """Or, where JSON itself stops at them, only their text."""
    key = "spans" if name == "prodigy" else "entities"
    lines = [
        f'{{"text": "Ann met", "{key}": [{{"start": 4, "end": {number}, "label": "M"}}, {spans}]}}'
        for spans in ('{"start": 0, "end": 3, "label": "P"}', '{"start": 0, "end": 3, "label": "P", "text": 5}')
    ]
    found, skipped = read(name, "\n".join([*lines, f'{{"text": "Bob", "{key}": []}}']))
    assert [mark.label for one in found for mark in one.marks] == (["P", "P"] if len(number) < 9 else [])
    assert ([one.text for one in found][-1], [one.line for one in skipped]) == ("Bob", [1, 2])


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
