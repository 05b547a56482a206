"""What a database plans by."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def tries_in_order(dialect: Dialect) -> bool:
    """Whether conditions are tried in the order in which they are told: PostgreSQL begins with what it holds rarest."""
    return dialect.name == "sqlite"


class _Same(FunctionElement[Any]):
    inherit_cache = True


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
