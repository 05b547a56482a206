"""What was read from the data, remembered until they change; by each process, for each database that it has open."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.reading.prepared import looks_back
from app.reading.state import state_of


class Memory(Protocol):
    """Something that fills up, and is replaced by its successor then."""

    def __len__(self) -> int: ...

    def successor(self) -> Self: ...


class Recent(dict[Any, Any]):
    """What was read or used lately, by key. What its predecessor held is in it, too, and is recent again when used.

    So what is used often stays, however much is read only once, and looking it up is as fast as in any dictionary.
    """

    def __init__(self, before: Mapping[Any, Any] | None = None) -> None:
        super().__init__()
        self._before = before or {}

    def __missing__(self, key: Any) -> Any:
        found = self[key] = self._before[key]
        return found

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._before

    def successor(self) -> Self:
        # A copy: what came before this must go, but other threads may still use it.
        return type(self)(dict(self))


Kind = TypeVar("Kind", bound=Memory)
_MEMORIES: WeakKeyDictionary[Engine, dict[str, tuple[Any, Any]]] = WeakKeyDictionary()


def remembered(db: Connection, subject: str, most: int, empty: Callable[[], Kind] = Recent) -> Kind:  # type: ignore[assignment]
    """What is remembered about SUBJECT from the data that DB sees. Callers add to it what they read.

    It is EMPTY at first, and again after each change of the data. When it holds more than MOST, its successor replaces
    it. Of the past (`as_of`) nothing is remembered.
    """
    if looks_back(db):
        return empty()
    state = state_of(db)
    stamp = (state.revision, state.at)
    memories = _MEMORIES.setdefault(db.engine, {})
    kept = memories.get(subject)
    # Replaced and not emptied, because other threads may still use the old ones.
    if kept is None or kept[0] != stamp:
        kept = memories[subject] = (stamp, empty())
    elif len(kept[1]) > most:
        kept = memories[subject] = (stamp, kept[1].successor())
    memory: Kind = kept[1]
    return memory
