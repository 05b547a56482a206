"""Buckets of time: the days, weeks, months, quarters and years that a timeline counts by."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from app.dates import INTERVALS, MONTHS
from app.dialects.days import first_day_of

_DAYS = {"day": 1, "week": 7}


def end_of(interval: str, start: date) -> date:
    """The last day of the bucket that begins on START; the calendar ends with the year 9999."""
    return date.max if (after := _next(interval, start)) is None else after - timedelta(days=1)


def buckets(interval: str, first: date, last: date) -> Iterator[date]:
    """The first days of the buckets from the one that begins on FIRST to the one that begins on LAST."""
    start: date | None = first
    while start is not None and start <= last:
        yield start
        start = _next(interval, start)


def how_many(interval: str, first: date, last: date) -> int:
    """How many buckets there are from FIRST to LAST."""
    if interval in _DAYS:
        return (last - first).days // _DAYS[interval] + 1
    return ((last.year - first.year) * 12 + last.month - first.month) // MONTHS[interval] + 1


def fits(interval: str, start: ColumnElement[date], end: ColumnElement[date], precision: Any) -> ColumnElement[bool]:
    """A date from START to END is known as exactly as a bucket of INTERVAL is wide."""
    narrow = INTERVALS[: INTERVALS.index(interval) + 1]
    same = first_day_of(interval, start) == first_day_of(interval, end)
    return or_(precision.in_(narrow), and_(precision == "range", same))


@lru_cache(maxsize=20_000)
def _next(interval: str, start: date) -> date | None:
    """The first day of the next bucket, or None behind the calendar's end."""
    try:
        if interval in _DAYS:
            return start + timedelta(days=_DAYS[interval])
        month = start.month - 1 + MONTHS[interval]
        return start.replace(year=start.year + month // 12, month=month % 12 + 1)
    except (OverflowError, ValueError):
        return None
