"""Counting records in SQL by bucket of time, as one group or by key."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, Float, Select, String, case, cast, func, null, or_, select

from app.answering.views import Rows
from app.dialects.days import first_day_of
from app.models import Event, Statement
from app.resources.analysis.buckets import fits
from app.resources.analysis.tallies import ALL, MOST_POINTS, Group, Spot, Tallies, Tally, refuse_many

KEYLESS = cast(null(), String).label("key")
UNSCORED = cast(null(), Float).label("goldstein")
DATED_EVENT = (Event.start_on, Event.end_on, Event.precision, Event.goldstein)
DATED_STATEMENT = (Statement.start_on, Statement.end_on, Statement.precision, UNSCORED)


def counted(rows: Rows, interval: str) -> CTE:
    """How many of ROWS (`key` and the columns of DATED_EVENT) stand in each bucket, by key."""
    one = rows.subquery()
    exact = fits(interval, one.c.start_on, one.c.end_on, one.c.precision)
    dated = or_(one.c.start_on.is_not(None), one.c.end_on.is_not(None))
    placed = select(
        one.c.key,
        case((exact, first_day_of(interval, one.c.start_on))).label("bucket"),
        case((dated, 1), else_=0).label("dated"),
        one.c.goldstein,
    ).subquery()
    place = (placed.c.key, placed.c.bucket, placed.c.dated)
    sums = (func.count().label("n"), func.count(placed.c.goldstein).label("scored"))
    return select(*place, *sums, func.sum(placed.c.goldstein).label("score")).group_by(*place).cte()


def summing(rows: Rows, interval: str) -> Select[Any]:
    """The counts of ROWS, whose key is KEYLESS, as one group."""
    return _bounded(select(counted(rows, interval), null().label("missing")), 0)


def grouping(rows: Rows, interval: str, groups: int) -> Select[Any]:
    """The counts of ROWS by the GROUPS keys that have most, of the rest as `other`, of those without as `missing`."""
    found = counted(rows, interval)
    total = func.sum(found.c.n)
    top = select(found.c.key).where(found.c.key.is_not(None)).group_by(found.c.key)
    kept = top.order_by(total.desc(), found.c.key).limit(groups).cte()
    part = select(
        kept.c.key,
        case((found.c.key.is_(None), 1), else_=0).label("missing"),
        *(found.c.bucket, found.c.dated, found.c.n, found.c.scored, found.c.score),
    )
    one = part.select_from(found.outerjoin(kept, kept.c.key == found.c.key)).subquery()
    place = (one.c.key, one.c.missing, one.c.bucket, one.c.dated)
    sums = (func.sum(one.c.n).label("n"), func.sum(one.c.scored).label("scored"))
    return _bounded(select(*place, *sums, func.sum(one.c.score).label("score")).group_by(*place), groups)


def summed(rows: Sequence[Any], interval: str) -> Tallies:
    """ROWS of `summing`."""
    refuse_many(len(rows) > _most_rows(0), interval)
    return {ALL: {_spot(row): Tally(int(row.n), row.scored, row.score or 0.0) for row in rows}}


def grouped(rows: Sequence[Any], interval: str, groups: int) -> Tallies:
    """ROWS of `grouping`."""
    refuse_many(len(rows) > _most_rows(groups), interval)
    found: dict[Group, dict[Spot, Tally]] = defaultdict(dict)
    for row in rows:
        group = ("missing", None) if row.missing else ("other", None) if row.key is None else ("value", row.key)
        found[group][_spot(row)] = Tally(int(row.n), int(row.scored), row.score or 0.0)
    return found


def _most_rows(groups: int) -> int:
    """More rows than this are more than MOST_POINTS points: each series has two that are none."""
    return MOST_POINTS + 2 * (groups + 2)


def _bounded(query: Select[Any], groups: int) -> Select[Any]:
    return query.limit(_most_rows(groups) + 1)


def _spot(row: Any) -> Spot:
    return row.bucket if row.dated else False
