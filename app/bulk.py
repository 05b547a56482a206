"""Inserting many rows at once: by COPY on PostgreSQL, by one prepared statement on SQLite.

Values are stored just as SQLAlchemy's own inserts store them, at a quarter of the cost.
"""

import gc
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from sqlalchemy import JSON, Connection, Dialect, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from app.dialects.columns import to_json
from app.models import Base

# For fewer rows than this, COPY takes more round trips than it saves.
FEW = 20
# Kibibytes if negative, else pages of four kibibytes.
_ROOM = {"cache_size": -65_536, "wal_autocheckpoint": 16_384}
Convert = Callable[[Collection[Any]], Collection[Any]] | None


class Ready(NamedTuple):
    """Rows of a table as the driver takes them."""

    table: str
    names: Sequence[str]
    rows: list[tuple[Any, ...]]


def put(db: Connection, table: type[Base] | Table, rows: Sequence[dict[str, Any]], **same: Any) -> None:
    """Insert ROWS, which all have the same columns, into TABLE, with the values that are the SAME in all of them.

    Columns that are left out get the database's defaults.
    """
    if rows:
        store(db, ready(db.dialect, table, rows, **same))


def ready(dialect: Dialect, table: type[Base] | Table, rows: Sequence[dict[str, Any]], **same: Any) -> Ready:
    """ROWS, of which there is one at least, as `store` takes them; they are otherwise those of `put`."""
    target = table if isinstance(table, Table) else table.__table__
    names = (*rows[0], *same)
    converters = _converters(target, names, dialect)
    given = [[row[name] for row in rows] for name in rows[0]] + [[value] * len(rows) for value in same.values()]
    columns = [
        values if convert is None else convert(values) for values, convert in zip(given, converters, strict=True)
    ]
    return Ready(target.name, names, list(zip(*columns, strict=True)))  # type: ignore[attr-defined]


def store(db: Connection, ready: Ready) -> None:
    """Insert the rows that are READY."""
    table, names, rows = ready
    if db.dialect.name == "sqlite" or len(rows) < FEW:
        marks = ", ".join(("?" if db.dialect.name == "sqlite" else "%s",) * len(names))
        db.exec_driver_sql(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)  # noqa: S608 - names of our schema
        return
    copying = f"COPY {table} ({', '.join(names)}) FROM STDIN"
    # SQLAlchemy has no COPY. The cursor belongs to its connection, and so to its transaction.
    try:
        with db.connection.cursor() as cursor, cursor.copy(copying) as copy:  # type: ignore[attr-defined]
            for row in rows:
                copy.write_row(row)
    except db.dialect.loaded_dbapi.Error as error:
        base = db.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(copying, None, error, base, dialect=db.dialect) from error


@contextmanager
def beside(db: Connection) -> Iterator[Callable[..., None]]:
    """Gives a function that runs calls in order, in a thread of their own if DB is a server.

    The calls only write to DB, and the caller must leave DB alone until the end. There the error of a failed call is
    raised.
    """
    if db.dialect.name == "sqlite":
        yield lambda function, *given: function(*given)
        return
    with ThreadPoolExecutor(max_workers=1) as worker:
        calls: list[Future[None]] = []
        try:
            yield lambda function, *given: calls.append(worker.submit(function, *given))
        finally:
            wait(calls)
        for call in calls:
            call.result()


def make_room(db: Connection) -> None:
    """Let SQLite keep the pages of a whole batch in memory; otherwise it writes and reads them many times over."""
    if db.dialect.name == "sqlite":
        for setting, value in _ROOM.items():
            db.exec_driver_sql(f"PRAGMA {setting} = {value}")


@contextmanager
def without_collector() -> Iterator[None]:
    """Switch the garbage collector off: rows form no cycles, and looking for some takes half of the time."""
    was = gc.isenabled()
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if was:
            gc.enable()


@lru_cache(maxsize=200)
def _converters(table: Table, names: tuple[str, ...], dialect: Dialect) -> list[Convert]:
    return [_converter(table.c[name].type, dialect) for name in names]


def _converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    """What turns a column of values of KIND into those that the driver takes; None if they stay as they are."""
    convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(kind, JSON):
        # As text: psycopg would want other values wrapped.
        return lambda values: [None if value is None else to_json(value) for value in values]
    if kind.python_type in (date, datetime):
        return partial(_each_once, convert or str)
    return None if convert is None else lambda values: list(map(convert, values))


def _each_once(convert: Callable[[Any], Any], values: Collection[Any]) -> list[Any]:
    """VALUES converted to text, equal ones once: a column of days or instants has few different ones."""
    converted = {value: value and convert(value) for value in set(values)}
    return [converted[value] for value in values]
