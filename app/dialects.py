"""The only lines that differ between SQLite and PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, Literal

import orjson
import psycopg
from psycopg.adapt import Loader
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

# Both databases must order and compare ids byte by byte, or a cursor would mean two things.
Slug = String().with_variant(String(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; a value without a time zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True
    python_type = datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is not None and value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def newest(
    table: str, *columns: str, date: str = "start_on", id: str = "id", more: Sequence[str] = (), seldom: bool = False
) -> tuple[Index, ...]:
    """An index by COLUMNS, then newest first with undated rows last, then id: the order that lists are served in.

    What it has MORE is read from it without a look at the rows. Of columns that SELDOM have a value, it has those rows
    that have one.

    SQLite puts missing values last in a descending order by itself and knows no word for it.
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


class _Keys(TypeDecorator[list[str]]):
    """Many values in one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        keys = list(value or ())
        return orjson.dumps(keys).decode() if dialect.name == "sqlite" else keys


class _Among(FunctionElement[Any]):
    # No boolean: SQLite would be asked whether the condition equals 1, and then uses no index for it.
    inherit_cache = True


def open_keys(name: str) -> BindParameter[list[str]]:
    """Keys that a statement which is made once is given as its parameter NAME."""
    return bindparam(name, type_=_Keys())


def among(column: Any, keys: Collection[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """COLUMN is one of KEYS, however many: one parameter, so that the statement's text stays the same.

    A parameter that is no list is one key: the database can then go through an index in its order.
    """
    if not isinstance(keys, BindParameter):
        return _Among(column, bindparam(None, keys, type_=_Keys(), unique=True))
    return _Among(column, keys) if isinstance(keys.type, _Keys) else column == keys


# In a statement that is made once: the keys come as its parameter `keys`.
KEYS = open_keys("keys")


@compiles(_Among, "sqlite")
def _among_in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({keys})))"  # noqa: S608 - both parts are compiled SQL


@compiles(_Among, "postgresql")
def _among_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} = ANY(CAST({keys} AS text[])))"


class _AmongMany(_Among):
    inherit_cache = True


class _AmongNumbers(_Among):
    inherit_cache = True


def among_many(column: Any, keys: Collection[str] | BindParameter[list[str]]) -> ColumnElement[bool]:
    """COLUMN is one of KEYS, which may be thousands: `among` for writers.

    PostgreSQL joins it, where for `among` it may compare each row with each key in turn.
    """
    given = isinstance(keys, BindParameter)
    return _AmongMany(column, keys if given else bindparam(None, keys, type_=_Keys(), unique=True))


def among_numbers(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """COLUMN is one of NUMBERS, which may be thousands."""
    return _AmongNumbers(column, bindparam(None, numbers, type_=_Keys(), unique=True))


@compiles(_AmongMany, "postgresql")
def _among_many_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT unnest(CAST({keys} AS text[]))))"


@compiles(_AmongNumbers, "postgresql")
def _among_numbers_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT unnest(CAST({keys} AS bigint[]))))"


@compiles(_AmongMany, "sqlite")
@compiles(_AmongNumbers, "sqlite")
def _among_many_in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    return _among_in_sqlite(element, compiler, **options)


class _StartOf(FunctionElement[date]):
    type = Date()
    inherit_cache = True


def start_of(interval: str, day: Any) -> ColumnElement[date]:
    """The first day of the day, week (from Monday), month, quarter or year that DAY lies in."""
    return _StartOf(literal_column(interval), day)


# SQLite keeps a day as text, of which a month and a year are the start.
_STARTS_IN_SQLITE = {
    "day": "{day}",
    "week": "date({day}, '-6 days', 'weekday 1')",
    "month": "substr({day}, 1, 8) || '01'",
    "quarter": "date({day}, 'start of month', '-' || ((substr({day}, 6, 2) - 1) % 3) || ' months')",
    "year": "substr({day}, 1, 5) || '01-01'",
}


@compiles(_StartOf, "sqlite")
def _start_in_sqlite(element: _StartOf, compiler: SQLCompiler, **options: Any) -> str:
    interval, day = (compiler.process(part, **options) for part in element.clauses)
    return f"({_STARTS_IN_SQLITE[interval].format(day=day)})"


@compiles(_StartOf, "postgresql")
def _start_in_postgresql(element: _StartOf, compiler: SQLCompiler, **options: Any) -> str:
    interval, day = (compiler.process(part, **options) for part in element.clauses)
    return f"CAST(date_trunc('{interval}', CAST({day} AS timestamp)) AS date)"


class _Moved(FunctionElement[date]):
    type = Date()
    inherit_cache = True


def moved(day: date | BindParameter[date], way: Literal["+", "-"], days: ColumnElement[int]) -> ColumnElement[date]:
    """The day so many DAYS after or before DAY; DAY itself where they are missing."""
    given = day if isinstance(day, BindParameter) else literal(day, Date())
    return _Moved(given, literal_column(way), func.coalesce(days, 0))


class _Same(FunctionElement[Any]):
    inherit_cache = True


def tries_in_order(dialect: Dialect) -> bool:
    """Whether conditions are tried in the order in which they are told: PostgreSQL begins with what it holds rarest."""
    return dialect.name == "sqlite"


def same_where_indexed(one: Any, other: Any) -> ColumnElement[bool]:
    """ONE and OTHER, which are the same or both missing, for a look into an index by ONE.

    PostgreSQL looks up no missing value, and is told nothing.
    """
    return _Same(one, other)


@compiles(_Same, "sqlite")
def _same_in_sqlite(element: _Same, compiler: SQLCompiler, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"({one} IS {other})"


@compiles(_Same, "postgresql")
def _same_in_postgresql(_element: _Same, _compiler: SQLCompiler, **_options: Any) -> str:
    return "true"


@compiles(_Moved, "sqlite")
def _moved_in_sqlite(element: _Moved, compiler: SQLCompiler, **options: Any) -> str:
    day, way, days = (compiler.process(part, **options) for part in element.clauses)
    # It knows no day beyond the calendar's ends.
    end = "9999-12-31" if way == "+" else "0000-01-01"
    return f"coalesce(date({day}, '{way}' || {days} || ' days'), '{end}')"


@compiles(_Moved, "postgresql")
def _moved_in_postgresql(element: _Moved, compiler: SQLCompiler, **options: Any) -> str:
    day, way, days = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({day} AS date) {way} {days})"


class _Earlier(FunctionElement[date]):
    type = Date()
    inherit_cache = True


def earlier(one: Any, other: Any) -> ColumnElement[date]:
    """The earlier of two days, neither of which is missing."""
    return _Earlier(one, other)


@compiles(_Earlier, "sqlite")
def _earlier_in_sqlite(element: _Earlier, compiler: SQLCompiler, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"


@compiles(_Earlier, "postgresql")
def _earlier_in_postgresql(element: _Earlier, compiler: SQLCompiler, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


class _Lasting(FunctionElement[int]):
    type = Integer()
    inherit_cache = True


@compiles(_Lasting, "sqlite")
def _lasting_in_sqlite(_element: _Lasting, _compiler: SQLCompiler, **_options: Any) -> str:
    return "CAST(julianday(end_on) - julianday(start_on) AS INTEGER)"


@compiles(_Lasting, "postgresql")
def _lasting_in_postgresql(_element: _Lasting, _compiler: SQLCompiler, **_options: Any) -> str:
    return "(end_on - start_on)"


def lasting(table: str) -> Index:
    """An index of TABLE by how many days what lasts longer than one does."""
    longer = text("end_on > start_on")
    return Index(f"ix_{table}_lasting", _Lasting(), sqlite_where=longer, postgresql_where=longer)


def spanning(table: str) -> Index:
    """An index of TABLE by what lasts longer than a day, and so has begun before some day and goes on."""
    longer = text("end_on > start_on")
    return Index(f"ix_{table}_spanning", "end_on", "start_on", "id", sqlite_where=longer, postgresql_where=longer)


def longest(start: Any, end: Any) -> ColumnElement[int]:
    """How many days the longest row of the table of START and END lasts: one look into its index by `lasting`."""
    query = select(func.max(_Lasting())).select_from(start.table).where(end > start)
    return query.correlate(None).scalar_subquery()


class _Utf8(FunctionElement[Any]):
    type = NullType()
    inherit_cache = True


def utf8(column: Any) -> ColumnElement[bytes]:
    """The text of COLUMN as bytes in UTF-8, which is how a database keeps it: no text is made to be unmade."""
    return _Utf8(column)


@compiles(_Utf8, "sqlite")
def _utf8_in_sqlite(element: _Utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(_Utf8, "postgresql")
def _utf8_in_postgresql(element: _Utf8, compiler: SQLCompiler, **options: Any) -> str:
    # A type that no column has, so that its values can be taken as they come: PostgreSQL would print bytes in hex.
    return f"CAST({compiler.process(element.clauses, **options)} AS bpchar)"


class _AsItComes(Loader):
    def load(self, data: Any) -> bytes:
        return bytes(data)


def take_utf8(connection: psycopg.Connection[Any]) -> None:
    """Have CONNECTION give what is asked for as `utf8` in bytes; its encoding is UTF-8."""
    connection.adapters.register_loader("bpchar", _AsItComes)


def defer_foreign_keys(db: Connection, keys: Collection[str] = ("ALL",)) -> None:
    """Check references at the end of the transaction: rows that name each other may come in any order.

    Of PostgreSQL's foreign keys only KEYS: it checks the others beside whoever makes the next rows.
    """
    postgresql = db.dialect.name == "postgresql"
    db.exec_driver_sql(f"SET CONSTRAINTS {', '.join(keys)} DEFERRED" if postgresql else "PRAGMA defer_foreign_keys=ON")
