"""Filters: what narrows a list. Each is a name, a type, a condition and a description.

A resource lists its filters as data. From them come its parameters (with `__not` and `__all`), the check of the ids
that they name, and the conditions of its query. Lists, counts and views all start from `matching()`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from pydantic import Field, create_model
from sqlalchemy import (
    BindParameter,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    func,
    not_,
    or_,
    select,
)

from app.asking.parameters import Key, Parameters, several, today
from app.dates import Span
from app.dialects.days import earlier, moved
from app.dialects.indexes import longest
from app.dialects.keys import KEYS, among
from app.errors import MOST_ERRORS, Invalid, ParameterError
from app.models import Account, Actor, ActorCode, Article, Change, Dataset, Event, Evidence, Place, Statement
from app.nearest import nearest
from app.reading.prepared import read

RECORDS: dict[str, type[Any]] = {
    "actor": Actor,
    "article": Article,
    "dataset": Dataset,
    "event": Event,
    "place": Place,
    "statement": Statement,
}
# An unknown id is compared with so many ids before it and after it, and ten times as many from the start.
NEIGHBOURS = 200


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list.

    `where` makes the condition that any of the given values holds; if the filter is `open`, also from a parameter of a
    statement that stands for the values. `refers` names the kind of record whose ids the values are. A filter that is
    not `several` takes one value and has no `__not`; `every` offers `__all`. `means` says which values the given ones
    stand for, and `resolve` completes a value with what the database knows; both come before the condition is made.
    """

    name: str
    description: str
    example: str
    where: Callable[[Any], ColumnElement[bool]]
    type: Any = Key
    refers: str | None = None
    several: bool = True
    every: bool = False
    open: bool = False
    means: Callable[[Sequence[str]], Sequence[str]] | None = None
    resolve: Callable[[Connection, Any], Any] | None = None

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The names of the filter's parameters."""
        if not self.several:
            return (self.name,)
        return (self.name, f"{self.name}__not", *([f"{self.name}__all"] if self.every else []))

    def condition(self, wanted: Any) -> ColumnElement[bool]:
        """The condition for the values WANTED, or for the parameter of a statement that stands for them."""
        return self.where(self.means(wanted) if self.means and not isinstance(wanted, ClauseElement) else wanted)


def parameters(name: str, base: type[Parameters], filters: Sequence[Filter]) -> type[Any]:
    """BASE with a parameter for each of FILTERS."""
    fields: dict[str, Any] = {}
    for one in filters:
        about: dict[str, Any] = {"description": one.description, "examples": [one.example]}
        if not one.several:
            fields[one.name] = (one.type | None, Field(None, **about))
            continue
        fields[one.name] = (several(one.type), Field((), **about))
        about["description"] = f"Leaves out what `{one.name}` with these values would find."
        fields[f"{one.name}__not"] = (several(one.type), Field((), **about))
        if one.every:
            about["description"] = f"Like `{one.name}`, but every one of these values must hold."
            fields[f"{one.name}__all"] = (several(one.type), Field((), **about))
    return create_model(name, __base__=base, **fields)


def is_given(value: Any) -> bool:
    """Whether VALUE, given for a parameter or standing for what is given, asks for anything."""
    return isinstance(value, ClauseElement) or value not in (None, ())


def matching(query: Select[Any], filters: Sequence[Filter], asked: Parameters) -> Select[Any]:
    """QUERY narrowed to what ASKED wants."""
    for one in filters:
        wanted = getattr(asked, one.name)
        if is_given(wanted):
            query = query.where(one.condition(wanted))
        if not one.several:
            continue
        if is_given(unwanted := getattr(asked, f"{one.name}__not")):
            # A condition on a missing value is NULL, and such a record is not one of the unwanted.
            query = query.where(or_(not_(one.condition(unwanted)), one.condition(unwanted).is_(None)))
        for value in getattr(asked, f"{one.name}__all") if one.every else ():
            query = query.where(one.condition(value if isinstance(value, ClauseElement) else (value,)))
    return query


def narrowing(filters: Sequence[Filter], asked: Parameters) -> bool:
    """Whether ASKED leaves out anything at all."""
    given = asked.model_fields_set
    return any(is_given(getattr(asked, name)) for one in filters for name in one.forms if name in given)


def with_ids(db: Connection, filters: Sequence[Filter], asked: Any) -> Any:
    """ASKED with every code that names a record replaced by its id, and with what else filters look up.

    Raises Invalid if a record does not exist.
    """
    errors: list[ParameterError] = []
    found: dict[str, Any] = {}
    for one in filters:
        if one.resolve and getattr(asked, one.name) is not None:
            found[one.name] = one.resolve(db, getattr(asked, one.name))
        if one.refers is None:
            continue
        for name in one.forms:
            values: tuple[str, ...] = getattr(asked, name) or ()
            if values:
                ids = _ids(db, one.refers, values)
                unknown = [value for value in values if value not in ids]
                errors += [_unknown(db, name, one.refers, value) for value in unknown[:MOST_ERRORS]]
                found[name] = tuple(ids.get(value, value) for value in values)
    if errors:
        raise Invalid(errors)
    return asked.model_copy(update=found) if found else asked


def nearest_ids(db: Connection, kind: str, value: str) -> list[str]:
    """The ids of records of KIND that look like VALUE, among its neighbours and the first ids of the table."""
    key = RECORDS[kind].id
    before = select(key).where(key < value).order_by(key.desc()).limit(NEIGHBOURS)
    after = select(key).where(key >= value).order_by(key).limit(NEIGHBOURS)
    start = select(key).order_by(key).limit(NEIGHBOURS * 10)
    choices = {row.id for query in (before, after, start) for row in db.execute(query)}
    return list(dict.fromkeys([*became(db, kind, value), *nearest(value, sorted(choices))]))


def became(db: Connection, kind: str, value: str) -> list[str]:
    """The id of the record that the record VALUE of KIND was merged into, if it was."""
    into = select(Change.into_id).where(Change.kind == kind, Change.record_id == value, Change.operation == "merge")
    return list(db.scalars(into.order_by(Change.revision.desc()).limit(1)))


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


def told_in(articles: Sequence[str]) -> CompoundSelect[Any]:
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


def _ids(db: Connection, kind: str, values: Sequence[str]) -> dict[str, str]:
    found = {row.id: row.id for row in read(db, _known(kind), {"keys": values})}
    coded = [value for value in values if value not in found and ":" in value]
    if kind == "actor" and coded:
        named = (ActorCode.scheme + ":" + ActorCode.code).label("named")
        found |= {
            row.named: row.actor_id for row in db.execute(select(named, ActorCode.actor_id).where(among(named, coded)))
        }
    return found


@cache
def _known(kind: str) -> Select[str]:
    key = RECORDS[kind].id
    return select(key).where(among(key, KEYS))


def _unknown(db: Connection, name: str, kind: str, value: str) -> ParameterError:
    return ParameterError(name, value, f"there is no {kind} of this id", nearest=nearest_ids(db, kind, value))
