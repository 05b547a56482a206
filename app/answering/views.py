"""What sums count: the records of a list, found in the way that suits sums instead of pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Connection, Select, func, select, union_all

from app.answering.along import Chosen, Within, naming, owners_of, rarest_first
from app.answering.earlier import begun_earlier
from app.answering.few import Few, few
from app.asking.conditions import begun_on, cases_of
from app.asking.filters import narrowing
from app.asking.listing import Resource
from app.dialects.keys import among
from app.dialects.planning import tries_in_order

Rows = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class View:
    """Records to be counted: those of `resource` that `asked` wants.

    `actors` are the filters that name actors and are best begun with, the one of the rarest first where that matters.
    `few` has the ids of all records that may be wanted, if they are few, and `earlier` those of what overlaps the days
    that are asked for without having begun on them.
    """

    resource: Resource
    asked: Any
    actors: tuple[str, ...] = ()
    few: Few | None = None
    earlier: Sequence[str] | BindParameter[Any] | None = None


def view_of(db: Connection, resource: Resource, asked: Any) -> View:
    """The records that ASKED wants, its ids resolved."""
    if found := few(db, resource, asked, along=True):
        return View(resource, asked, few=found)
    named = naming(resource.part, asked) if resource.part else []
    if len(named) > 1 and tries_in_order(db.dialect):
        named = rarest_first(db, resource, asked, named)
    days = getattr(asked, "date", None)
    return View(resource, asked, tuple(named), earlier=days and begun_earlier(db, resource.table, days))


def rows(view: View, *columns: Any, one_by_one: bool = True) -> Rows:
    """COLUMNS of the records of VIEW; its actors are named ONE BY ONE, or all in one value.

    Days are asked for case by case, so that each case is a range of an index which has what sums count: what began on
    them, and what is known to have begun earlier, or else what may have.
    """
    table, days = view.resource.table, getattr(view.asked, "date", None)
    chosen = (_one_by_one if one_by_one else _together)(view.asked)
    if days is None:
        return _found(view, columns, chosen)
    if view.earlier is None:
        cases = cases_of(table.start_on, table.end_on, days)
        return union_all(*(_found(view, columns, chosen).where(case) for case in cases))
    earlier = view.earlier
    return union_all(
        _found(view, columns, chosen, lambda day, _id: begun_on(day, days)),
        _found(view, columns, chosen, lambda _day, key: [among(key, earlier)]),
    )


def _found(view: View, columns: Sequence[Any], chosen: Chosen, within: Within = lambda _day, _id: ()) -> Select[Any]:
    """COLUMNS of the records WITHIN some that VIEW wants, whatever its days."""
    table, asked, part = view.resource.table, view.asked, view.resource.part
    named = [name for name in view.actors if getattr(asked, name)]
    query = view.resource.matching(_undated(asked).model_copy(update=dict.fromkeys(named, ())), *columns)
    if part and named:
        query = query.where(table.id.in_(owners_of(part, named, chosen, within)))
    if view.few:
        query = query.where(among(table.id, view.few.ids))
    return query.where(*within(getattr(table, "start_on", None), table.id))


def _undated(asked: Any) -> Any:
    return asked.model_copy(update={"date": None}) if hasattr(asked, "date") else asked


def _one_by_one(asked: Any) -> Chosen:
    """The actors that ASKED names, one by one: SQLite wants that to look them up."""
    return lambda name, column: column.in_(getattr(asked, name))


def _together(asked: Any) -> Chosen:
    """The same in one value: the text of the statement is one, however many there are."""
    return lambda name, column: among(column, getattr(asked, name))


def count_of(view: View) -> Select[int]:
    """Counts the records of VIEW, those of actors along the rows of the rarest of them if nothing else is asked for."""
    resource, part = view.resource, view.resource.part
    rest = view.asked.model_copy(update=dict.fromkeys(view.actors, ()))
    if part is None or not view.actors or narrowing(resource.filters, rest):
        return select(func.count()).select_from(rows(view, resource.table.id, one_by_one=False).subquery())
    owners = owners_of(part, view.actors, _together(view.asked))
    return select(func.count()).select_from(owners.distinct().subquery())


def matching(resource: Resource, asked: Any, *columns: Any) -> Select[Any]:
    """COLUMNS of the records that ASKED wants, as in the list.

    A page of a list walks the newest records and tries each against its actors; a sum needs every one, so that it had
    better begin with those of the actor. SQLite does so only if it is told twice, the values one by one.
    """
    query, part = resource.matching(asked, *columns), resource.part
    if part is None:
        return query
    for name in part.filters:
        if getattr(asked, name):
            query = query.where(resource.table.id.in_(owners_of(part, [name], _one_by_one(asked))))
    return query
