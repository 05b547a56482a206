"""Along actors: which filters name actors, whose records are fewest, and which records those are."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, String, bindparam, func, literal, select, union_all
from sqlalchemy.orm import aliased

from app.asking.filters import is_given
from app.asking.listing import Part, Resource
from app.dialects.planning import same_where_indexed
from app.reading.prepared import read

# To tell whose records are fewest, at most so many are counted, and more only if that does not tell. Where all have
# many, a page is soon full, but a sum needs every record.
FOR_PAGES = (100, 2_000)
FOR_SUMS = (*FOR_PAGES, None)
# The filters that name actors, each with how many it names.
Named = tuple[tuple[str, int], ...]
# What a column of actors must meet for the filter of a name.
Chosen = Callable[[str, Any], ColumnElement[bool]]
# What the first day and the id of records must meet, whichever table has them.
Within = Callable[[Any, Any], Sequence[ColumnElement[bool]]]


def naming(part: Part, asked: Any) -> list[str]:
    """The filters of PART of which ASKED has one; not those that it asks of one row together with others."""
    return [
        name
        for name in part.filters
        if is_given(getattr(asked, name)) and not is_given(getattr(asked, part.coupled.get(name, ""), None))
    ]


def owners_of(part: Part, named: Sequence[str], chosen: Chosen, within: Within = lambda _day, _id: ()) -> Select[Any]:
    """The ids of records WITHIN some, of which the filters NAMED hold: of the first, tried for the others in turn."""
    first: Any = aliased(part.table)
    owner = getattr(first, part.owner)
    query = select(owner).where(*_asked_of(part, first, named[0], chosen), *within(first.start_on, owner))
    for name in named[1:]:
        other: Any = aliased(part.table)
        # Parts of one record repeat its day, so that the index of an actor has each at one place.
        same = (getattr(other, part.owner) == owner, same_where_indexed(other.start_on, first.start_on))
        # Not `exists()`, which asks for all columns, and so for the row.
        found = select(literal(1)).where(*same, *_asked_of(part, other, name, chosen))
        query = query.where(found.correlate(first).exists())
    return query


def rarest_first(
    db: Connection, resource: Resource, asked: Any, named: Sequence[str], counting: Sequence[int | None] = FOR_SUMS
) -> list[str]:
    """The filters NAMED, those first whose actors have fewest records, COUNTING at most so many of them."""
    shape = tuple((name, len(getattr(asked, name))) for name in named)
    values = {key: value for name in named for key, value in numbered(name, getattr(asked, name))}
    for most in counting:
        found = {row.name: row.n for row in read(db, _counting(resource, shape, most), values)}
        if sum(number == most for number in found.values()) <= 1:
            break
    return sorted(named, key=lambda name: (found[name], name))


def numbered(name: str, values: Any) -> list[tuple[str, Any]]:
    """VALUES of the filter NAME, each by the name of a parameter."""
    return [(f"{name}_{number}", value) for number, value in enumerate(values)]


def opened(name: str, many: int) -> tuple[Any, ...]:
    """So MANY values of the filter NAME, left open."""
    return tuple(bindparam(key, type_=String()) for key, _ in numbered(name, range(many)))


@cache
def _counting(resource: Resource, named: Named, most: int | None) -> Any:
    """How many records, at MOST, the actors of each of the filters NAMED have."""
    part, many, each = resource.part, dict(named), []
    if part is None:
        raise TypeError(f"{resource.kind} has no rows by actor")
    for name in many:
        some = owners_of(part, [name], lambda one, column: column.in_(opened(one, many[one]))).limit(most).subquery()
        each.append(select(literal(name).label("name"), func.count().label("n")).select_from(some))
    return union_all(*each)


def _asked_of(part: Part, rows: Any, name: str, chosen: Chosen) -> Sequence[ColumnElement[bool]]:
    return part.filters[name](rows, lambda column: chosen(name, column))
