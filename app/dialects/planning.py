"""What the planners of the databases do differently."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, cast, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def tries_in_order(dialect: Dialect) -> bool:
    """Whether conditions are tried in the order in which they are written; PostgreSQL tries the rarest first."""
    return dialect.name == "sqlite"


def at_most(rows: Any) -> ColumnElement[int]:
    """ROWS as the LIMIT of a query that is prepared once and run with many values.

    Newer versions of SQLite (3.53, not 3.40) plan by a parameter that is the whole LIMIT, and so prepare the statement
    anew each time it gets a value, which takes longer than reading a page.
    """
    return cast(rows, BigInteger)


class _Unordered(FunctionElement[Any]):
    inherit_cache = True


def unordered(column: Any) -> ColumnElement[Any]:
    """COLUMN, by which rows are put together: a hint to do so after they are read, not by reading them in its order.

    SQLite would read whole records in the order of an index that has little but COLUMN.
    """
    return type_coerce(_Unordered(column), column.type)


@compiles(_Unordered, "sqlite")
def _unordered_in_sqlite(element: _Unordered, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = (compiler.process(part, **options) for part in element.clauses)
    return f"+{column}"


@compiles(_Unordered, "postgresql")
def _unordered_in_postgresql(element: _Unordered, compiler: SQLCompiler, **options: Any) -> str:
    (column,) = (compiler.process(part, **options) for part in element.clauses)
    return column


class _Same(FunctionElement[Any]):
    inherit_cache = True


def same_where_indexed(one: Any, other: Any) -> ColumnElement[bool]:
    """ONE is OTHER or both are NULL, which is known to be so: a hint to look into an index by ONE.

    PostgreSQL does not look up NULL in an index, and gets no hint.
    """
    return _Same(one, other)


@compiles(_Same, "sqlite")
def _same_in_sqlite(element: _Same, compiler: SQLCompiler, **options: Any) -> str:
    one, other = (compiler.process(part, **options) for part in element.clauses)
    return f"({one} IS {other})"


@compiles(_Same, "postgresql")
def _same_in_postgresql(_element: _Same, _compiler: SQLCompiler, **_options: Any) -> str:
    return "true"
