"""Conditions that filters of several resources are made of: on days, on places, on what tells what, on codes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, CompoundSelect, Select, and_, func, or_, select

from app.asking.today import today
from app.dates import Span
from app.dialects.days import earlier, moved
from app.dialects.indexes import longest
from app.dialects.keys import among
from app.models import Account, Evidence, Place


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """Days that are parameters of a statement. `begun` says whether today is on or after the first of them."""

    start: BindParameter[date] | None
    end: BindParameter[date] | None
    begun: bool


def overlaps(start: Any, end: Any, wanted: Span | OpenSpan) -> ColumnElement[bool]:
    """The days from START to END include one of WANTED; an open end reaches to today."""
    dated = or_(start.is_not(None), end.is_not(None))
    conditions: list[ColumnElement[bool]] = [dated]
    if wanted.start is not None:
        # Without an end, what has begun lasts until today, and what is yet to begin has its first day only.
        open_end = end.is_(None) if has_begun(wanted) else and_(end.is_(None), start >= wanted.start)
        conditions.append(or_(end >= wanted.start, open_end))
    if wanted.end is not None:
        conditions.append(or_(start <= wanted.end, start.is_(None)))
    return and_(*conditions)


def begun_on(start: Any, wanted: Span | OpenSpan) -> list[ColumnElement[bool]]:
    """START is one of the days WANTED."""
    above = [] if wanted.start is None else [start >= wanted.start]
    return [start.is_not(None), *above, *([] if wanted.end is None else [start <= wanted.end])]


def cases_of(start: Any, end: Any, wanted: Span | OpenSpan) -> tuple[ColumnElement[bool], ...]:
    """The same as `overlaps`, case by case, none of which holds of what another holds of: each is a range of an index.

    What has both days began not longer before WANTED, and ended not longer after it, than the longest of all lasts.
    """
    closed, open_end, open_start = [end.is_not(None)], [end.is_(None)], [start.is_(None)]
    if wanted.start is not None:
        closed += [start >= moved(wanted.start, "-", longest(start, end)), end >= wanted.start]
        open_start.append(end >= wanted.start)
        if not has_begun(wanted):
            open_end.append(start >= wanted.start)
    if wanted.end is not None:
        closed += [start <= wanted.end, end <= moved(wanted.end, "+", longest(start, end))]
        open_end.append(start <= wanted.end)
    return (
        and_(start.is_not(None), *closed),
        and_(start.is_not(None), *open_end),
        and_(end.is_not(None), *open_start),
    )


def earliest(start: Any, end: Any, day: date | BindParameter[date]) -> ColumnElement[date]:
    """The first day on which anything began that reaches to DAY, at the earliest.

    What has an end lasts no longer than the longest; of what has none, the first is looked up.
    """
    unended = select(func.min(start)).where(end.is_(None), start.is_not(None)).correlate(None).scalar_subquery()
    return earlier(moved(day, "-", longest(start, end)), func.coalesce(unended, day))


def has_begun(wanted: Span | OpenSpan) -> bool:
    """Whether today is in WANTED or after it."""
    return wanted.begun if isinstance(wanted, OpenSpan) else wanted.start is None or today() >= wanted.start


def within(box: tuple[float, float, float, float]) -> ColumnElement[bool]:
    """A place lies in BOX (west, south, east, north), which may cross the date line."""
    west, south, east, north = box
    between = Place.lon.between(west, east) if west <= east else or_(Place.lon >= west, Place.lon <= east)
    return and_(Place.lat.between(south, north), between)


def with_parts(places: Sequence[str]) -> Select[tuple[str]]:
    """The ids of PLACES and of every place in them."""
    return _descending(among(Place.id, places))


def parts_of(places: Sequence[str]) -> Select[tuple[str]]:
    """The ids of every place in PLACES, however deep."""
    return _descending(among(Place.parent_id, places))


def _descending(roots: ColumnElement[bool]) -> Select[tuple[str]]:
    found = select(Place.id).where(roots).cte(recursive=True)
    return select(found.union(select(Place.id).where(Place.parent_id == found.c.id)).c.id)


def told_in(articles: Sequence[str] | BindParameter[str]) -> CompoundSelect[Any]:
    """The ids of the events that ARTICLES tell: looked up, because they are few, instead of trying each event."""
    supported = select(Evidence.event_id).where(Evidence.event_id.is_not(None), among(Evidence.article_id, articles))
    return supported.union(select(Account.event_id).where(among(Account.article_id, articles)))


def telling(events: Sequence[str]) -> CompoundSelect[Any]:
    """The ids of the articles that tell EVENTS."""
    supporting = select(Evidence.article_id).where(among(Evidence.event_id, events))
    return supporting.union(select(Account.article_id).where(among(Account.event_id, events)))


def prefixed(column: Any, codes: Sequence[str], separator: str = "") -> ColumnElement[bool]:
    """COLUMN is one of CODES, or a code under one of them."""
    return or_(
        *(or_(column == code, and_(column > code + separator, column < code + separator + "~")) for code in codes)
    )
