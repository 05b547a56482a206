"""PostgreSQL: one of the servers that an address names, and its text as it comes."""

from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.adapt import Loader
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

from app.database.servers import Servers
from app.database.time_limit import limit_postgresql
from app.dialects.columns import to_json


def open_postgresql(url: str, pool_size: int, query_seconds: float | None, *, prepared: bool) -> Engine:
    """An engine for the servers that URL names; libpq reads it: several hosts, sockets and options need no parser."""
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
    event.listen(engine, "connect", _take_utf8)
    event.listen(engine, "checkout", _keep_to(servers))
    if query_seconds is not None:
        limit_postgresql(engine, query_seconds, lent=not prepared)
    return engine


def _keep_to(servers: Servers) -> Callable[..., None]:
    """What the pool does before it lends a connection: one to a server that was left is not lent any more."""

    def check(connection: Any, _record: object, _proxy: object) -> None:
        if not servers.holds(connection):
            raise InvalidatePoolError

    return check


class _AsItComes(Loader):
    def load(self, data: Any) -> bytes:
        return bytes(data)


def _take_utf8(connection: psycopg.Connection[Any], _record: object) -> None:
    """Have CONNECTION, whose encoding is UTF-8, return in bytes what is asked for as `utf8` (dialects/columns.py)."""
    connection.adapters.register_loader("bpchar", _AsItComes)
