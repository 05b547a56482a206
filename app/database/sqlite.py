"""SQLite: a file, read through a map of its first part, by connections that keep few pages."""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from app.database.time_limit import limit_sqlite
from app.dialects.columns import to_json

BUSY_TIMEOUT_MS = 5000
MMAP_BYTES = 1 << 30
# Pages that each connection keeps of what is not mapped: the system has them in memory, too, and gives them quickly.
CACHE_KIB = 1024


def open_sqlite(url: str, query_seconds: float | None) -> Engine:
    """An engine for the file of URL."""
    engine = create_engine(url, connect_args={"check_same_thread": False}, json_serializer=to_json)
    if query_seconds is not None:
        # First, because to begin a transaction is no question with a limit.
        limit_sqlite(engine, query_seconds)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def map_file(connection: Connection, size: int) -> None:
    """Let CONNECTION read so many bytes of the file through a map of it."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA mmap_size={size}")


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions start late and end early: ours are explicit.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"mmap_size={MMAP_BYTES}",
        f"cache_size=-{CACHE_KIB}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A reader that turns writer half-way is refused at once by SQLite; a writer that says so waits.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    # This waits for nobody and cannot fail; every read pays for what stands between.
    raw: Any = connection.connection.dbapi_connection
    raw.execute("BEGIN")
