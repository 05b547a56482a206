"""The connection to SQLite or PostgreSQL, and what each must be told to behave alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.database.sqlite import open_sqlite
from app.database.time_limit import allow_time


class UnusableUrl(ValueError):
    """DRAGOMAN_DATABASE_URL names neither a SQLite file nor a PostgreSQL server."""


def open_engine(url: str, pool_size: int = 8, query_seconds: float | None = None, *, prepared: bool = True) -> Engine:
    """An engine for URL, `sqlite:///...` or any URL that libpq takes.

    A statement that takes longer than QUERY_SECONDS is stopped in the database, unless it writes. PREPARED statements
    are kept by PostgreSQL's server; not so where a pooler lends servers by the transaction.
    Raises UnusableUrl; the database itself is touched on first use only.
    """
    if url.startswith(("postgresql://", "postgres://")):
        # Its driver takes 6 MB of memory, which who has SQLite need not spend.
        from app.database.postgresql import open_postgresql  # noqa: PLC0415

        return open_postgresql(url, pool_size, query_seconds, prepared=prepared)
    try:
        dialect = make_url(url).get_backend_name()
    except ArgumentError:
        dialect = ""
    if dialect != "sqlite":
        message = f"DRAGOMAN_DATABASE_URL is {url!r}; it takes sqlite:///FILE or postgresql://HOST/NAME."
        raise UnusableUrl(message)
    return open_sqlite(url, query_seconds)


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
