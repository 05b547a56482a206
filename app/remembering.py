"""What was read from the data, remembered until they change: by each process, for each database that it has open."""

from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from app.prepared import LOOKING_BACK
from app.state import state_of

_MEMORIES: WeakKeyDictionary[Engine, dict[str, tuple[Any, dict[Any, Any]]]] = WeakKeyDictionary()


def remembered(db: Connection, subject: str, most: int) -> dict[Any, Any]:
    """What is known about SUBJECT from the data as DB sees them, up to MOST of it; of the data as they stood, nothing.

    Who reads more puts it there.
    """
    if LOOKING_BACK in db.get_execution_options():
        return {}
    state = state_of(db)
    stamp = (state.revision, state.at)
    memories = _MEMORIES.setdefault(db.engine, {})
    kept = memories.get(subject)
    if kept is None or kept[0] != stamp or len(kept[1]) > most:
        # Others may be reading the old ones: they are left to them, not emptied.
        kept = memories[subject] = (stamp, {})
    return kept[1]
