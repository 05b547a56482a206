"""The state of the data as one transaction sees it: the number of the last change, the licence, the citation."""

from datetime import datetime

from sqlalchemy import Connection, Row, select

from app.models import State
from app.observing import read_of
from app.reading.prepared import looks_back, read
from app.reading.readers import seen

_STATE = select(State.revision, State.at, State.license, State.citation)
_KNOWN = "state"
Standing = Row[int, datetime | None, str, str]


def state_of(db: Connection) -> Standing:
    """The revision, its time, the licences and the citations.

    A transaction that only reads asks the database once. What it finds is noted as what the answer is made from, for
    its tag (app/http/caching.py).
    """
    known = seen(db)
    if known is None or looks_back(db):
        return db.execute(_STATE).one()
    if _KNOWN not in known:
        known[_KNOWN] = read(db, _STATE)[0]
        read_of((known[_KNOWN].revision, known[_KNOWN].at))
    standing: Standing = known[_KNOWN]
    return standing
