"""Records that are few: found by what makes them few, instead of being met among all others.

A list tries the records of its order one after another until a page is full, and a sum tries all. If an editor's
hundred events are among a million that were imported, both would go through these. So what is asked for is looked up
first where an index has it alone; if little is found, only that is tried.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ClauseElement, Connection, Integer, bindparam

from app.answering.along import naming
from app.asking.filters import Filter, Query, is_given
from app.asking.listing import Resource
from app.asking.shapes import Shape, shape_of
from app.dialects.keys import among
from app.dialects.planning import row_limit
from app.reading.prepared import MOST_KEPT, read

# More than these are not few: to look up so many costs a third of a millisecond.
MOST = 2_000
_LIMIT = row_limit(bindparam("limit", type_=Integer()))


class Few(NamedTuple):
    """The ids of all records that may be wanted, or what stands for them in a statement; the filter `by` tells them."""

    by: str
    ids: Sequence[str] | BindParameter[Any]


def few(db: Connection, resource: Resource, asked: Any, *, along: bool) -> Few | None:
    """All records of RESOURCE that ASKED may want; None unless something that it asks for has few.

    ALONG, the records of the actors that it names are read along their rows anyway.
    """
    led = naming(resource.part, asked) if along and resource.part else []
    # Words have an index of their own; what else is asked for has as many shapes as there are questions.
    rest = asked.model_copy(update={"q": None, **dict.fromkeys(led, ())})
    shape = shape_of(resource.filters, rest)
    for name, query in _lookups(resource, shape):
        if (ids := _found(db, query, shape)) is not None:
            return Few(name, ids)
    return None


def left_out(db: Connection, resource: Resource, asked: Any) -> list[str] | None:
    """The ids of all records that ASKED leaves out of its days; None unless one thing beside them leaves out few."""
    shape = shape_of(resource.filters, asked.model_copy(update={"date": None}))
    query = _complement(resource, shape) if shape.keepable else None
    ids = None if query is None else _found(db, query, shape)
    if ids is None:
        return None
    key = resource.table.id
    of_days = asked.model_copy(update={name: () for name, _ in shape.given})
    there, wanted = (set(db.scalars(resource.matching(one, key).where(among(key, ids)))) for one in (of_days, asked))
    return sorted(there - wanted)


def _found(db: Connection, query: Query, shape: Shape) -> list[str] | None:
    """The ids that QUERY selects, which has the values of SHAPE open; None if they are not few."""
    found = read(db, query, {**shape.values, "limit": MOST + 1})
    return sorted({one[0] for one in found}) if len(found) <= MOST else None


@lru_cache(maxsize=MOST_KEPT)
def _complement(resource: Resource, shape: Shape) -> Query | None:
    """What selects the ids of records that questions of SHAPE may leave out, if they ask for one thing."""
    asked, names = shape.opened(), [name for name, _ in shape.given]
    for one in resource.filters:
        if names == [f"{one.name}__not"] and one.few:
            query = one.few(getattr(asked, names[0]))
        elif names == [one.name] and one.few_not:
            query = one.few_not(getattr(asked, one.name))
        else:
            continue
        return None if query is None else query.limit(_LIMIT)
    return None


@lru_cache(maxsize=MOST_KEPT)
def _lookups(resource: Resource, shape: Shape) -> list[tuple[str, Query]]:
    """By the name of a filter, what selects the ids of records that questions of SHAPE may want, their values open."""
    asked = shape.opened()
    found = ((one.name, query) for one in resource.filters for query in _lookups_of(one, asked))
    return [(name, query.limit(_LIMIT)) for name, query in found if query is not None]


def _lookups_of(one: Filter, asked: Any) -> Iterator[Query | None]:
    if one.few and is_given(wanted := getattr(asked, one.name)):
        yield one.few(wanted)
    if one.few and one.every:
        for value in getattr(asked, f"{one.name}__all"):
            yield one.few(value if isinstance(value, ClauseElement) else (value,))
    if one.few_not and one.several and is_given(unwanted := getattr(asked, f"{one.name}__not")):
        yield one.few_not(unwanted)
