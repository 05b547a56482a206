"""Unpacking files while they are read, in bounded memory; what swells beyond all measure is refused."""

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import PurePosixPath
from typing import BinaryIO, cast

MOST_BYTES = 200_000_000_000
# Text is packed to about a twentieth of its size, and seldom to a fiftieth.
MOST_SWELLING = 200
SWELLS_FROM = 100_000_000
CHUNK = 1 << 20
_OPENERS: dict[str, Callable[[BinaryIO], BinaryIO]] = {
    ".gz": lambda file: cast(BinaryIO, gzip.GzipFile(fileobj=file)),
    ".bz2": lambda file: cast(BinaryIO, bz2.BZ2File(file)),
    ".xz": lambda file: cast(BinaryIO, lzma.LZMAFile(file)),  # noqa: SIM115 - closed by who opened it
}
PACKED = (*_OPENERS, ".zip")
ZIP = b"PK\3\4"
# What packed files begin with, whatever their names.
_MAGIC = {b"\x1f\x8b\x08": ".gz", b"BZh": ".bz2", b"\xfd7zXZ\0": ".xz"}
# What other files that are not text have at which offset, and what to do with them.
_UNPACK = "which is not opened here: unpack it first"
SAVE = "which is not read here: save its table as CSV"
_FOREIGN = (
    (0, ZIP, f"a ZIP archive, {_UNPACK}"),
    (257, b"ustar", f"a tar archive, {_UNPACK}"),
    (0, b"7z\xbc\xaf\x27\x1c", f"a 7z archive, {_UNPACK}"),
    (0, b"Rar!\x1a\x07", f"a RAR archive, {_UNPACK}"),
    (0, b"\x28\xb5\x2f\xfd", f"packed by zstd, {_UNPACK}"),
    (0, b"PAR1", f"a Parquet file, {SAVE}"),
    (0, b"SQLite format 3\0", f"an SQLite database, {SAVE}"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"a document of Office, {SAVE}"),
    (0, b"RDX", f"data of R, {SAVE}"),
    (0, b"X\n\0\0\0", f"data of R, {SAVE}"),
    (0, b"<stata_dta>", f"data of Stata, {SAVE}"),
    (0, b"r\2\1\0", f"data of Stata, {SAVE}"),
    (0, b"s\2\1\0", f"data of Stata, {SAVE}"),
    (0, b"$FL2@(#)", f"data of SPSS, {SAVE}"),
    (0, b"ARROW1", f"an Arrow file, {SAVE}"),
    (0, b"%PDF-", "a PDF, which has no rows to be read"),
)
_HEAD = 512
BROKEN = (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError, OSError)


class Unreadable(ValueError):
    """A file that is not read, or not to its end; the message is for a person."""


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
            # In small steps, so that what comes before a damaged part is not lost.
            chunk = cast(io.BufferedReader, self._opened).read1(len(view))
        except BROKEN as error:
            raise Unreadable(f"is broken off or damaged after {self.given} bytes: {error}") from None
        self.given += len(chunk)
        if self.given > MOST_BYTES or swells(self.given, self.taken):
            raise Unreadable(f"swells to more than {self.given} bytes, which no honest file does")
        view[: len(chunk)] = chunk
        return len(chunk)


def swells(size: int, packed: int) -> bool:
    """Whether SIZE bytes are more than PACKED ones can honestly hold."""
    return size > SWELLS_FROM and size > MOST_SWELLING * max(packed, 1)


def unpacked(packed: BinaryIO, opened: io.BufferedReader, name: str, closing: ExitStack) -> Stream:
    """The bytes of OPENED, a file called NAME on the disk in PACKED, unpacked if it is packed, once or twice.

    Raises Unreadable if it is not text.
    """
    opener = _OPENERS.get(_kind(opened) or PurePosixPath(name).suffix.lower())
    if opener:
        opened = cast(io.BufferedReader, closing.enter_context(opener(opened)))
        if again := _kind(opened):
            # Bounded by itself, because nothing may come of much.
            between = io.BufferedReader(Stream(packed, opened), CHUNK)
            opened = cast(io.BufferedReader, closing.enter_context(_OPENERS[again](between)))
            if _kind(opened):
                raise Unreadable("is packed more than twice: unpack it first")
    head = _head(opened)
    if what := next((what for at, magic, what in _FOREIGN if head.startswith(magic, at)), None):
        raise Unreadable(f"is {what}")
    return Stream(packed, opened)


def without_packing(name: str) -> str:
    """NAME, of a file, without the endings that tell how it is packed."""
    while ending := next((one for one in PACKED if name.lower().endswith(one)), None):
        name = name[: -len(ending)]
    return name


def _kind(opened: io.BufferedReader) -> str | None:
    """How OPENED is packed, by how it begins, as the ending of such files; None if it is not."""
    head = _head(opened)
    return next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)


def _head(opened: io.BufferedReader) -> bytes:
    try:
        # The caller may have replaced standard input by a stream that cannot peek.
        return opened.peek(_HEAD) if hasattr(opened, "peek") else b""
    except (*BROKEN, Unreadable):  # told when it is read
        return b""
