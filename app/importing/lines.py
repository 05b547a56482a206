"""Bytes into numbered lines of text, whatever their encoding; a line that cannot be read does not lose the others."""

import io
import re
from collections.abc import Iterator
from typing import BinaryIO, cast

from app.importing.identifiers import without_control
from app.importing.records import Line, Skipped
from app.importing.unpacking import CHUNK

LONGEST_LINE = 10_000_000
SHOWN = 500
_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# For texts without a byte order mark: which of the first four bytes are not zero.
_WIDE_SHAPES: dict[tuple[bool, ...], str] = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
}
# What is left out of each line: control characters, except those that may separate cells or end lines.
_CONTROL = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_JSON = (b"{", b"[")
FOREIGN = (
    "is not UTF-8, and has letters of another alphabet than the Latin: write the file as UTF-8 first, from what it is: "
    "iconv -f WINDOWS-1256 -t UTF-8 (Arabic), WINDOWS-1251 (Cyrillic), GB18030 (Chinese)"
)
# As many signs that are no ASCII in a row are no words of a Western language; those of other alphabets have them.
_ALIEN = re.compile(rb"[\xa1-\xff]{5}")
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def lines_of(stream: io.RawIOBase, foreign: list[int]) -> Iterator[Line | Skipped]:
    """The lines of STREAM as text, numbered from 1. A line that cannot be read is a Skipped.

    Takes UTF-8 and UTF-16, with or without a byte order mark, and UTF-32 with one. A line without any valid UTF-8 is
    read as Windows-1252, and its number goes to FOREIGN, until one cannot be that. Control characters are left out.
    """
    reader = io.BufferedReader(stream, CHUNK)
    head = reader.peek(4)
    if encoding := wide_encoding(head[:4]):
        yield from _wide(cast(BinaryIO, reader), encoding)
        return
    if head.count(b"\r") > 1 and b"\n" not in head:
        reader = io.BufferedReader(_Turned(reader), CHUNK)
    buffered = cast(BinaryIO, reader)
    number, decoder = 0, _Decoder(foreign)
    while raw := buffered.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            hint = ": put each object on a line of its own, with jq -c '.data[]'" if raw.startswith(_JSON) else ""
            yield Skipped(number, f"the line is longer than {LONGEST_LINE} bytes{hint}", _shown(raw))
            _pass_line(buffered)
        else:
            yield decoder.line(number, raw.removeprefix(_MARK) if number == 1 else raw)


class _Turned(io.RawIOBase):
    """A text whose lines end in carriage returns, as spreadsheets on Macs write them, with line feeds instead."""

    def __init__(self, text: io.BufferedIOBase) -> None:
        super().__init__()
        self._text = text

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        chunk = self._text.read1(len(view)).replace(b"\r", b"\n")
        view[: len(chunk)] = chunk
        return len(chunk)


def wide_encoding(head: bytes) -> str | None:
    """The encoding of a text that begins with the four bytes HEAD, if its characters have two or four bytes each."""
    marked = next((name for mark, name in _WIDE_MARKS if head.startswith(mark)), None)
    return marked or _WIDE_SHAPES.get(tuple(byte != 0 for byte in head))


class _Decoder:
    """Makes texts of the lines of a file."""

    def __init__(self, foreign: list[int]) -> None:
        self.foreign = foreign
        self.alien = False

    def line(self, number: int, raw: bytes) -> Line | Skipped:
        """The line RAW. Once one is of another alphabet, all are that are not UTF-8."""
        raw = raw.rstrip(b"\r\n").translate(None, _CONTROL)
        try:
            return number, raw.decode()
        except UnicodeDecodeError as error:
            why = f"is neither UTF-8 nor Windows-1252: bytes {raw[error.start : error.end].hex(' ')} at {error.start}"
        # A row that is partly UTF-8 would come out as characters that nobody wrote.
        if _UTF_8.search(raw):
            return Skipped(number, why, _shown(raw))
        self.alien = self.alien or bool(_ALIEN.search(raw))
        if self.alien:
            return Skipped(number, FOREIGN, _shown(raw))
        try:
            found = raw.decode("cp1252")
        except UnicodeDecodeError:
            return Skipped(number, why, _shown(raw))
        self.foreign.append(number)
        return number, found


def _wide(buffered: BinaryIO, encoding: str) -> Iterator[Line | Skipped]:
    text = io.TextIOWrapper(buffered, encoding=encoding, errors="replace", newline="\n")
    number = 0
    while line := text.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            yield Skipped(number, f"the line is longer than {LONGEST_LINE} characters", line[:SHOWN])
            while line and not line.endswith("\n"):
                line = text.readline(LONGEST_LINE)
        elif "\ufffd" in line:
            yield Skipped(number, f"the line has bytes that are not {encoding.upper()}", line.rstrip()[:SHOWN])
        else:
            yield number, without_control(line.rstrip("\r\n"))


def _pass_line(buffered: BinaryIO) -> None:
    while (rest := buffered.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass


def _shown(raw: bytes) -> str:
    return raw[:SHOWN].decode("utf-8", "backslashreplace")
