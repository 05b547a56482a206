"""How the floor asks its database: with sqlite3 or asyncpg, over a connection or a pool, and with plain rows."""

import re
import sqlite3
from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol

import asyncpg
import orjson

_PARAMETER = re.compile(r"(?<!:):([a-z]+)")
_MONTH = re.compile(r"\[month ([a-z._]+)\]")
_DAYS = ("begin", "until", "since", "day")


class Database(Protocol):
    """One way to ask."""

    name: str

    async def rows(self, sql: str, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows that SQL gives."""


class Sqlite:
    """The standard library's driver, on the one thread that there is."""

    name = "sqlite"

    def __init__(self, file: str) -> None:
        self.connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True, cached_statements=256)
        self.connection.execute(f"PRAGMA mmap_size={1 << 30}")
        self.known: dict[str, str] = {}

    async def rows(self, sql: str, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows that SQL gives."""
        if sql not in self.known:
            listed = "IN (SELECT value FROM json_each(:ids))"
            self.known[sql] = _MONTH.sub(r"substr(\1, 1, 7)", sql.replace("[ids]", listed))
        if "ids" in values:
            values["ids"] = orjson.dumps(values["ids"]).decode()
        return self.connection.execute(self.known[sql], values).fetchall()


class Postgres:
    """asyncpg, which keeps statements prepared."""

    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url
        self.pool: Any = None
        self.known: dict[str, tuple[str, list[str]]] = {}

    async def rows(self, sql: str, **values: Any) -> Sequence[Sequence[Any]]:
        """The rows that SQL gives."""
        if self.pool is None:
            self.pool = await asyncpg.create_pool(self.url, min_size=1, max_size=8)
        if sql not in self.known:
            self.known[sql] = _numbered(sql)
        text, names = self.known[sql]
        given = [date.fromisoformat(values[name]) if name in _DAYS else values[name] for name in names]
        return await self.pool.fetch(text, *given)  # type: ignore[no-any-return]


def _numbered(sql: str) -> tuple[str, list[str]]:
    """SQL with $1 for its first parameter, and the names in that order."""
    sql = _MONTH.sub(r"to_char(\1, 'YYYY-MM')", sql.replace("[ids]", "= ANY(:ids)"))
    names = list(dict.fromkeys(_PARAMETER.findall(sql)))
    return _PARAMETER.sub(lambda match: f"${names.index(match[1]) + 1}", sql), names


def open_database(url: str) -> Database:
    """The database at URL."""
    return Sqlite(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else Postgres(url)
