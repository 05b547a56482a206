"""What the planners of the databases do differently."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


def tries_in_order(dialect: Dialect) -> bool:
    """Whether conditions are tried in the order in which they are written; PostgreSQL tries the rarest first."""
    return dialect.name == "sqlite"


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
