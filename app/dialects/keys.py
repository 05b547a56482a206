"""Whether a column is one of many keys, which are one parameter of the statement."""

from collections.abc import Collection, Sequence
from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Dialect, Text, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _Keys(TypeDecorator[list[str]]):
    """Many values in one parameter: JSON for SQLite, an array for PostgreSQL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[str] | None, dialect: Dialect) -> Any:
        keys = list(value or ())
        return orjson.dumps(keys).decode() if dialect.name == "sqlite" else array(keys)


def array(values: Sequence[str] | Sequence[int]) -> Any:
    """VALUES as the driver of PostgreSQL takes them for an array."""
    text = orjson.dumps(values).decode()
    # The text of an array differs from JSON in its escapes only. The driver writes it in Python, ten times as slowly.
    return list(values) if "\\" in text else f"{{{text[1:-1]}}}"


class _Among(FunctionElement[Any]):
    # Not declared as boolean, or SQLAlchemy would write `= 1` behind it, and SQLite would use no index.
    inherit_cache = True


class _AmongMany(_Among):
    inherit_cache = True
    array = "text[]"


class _AmongNumbers(_AmongMany):
    inherit_cache = True
    array = "bigint[]"


class _AmongRows(_Among):
    inherit_cache = True


class _Rows(TypeDecorator[list[tuple[str, ...]]]):
    """Many rows of text in one parameter, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[tuple[str, ...]] | None, dialect: Dialect) -> str:  # noqa: ARG002
        return orjson.dumps(list(value or ())).decode()


def open_keys(name: str) -> BindParameter[list[str]]:
    """Keys that are the parameter NAME of a statement."""
    return bindparam(name, type_=_Keys())


# For statements that are built once: the keys are the parameter `keys`.
KEYS = open_keys("keys")


def among(column: Any, keys: Collection[str] | BindParameter[Any]) -> ColumnElement[bool]:
    """COLUMN is one of KEYS. However many they are, the text of the statement is the same.

    If KEYS is a parameter of another type, it is one key, and the database can walk an index in its order.
    """
    if not isinstance(keys, BindParameter):
        return _Among(column, bindparam(None, keys, type_=_Keys(), unique=True))
    return _Among(column, keys) if isinstance(keys.type, _Keys) else column == keys


def among_many(column: Any, keys: Collection[str] | BindParameter[list[str]]) -> ColumnElement[bool]:
    """COLUMN is one of KEYS, which may be thousands; for writing.

    PostgreSQL joins the keys, whereas with `among` it may compare each row with each key in turn.
    """
    given = isinstance(keys, BindParameter)
    return _AmongMany(column, keys if given else bindparam(None, keys, type_=_Keys(), unique=True))


def among_numbers(column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """COLUMN is one of NUMBERS, which may be thousands."""
    return _AmongNumbers(column, bindparam(None, numbers, type_=_Keys(), unique=True))


# Likewise of rows.
ROWS: BindParameter[list[tuple[str, ...]]] = bindparam("rows", type_=_Rows())


def among_rows(*columns: Any) -> ColumnElement[bool]:
    """COLUMNS have the values of one of ROWS, which may be thousands."""
    return _AmongRows(*columns, ROWS)


@compiles(_Among, "sqlite")
def _among_in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT value FROM json_each({keys})))"  # noqa: S608 - both parts are compiled SQL


@compiles(_Among, "postgresql")
def _among_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} = ANY(CAST({keys} AS text[])))"


@compiles(_AmongMany, "postgresql")
def _among_many_in_postgresql(element: _AmongMany, compiler: SQLCompiler, **options: Any) -> str:
    column, keys = (compiler.process(part, **options) for part in element.clauses)
    return f"({column} IN (SELECT unnest(CAST({keys} AS {element.array}))))"


@compiles(_AmongRows, "sqlite")
def _among_rows_in_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    *columns, rows = (compiler.process(part, **options) for part in element.clauses)
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    return f"(({', '.join(columns)}) IN (SELECT {values} FROM json_each({rows})))"  # noqa: S608 - all are compiled SQL


@compiles(_AmongRows, "postgresql")
def _among_rows_in_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    *columns, rows = (compiler.process(part, **options) for part in element.clauses)
    values = ", ".join(f"one ->> {place}" for place in range(len(columns)))
    found = f"json_array_elements(CAST({rows} AS json)) AS one"
    return f"(({', '.join(columns)}) IN (SELECT {values} FROM {found}))"  # noqa: S608 - all are compiled SQL
