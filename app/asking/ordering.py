"""Order: the columns that a list is sorted by, and what comes after a given row of it.

What comes after a row is asked for in legs, each of which is one range of an index: rows that share all but the last
value with it, then those that share one value less, and so on; rows without a value come last. A single condition with
OR would make the database walk the index from its start.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, or_

from app.dialects.planning import sorted_alone


@dataclass(frozen=True, slots=True)
class SortKey:
    """One column of an order."""

    column: Any
    descending: bool

    @property
    def clause(self) -> ColumnElement[Any]:
        ordered: ColumnElement[Any] = self.column.desc() if self.descending else self.column.asc()
        return ordered.nulls_last() if self.nullable else ordered

    @property
    def clause_of_present(self) -> ColumnElement[Any]:
        """The same, for rows that have a value: as an index that ends with missing values is read backwards."""
        return self.clause if self.descending or not self.nullable else self.column.asc().nulls_first()

    @property
    def nullable(self) -> bool:
        """Whether a row may have no value; what is computed may."""
        return getattr(self.column, "nullable", True)


class Leg(NamedTuple):
    """A query that reads a part of an order: of what is known by its ids to come `before` a range, or another."""

    query: Select[Any]
    before: bool = False


def legs(
    query: Select[Any],
    order: Sequence[SortKey],
    after: Sequence[Any] | None = None,
    between: tuple[Any, Any] = (None, None),
    before: ColumnElement[bool] | None = None,
) -> Iterator[Leg]:
    """QUERY in ORDER, after the row with the values AFTER, as queries to be read in turn.

    If BETWEEN is given, all that QUERY finds has a first value between the two, or none, or else meets BEFORE and has a
    lesser one; so only that range is read, and what meets BEFORE, which names its ids.
    """
    first, (least, most) = order[0].column, between
    range_ = [*([] if least is None else [first >= least]), *([] if most is None else [first <= most])]
    ranges = [(range_, False)] + ([] if before is None else [([sorted_alone(first) < least, before], True)])
    if not order[0].descending:
        ranges.reverse()
    if after is None:
        there = range_ or ([] if order[0].descending or not order[0].nullable else [first.is_not(None)])
        for conditions, known in ranges if range_ else [(there, False)]:
            yield _leg(query.where(*conditions), order, present=bool(there), known=known)
        if there:
            yield _leg(query.where(first.is_(None)), order[1:])
        return
    for depth in reversed(range(len(order))):
        shared = [_equal(key.column, value) for key, value in zip(order[:depth], after[:depth], strict=True)]
        for condition, rest in _beyond(order[depth:], after[depth]):
            present = len(rest) == len(order[depth:])
            for conditions, known in ranges if len(rest) == len(order) else [([], False)]:
                yield _leg(query.where(*shared, condition, *conditions), rest, present=present, known=known)


def sorted_apart(query: Select[Any], order: Sequence[SortKey]) -> Select[Any]:
    """QUERY, which names the ids of what it finds, in ORDER: no index is to be walked for that."""
    alone = (SortKey(sorted_alone(key.column), key.descending).clause for key in order)
    return query.order_by(None).order_by(*alone)


def _leg(query: Select[Any], order: Sequence[SortKey], *, present: bool = False, known: bool = False) -> Leg:
    """QUERY in ORDER; PRESENT says that no first value is missing, and KNOWN that QUERY names its ids."""
    if known:
        return Leg(sorted_apart(query, order), before=True)
    first = [key.clause_of_present if present else key.clause for key in order[:1]]
    return Leg(query.order_by(*first, *(key.clause for key in order[1:])))


def later(order: Sequence[SortKey], after: Sequence[Any]) -> ColumnElement[bool]:
    """What comes after the row with the values AFTER in ORDER, for sums, which have no index that could be walked."""
    found = []
    for depth, value in enumerate(after):
        shared = [_equal(key.column, one) for key, one in zip(order[:depth], after[:depth], strict=True)]
        found += [and_(*shared, condition) for condition, _ in _beyond(order[depth:], value)]
    return or_(*found)


def batches(
    db: Connection, queries: Iterator[Select[Any]], size: int, most: int | None
) -> Generator[Sequence[Any], None, None]:
    """All rows of QUERIES, at most MOST of them, SIZE at a time; no more than these are held in memory."""
    left = most
    for query in queries:
        if left is not None and left <= 0:
            return
        limited = query if left is None else query.limit(left)
        with db.execute(limited, execution_options={"yield_per": size}) as rows:
            for batch in rows.partitions(size):
                left = left and left - len(batch)
                yield batch


def _equal(column: Any, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value  # type: ignore[no-any-return]


def _beyond(order: Sequence[SortKey], value: Any) -> Iterator[tuple[ColumnElement[bool], Sequence[SortKey]]]:
    """The ranges of the first column of ORDER after VALUE, each with the columns that it remains to sort it by."""
    key, *rest = order
    if value is None:
        return
    yield key.column < value if key.descending else key.column > value, order
    if key.nullable:
        yield key.column.is_(None), rest
