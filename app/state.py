"""How the data stand, as one transaction sees it: the number of the last change, and what is printed with answers."""

from datetime import datetime

from sqlalchemy import Connection, Row, select

from app.models import State
from app.observing import read_of
from app.prepared import LOOKING_BACK, read
from app.readers import seen

_STATE = select(State.revision, State.at, State.license, State.citation)
_KNOWN = "state"
Standing = Row[int, datetime | None, str, str]


def state_of(db: Connection) -> Standing:
    """The revision, its time, the licences and the citations.

    Who only reads asks for them once, and it is noted of which data the answer is (app/caching.py).
    """
    known = seen(db)
    if known is None or LOOKING_BACK in db.get_execution_options():
        return db.execute(_STATE).one()
    if _KNOWN not in known:
        known[_KNOWN] = read(db, _STATE)[0]
        read_of((known[_KNOWN].revision, known[_KNOWN].at))
    standing: Standing = known[_KNOWN]
    return standing
