"""How the data stand, as one transaction sees it: the number of the last change, and what is printed with answers."""

from datetime import datetime

from sqlalchemy import Connection, Row, select

from app.models import State
from app.prepared import read
from app.readers import seen

_STATE = select(State.revision, State.at, State.license, State.citation)
_KNOWN = "state"
Standing = Row[int, datetime | None, str, str]


def state_of(db: Connection) -> Standing:
    """The revision, its time, the licences and the citations; who only reads asks for them once."""
    known = seen(db)
    if known is None:
        return db.execute(_STATE).one()
    if _KNOWN not in known:
        known[_KNOWN] = read(db, _STATE)[0]
    standing: Standing = known[_KNOWN]
    return standing
