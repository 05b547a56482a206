"""Files and folders as they were given, read by a format, whatever is wrong with one of them."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.importing.annotated_text.decoding import MOST_BYTES
from app.importing.annotated_text.formats import TextFormat
from app.importing.annotated_text.shape import AnnotatedText, Given, Unreadable
from app.importing.annotated_text.tasks import DAMAGE
from app.importing.records import Skipped


def given_in(paths: Iterable[Path], suffixes: tuple[str, ...]) -> Iterator[Given]:
    """The files of PATHS, and those of its folders that end in one of SUFFIXES, in the order of their names."""
    for path in paths:
        if str(path) == "-":
            yield Given("standard input", sys.stdin.buffer.read(MOST_BYTES + 1))
            continue
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            # A link may lead out of the folder.
            if file.is_file() and (file == path or (file.suffix.lower() in suffixes and not file.is_symlink())):
                yield from _given(file, file.relative_to(path).as_posix() if path.is_dir() else file.name)


def _given(file: Path, name: str) -> Iterator[Given]:
    def beside(other: str) -> bytes | None:
        found = file.parent / Path(other).name
        return found.read_bytes() if found.is_file() and found.stat().st_size <= MOST_BYTES else None

    def neighbours() -> list[str]:
        return sorted(one.name for one in file.parent.iterdir() if one.is_file())

    with file.open("rb") as opened:
        yield Given(name, opened.read(MOST_BYTES + 1), beside, neighbours)


def texts_of(form: TextFormat, given: Given) -> Iterator[AnnotatedText | Skipped]:
    """What FORM reads in GIVEN; of a file that cannot be read, one Skipped that says why."""
    try:
        yield from form.read(given)
    except Unreadable as error:
        yield Skipped(error.line, str(error))
    except DAMAGE as error:
        yield Skipped(1, f"is damaged: {type(error).__name__}: {error}")
