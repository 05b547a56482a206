"""Dates as the news gives them: a day, a month, a year, or an interval with open ends."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args

OPEN = ".."
# From the narrowest. A date counts in an interval if its precision is that interval or a narrower one.
Interval = Literal["day", "week", "month", "quarter", "year"]
INTERVALS: tuple[str, ...] = get_args(Interval)
# Those that are made of whole months, with how many.
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEAR = re.compile(r"(\d{4})", re.ASCII)
_WEEK = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)
_QUARTER = re.compile(r"(\d{4})-Q([1-4])", re.ASCII)

GRAMMAR = (
    "a day (2016-10-01), month (2016-10) or year (2016), or an interval of two, "
    "either of which may be open (2016-09-12/2016-10-03, 2016-09-12/.., ../2016-10-03)"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The days from START to END, both inclusive; None is unknown or open.

    `precision` says how exactly the bounds are known (code list date-precisions).
    """

    start: date | None
    end: date | None
    precision: str


UNKNOWN = Span(None, None, "unknown")


def parse_span(text: str) -> Span:
    """Read a date as it is written in an annotated article or in a filter.

    Takes days, weeks (2016-W40), months, quarters (2016-Q3), years and intervals of two with `/`.
    An interval of days is exact to the day; one whose start is open says only that it happened by then (range).
    Raises ValueError with a message for a person.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return _parse_one(text)
    if first == last == OPEN or "/" in last:
        raise ValueError("an interval has two ends, of which one may be open (..)")
    start = None if first == OPEN else _parse_one(first)
    end = None if last == OPEN else _parse_one(last)
    if start and end and start.start and end.end and start.start > end.end:
        raise ValueError("the interval ends before it starts")
    precision = start.precision if start else "range"
    return Span(start.start if start else None, end.end if end else None, precision)


def _parse_one(text: str) -> Span:
    if match := _DAY.fullmatch(text):
        day = _day(*map(int, match.groups()))
        return Span(day, day, "day")
    if match := _MONTH.fullmatch(text):
        year, month = map(int, match.groups())
        return Span(_day(year, month, 1), _last_day(year, month), "month")
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return Span(_day(year, 1, 1), _day(year, 12, 31), "year")
    if match := _QUARTER.fullmatch(text):
        year, last = int(match[1]), int(match[2]) * 3
        return Span(_day(year, last - 2, 1), _last_day(year, last), "quarter")
    if match := _WEEK.fullmatch(text):
        return _week(int(match[1]), int(match[2]))
    raise ValueError("not a date")


def _week(year: int, number: int) -> Span:
    try:
        monday = date.fromisocalendar(year, number, 1)
        return Span(monday, monday + timedelta(days=6), "week")
    except (ValueError, OverflowError):
        raise ValueError(f"the calendar has no week {year:04}-W{number:02}") from None


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"the calendar has no day {year:04}-{month:02}-{day:02}") from None


def _last_day(year: int, month: int) -> date:
    return _day(year, month, calendar.monthrange(_day(year, month, 1).year, month)[1])


def start_of(interval: str, day: date) -> date:
    """The first day of the day, week (from Monday), month, quarter or year that DAY lies in."""
    if interval == "day":
        return day
    if interval == "week":
        return day - timedelta(days=day.weekday())
    months = MONTHS[interval]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def format_span(span: Span) -> str | None:
    """SPAN as `parse_span` reads it; None is unknown."""
    if span.start is None and span.end is None:
        return None
    first = _spelled(span.start, span.precision) if span.start else OPEN
    if span.start and _parse_one(first) == span:
        return first
    return f"{first}/{span.end.isoformat() if span.end else OPEN}"


@lru_cache(maxsize=1_000)
def instant(at: datetime) -> str:
    """AT, which is in UTC, as it is served: with Z."""
    return at.isoformat().replace("+00:00", "Z")


def _spelled(day: date, precision: str) -> str:
    """The day, week, month, quarter or year that begins with DAY."""
    year, week, _weekday = day.isocalendar()
    spellings = {
        "week": f"{year:04}-W{week:02}",
        "month": day.isoformat()[:7],
        "quarter": f"{day.year:04}-Q{(day.month + 2) // 3}",
        "year": day.isoformat()[:4],
    }
    return spellings.get(precision, day.isoformat())
