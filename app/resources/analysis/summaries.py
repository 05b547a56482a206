"""Sums over everything, or over some days of it, added up from what writing has counted (app/loading/summing.py).

A record counts on its first day. So what overlaps some days are those that began on them, in whole years and months
and the days at the edges, and those that had begun before: of these there are few, and they are read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, cached_property, lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, func, select

from app.answering.earlier import begun_earlier
from app.answering.few import left_out
from app.answering.views import View
from app.dates import start_of
from app.loading.kept_sums import Counts, merge, stored
from app.loading.summing import KINDS, NUMBER, SCORE, SCORED, SCORES, STARTLESS, UNDATED, Sums, key_of
from app.reading.prepared import looks_back, read_one
from app.resources.analysis.buckets import end_of
from app.resources.analysis.questions import narrowed
from app.resources.analysis.tallies import ALL, MOST_POINTS, Spot, Tallies, Tally

# The buckets that a point of an interval is made of, the widest first.
_MADE_OF: dict[str, tuple[str, ...]] = {
    "day": (),
    "week": (),
    "month": ("month",),
    "quarter": ("month",),
    "year": ("year", "month"),
}
_LENGTHS = {"year": 4, "month": 7, "day": 10}
Bucket = tuple[str, Mapping[str, Mapping[str, int]]]


class Everything:
    """All records of the kind of a view, or all that overlap its days, whatever else it asks for, without some few.

    Nothing is read before it is wanted, and each part of the summaries once.
    """

    def __init__(self, db: Connection, view: View, without: Sequence[str] = ()) -> None:
        self._db, self._days, self._kind, self._without = db, view.asked.date, KINDS[view.resource.kind], without
        self._sums: dict[str, Counts] = {}

    def by(self, dimension: str) -> Mapping[str, int] | None:
        """How many have each value of DIMENSION; None if no summaries say it."""
        part = self._kind.part_of(dimension)
        if part is None or self._before is None:
            return None
        if part not in self._sums:
            self._sums[part] = {}
            for _, counts in self._buckets(part, _MADE_OF["year"]):
                merge(self._sums[part], counts)
        found = self._sums[part].get(dimension, {})
        return {value: number for value, number in found.items() if number} if self._without else found

    def by_time(self, interval: str) -> Tallies | None:
        """How many there are at each point of INTERVAL, and their scores; None if no summaries say it."""
        first, last = self._span
        if self._before is None or (first and last and (last - first).days > MOST_POINTS):
            return None
        return tallied(
            interval,
            (
                (bucket, exact, (number, *(counts.get(name, {}).get(exact, 0) for name in (SCORED, SCORES))))
                for bucket, counts in self._buckets("dates", _MADE_OF[interval])
                for exact, number in counts[NUMBER].items()
            ),
        )

    def _buckets(self, part: str, levels: tuple[str, ...]) -> Iterator[Bucket]:
        """What PART of the summaries has of buckets of LEVELS and of days, and of what had begun before.

        The largest comes first, so that the others are added to it. Each is decoded in its turn: together they take
        megabytes.
        """
        first, last = self._span
        names = list(_names(first, last, levels)) if first and last else []
        names += [STARTLESS] if self._days is None else []
        keys = [key_of(self._kind, part, name) for name in names]
        for row in sorted(stored(self._db, keys), key=lambda row: len(row.counts), reverse=True):
            yield row.key.rpartition("/")[2], orjson.loads(row.counts)
        if self._before:
            yield from self._before.days.items()

    @cached_property
    def _before(self) -> Sums | None:
        """What overlaps the days without having begun on them, less what is not wanted of all.

        None if that is much, or if the past is asked for.
        """
        if looks_back(self._db):
            return None
        sums, days = Sums(self._kind), self._days
        if days is not None:
            ids = begun_earlier(self._db, self._kind.table, days)
            if ids is None:
                return None
            sums.draw(self._db, ids)
        sums.draw(self._db, self._without, -1)
        return sums

    @cached_property
    def _span(self) -> tuple[date | None, date | None]:
        """The first and the last day that are asked for and on which something may begin."""
        found = read_one(self._db, _bounds(self._kind.table))
        first, last = found.first, found.last
        if self._days and first:
            first, last = max(self._days.start or first, first), min(self._days.end or last, last)
        return first, last


def everything_of(db: Connection, view: View) -> Everything | None:
    """All that VIEW wants, if that is everything of its days, but for a few; else None."""
    if view.few:
        return None
    without = left_out(db, view.resource, view.asked) if narrowed(view) else ()
    return None if without is None else Everything(db, view, without)


@lru_cache(maxsize=100)
def _names(first: date, last: date, levels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(covering(first, last, levels))


def covering(first: date, last: date, levels: tuple[str, ...]) -> Iterator[str]:
    """The fewest buckets of LEVELS, the widest first, and of days that are the days from FIRST to LAST."""
    day = first
    while day <= last:
        # Most days begin nothing longer.
        longer = levels if day.day == 1 else ()
        level = next((one for one in longer if start_of(one, day) == day and end_of(one, day) <= last), "day")
        yield day.isoformat()[: _LENGTHS[level]]
        if (end := end_of(level, day)) == date.max:
            return
        day = end + timedelta(days=1)


def tallied(interval: str, counted: Iterable[tuple[str, str, Sequence[int]]]) -> Tallies:
    """COUNTED at the points of INTERVAL: of a bucket and how exact, how many, how many scored, and their scores."""
    found: defaultdict[Spot, Tally] = defaultdict(Tally)
    for bucket, exact, (count, scored, score) in counted:
        tally = found[_spot(interval, bucket, exact)]
        tally.count += count
        tally.scored += scored
        tally.score += score
    for tally in found.values():
        tally.score /= SCORE
    return {ALL: {spot: tally for spot, tally in found.items() if tally.count}}


def _spot(interval: str, bucket: str, exact: str) -> Spot:
    """Where a timeline of INTERVAL has what begins in BUCKET and is so EXACT (app/loading/summing.py)."""
    if exact == UNDATED:
        return False
    return start_of(interval, date.fromisoformat(f"{bucket}-01-01"[:10])) if interval[0] in exact else None


@cache
def _bounds(table: Any) -> Select[Any]:
    """The first and the last day on which a record of TABLE begins."""
    day = table.start_on
    first, last = (select(one(day)).scalar_subquery() for one in (func.min, func.max))
    return select(first.label("first"), last.label("last"))
