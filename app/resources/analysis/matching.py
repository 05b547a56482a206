"""What a view counts: the records of a list, found in the way that suits sums instead of pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.filters import overlapping
from app.listing import Resource, Taking
from app.models import Addressee, Participant
from app.resources.events import TAKING

Rows = Select[Any] | CompoundSelect[Any]
# Where the records of an actor are found at once, and by which filters, each with what it asks of such a row.
_PARTS: dict[str, tuple[type[Any], str, dict[str, Taking]]] = {
    "event": (Participant, "event_id", TAKING),
    "statement": (Addressee, "statement_id", {"addressee": lambda part, chosen: (chosen(part.actor_id),)}),
}


@dataclass(frozen=True, slots=True)
class View:
    """Records to be counted: those of `resource` that `asked` wants.

    `actors` are the filters that name actors and are best begun with, the one of the rarest first.
    """

    resource: Resource
    asked: Any
    actors: tuple[str, ...] = ()


def view_of(db: Connection, resource: Resource, asked: Any) -> View:
    """The records that ASKED wants, its ids resolved."""
    part, _, filters = _PARTS[resource.kind]
    # An actor and a role are asked of one participant, which the list's own condition does.
    named = [name for name in filters if getattr(asked, name) and not (name == "actor" and asked.role)]
    if len(named) > 1:
        conditions = ((name, _asked_of(part, filters[name], asked, name)) for name in named)
        each = (select(literal(name), func.count()).where(*asks) for name, asks in conditions)
        rarest = sorted(db.execute(union_all(*each)), key=lambda row: (row[1], row[0]))
        named = [row[0] for row in rarest]
    return View(resource, asked, tuple(named))


def rows(view: View, *columns: Any, made: Callable[[Select[Any]], Select[Any]] = lambda query: query) -> Rows:
    """COLUMNS of the records of VIEW, by queries that are MADE of those which find them.

    A date is asked for case by case, so that each case is a range of an index which has what views count.
    """
    table, asked = view.resource.table, view.asked
    named = [name for name in view.actors if getattr(asked, name)]
    rest = asked.model_copy(update={"date": None, **dict.fromkeys(named, ())})
    query = view.resource.matching(rest, *columns)
    if named:
        query = query.where(table.id.in_(_owners(view, named)))
    if asked.date is None:
        return made(query)
    return union_all(*(made(query.where(one)) for one in overlapping(table.start_on, table.end_on, asked.date)))


def _owners(view: View, named: Sequence[str]) -> Select[Any]:
    """The ids of the records of which the filters NAMED hold: those of the first, tried for the others one by one."""
    part, owner, filters = _PARTS[view.resource.kind]
    query = select(getattr(part, owner)).where(*_asked_of(part, filters[named[0]], view.asked, named[0]))
    for name in named[1:]:
        other = aliased(part)
        same = getattr(other, owner) == getattr(part, owner)
        query = query.where(exists().where(same, *_asked_of(other, filters[name], view.asked, name)))
    return query


def _asked_of(part: Any, taking: Taking, asked: Any, name: str) -> Sequence[ColumnElement[bool]]:
    """What the filter NAME asks of PART; SQLite wants the actors one by one to look them up."""
    return taking(part, lambda column: column.in_(getattr(asked, name)))


def matching(resource: Resource, asked: Any, *columns: Any) -> Select[Any]:
    """COLUMNS of the records that ASKED wants, as in the list.

    A page of a list walks the newest records and tries each against its actors; a sum needs every one, so that it had
    better begin with those of the actor. SQLite does so only if it is told twice, the values one by one.
    """
    part, owner, filters = _PARTS[resource.kind]
    query = resource.matching(asked, *columns)
    for name, taking in filters.items():
        if getattr(asked, name):
            owners = select(getattr(part, owner)).where(*_asked_of(part, taking, asked, name))
            query = query.where(resource.table.id.in_(owners))
    return query
