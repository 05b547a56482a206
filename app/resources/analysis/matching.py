"""What a view counts: the records of a list, found in the way that suits sums instead of pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, literal, select, union_all
from sqlalchemy.orm import aliased

from app.dialects import longest, moved, same_where_indexed
from app.listing import Resource, Taking
from app.models import Addressee, Participant
from app.parameters import today
from app.resources.events import TAKING

Rows = Select[Any] | CompoundSelect[Any]
# Where the records of an actor are found at once, and by which filters, each with what it asks of such a row.
PARTS: dict[str, tuple[type[Any], str, dict[str, Taking]]] = {
    "event": (Participant, "event_id", TAKING),
    "statement": (Addressee, "statement_id", {"addressee": lambda part, chosen: (chosen(part.actor_id),)}),
}


@dataclass(frozen=True, slots=True)
class Days:
    """The days that are asked for, each known or left open; `begun` says that the first is not yet to come."""

    start: Any
    end: Any
    begun: bool


@dataclass(frozen=True, slots=True)
class View:
    """Records to be counted: those of `resource` that `asked` wants.

    `actors` are the filters that name actors and are best begun with, the one of the rarest first where that matters.
    """

    resource: Resource
    asked: Any
    actors: tuple[str, ...] = ()

    @property
    def days(self) -> Days | None:
        """The days that are asked for."""
        span = self.asked.date
        if span is None or isinstance(span, Days):
            return span
        return Days(span.start, span.end, begun=span.start is None or today() >= span.start)


def rows(view: View, *columns: Any, made: Callable[[Select[Any]], Select[Any]] = lambda query: query) -> Rows:
    """COLUMNS of the records of VIEW, by queries that are MADE of those which find them.

    A date is asked for case by case, so that each case is a range of an index which has what views count.
    """
    table, asked, days = view.resource.table, view.asked, view.days
    named = [name for name in view.actors if getattr(asked, name)]
    rest = asked.model_copy(update={"date": None, **dict.fromkeys(named, ())})
    query = view.resource.matching(rest, *columns)
    if named:
        query = query.where(table.id.in_(_owners(view, named)))
    if days is None:
        return made(query)
    return union_all(*(made(query.where(one)) for one in _overlapping(table.start_on, table.end_on, days)))


def _overlapping(start: Any, end: Any, wanted: Days) -> tuple[ColumnElement[bool], ...]:
    """The same as the list's filter, case by case, none of which holds of what another holds of.

    What has both days began not longer before WANTED, and ended not longer after it, than the longest of all lasts.
    """
    closed, open_end, open_start = [end.is_not(None)], [end.is_(None)], [start.is_(None)]
    if wanted.start is not None:
        closed += [start >= moved(wanted.start, "-", longest(start, end)), end >= wanted.start]
        open_start.append(end >= wanted.start)
        if not wanted.begun:
            open_end.append(start >= wanted.start)
    if wanted.end is not None:
        closed += [start <= wanted.end, end <= moved(wanted.end, "+", longest(start, end))]
        open_end.append(start <= wanted.end)
    return (
        and_(start.is_not(None), *closed),
        and_(start.is_not(None), *open_end),
        and_(end.is_not(None), *open_start),
    )


def _owners(view: View, named: Sequence[str]) -> Select[Any]:
    """The ids of the records of which the filters NAMED hold: those of the first, tried for the others one by one."""
    part, owner, filters = PARTS[view.resource.kind]
    query = select(getattr(part, owner)).where(*asked_of(part, filters[named[0]], view.asked, named[0]))
    for name in named[1:]:
        other = aliased(part)
        # Parts of one record repeat its day, so that the index of an actor has each at one place.
        same = (getattr(other, owner) == getattr(part, owner), same_where_indexed(other.start_on, part.start_on))
        # Not `exists()`, which asks for all columns, and so for the row.
        found = select(literal(1)).where(*same, *asked_of(other, filters[name], view.asked, name))
        query = query.where(found.correlate(part).exists())
    return query


def asked_of(part: Any, taking: Taking, asked: Any, name: str) -> Sequence[ColumnElement[bool]]:
    """What the filter NAME asks of PART; SQLite wants the actors one by one to look them up."""
    return taking(part, lambda column: column.in_(getattr(asked, name)))


def matching(resource: Resource, asked: Any, *columns: Any) -> Select[Any]:
    """COLUMNS of the records that ASKED wants, as in the list.

    A page of a list walks the newest records and tries each against its actors; a sum needs every one, so that it had
    better begin with those of the actor. SQLite does so only if it is told twice, the values one by one.
    """
    part, owner, filters = PARTS[resource.kind]
    query = resource.matching(asked, *columns)
    for name, taking in filters.items():
        if getattr(asked, name):
            owners = select(getattr(part, owner)).where(*asked_of(part, taking, asked, name))
            query = query.where(resource.table.id.in_(owners))
    return query
