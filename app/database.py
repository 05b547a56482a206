"""The connection to SQLite or PostgreSQL, and what each must be told to behave alike."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, InvalidatePoolError

from app.dialects.columns import take_utf8
from app.servers import Servers
from app.time_limit import allow_time, limit_postgresql, limit_sqlite

BUSY_TIMEOUT_MS = 5000
SQLITE_MMAP_BYTES = 1 << 30


class UnusableUrl(ValueError):
    """DRAGOMAN_DATABASE_URL names neither a SQLite file nor a PostgreSQL server."""


def open_engine(url: str, pool_size: int = 8, query_seconds: float | None = None, *, prepared: bool = True) -> Engine:
    """An engine for URL, `sqlite:///...` or any URL that libpq takes.

    A statement that takes longer than QUERY_SECONDS is stopped in the database, unless it writes. PREPARED statements
    are kept by PostgreSQL's server; not so where a pooler lends servers by the transaction.
    Raises UnusableUrl; the database itself is touched on first use only.
    """
    if url.startswith(("postgresql://", "postgres://")):
        # libpq reads its own URLs: several hosts, sockets and options need no parser of ours.
        servers = Servers(url, prepared)
        engine = create_engine(
            "postgresql+psycopg://",
            creator=servers.connect,
            json_serializer=to_json,
            # Who reads in several statements reads one state of the data, as on SQLite.
            isolation_level="REPEATABLE READ",
            pool_size=pool_size,
            pool_pre_ping=True,
            execution_options={"servers": servers},
        )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "checkout", _keep_to(servers))
        if query_seconds is not None:
            limit_postgresql(engine, query_seconds, lent=not prepared)
        return engine
    try:
        dialect = make_url(url).get_backend_name()
    except ArgumentError:
        dialect = ""
    if dialect != "sqlite":
        message = f"DRAGOMAN_DATABASE_URL is {url!r}; it takes sqlite:///FILE or postgresql://HOST/NAME."
        raise UnusableUrl(message)
    engine = create_engine(url, connect_args={"check_same_thread": False}, json_serializer=to_json)
    if query_seconds is not None:
        # First, because to begin a transaction is no question with a limit.
        limit_sqlite(engine, query_seconds)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def to_json(value: Any) -> str:
    """VALUE as a column of JSON has it."""
    return orjson.dumps(value).decode()


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes: committed whole at the end, or not at all."""
    with connected_to_write(engine) as connection, connection.begin():
        allow_time(connection)
        yield connection


def connected_to_write(engine: Engine) -> Connection:
    """A connection whose transactions write: each statement sees what others have written while it waited its turn."""
    options: dict[str, Any] = {"isolation_level": "READ COMMITTED"} if engine.dialect.name == "postgresql" else {}
    return engine.connect().execution_options(writes=True, **options)


def _keep_to(servers: Servers) -> Callable[..., None]:
    """What the pool does before it lends a connection: one to a server that was left is not lent any more."""

    def check(connection: Any, _record: object, _proxy: object) -> None:
        if not servers.holds(connection):
            raise InvalidatePoolError

    return check


def map_sqlite(connection: Connection, size: int) -> None:
    """Let CONNECTION read so many bytes of the file through a map of it."""
    raw: Any = connection.connection.dbapi_connection
    raw.execute(f"PRAGMA mmap_size={size}")


def _prepare_postgresql(connection: psycopg.Connection[Any], _record: object) -> None:
    take_utf8(connection)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions start late and end early: ours are explicit.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys=ON",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"mmap_size={SQLITE_MMAP_BYTES}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer half-way is refused at once by SQLite; a writer that says so waits.
    if connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    # This waits for nobody and cannot fail; every read pays for what stands between.
    raw: Any = connection.connection.dbapi_connection
    raw.execute("BEGIN")
