"""Connections that read: each transaction sees one state of the data, and what it was read by stays open for the next.

To borrow a connection of the pool, to begin and to reset it costs more than the database takes for most questions.
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
from app.observing import read_of, spent
from app.prepared import LOOKING_BACK
from app.time_limit import forget_limit, was_stopped

# More than these are given back to the pool.
_MOST_IDLE = 8
_IDLE: WeakKeyDictionary[Engine, deque[Connection]] = WeakKeyDictionary()
_SEEN = "seen"


@contextmanager
def reader(engine: Engine) -> Iterator[Connection]:
    """A connection that sees, however long it reads, the database as it was at its first query."""
    since = perf_counter()
    connection = _borrowed(engine)
    # Of a connection that was lost even this could not be asked any more.
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
            # A statement of SQLite's that was stopped is busy ever after to Python 3.11, which makes it anew each time.
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
        # A long read through a map of the file would make all of it resident, once.
        map_file(connection, 0)
        try:
            yield connection
        finally:
            connection.connection.rollback()
            forget_limit(connection)
            map_file(connection, MMAP_BYTES)


def seen(connection: Connection) -> dict[str, Any] | None:
    """What the transaction of CONNECTION, if it is a reader's, has found out and may rely on to its end."""
    return connection.info.get(_SEEN)


def _ended(connection: Connection) -> bool:
    """Whether the transaction of CONNECTION could be ended; what was read is right even if its server has gone."""
    try:
        # To roll back is the same to a reader, but the driver forgets what it has prepared on PostgreSQL then.
        connection.connection.commit()
    except (connection.dialect.loaded_dbapi.Error, DBAPIError):
        connection.invalidate()
        return False
    return True


def _borrowed(engine: Engine) -> Connection:
    """A connection to the server that is chosen now, one that was read from before if there is one."""
    servers = engine.get_execution_options().get("servers")
    idle = _IDLE.get(engine)
    while idle:
        try:
            connection = idle.pop()
        except IndexError:
            # Another thread was quicker.
            break
        if servers is None or servers.holds(connection.connection.driver_connection):
            return connection
        connection.close()
    return engine.connect()


def _begin(connection: Connection) -> None:
    """Begin a transaction of the driver's; SQLAlchemy's own, which all of them lie in, begins once and never ends."""
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
    if len(idle) < _MOST_IDLE and LOOKING_BACK not in connection.get_execution_options():
        idle.append(connection)
    else:
        connection.close()


def _close(engine: Engine) -> None:
    """Let go of what ENGINE is read by: its pool has gone."""
    for connection in _IDLE.pop(engine, ()):
        connection.invalidate()
        connection.close()
