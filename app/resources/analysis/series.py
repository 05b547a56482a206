"""Series of an actor or of a pair, for timelines that ask for nothing else (app/loading/series.py)."""

from sqlalchemy import Connection

from app.answering.views import View
from app.asking.shapes import shape_of
from app.dates import MONTHS
from app.loading.kept_sums import kept
from app.loading.series import Months, add, key_of, mutual
from app.reading.prepared import looks_back
from app.resources.analysis.summaries import tallied
from app.resources.analysis.tallies import ALL, Line, Tallies

_ONE = (("actor", 1),)
_PAIR = (("source", 1), ("target", 1))


def series_of(db: Connection, view: View, interval: str) -> Tallies | None:
    """How many records of VIEW there are at each point of INTERVAL, and their scores; None if no series says it.

    A series has months; what is shorter is counted in SQL.
    """
    asked, shape = view.asked, shape_of(view.resource.filters, view.asked)
    has_one = view.resource.kind == "event" and shape.given in (_ONE, _PAIR) and interval in MONTHS
    if not has_one or looks_back(db):
        return None
    wanted = [(name, getattr(asked, name)[0]) for name, _ in shape.given]
    key = key_of("event", "&".join(f"{name}={actor}" for name, actor in wanted))
    crowds = [key_of("event", f"crowd={actor}") for _, actor in wanted] if shape.given == _PAIR else []
    found = kept(db, [key, *crowds])
    if crowds and found.keys() >= set(crowds):
        return None
    return _tallied(interval, found.get(key, {}))


def series_between(db: Connection, kind: str, pair: tuple[str, str], interval: str) -> list[Line]:
    """What went forward between PAIR in all records of KIND at each point of INTERVAL, what went backward, and both."""
    ways = [f"source={source}&target={target}" for source, target in (pair, pair[::-1])]
    keys = [key_of(kind, name) for name in (*ways, mutual(*pair))]
    found = kept(db, keys)
    forward, backward, twice = (found.get(key, {}) for key in keys)
    both: Months = {}
    for months, times in ((forward, 1), (backward, 1), (twice, -1)):
        for month, counts in months.items():
            add(both, month, counts, times)
    return [_tallied(interval, months)[ALL] for months in (forward, backward, both)]


def _tallied(interval: str, months: Months) -> Tallies:
    placed = ((month.partition("/"), counts) for month, counts in months.items())
    return tallied(interval, ((month, exact, counts) for (month, _, exact), counts in placed))
