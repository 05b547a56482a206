"""What the planners of the databases do differently."""

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, cast, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def tries_in_order(dialect: Dialect) -> bool:
    """Whether conditions are tried in the order in which they are written; PostgreSQL tries the rarest first."""
    return dialect.name == "sqlite"


def row_limit(rows: Any) -> ColumnElement[int]:
    """ROWS as the LIMIT of a query that is prepared once and run with many values.

    Newer versions of SQLite (3.53, not 3.40) plan by a parameter that is the whole LIMIT, and so prepare the statement
    anew each time it gets a value, which takes longer than reading a page.
    """
    return cast(rows, BigInteger)


class _Sorted(FunctionElement[Any]):
    inherit_cache = True


def sorted_alone(column: Any) -> Any:
    """COLUMN, to sort or to choose by: a hint that no index in its order is to be walked for that.

    SQLite would walk it, and try each row against a list of ids.
    """
    return type_coerce(_Sorted(column), column.type)


@compiles(_Sorted, "sqlite")
def _sorted_in_sqlite(element: _Sorted, compiler: SQLCompiler, **options: Any) -> str:
    return "+" + ", ".join(compiler.process(part, **options) for part in element.clauses)


@compiles(_Sorted, "postgresql")
def _sorted_in_postgresql(element: _Sorted, compiler: SQLCompiler, **options: Any) -> str:
    return ", ".join(compiler.process(part, **options) for part in element.clauses)


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
