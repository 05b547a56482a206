"""Reads files with a format as an import does, and tells what came of them in a line each."""

from collections.abc import Iterator
from pathlib import Path

from app.importing.formats import formats
from app.importing.records import Coded, Item, Party, Skipped

SAMPLES = Path(__file__).parent / "samples"


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """The lines of TEXT with their numbers, without their ends and a byte order mark."""
    lines = text.removeprefix("\ufeff").split("\n")
    return enumerate((line.removesuffix("\r") for line in (lines[:-1] if lines[-1] == "" else lines)), start=1)


def read_text(format_: str, text: str) -> list[Item]:
    """The records of TEXT in FORMAT."""
    return list(formats()[format_].read(numbered(text)))


def read_file(format_: str, path: Path) -> list[Item]:
    """The records of a file in FORMAT."""
    return read_text(format_, path.read_bytes().decode("utf-8", "replace"))


def coded(format_: str, name: str) -> dict[str, Coded]:
    """The events of the sample NAME, by key; of a key that comes twice, the last."""
    return {item.key: item for item in read_file(format_, SAMPLES / name) if isinstance(item, Coded)}


def told(item: Item) -> str:
    """An event or a skip as a line of text."""
    if isinstance(item, Skipped):
        return f"{item.line} skipped: {item.why}"
    assert isinstance(item, Coded)
    sides = f"{_names(item.sources)} > {_names(item.targets)}"
    place = f"{item.place.name} ({item.place.country}, {item.place.precision})" if item.place else "nowhere"
    when = f"{item.date.start}/{item.date.end} {item.date.precision}"
    code = item.cameo or item.plover or "no code"
    return f"{item.line} {item.key}: {item.type}, {code}, {when}, {sides}, {place}"


def _names(parties: tuple[Party, ...]) -> str:
    return "; ".join(
        f"{' '.join(filter(None, (party.code, party.name)))} [{party.kind} {party.country or '-'}]" for party in parties
    )
