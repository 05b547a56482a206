"""Names by the sound of their words, held in memory as far as they were asked for.

Few words make most names, and what people type begins in few ways. They are held in blocks: a block has all the words
whose sound begins with the same two letters, or with as many more as it takes for the block to be small.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.models import SearchName
from app.reading.prepared import read
from app.reading.remembering import remembered
from app.searching.beginnings import after, names_begun

# How many names a block may have, unless its letters are all that was asked for.
MOST_NAMES = 3000
# How many names all blocks may have; each takes half a kilobyte or so with its words.
MOST_HELD = 20_000
_LETTERS = 2
_BY_SOUND = names_begun(
    SearchName.sound,
    (
        SearchName.latin,
        SearchName.sound,
        SearchName.record_id,
        SearchName.name,
        SearchName.language,
        SearchName.position,
    ),
    MOST_NAMES,
)


class Named(NamedTuple):
    """A record by one of its names, `position` being which of them. They compare by length; codes come last."""

    nameless: bool
    length: int
    id: str
    name: str
    language: str | None
    position: int


class Spelling(NamedTuple):
    """A word in Latin letters, its sound, and the records that have it in a name: each once, the shortest first."""

    latin: str
    sound: str
    names: Sequence[Named]


@dataclass(slots=True)
class _Held:
    """Blocks by kind and beginning (None for those that would be too large), and the names in them, each once."""

    blocks: dict[tuple[str, str], Sequence[Spelling] | None] = field(default_factory=dict)
    names: dict[Named, Named] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def successor(self) -> "_Held":
        return _Held()


def heard(db: Connection, kind: str, start: str) -> Iterator[Spelling]:
    """The spellings, in names of KIND, of words whose sound begins with START, in the order of their sounds."""
    held = remembered(db, "sounds", MOST_HELD, _Held)
    for letters in range(min(_LETTERS, len(start)), len(start) + 1):
        block = _block(db, held, kind, start[:letters], last=letters == len(start))
        if block is not None:
            return (one for one in block if one.sound.startswith(start))
    raise AssertionError


def _block(db: Connection, held: _Held, kind: str, start: str, *, last: bool) -> Sequence[Spelling] | None:
    """The block of what begins with START; None if that is too large, unless START is the LAST one to try."""
    key = kind, start
    block = held.blocks.get(key)
    if block is None and (last or key not in held.blocks):
        rows = read(db, _BY_SOUND, {"kind": kind, "start": start, "end": after(start)})
        block = held.blocks[key] = _spellings(rows, held.names) if last or len(rows) < MOST_NAMES else None
    return block


def _spellings(rows: Iterable[Any], names: dict[Named, Named]) -> Sequence[Spelling]:
    found: dict[tuple[str, str], dict[str, Named]] = {}
    for latin, sound, key, name, language, position in rows:
        named = Named(language is None, len(name), key, name, language, position)
        found.setdefault((latin, sound), {}).setdefault(key, names.setdefault(named, named))
    return [Spelling(*spelled, sorted(first.values())) for spelled, first in found.items()]
