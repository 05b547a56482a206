"""The past of every versioned table: another table, with the rows that were changed or deleted, as they were.

A row is valid from the first number that its write took. Rows of the past also have `valid_until`, the first number of
the write that ended them, from which on they are not valid any more. Writing sets both (app/loading/past.py).
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, Table

from app.models import actors, articles, events, evidence, places, revisions, statements  # noqa: F401 - their tables
from app.models.base import Base


def _past(table: Table) -> Table:
    """The past of TABLE: the same columns, but a row may occur several times, and refer to what exists no more."""
    name = f"{table.name}_past"
    until = Column("valid_until", Integer, primary_key=True, autoincrement=False)
    indexes = [Index(f"ix_{name}_{owner}", owner, "valid_until") for owner in _owners(table)]
    return Table(name, table.metadata, *(_plain(column) for column in table.columns), until, *indexes)


def _plain(column: Column[Any]) -> Column[Any]:
    key = column.primary_key
    return Column(column.name, column.type, nullable=column.nullable, primary_key=key, autoincrement=False)


def _owners(table: Table) -> list[str]:
    """The columns that say which record a row is part of, unless they are in its key."""
    owned = (column for column in table.columns if any(key.ondelete == "CASCADE" for key in column.foreign_keys))
    return [column.name for column in owned if not column.primary_key]


PAST = {table.name: _past(table) for table in [*Base.metadata.tables.values()] if "valid_from" in table.columns}
