"""Names by what their words sound like, held in memory as far as they were asked for.

Few words make most names, and who types hears the same few beginnings. A block is what begins with two letters of a
sound, or with as many more as it takes to be small.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.beginnings import after, names_begun
from app.models import SearchName
from app.prepared import read
from app.remembering import remembered

# Names that are looked through at once.
MOST_NAMES = 3000
# Names in all blocks, some half a kilobyte each with the words of each.
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
    """A record by one of its names, and which of them that is. The least is the briefest; codes come last."""

    nameless: bool
    length: int
    id: str
    name: str
    language: str | None
    position: int


class Spelling(NamedTuple):
    """A word in Latin letters, what it sounds like, and who has it in a name: each once, the briefest first."""

    latin: str
    sound: str
    names: Sequence[Named]


@dataclass(slots=True)
class _Held:
    """Blocks by kind and beginning, None where there are too many names for one; and the names in them, each once."""

    blocks: dict[tuple[str, str], Sequence[Spelling] | None] = field(default_factory=dict)
    names: dict[Named, Named] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)


def heard(db: Connection, kind: str, start: str) -> Iterator[Spelling]:
    """The spellings in names of KIND of what sounds like START or begins so, in the order of their sounds."""
    held = remembered(db, "sounds", MOST_HELD, _Held)
    for letters in range(min(_LETTERS, len(start)), len(start) + 1):
        block = _block(db, held, kind, start[:letters], last=letters == len(start))
        if block is not None:
            return (one for one in block if one.sound.startswith(start))
    raise AssertionError


def _block(db: Connection, held: _Held, kind: str, start: str, *, last: bool) -> Sequence[Spelling] | None:
    """What begins with START; None if that is too many, unless it is the LAST that there is to try."""
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
