"""Order: the columns that a list is sorted by, and what comes after a given row of it.

What comes after a row is asked for in legs, each one range of an index: rows that share all but the last value, then
those that share one value less, and so on; rows without a value last. One condition for all of them, with OR between,
would make the database walk the index from its start.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select


@dataclass(frozen=True, slots=True)
class Key:
    """One column of an order."""

    column: Any
    descending: bool

    @property
    def clause(self) -> ColumnElement[Any]:
        ordered: ColumnElement[Any] = self.column.desc() if self.descending else self.column.asc()
        return ordered.nulls_last() if self.column.nullable else ordered


def legs(
    query: Select[Any],
    order: Sequence[Key],
    after: Sequence[Any] | None = None,
    between: tuple[Any, Any] = (None, None),
) -> Iterator[Select[Any]]:
    """QUERY in ORDER, from the row that comes after the one with the values AFTER: queries to read in turn.

    What QUERY finds has values of the first column BETWEEN these, if it has one; the order is descending then, and
    reading begins and ends there.
    """
    least, most = between
    first = order[0].column
    ends = [] if least is None else [first >= least]
    if after is None:
        begins = [] if most is None else [first <= most]
        yield query.where(*begins, *ends).order_by(*(key.clause for key in order))
        if begins or ends:
            yield query.where(first.is_(None)).order_by(*(key.clause for key in order[1:]))
        return
    for depth in reversed(range(len(order))):
        shared = [_equal(key.column, value) for key, value in zip(order[:depth], after[:depth], strict=True)]
        for condition, rest in _beyond(order[depth:], after[depth]):
            ended = ends if len(rest) == len(order) else []
            yield query.where(*shared, condition, *ended).order_by(*(key.clause for key in rest))


def batches(
    db: Connection, queries: Iterator[Select[Any]], size: int, most: int | None
) -> Generator[Sequence[Any], None, None]:
    """All rows of QUERIES, at most MOST, by at most SIZE at a time: nothing more is held."""
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


def _beyond(order: Sequence[Key], value: Any) -> Iterator[tuple[ColumnElement[bool], Sequence[Key]]]:
    """The ranges of the first column of ORDER after VALUE, and the order that is left to bring them into."""
    key, *rest = order
    if value is None:
        return
    yield key.column < value if key.descending else key.column > value, order
    if key.column.nullable:
        yield key.column.is_(None), rest
