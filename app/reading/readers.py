"""Connections for reading. Each transaction sees one state of the data; its connection stays open for the next one.

Borrowing a connection from the pool, beginning a transaction and resetting it cost more than most questions do.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.database.sqlite import MMAP_BYTES, map_file
from app.database.time_limit import forget_limit, was_stopped
from app.observing import read_of, spent
from app.reading.prepared import looks_back

# Idle connections beyond these go back to the pool.
_MOST_IDLE = 8
_IDLE: WeakKeyDictionary[Engine, deque[Connection]] = WeakKeyDictionary()
_SEEN = "seen"


@contextmanager
def reader(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database as it was at its first query, however long it goes on reading."""
    since = perf_counter()
    connection = _borrowed(engine)
    # Asked now, because a connection that was lost meanwhile could not be asked any more.
    known = connection.info
    known[_SEEN] = {}
    try:
        try:
            _begin(connection)
            yield connection
            if not known[_SEEN]:
                read_of(None)
        finally:
            del known[_SEEN]
            spent("db", since)
    except BaseException as error:
        if isinstance(error, DBAPIError) and was_stopped(error):
            # Python 3.11 takes a statement that SQLite stopped for busy ever after, and prepares it anew each time.
            connection.invalidate()
        connection.close()
        raise
    if _ended(connection):
        _keep(engine, connection)
    else:
        connection.close()


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A `reader` for long reads."""
    with reader(engine) as connection:
        if engine.dialect.name == "postgresql":
            yield connection
            return
        # A long read through a memory map would, in the end, make the whole file resident.
        map_file(connection, 0)
        try:
            yield connection
        finally:
            connection.connection.rollback()
            forget_limit(connection)
            map_file(connection, MMAP_BYTES)


def seen(connection: Connection) -> dict[str, Any] | None:
    """What the transaction of CONNECTION has found out and may rely on to its end; None unless it is a `reader`'s."""
    return connection.info.get(_SEEN)


def _ended(connection: Connection) -> bool:
    """End the transaction of CONNECTION; whether it is fit for another. If not, what was read is still right."""
    try:
        # For a reader ROLLBACK would do the same, but then psycopg forgets the statements that it has prepared.
        connection.connection.commit()
    except (connection.dialect.loaded_dbapi.Error, DBAPIError):
        connection.invalidate()
        return False
    return True


def _borrowed(engine: Engine) -> Connection:
    """A connection to the server that is chosen now, if possible one that is open already."""
    servers = engine.get_execution_options().get("servers")
    idle = _IDLE.get(engine)
    while idle:
        try:
            connection = idle.pop()
        except IndexError:
            # Another thread took it first.
            break
        if servers is None or servers.holds(connection.connection.driver_connection):
            return connection
        connection.close()
    return engine.connect()


def _begin(connection: Connection) -> None:
    """Begin a transaction of the driver. SQLAlchemy's own transaction begins once, and contains all of these."""
    if not connection.in_transaction():
        connection.begin()
        return
    for begin in connection.dispatch.begin:
        begin(connection)


def _keep(engine: Engine, connection: Connection) -> None:
    idle = _IDLE.get(engine)
    if idle is None:
        idle = _IDLE.setdefault(engine, deque())
        event.listen(engine, "engine_disposed", _close)
    if len(idle) < _MOST_IDLE and not looks_back(connection):
        idle.append(connection)
    else:
        connection.close()


def _close(engine: Engine) -> None:
    """Close the idle connections of ENGINE, whose pool was disposed of."""
    for connection in _IDLE.pop(engine, ()):
        connection.invalidate()
        connection.close()
