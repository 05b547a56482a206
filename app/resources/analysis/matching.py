"""What a view counts: the records of a list, found in the way that suits sums instead of pages."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CompoundSelect, Select, union_all

from app.answering.along import Chosen, owners_of
from app.answering.few import Few
from app.asking.conditions import cases_of
from app.asking.listing import Part, Resource
from app.dialects.keys import among

Rows = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class View:
    """Records to be counted: those of `resource` that `asked` wants.

    `actors` are the filters that name actors and are best begun with, the one of the rarest first where that matters.
    `few` has the ids of all records that may be wanted, if they are few.
    """

    resource: Resource
    asked: Any
    actors: tuple[str, ...] = ()
    few: Few | None = None

    @property
    def part(self) -> Part:
        """The rows in which the records of an actor are found at once."""
        if self.resource.part is None:
            raise TypeError(f"{self.resource.kind} has no rows by actor")
        return self.resource.part


def rows(view: View, *columns: Any) -> Rows:
    """COLUMNS of the records of VIEW.

    A date is asked for case by case, so that each case is a range of an index which has what views count.
    """
    table, asked, days = view.resource.table, view.asked, view.asked.date
    named = [name for name in view.actors if getattr(asked, name)]
    rest = asked.model_copy(update={"date": None, **dict.fromkeys(named, ())})
    query = view.resource.matching(rest, *columns)
    if named:
        query = query.where(table.id.in_(owners_of(view.part, named, _one_by_one(asked))))
    if view.few:
        query = query.where(among(table.id, view.few.ids))
    if days is None:
        return query
    return union_all(*(query.where(one) for one in cases_of(table.start_on, table.end_on, days)))


def _one_by_one(asked: Any) -> Chosen:
    """The actors that ASKED names, one by one: SQLite wants that to look them up."""
    return lambda name, column: column.in_(getattr(asked, name))


def matching(resource: Resource, asked: Any, *columns: Any) -> Select[Any]:
    """COLUMNS of the records that ASKED wants, as in the list.

    A page of a list walks the newest records and tries each against its actors; a sum needs every one, so that it had
    better begin with those of the actor. SQLite does so only if it is told twice, the values one by one.
    """
    part = View(resource, asked).part
    query = resource.matching(asked, *columns)
    for name in part.filters:
        if getattr(asked, name):
            query = query.where(resource.table.id.in_(owners_of(part, [name], _one_by_one(asked))))
    return query
