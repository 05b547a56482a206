"""The files of an import: plain, compressed, archived, of a folder, or standard input; read in bounded memory.

What is inside of an archive is read in place and never written anywhere, so that no name in it leads out; a link, a
name with `..`, and what swells beyond all measure is refused by name.
"""

import bz2
import gzip
import io
import lzma
import re
import stat
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from app.importing.identifiers import without_control
from app.importing.records import Line, Skipped

STDIN = Path("-")
LONGEST_LINE = 10_000_000
MOST_BYTES = 200_000_000_000
# Text shrinks to a twentieth, and seldom to a fiftieth.
MOST_SWELLING = 200
SWELLS_FROM = 100_000_000
CHUNK = 1 << 20
SHOWN = 500
_MARK = b"\xef\xbb\xbf"
_WIDE_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# Of a text without a mark: which of its first four bytes are not zero.
_WIDE_SHAPES: dict[tuple[bool, ...], str] = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
}
# What no record may hold: control characters but for tabs and carriage returns.
_CONTROL = bytes({*range(0x20), 0x7F} - {*b"\t\n\r"})
_JSON = (b"{", b"[")
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_OPENERS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
    ".xz": lambda file: cast(BinaryIO, lzma.LZMAFile(file)),  # noqa: SIM115 - closed by who opened it
}
PACKED = (*_OPENERS, ".zip")
ZIP = b"PK\3\4"
# What packed files begin with, however they are called.
_MAGIC = {b"\x1f\x8b\x08": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz"}
# What other files that are no text begin with, or have behind their first name, and what to do with them.
_UNPACK = "which is not opened here: unpack it first"
_SAVE = "which is not read here: save its table as CSV"
_FOREIGN = (
    (0, ZIP, f"a ZIP archive, {_UNPACK}"),
    (257, b"ustar", f"a tar archive, {_UNPACK}"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7z archive, {_UNPACK}"),
    (0, b"Rar!\x1a\x07", f"a RAR archive, {_UNPACK}"),
    (0, b"\x28\xb5\x2f\xfd", f"packed by zstd, {_UNPACK}"),
    (0, b"PAR1", f"a Parquet file, {_SAVE}"),
    (0, b"SQLite format 3\0", f"an SQLite database, {_SAVE}"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"a document of Office, {_SAVE}"),
    (0, b"RDX", f"data of R, {_SAVE}"),
    (0, b"%PDF-", "a PDF, which has no rows to be read"),
)
_HEAD = 512
# Members that documents of spreadsheets have, which are ZIP archives.
_OFFICE = frozenset({"[Content_Types].xml", "META-INF/manifest.xml"})
_NO_FILE = "neither a file nor a folder; what comes through a pipe is read as -"
_BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, OSError)


class Unreadable(ValueError):
    """A file that is not read, or no further; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of rows: a file, or a `member` of an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        shown = "standard input" if self.path == STDIN else str(self.path)
        return f"{shown}/{self.member}" if self.member else shown

    @property
    def size(self) -> int | None:
        """Its bytes as they lie on the disk, if that is known."""
        return None if self.path == STDIN else self.path.stat().st_size


def sources_of(paths: Sequence[Path], suffixes: Sequence[str]) -> Iterator[Source | Unreadable]:
    """The streams in PATHS; of a folder, the files that end in SUFFIXES, packed or not, in order of their names."""
    for path in paths:
        if path == STDIN:
            yield Source(path)
        elif path.is_dir():
            yield from _of_folder(path, suffixes)
        elif path.is_file():
            yield from _in(path)
        elif path.exists():
            yield Unreadable(f"{path} is {_NO_FILE}")
        else:
            yield Unreadable(f"{path} is not there")


def digest_of(source: Source) -> str | None:
    """The hash of the bytes of SOURCE as they lie on the disk; None for what cannot be read twice."""
    if source.path == STDIN:
        return None
    found = sha256((source.member or "").encode("utf-8", "surrogatepass") + b"\0")
    with source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


class Stream(io.RawIOBase):
    """The bytes of a source, unpacked. `taken` counts those read from the disk.

    Raises Unreadable where the file is broken off or swells beyond all measure.
    """

    def __init__(self, packed: BinaryIO, opened: BinaryIO) -> None:
        super().__init__()
        self._packed, self._opened = packed, opened
        self.given = 0

    @property
    def taken(self) -> int:
        return self._packed.tell() if self._packed.seekable() else self.given

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer))
        try:
            # One step at a time: what came before a break is not lost with it.
            chunk = cast(io.BufferedReader, self._opened).read1(len(view))
        except _BROKEN as error:
            raise Unreadable(f"is broken off or damaged after {self.given} bytes: {error}") from None
        self.given += len(chunk)
        if self.given > MOST_BYTES or (self.given > SWELLS_FROM and self.given > MOST_SWELLING * max(self.taken, 1)):
            raise Unreadable(f"swells to more than {self.given} bytes, which no honest file does")
        view[: len(chunk)] = chunk
        return len(chunk)


@contextmanager
def opened(source: Source) -> Iterator[Stream]:
    """The bytes of SOURCE, unpacked. Raises Unreadable."""
    with ExitStack() as closing:
        try:
            yield closing.enter_context(_stream(source, closing))
        except _BROKEN as error:
            raise Unreadable(f"cannot be read: {error}") from None


def lines_of(stream: io.RawIOBase, foreign: list[int]) -> Iterator[Line | Skipped]:
    """The lines of STREAM as text, numbered from 1; a line that is none is a Skipped, and the next ones are read.

    UTF-8 and UTF-16 with or without a mark, UTF-32 with its mark. A line that is no UTF-8 anywhere is read as
    Windows-1252, and its number goes to FOREIGN. Control characters are left out.
    """
    reader = io.BufferedReader(stream, CHUNK)
    head = reader.peek(4)
    if encoding := wide_encoding(head[:4]):
        yield from _wide(cast(BinaryIO, reader), encoding)
        return
    if head.count(b"\r") > 1 and b"\n" not in head:
        reader = io.BufferedReader(_Turned(reader), CHUNK)
    buffered = cast(BinaryIO, reader)
    number = 0
    while raw := buffered.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            hint = ": put each object on a line of its own, with jq -c '.data[]'" if raw.startswith(_JSON) else ""
            yield Skipped(number, f"the line is longer than {LONGEST_LINE} bytes{hint}", _shown(raw))
            _pass_line(buffered)
        else:
            yield _text(number, raw.removeprefix(_MARK) if number == 1 else raw, foreign)


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
    """The encoding of a text that begins with the four bytes HEAD, if every letter has two or four."""
    marked = next((name for mark, name in _WIDE_MARKS if head.startswith(mark)), None)
    return marked or _WIDE_SHAPES.get(tuple(byte != 0 for byte in head))


def _text(number: int, raw: bytes, foreign: list[int]) -> Line | Skipped:
    raw = raw.rstrip(b"\r\n").translate(None, _CONTROL)
    try:
        return number, raw.decode()
    except UnicodeDecodeError as error:
        bad, at = raw[error.start : error.end].hex(" "), error.start
    try:
        # A row that is partly UTF-8 would come out as letters that nobody wrote.
        if not _UTF_8.search(raw):
            foreign.append(number)
            return number, raw.decode("cp1252")
    except UnicodeDecodeError:
        foreign.pop()
    return Skipped(number, f"is neither UTF-8 nor Windows-1252: bytes {bad} at {at}", _shown(raw))


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
            yield Skipped(number, f"the line has bytes that are no {encoding.upper()}", line.rstrip()[:SHOWN])
        else:
            yield number, without_control(line.rstrip("\r\n"))


def _pass_line(buffered: BinaryIO) -> None:
    while (rest := buffered.readline(CHUNK)) and not rest.endswith(b"\n"):
        pass


def _shown(raw: bytes) -> str:
    return raw[:SHOWN].decode("utf-8", "backslashreplace")


def _of_folder(folder: Path, suffixes: Sequence[str]) -> Iterator[Source | Unreadable]:
    empty = True
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            found: Iterable[Source | Unreadable] = [
                Unreadable(f"{path} is a link, and links in a folder are not followed")
            ]
        elif path.is_dir() or not ends_in(path.name, (*suffixes, ".zip")):
            continue
        else:
            found = _in(path) if path.is_file() else [Unreadable(f"{path} is {_NO_FILE}")]
        empty = False
        yield from found
    if empty:
        yield Unreadable(f"{folder} has no file that ends in {', '.join(suffixes)}")


def ends_in(name: str, suffixes: Sequence[str]) -> bool:
    """Whether the file NAME ends in one of SUFFIXES, packed or not."""
    plain = name.lower()
    for packed in PACKED:
        plain = plain.removesuffix(packed)
    return plain.endswith(tuple(suffixes)) or name.lower().endswith(tuple(suffixes))


def _in(path: Path) -> Iterator[Source | Unreadable]:
    """PATH itself, or what lies in an archive."""
    if path.suffix.lower() != ".zip" and not _begins(path, ZIP):
        yield Source(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except _BROKEN as error:
        yield Unreadable(f"{path} is no whole ZIP archive: {error}")
        return
    if not members:
        yield Unreadable(f"{path} has no files")
    if any(member.filename in _OFFICE for member in members):
        yield Unreadable(f"{path} is a document of Office, {_SAVE}")
        return
    last = {member.filename: member for member in members}
    for member in members:
        again = last[member.filename] is not member
        fault = "comes again further on, and only the last of a name is read" if again else _fault(member)
        yield Unreadable(f"{path}/{member.filename} {fault}") if fault else Source(path, member.filename)


def _begins(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:  # told when it is read
        return False


def _fault(member: zipfile.ZipInfo) -> str | None:
    parts = PurePosixPath(member.filename.replace("\\", "/"))
    if parts.is_absolute() or ".." in parts.parts:
        return "has a name that leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link, and links in an archive are not followed"
    if member.flag_bits & 1:
        return "is encrypted"
    if parts.suffix.lower() == ".zip":
        return "is an archive inside of an archive, which is not opened"
    if member.file_size > SWELLS_FROM and member.file_size > MOST_SWELLING * max(member.compress_size, 1):
        return f"says that it swells to {member.file_size} bytes, which no honest file does"
    return None


def _stream(source: Source, closing: ExitStack) -> Stream:
    if source.path == STDIN:
        packed = opened = cast(io.BufferedReader, sys.stdin.buffer)
    else:
        packed = opened = closing.enter_context(source.path.open("rb"))
    if source.member is not None:
        archive = closing.enter_context(zipfile.ZipFile(packed))
        opened = cast(io.BufferedReader, closing.enter_context(archive.open(source.member)))
    head = _head(opened)
    suffix = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    opener = _OPENERS.get(suffix or PurePosixPath(source.member or source.path).suffix.lower())
    if opener:
        opened = cast(io.BufferedReader, closing.enter_context(opener(opened)))
        head = _head(opened)
    if what := next((what for at, magic, what in _FOREIGN if head.startswith(magic, at)), None):
        raise Unreadable(f"is {what}")
    return Stream(packed, opened)


def _head(opened: io.BufferedReader) -> bytes:
    try:
        # Whoever calls may have put any stream in the place of standard input.
        return opened.peek(_HEAD) if hasattr(opened, "peek") else b""
    except _BROKEN:  # told when it is read
        return b""
