"""Arithmetic with days: the first day of an interval, so many days before or after, the earlier of two."""

from datetime import date
from typing import Any, Literal

from sqlalchemy import BindParameter, ColumnElement, Date, func, literal, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _StartOf(FunctionElement[date]):
    type = Date()
    inherit_cache = True


def first_day_of(interval: str, day: Any) -> ColumnElement[date]:
    """The first day of the day, week (from Monday), month, quarter or year that DAY lies in."""
    return _StartOf(literal_column(interval), day)


# SQLite stores a day as text, which begins with the year and the month.
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
    """The day that is so many DAYS after or before DAY; DAY itself if DAYS is NULL."""
    given = day if isinstance(day, BindParameter) else literal(day, Date())
    return _Moved(given, literal_column(way), func.coalesce(days, 0))


@compiles(_Moved, "sqlite")
def _moved_in_sqlite(element: _Moved, compiler: SQLCompiler, **options: Any) -> str:
    day, way, days = (compiler.process(part, **options) for part in element.clauses)
    # Beyond the ends of the calendar SQLite gives NULL.
    end = "9999-12-31" if way == "+" else "0000-01-01"
    return f"coalesce(date({day}, '{way}' || {days} || ' days'), '{end}')"


@compiles(_Moved, "postgresql")
def _moved_in_postgresql(element: _Moved, compiler: SQLCompiler, **options: Any) -> str:
    day, way, days = (compiler.process(part, **options) for part in element.clauses)
    return f"(CAST({day} AS date) {way} {days})"


class _Chosen(FunctionElement[date]):
    """One of several days, by the function that chooses it in each database."""

    type = Date()
    inherit_cache = True
    sqlite: str
    postgresql: str


class _Earlier(_Chosen):
    inherit_cache = True
    sqlite, postgresql = "min", "least"


class _Later(_Chosen):
    inherit_cache = True
    sqlite, postgresql = "max", "greatest"


def earlier(one: Any, other: Any) -> ColumnElement[date]:
    """The earlier of two days, neither of which is NULL."""
    return _Earlier(one, other)


def later(one: Any, other: Any) -> ColumnElement[date]:
    """The later of two days, neither of which is NULL."""
    return _Later(one, other)


@compiles(_Chosen, "sqlite")
@compiles(_Chosen, "postgresql")
def _chosen(element: _Chosen, compiler: SQLCompiler, **options: Any) -> str:
    name = getattr(element, compiler.dialect.name)
    return f"{name}({compiler.process(element.clauses, **options)})"
