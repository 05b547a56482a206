"""Who names a record: the columns that do, and the records that have it in one of them."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.loading.stored import PARTS, RECORDS
from app.models import Base

BY_NAME = {table.__tablename__: table for table in RECORDS}
# So many records of a large edit are in memory at once.
PORTION = 1000
# Ids of records, by kind.
Ids = Mapping[str, Collection[str]]


@cache
def references_to(kind: str) -> Sequence[Any]:
    """The columns that name records of KIND, except those of their own parts."""
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == kind and key.ondelete != "CASCADE"
    ]


@cache
def named_in(table: Any) -> Sequence[tuple[str, str]]:
    """The columns of TABLE that name a record, each with its kind."""
    return [
        (column.name, key.column.table.name)
        for column in table.__table__.columns
        for key in column.foreign_keys
        if key.column.table.name in BY_NAME and key.ondelete != "CASCADE"
    ]


def naming(db: Connection, kind: str, ids: Collection[str]) -> dict[str, set[str]]:
    """The records that name one of the records IDS of KIND."""
    found: dict[str, set[str]] = defaultdict(set)
    for column in references_to(kind):
        for one, key in _owners_of(column.table.name):
            query = select(column.table.columns[key]).where(among(column, ids), column.table.columns[key].is_not(None))
            found[one] |= set(db.scalars(query))
    return found


def portions(ids: Ids) -> Iterator[dict[str, list[str]]]:
    """IDS in the order of references and of ids, some at a time; nothing at all as one empty portion."""
    every = [(kind, key) for kind in BY_NAME for key in sorted(ids.get(kind, ()))]
    for start in range(0, max(len(every), 1), PORTION):
        some: dict[str, list[str]] = defaultdict(list)
        for kind, key in every[start : start + PORTION]:
            some[kind].append(key)
        yield some


def _owners_of(part: str) -> list[tuple[str, str]]:
    """The kinds of records that rows of the table PART are, or belong to, with the columns that say which."""
    if part in BY_NAME:
        return [(part, "id")]
    return [
        (table.__tablename__, owner.key)
        for table, owners in PARTS.items()
        for owner in owners
        if owner.class_.__tablename__ == part
    ]
