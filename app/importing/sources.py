"""The files of an import: plain or packed, in a folder or an archive, or standard input.

What is inside of an archive is read in place and never written anywhere, so no name in it can lead out. A link, a name
with `..`, and what says that it swells beyond all measure are refused, each by its name. Hidden files, which systems
and editors leave in folders and archives, are passed over.
"""

import io
import stat
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath, PurePosixPath
from typing import cast

from app.importing.unpacking import BROKEN, CHUNK, SAVE, ZIP, Stream, Unreadable, swells, unpacked, without_packing

STDIN = Path("-")
# Members of spreadsheet documents, which are ZIP archives too.
_OFFICE = frozenset({"[Content_Types].xml", "META-INF/manifest.xml"})
_NO_FILE = "neither a file nor a folder; what comes through a pipe is read as -"


@dataclass(frozen=True, slots=True)
class Source:
    """One stream of rows: a file, or a `member` of an archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """Its name for people."""
        shown = "standard input" if self.path == STDIN else str(self.path)
        return f"{shown}/{self.member}" if self.member else shown

    @property
    def size(self) -> int | None:
        """Its size on the disk in bytes, if that is known."""
        return None if self.path == STDIN else self.path.stat().st_size


def sources_of(paths: Sequence[Path], suffixes: Sequence[str]) -> Iterator[Source | Unreadable]:
    """The sources at PATHS; in a folder, the files that end in SUFFIXES, packed or not, in the order of their names."""
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
            yield Unreadable(f"{path} does not exist")


def digest_of(source: Source) -> str | None:
    """The hash of the bytes of SOURCE on the disk; None for standard input, which cannot be read twice."""
    if source.path == STDIN:
        return None
    found = sha256((source.member or "").encode("utf-8", "surrogatepass") + b"\0")
    with source.path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()


@contextmanager
def opened(source: Source) -> Iterator[Stream]:
    """The bytes of SOURCE, unpacked. Raises Unreadable."""
    with ExitStack() as closing:
        try:
            yield closing.enter_context(_stream(source, closing))
        except BROKEN as error:
            raise Unreadable(f"cannot be read: {error}") from None


def _of_folder(folder: Path, suffixes: Sequence[str]) -> Iterator[Source | Unreadable]:
    empty = True
    for path in sorted(folder.rglob("*")):
        if _hidden(path.relative_to(folder)):
            continue
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
    return any(one.lower().endswith(tuple(suffixes)) for one in (name, without_packing(name)))


def _in(path: Path) -> Iterator[Source | Unreadable]:
    """The file PATH itself or, if it is an archive, its members."""
    if path.suffix.lower() != ".zip" and not _begins(path, ZIP):
        yield Source(path)
        return
    try:
        with zipfile.ZipFile(path) as archive:
            files = [member for member in archive.infolist() if not member.is_dir()]
            members = [member for member in files if not _hidden(_inside(member))]
    except BROKEN as error:
        yield Unreadable(f"{path} is not a whole ZIP archive: {error}")
        return
    if not members:
        yield Unreadable(f"{path} has no files")
    if any(member.filename in _OFFICE for member in members):
        yield Unreadable(f"{path} is a document of Office, {SAVE}")
        return
    last = {member.filename: member for member in members}
    for member in members:
        again = last[member.filename] is not member
        fault = "comes again further on, and only the last of a name is read" if again else _fault(member)
        yield Unreadable(f"{path}/{member.filename} {fault}") if fault else Source(path, member.filename)


def _hidden(path: PurePath) -> bool:
    """Whether PATH is not meant to be seen: `.DS_Store`, `.ipynb_checkpoints/a.csv`, `__MACOSX/._a.csv`."""
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in path.parts)


def _begins(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(mark)) == mark
    except OSError:  # told when it is read
        return False


def _inside(member: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(member.filename.replace("\\", "/"))


def _fault(member: zipfile.ZipInfo) -> str | None:
    parts = _inside(member)
    if parts.is_absolute() or ".." in parts.parts:
        return "has a name that leads out of the archive"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link, and links in an archive are not followed"
    if member.flag_bits & 1:
        return "is encrypted"
    if parts.suffix.lower() == ".zip":
        return "is an archive inside of an archive: unpack the outer one first"
    if swells(member.file_size, member.compress_size):
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
    return unpacked(packed, opened, source.member or str(source.path), closing)
