"""What was read from the data, remembered until they change; by each process, for each database that it has open."""

from collections.abc import Callable, Sized
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.reading.prepared import looks_back
from app.reading.state import state_of

Memory = TypeVar("Memory", bound=Sized)
_MEMORIES: WeakKeyDictionary[Engine, dict[str, tuple[Any, Any]]] = WeakKeyDictionary()


def remembered(db: Connection, subject: str, most: int, empty: Callable[[], Memory] = dict) -> Memory:  # type: ignore[assignment]
    """What is remembered about SUBJECT from the data that DB sees. Callers add to it what they read.

    It is EMPTY at first, again after each change of the data, and when it holds more than MOST. Of the past (`as_of`)
    nothing is remembered.
    """
    if looks_back(db):
        return empty()
    state = state_of(db)
    stamp = (state.revision, state.at)
    memories = _MEMORIES.setdefault(db.engine, {})
    kept = memories.get(subject)
    if kept is None or kept[0] != stamp or len(kept[1]) > most:
        # Replaced and not emptied, because other threads may still use the old ones.
        kept = memories[subject] = (stamp, empty())
    memory: Memory = kept[1]
    return memory
