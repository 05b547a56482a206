"""Indexes that the databases spell differently, and a look into one of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Index, Integer, func, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def newest(
    table: str, *columns: str, date: str = "start_on", id: str = "id", more: Sequence[str] = (), seldom: bool = False
) -> tuple[Index, ...]:
    """An index by COLUMNS, then newest first with undated rows last, then id: the order that lists are served in.

    The columns MORE are added, so that they are read from the index alone. If COLUMNS SELDOM have a value, the index
    has only the rows in which they do.

    In a descending order SQLite puts missing values last anyway, and its indexes have no syntax for it.
    """
    named = [column.removesuffix("_id") for column in columns] + [date] * (date != "start_on")
    name = "_".join(("ix", table, *named, "newest"))
    keys = [text(column) for column in columns]
    where = text(" AND ".join(f"{column} IS NOT NULL" for column in columns)) if seldom else None
    return tuple(
        Index(
            name,
            *keys,
            text(f"{date} {order}"),
            text(id),
            *map(text, more),
            sqlite_where=where,
            postgresql_where=where,
        ).ddl_if(dialect=dialect)
        for dialect, order in (("sqlite", "DESC"), ("postgresql", "DESC NULLS LAST"))
    )


class _Lasting(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_Lasting, "sqlite")
def _lasting_in_sqlite(_element: _Lasting, _compiler: SQLCompiler, **_options: Any) -> str:
    return "CAST(julianday(end_on) - julianday(start_on) AS INTEGER)"


@compiles(_Lasting, "postgresql")
def _lasting_in_postgresql(_element: _Lasting, _compiler: SQLCompiler, **_options: Any) -> str:
    return "(end_on - start_on)"


def seldom(table: str, column: str, using: str = "btree") -> Index:
    """An index of the rows of TABLE that have a COLUMN, as few do. With the others in it, SQLite would scan instead.

    USING a hash, PostgreSQL finds long values, too, which do not fit into a tree.
    """
    there = text(f"{column} IS NOT NULL")
    name = f"ix_{table}_{column}"
    return Index(name, column, postgresql_using=using, sqlite_where=there, postgresql_where=there)


def lasting(table: str) -> Index:
    """An index of the rows of TABLE that last longer than a day, by how many days they last."""
    longer = text("end_on > start_on")
    return Index(f"ix_{table}_lasting", _Lasting(), sqlite_where=longer, postgresql_where=longer)


def spanning(table: str) -> Index:
    """An index of the rows of TABLE that last longer than a day, by end: they may have begun before a given day."""
    longer = text("end_on > start_on")
    return Index(f"ix_{table}_spanning", "end_on", "start_on", "id", sqlite_where=longer, postgresql_where=longer)


def longest(start: Any, end: Any) -> ColumnElement[int]:
    """How many days the longest row of the table of START and END lasts: one look into its index `lasting`."""
    query = select(func.max(_Lasting())).select_from(start.table).where(end > start)
    return query.correlate(None).scalar_subquery()
