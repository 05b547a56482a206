"""How the data stand, as one transaction sees it: the number of the last change, and what is printed with answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from app.models import State

_STATE = select(State.revision, State.at, State.license, State.citation)
_READ = "state"
Standing = Row[int, datetime | None, str, str]


def state_of(db: Connection) -> Standing:
    """The revision, its time, the licences and the citations; who only reads asks for them once."""
    options: Any = db.get_execution_options()
    if _READ in options:
        known: Standing = options[_READ]
        return known
    found = db.execute(_STATE).one()
    if not options.get("writes"):
        db.execution_options(**{_READ: found})
    return found
