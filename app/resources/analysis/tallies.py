"""Counts by bucket of time, for one or several groups: the sums and the shape of every timeline."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import CTE, Float, Select, String, case, cast, func, null, or_, select

from app.dates import INTERVALS, MONTHS, Span, start_of
from app.dialects.days import first_day_of
from app.errors import Invalid, ParameterError
from app.models import Event, Statement
from app.resources.analysis.buckets import buckets, end_of, fits, how_many
from app.resources.analysis.matching import Rows

Json = dict[str, Any]
# An answer has at most this many points, over all its series.
MOST_POINTS = 10_000
# Sums of scores are the same on both databases up to rounding.
DECIMALS = 3
KEYLESS = cast(null(), String).label("key")
UNSCORED = cast(null(), Float).label("goldstein")
DATED_EVENT = (Event.start_on, Event.end_on, Event.precision, Event.goldstein)
DATED_STATEMENT = (Statement.start_on, Statement.end_on, Statement.precision, UNSCORED)
ALL = ("all", None)


@dataclass(slots=True)
class Tally:
    """How many, how many of them scored, and the sum of their scores."""

    count: int = 0
    scored: int = 0
    score: float = 0.0

    @property
    def mean(self) -> float | None:
        """The mean score, if there is one."""
        return mean(self.score, self.scored)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a timeline is laid out: by which INTERVAL, over which days at least, and how its groups are called."""

    interval: str
    span: Span | None = None
    group_by: str | None = None
    labels: Callable[[str], str] = str


# The tally of a group and value in a bucket; the bucket is None for `imprecise` and False for `undated`.
Group = tuple[str, str | None]
Spot = date | bool | None
Line = Mapping[Spot, Tally]
Tallies = Mapping[Group, Line]


def mean(score: float | None, scored: int) -> float | None:
    """The mean of SCORED scores whose sum is SCORE, rounded the same on both databases."""
    # What rounds to -0, which they would print differently, is 0.
    return round(round(score or 0.0, DECIMALS) / scored, DECIMALS) + 0.0 if scored else None


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
    _refuse_many(len(rows) > _most_rows(0), interval)
    return {ALL: {_spot(row): Tally(int(row.n), row.scored, row.score or 0.0) for row in rows}}


def grouped(rows: Sequence[Any], interval: str, groups: int) -> Tallies:
    """ROWS of `grouping`."""
    _refuse_many(len(rows) > _most_rows(groups), interval)
    found: dict[Group, dict[Spot, Tally]] = defaultdict(dict)
    for row in rows:
        group = ("missing", None) if row.missing else ("other", None) if row.key is None else ("value", row.key)
        found[group][_spot(row)] = Tally(int(row.n), int(row.scored), row.score or 0.0)
    return found


def timeline(tallies: Tallies, whole: Tallies, layout: Layout) -> Json:
    """TALLIES as they are served; WHOLE counts each record once, whatever its groups."""
    starts = _starts(tallies, layout)
    _refuse_many(len(starts) * len(tallies) > MOST_POINTS, layout.interval)
    nothing = {start: _nothing(layout.interval, start) for start in starts}
    totals = _merged(whole.values())
    return {
        "interval": layout.interval,
        "group_by": layout.group_by,
        "total": sum(tally.count for tally in totals.values()),
        "imprecise": totals[None].count,
        "undated": totals[False].count,
        "series": [_series(group, tallies[group], nothing, layout) for group in _ordered(tallies)],
    }


def fitting(asked: Any, draw: Callable[[str], Json]) -> Json:
    """What DRAW gives for the interval of ASKED; if it was left out, for the first from months on that fits."""
    intervals = [asked.interval] if asked.interval else [*MONTHS]
    for interval in intervals[:-1]:
        with suppress(Invalid):
            _refuse_long(interval, asked.date)
            return draw(interval)
    _refuse_long(intervals[-1], asked.date)
    return draw(intervals[-1])


def _refuse_long(interval: str, span: Span | None) -> None:
    """Raise Invalid if SPAN alone has more buckets than are served, before anything is counted."""
    if span and span.start and span.end:
        many = how_many(interval, start_of(interval, span.start), span.end) > MOST_POINTS
        _refuse_many(many, interval)


def _refuse_many(many: bool, interval: str) -> None:
    if not many:
        return
    coarser = INTERVALS[INTERVALS.index(interval) + 1 :]
    instead = ["a longer interval"] if coarser else []
    words = ", ".join([*instead, "a smaller group_size", "a narrower date"])
    message = f"makes more than {MOST_POINTS} points (buckets times series); choose {words}"
    raise Invalid([ParameterError("interval", interval, message, coarser, coarser[:1])])


def _most_rows(groups: int) -> int:
    """More rows than this are more than MOST_POINTS points: each series has two that are none."""
    return MOST_POINTS + 2 * (groups + 2)


def _bounded(query: Select[Any], groups: int) -> Select[Any]:
    return query.limit(_most_rows(groups) + 1)


def _spot(row: Any) -> Spot:
    return row.bucket if row.dated else False


def _merged(groups: Iterable[Mapping[Spot, Tally]]) -> Mapping[Spot, Tally]:
    merged: dict[Spot, Tally] = defaultdict(Tally)
    for tallies in groups:
        for spot, tally in tallies.items():
            merged[spot].count += tally.count
    return merged


def _starts(tallies: Tallies, layout: Layout) -> list[date]:
    """The buckets of the span, or from the first to the last that counts; before the span only those that count."""
    used = {spot for group in tallies.values() for spot in group if isinstance(spot, date)}
    span = layout.span
    first = start_of(layout.interval, span.start) if span and span.start else min(used, default=None)
    last = start_of(layout.interval, span.end) if span and span.end else max(used, default=None)
    if first is None or last is None:
        return sorted(used)
    _refuse_many(how_many(layout.interval, first, last) > MOST_POINTS, layout.interval)
    return sorted({*used, *buckets(layout.interval, first, last)})


def _ordered(tallies: Tallies) -> list[Group]:
    """Values with most first, then `other`, then `missing`."""
    last = ("all", "value", "other", "missing")
    sizes = {group: sum(tally.count for tally in found.values()) for group, found in tallies.items()}
    return sorted(tallies, key=lambda group: (last.index(group[0]), -sizes[group], group[1] or ""))


def _series(group: Group, tallies: Mapping[Spot, Tally], nothing: Mapping[date, Any], layout: Layout) -> Json:
    name, key = group
    no = Tally()
    points = {spot: _point(layout.interval, spot, tally) for spot, tally in tallies.items() if isinstance(spot, date)}
    return {
        "key": "other" if name == "other" else key,
        "label": name if key is None else layout.labels(key),
        "group": name,
        "count": sum(tally.count for tally in tallies.values()),
        "imprecise": tallies.get(None, no).count,
        "undated": tallies.get(False, no).count,
        "points": list({**nothing, **points}.values()),
    }


@lru_cache(maxsize=MOST_POINTS)
def _nothing(interval: str, start: date) -> orjson.Fragment:
    """The point of START at which nothing was, as most of a rare pair are: written out once."""
    return orjson.Fragment(orjson.dumps(_point(interval, start, Tally())))


def _point(interval: str, start: date, tally: Tally) -> Json:
    end = end_of(interval, start)
    return {"start": start, "end": end, "count": tally.count, "goldstein": tally.mean, "scored": tally.scored}
