"""Series of an actor or of a pair, for a timeline that asks for nothing else (app/loading/series.py)."""

from collections import defaultdict

import orjson
from sqlalchemy import Connection, select

from app.dialects.keys import KEYS, among
from app.loading.series import key_of
from app.loading.summing import SCORE
from app.models import Summary
from app.prepared import LOOKING_BACK, read
from app.resources.analysis.matching import View
from app.resources.analysis.summaries import spot_of
from app.resources.analysis.tallies import ALL, Spot, Tallies, Tally
from app.shapes import shape_of

# A series has months; what is shorter is counted in SQL.
INTERVALS = ("month", "quarter", "year")
_ONE = (("actor", 1),)
_PAIR = (("source", 1), ("target", 1))
_COUNTS = select(Summary.key, Summary.counts).where(among(Summary.key, KEYS))


def series_of(db: Connection, view: View, interval: str) -> Tallies | None:
    """How many records of VIEW there are at each point of INTERVAL, and their scores; None if no series says it."""
    asked, shape = view.asked, shape_of(view.resource.filters, view.asked)
    kept = view.resource.kind == "event" and shape.given in (_ONE, _PAIR) and interval in INTERVALS
    if not kept or LOOKING_BACK in db.get_execution_options():
        return None
    wanted = [(name, getattr(asked, name)[0]) for name, _ in shape.given]
    key = key_of("&".join(f"{name}={actor}" for name, actor in wanted))
    crowds = [key_of(f"crowd={actor}") for _, actor in wanted] if shape.given == _PAIR else []
    stored = {row.key: row.counts for row in read(db, _COUNTS, {"keys": [key, *crowds]})}
    if crowds and stored.keys() >= set(crowds):
        return None
    found: defaultdict[Spot, Tally] = defaultdict(Tally)
    for month, (count, scored, score) in orjson.loads(stored.get(key, "{}")).items():
        bucket, _, exact = month.partition("/")
        tally = found[spot_of(interval, bucket, exact)]
        tally.count += count
        tally.scored += scored
        tally.score += score
    for tally in found.values():
        tally.score /= SCORE
    return {ALL: found}
