"""Types of columns, and text as the bytes that a database stores."""

from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, DateTime, Dialect, String, TypeDecorator
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

# Both databases must order and compare ids byte by byte, or a cursor would mean a different place in each.
Slug = String().with_variant(String(collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An instant in UTC; a value without a time zone is refused."""

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


def to_json(value: Any) -> str:
    """VALUE as a column of JSON has it."""
    return orjson.dumps(value).decode()


class _Utf8(FunctionElement[Any]):
    type = NullType()
    inherit_cache = True


def utf8(column: Any) -> ColumnElement[bytes]:
    """The text of COLUMN as bytes in UTF-8, as the database stores it, without decoding and encoding it again."""
    return _Utf8(column)


@compiles(_Utf8, "sqlite")
def _utf8_in_sqlite(element: _Utf8, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS BLOB)"


@compiles(_Utf8, "postgresql")
def _utf8_in_postgresql(element: _Utf8, compiler: SQLCompiler, **options: Any) -> str:
    # A type that no column has, so that a loader of our own can be given to it. PostgreSQL would send bytes in hex.
    return f"CAST({compiler.process(element.clauses, **options)} AS bpchar)"
