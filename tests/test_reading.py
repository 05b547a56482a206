"""YAML as it is read: plain scalars, refusals with their lines, and no file that harms the reader."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.loading.faults import Fault, Refused
from app.loading.reading import dotted, read, read_file, shorten

NESTED = b"""\
# A comment counts as a line.
events:
  - id: one
    participants:
      - {actor: a, role: b}
      - actor: c

        role: d
  - id: two
    text: |
      Several
      lines.
    note: last
"""
# Refused from outside, in a process of its own: what goes wrong here takes the process with it.
HARMLESS = """
from app.loading.faults import Refused
from app.loading.reading import read
try:
    read("f.yaml", {source})
except Refused as refused:
    print(refused.faults[0].where, refused.faults[0].message)
"""


def _content(source: str) -> Any:
    return read("f.yaml", source.encode()).content


def _faults(source: str | bytes) -> list[Fault]:
    with pytest.raises(Refused) as refused:
        read("f.yaml", source if isinstance(source, bytes) else source.encode())
    return list(refused.value.faults)


def _texts(source: str | bytes) -> list[str]:
    return [str(fault) for fault in _faults(source)]


@pytest.mark.parametrize("word", ["no", "yes", "on", "off", "y", "n", "No", "NO", "tRUE", "nil", "none", "None"])
def test_words_stay_words(word: str) -> None:
    """`no` is a word (and Norway's code), never false."""
    assert _content(f"a: {word}") == {"a": word}


@pytest.mark.parametrize(
    "text",
    [
        "2016-10-01",
        "2016-10",
        "2016-W40",
        "2016-10-01/..",
        "2001-12-14t21:59:43Z",
        "1:30",
        "1_000",
        "0x1f",
        "0o17",
        ".inf",
    ],
)
def test_dates_and_the_like_stay_as_written(text: str) -> None:
    """Nothing is turned into a date, a time of day or a number of another base."""
    assert _content(f"a: {text}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *(("true", True), ("True", True), ("FALSE", False), ("null", None), ("~", None), ("", None), ("Null", None)),
        *(("5", 5), ("-5", -5), ("+5", 5), ("2016", 2016), ("0", 0), ("1.5", 1.5), (".5", 0.5), ("-2e3", -2000.0)),
        *(('"5"', "5"), ("'true'", "true"), ('"null"', "null"), ("5 km", "5 km")),
    ],
)
def test_scalars_follow_the_core_schema(text: str, value: object) -> None:
    """Booleans, null and numbers are those of YAML 1.2; quoted, they are text."""
    found = _content(f"a: {text}")["a"]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(("text", "value"), [("007", 7), ("010", 10), ("08", 8), ("09", 9), ("-010", -10)])
def test_a_leading_zero_makes_no_octal(text: str, value: int) -> None:
    """In YAML 1.2 `010` is ten, and `09` is a number too."""
    assert _content(f"a: {text}") == {"a": value}


def test_a_number_too_long_to_read_is_refused() -> None:
    """A number with thousands of digits is a fault of its line, not a failure of the program."""
    assert _texts("a: 1\nb: " + "1" * 5000) == [f"f.yaml:2: b: a number too long to read; found '{'1' * 59}…'"]


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        *(("!!int x", ":int"), ("!!float x", ":float"), ("!!bool x", ":bool"), ("!!timestamp x", ":timestamp")),
        *(
            ("!!timestamp 2016-10-01", ":timestamp"),
            ("!!binary aGk=", ":binary"),
            ("!!set {x}", ":set"),
            ("!own 1", "!own"),
        ),
        *(
            ("!!omap [x: 1]", ":omap"),
            ("!!str 5", ":str"),
            ("!!python/object:os.system {}", ":python/object:os.system"),
        ),
    ],
)
def test_tags_are_refused(value: str, tag: str) -> None:
    """A tag would make something other than what stands there: it is refused with its line."""
    name = tag if tag.startswith("!") else f"tag:yaml.org,2002{tag}"
    assert _texts(f"a: 1\nb: {value}\n") == [f"f.yaml:2: document: a tag; leave it out; found '{name}'"]


def test_a_key_given_twice_is_refused_at_every_depth() -> None:
    """All repetitions come at once, each with the line of the later key."""
    source = "a: 1\nb:\n  - c: 1\n    d: {e: 1, e: 2}\n    c: 2\na: 3\na: 4\n"
    assert _texts(source) == [
        "f.yaml:4: b[0].d.e: given twice",
        "f.yaml:5: b[0].c: given twice",
        "f.yaml:6: a: given twice",
        "f.yaml:7: a: given twice",
    ]


@pytest.mark.parametrize(
    ("escape", "shown"),
    [
        *(("\\u001a", r"\\x1a"), ("\\0", r"\\x00"), ("\\x1A", r"\\x1a"), ("\\a", r"\\x07"), ("\\e", r"\\x1b")),
        *(("\\U0000001a", r"\\x1a"), ("\\r", r"\\r"), ("\\x7f", r"\\x7f"), ("\\v", r"\\x0b"), ("\\f", r"\\x0c")),
    ],
)
def test_an_escaped_control_character_is_refused(escape: str, shown: str) -> None:
    """However it is written, a control character other than tab and line feed is a fault of its value."""
    assert _texts(f'a: 1\nb:\n  - ok\n  - "x{escape}y"\n') == [
        f"f.yaml:4: b[1]: has a control character; found '{shown}'"
    ]


@pytest.mark.parametrize("escape", ["\\u001a", "\\0", "\\x7f"])
def test_a_control_character_in_a_key_is_refused(escape: str) -> None:
    """A key may become part of a record's JSON too (codes), where the mark of a hole would stand for a reference."""
    (fault,) = _faults(f'a: 1\ncodes:\n  "x{escape}actor/y": 1\n')
    assert (fault.line, fault.message) == (3, "has a control character")


@pytest.mark.parametrize("raw", ["\x1a", "\x00", "\x07", "\x1b", "\x7f", "\ufffe"])
def test_a_raw_control_character_is_no_yaml(raw: str) -> None:
    """YAML itself has no unescaped control characters."""
    (fault,) = _faults(f"a: x{raw}y\n")
    assert (fault.line, fault.where) == (1, "document")
    assert fault.message.startswith("not YAML: ")


def test_half_a_surrogate_is_refused() -> None:
    """A code point that no UTF-8 can hold does not come in as an escape either."""
    assert _texts('a: 1\nb: "\\ud800"\n') == [
        "f.yaml:2: document: not YAML: found invalid Unicode character escape code"
    ]


def test_tabs_line_feeds_and_letters_of_any_plane_are_text() -> None:
    """What people write is kept as it is."""
    assert _content('a: "x\\ty\\nz"\nb: "\\U0001F600 كَتَب e\\u0301"') == {"a": "x\ty\nz", "b": "😀 كَتَب e\u0301"}


def test_windows_line_ends_are_line_ends() -> None:
    """A file saved with CR LF reads like one with LF, and counts lines alike."""
    assert _content("a: |\r\n  x\r\n  y\r\nb: z\r\n") == {"a": "x\ny\n", "b": "z"}
    assert _texts("a: 1\r\nb: 2\r\na: 3\r\n") == ["f.yaml:3: a: given twice"]


def test_a_byte_order_mark_is_no_content() -> None:
    """Editors that write one do no harm."""
    assert read("f.yaml", b"\xef\xbb\xbfa: 1\n").content == {"a": 1}


@pytest.mark.parametrize(
    ("source", "line", "byte"),
    [
        *((b"a: 1\nb: caf\xe9\n", 2, "e9"), ("a: 1\n".encode("utf-16"), 1, "ff")),
        *((b"a: \xed\xa0\x80\n", 1, "ed"), (b"a: 1\n\nb: \xc0\xaf\n", 3, "c0")),
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(source: bytes, line: int, byte: str) -> None:
    """Latin-1, UTF-16, surrogates and overlong forms are told with the line and the byte."""
    assert _texts(source) == [f"f.yaml:{line}: document: not UTF-8; found '{byte}'"]


@pytest.mark.parametrize("source", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_an_empty_file_is_refused(source: str) -> None:
    """A file without a document says nothing."""
    assert _texts(source) == ["f.yaml:1: document: is empty"]


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        ("a:\n\tb: 1\n", 2, "found character that cannot start any token"),
        ("a: 1\nb: c: d\n", 2, "mapping values are not allowed in this context"),
        ("a: 1\nb: [1, 2\n", 3, "did not find expected ',' or ']'"),
        ("a: 1\n---\nb: 2\n", 2, "but found another document"),
    ],
)
def test_what_is_no_yaml_is_refused_with_its_line(source: str, line: int, problem: str) -> None:
    """The parser's own words, and where it stopped."""
    assert _texts(source) == [f"f.yaml:{line}: document: not YAML: {problem}"]


def test_a_key_must_be_a_word() -> None:
    """Lists and mappings are no keys."""
    assert _texts("a:\n  ? [b]\n  : 1\n") == ["f.yaml:2: a: a key must be a word"]


@pytest.mark.parametrize("source", ["a: &x [1]\nb: *x\n", "a: &x\n  - *x\n", "a: &x {b: 1}\nc: {<<: *x}\n"])
def test_aliases_are_refused(source: str) -> None:
    """A file says everything where it stands: no value stands for another, least of all for itself."""
    assert _texts(source) == ["f.yaml:2: document: an alias; write the value out; found '*x'"]


def test_a_billion_laughs_are_refused() -> None:
    """A small file cannot blow up: aliases of aliases are told, not followed."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{row}: &a{row} [{', '.join([f'*a{row - 1}'] * 10)}]" for row in range(1, 10)]
    assert [(fault.line, fault.found) for fault in _faults("\n".join(rows))] == [
        (row + 1, f"*a{row - 1}") for row in range(1, 10) for _ in range(10)
    ]


def test_nesting_has_a_depth_that_no_file_needs() -> None:
    """What is deeper than that is refused where it gets too deep."""
    assert _content("[" * 32 + "]" * 32) is not None
    assert _texts("- \n  " + "[" * 32 + "]" * 32) == ["f.yaml:2: document: nested too deeply"]


@pytest.mark.parametrize(
    "source",
    ["b'[' * 100_000 + b']' * 100_000", "b'- ' * 100_000 + b'x'", "b'[' * 2_000 + b']' * 2_000", "b'? ' * 100_000"],
)
def test_nesting_too_deep_is_refused(source: str) -> None:
    """However deep a file is nested, it is refused: it neither ends the process nor fills its stack."""
    command = [sys.executable, "-c", HARMLESS.format(source=source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "document nested too deeply\n")


@pytest.mark.parametrize(
    ("path", "line"),
    [
        *(((), 2), (("events",), 3), (("events", 0), 3), (("events", 0, "participants", 0, "role"), 5)),
        *(
            (("events", 0, "participants", 1), 6),
            (("events", 0, "participants", 1, "role"), 8),
            (("events", 1, "id"), 9),
        ),
        *((("events", 1, "text"), 10), (("events", 1, "note"), 13), (("events", 1, "missing", "deeper"), 9)),
        *((("events", 7), 3), (("other",), 2)),
    ],
)
def test_a_value_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    """Every value has the line where it starts; what is missing has that of the nearest value around it."""
    assert read("f.yaml", NESTED).line(path) == line


def test_a_fault_shows_where_and_what() -> None:
    """A fault names file, line and path, and quotes what was found."""
    sheet = read("f.yaml", NESTED)
    assert sheet.fault(("events", 1, "note"), "is wrong", "last") == Fault(
        "f.yaml", 13, "events[1].note", "is wrong", "last"
    )


def test_paths_and_values_are_written_for_people() -> None:
    """Lists have ordinals from 0, long values are cut."""
    assert dotted(("events", 2, "participants", 0, "actor")) == "events[2].participants[0].actor"
    assert dotted(()) == "document"
    assert (shorten("x" * 60), shorten("x" * 61)) == ("x" * 60, "x" * 59 + "…")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """What the system says is passed on."""
    with pytest.raises(Refused) as refused:
        read_file(tmp_path / "none.yaml", "none.yaml")
    assert str(refused.value) == "none.yaml:1: file: cannot be read: No such file or directory"
