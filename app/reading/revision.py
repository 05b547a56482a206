"""The number of the data's last change, read on the event loop for every request that needs it.

SQLite is asked in place, which takes a few microseconds. PostgreSQL is asked over one asynchronous connection, and
requests that wait at the same time share one question.
"""

import asyncio
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Engine

from app.observing import Stamp

if TYPE_CHECKING:
    import psycopg

    from app.database.servers import Servers

STAMP = "SELECT revision, at FROM state"
PATIENCE_SECONDS = 2


class Revisions(Protocol):
    """Tells which state the data are in: two equal stamps mean the same data."""

    async def now(self) -> Stamp | None:
        """The stamp of the data as they are now, or None if the database cannot be asked."""

    async def close(self) -> None:
        """Close the connection to the database."""


def open_revisions(engine: Engine) -> Revisions:
    """The stamps of the database that ENGINE is open on, asked of the very server that it reads from."""
    if engine.dialect.name == "sqlite":
        return _InPlace(engine)
    return _Shared(engine.get_execution_options()["servers"], engine.dialect.loaded_dbapi.Error)


class _InPlace:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Any = None

    async def now(self) -> Stamp | None:
        try:
            # All rows are fetched: a statement that is left half-way would keep its old view of the data.
            rows = self._opened().execute(STAMP).fetchall()
        except sqlite3.Error:
            return None
        return next(((number, at and datetime.fromisoformat(at).replace(tzinfo=UTC)) for number, at in rows), None)

    async def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _opened(self) -> Any:
        if self._connection is None:
            borrowed = self._engine.raw_connection()
            self._connection = borrowed.driver_connection
            borrowed.detach()
            # The event loop must not wait for a lock, and the time limit of the connection's last user must not apply.
            self._connection.execute("PRAGMA busy_timeout=0")
            self._connection.set_progress_handler(None, 0)
        return self._connection


class _Shared:
    def __init__(self, servers: "Servers", error: type[Exception]) -> None:
        self._servers = servers
        self._error = error
        self._connection: psycopg.AsyncConnection[Stamp] | None = None
        self._asking: asyncio.Task[Stamp | None] | None = None
        self._next: asyncio.Task[Stamp | None] | None = None

    async def now(self) -> Stamp | None:
        # The answer to a question that is under way may be older than a change that the caller knows of.
        if self._next is None:
            self._next = asyncio.create_task(self._ask_after(self._asking))
        return await asyncio.shield(self._next)

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _ask_after(self, earlier: asyncio.Task[Stamp | None] | None) -> Stamp | None:
        if earlier is not None:
            await asyncio.wait([earlier])
        self._asking, self._next = self._next, None
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask()
        except (self._error, TimeoutError):
            await self._hang_up()
            return None

    async def _ask(self) -> Stamp | None:
        if self._connection is not None and not self._servers.holds(self._connection):
            await self._hang_up()
        if self._connection is None:
            self._connection = await self._servers.connect_async()
        return await (await self._connection.execute(STAMP)).fetchone()

    async def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
