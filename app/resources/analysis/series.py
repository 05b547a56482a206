"""Series of an actor or of a pair, for a timeline that asks for nothing else (app/loading/series.py)."""

from sqlalchemy import Connection

from app.asking.shapes import shape_of
from app.loading.kept_sums import kept
from app.loading.series import key_of
from app.reading.prepared import LOOKING_BACK
from app.resources.analysis.matching import View
from app.resources.analysis.summaries import tallied
from app.resources.analysis.tallies import Tallies

# A series has months; what is shorter is counted in SQL.
INTERVALS = ("month", "quarter", "year")
_ONE = (("actor", 1),)
_PAIR = (("source", 1), ("target", 1))


def series_of(db: Connection, view: View, interval: str) -> Tallies | None:
    """How many records of VIEW there are at each point of INTERVAL, and their scores; None if no series says it."""
    asked, shape = view.asked, shape_of(view.resource.filters, view.asked)
    has_one = view.resource.kind == "event" and shape.given in (_ONE, _PAIR) and interval in INTERVALS
    if not has_one or LOOKING_BACK in db.get_execution_options():
        return None
    wanted = [(name, getattr(asked, name)[0]) for name, _ in shape.given]
    key = key_of("&".join(f"{name}={actor}" for name, actor in wanted))
    crowds = [key_of(f"crowd={actor}") for _, actor in wanted] if shape.given == _PAIR else []
    found = kept(db, [key, *crowds])
    if crowds and found.keys() >= set(crowds):
        return None
    months = ((*month.split("/"), counts) for month, counts in found.get(key, {}).items())
    return tallied(interval, months)
