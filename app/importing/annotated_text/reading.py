"""Reading the files that were given, in folders and archives too, whatever is wrong with some of them."""

import io
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from app.importing import unpacking
from app.importing.annotated_text.controls import sound
from app.importing.annotated_text.decoding import MOST_BYTES
from app.importing.annotated_text.formats import TextFormat
from app.importing.annotated_text.inception import UNANNOTATED
from app.importing.annotated_text.shape import AnnotatedText, Given, Unread, Unreadable, stem
from app.importing.annotated_text.tasks import DAMAGE, in_words
from app.importing.records import Skipped
from app.importing.sources import Source, ends_in, opened, sources_of
from app.importing.unpacking import CHUNK, without_packing

# What files there are in a folder, and in a folder of an archive.
Listings = tuple[Callable[[Path], list[str]], Callable[[Path, str], list[str]]]


def given_in(paths: Sequence[Path], suffixes: tuple[str, ...]) -> Iterator[Given]:
    """The files of PATHS, and those of its folders and archives that end in one of SUFFIXES."""
    # Asked for again with every file in a folder. Remembered for this call only, because folders change.
    listings = cache(_files), cache(_members)
    for source in sources_of(paths, suffixes):
        if isinstance(source, unpacking.Unreadable):
            yield Given("", b"", fault=str(source))
        elif source.member is None or ends_in(source.member, suffixes):
            yield given_of(source, listings)


def texts_of(form: TextFormat, given: Given) -> Iterator[AnnotatedText | Skipped]:
    """What FORM reads in GIVEN. If the file cannot be read, or not to its end, an Unread says why."""
    if given.fault:
        yield Unread(1, given.fault)
        if not (form.apart and given.data):
            return
    if stem(given.name) == UNANNOTATED:
        yield Skipped(1, f"is not annotated: {UNANNOTATED} is the text as it was given to the annotators")
        return
    try:
        yield from (sound(read) if isinstance(read, AnnotatedText) else read for read in form.read(given))
    except Unreadable as error:
        yield Unread(error.line, str(error))
    except DAMAGE as error:
        yield Unread(1, f"is damaged: {in_words(error)}")


def given_of(source: Source, listings: Listings | None = None) -> Given:
    """SOURCE as a file that was given; LISTINGS tell what lies beside it."""
    files, members = listings or (_files, _members)
    folder = (source.member or "").rpartition("/")[0]

    def beside(other: str) -> bytes | None:
        key = f"{folder}/{other}" if folder else other
        if source.member is not None:
            return _whole(Source(source.path, key)) if other in neighbours() else None
        found = source.path.parent / other
        return _whole(Source(found)) if found.is_file() and not found.is_symlink() else None

    def neighbours() -> list[str]:
        return members(source.path, folder) if source.member is not None else files(source.path.parent)

    data, fault = _read(source)
    return Given(without_packing(source.name), data, beside, neighbours, fault)


def _whole(source: Source) -> bytes:
    """The bytes of SOURCE. Raises Unreadable."""
    data, fault = _read(source)
    if fault:
        raise Unreadable(f"{source.name} {fault}")
    return data


def _read(source: Source) -> tuple[bytes, str | None]:
    """The bytes of SOURCE, which are cut a little beyond what is read at all; and why, if they end too early."""
    data = io.BytesIO()
    try:
        with opened(source) as stream:
            while data.tell() <= MOST_BYTES and (chunk := stream.read(CHUNK)):
                data.write(chunk)
    except unpacking.Unreadable as error:
        return data.getvalue(), str(error)
    return data.getvalue(), None


def _files(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir() if one.is_file())


def _members(archive: Path, folder: str) -> list[str]:
    with ZipFile(archive) as opened_:
        names = (name.rpartition("/") for name in opened_.namelist())
        return sorted(last for before, _slash, last in names if before == folder and last)
