"""The time limit of queries: one that takes too long is stopped in the database itself."""

import sqlite3
import time
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.dialects.sqlstates import QUERY_CANCELED, sqlstate_of

# How many steps SQLite's virtual machine makes between two looks at the clock, each of which runs Python.
STEPS = 20_000
# The time at which statements in this context are stopped, if that is earlier than the limit.
UNTIL: ContextVar[float] = ContextVar("until", default=float("inf"))


def limit_sqlite(engine: Engine, seconds: float) -> None:
    """Interrupt statements of ENGINE that take longer than SECONDS, except in transactions that write."""

    def watch(connection: sqlite3.Connection, record: Any) -> None:
        info = record.info
        info["seconds"] = seconds

        def is_late() -> bool:
            return time.monotonic() > float(info.get("deadline", "inf"))

        connection.set_progress_handler(is_late, STEPS)

    def start(connection: Connection, *_rest: object) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.info["deadline"] = float("inf") if writes else min(time.monotonic() + seconds, UNTIL.get())

    event.listen(engine, "connect", watch)
    event.listen(engine, "begin", forget_limit)
    event.listen(engine, "before_cursor_execute", start)


def forget_limit(connection: Connection) -> None:
    """Lift the limit of the last query, for the statement that begins or ends a transaction of CONNECTION."""
    connection.info["deadline"] = float("inf")


def limit_postgresql(engine: Engine, seconds: float, *, lent: bool = False) -> None:
    """Have the server cancel statements of ENGINE that take longer than SECONDS.

    If a pooler lends connections by the transaction (LENT), each transaction sets the limit for itself, because others
    use the connection after it.
    """
    setting = f"statement_timeout = {max(1, round(seconds * 1000))}"

    def limit_connection(connection: Any, _record: object) -> None:
        connection.execute(f"SET {setting}")
        connection.commit()

    def limit_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL {setting}")

    if lent:
        event.listen(engine, "begin", limit_transaction)
    else:
        event.listen(engine, "connect", limit_connection)


def allow_time(db: Connection) -> None:
    """Let the transaction of DB take as long as it takes."""
    if db.dialect.name == "postgresql":
        db.exec_driver_sql("SET LOCAL statement_timeout = 0")


def allow_longer(db: Connection) -> None:
    """Begin the time limit anew for the statement that DB is reading from; PostgreSQL does so for each batch anyway."""
    if "seconds" in db.info:
        db.info["deadline"] = time.monotonic() + db.info["seconds"]


def was_stopped(error: DBAPIError) -> bool:
    """Whether ERROR means that a statement took too long."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return str(error.orig) == "interrupted"
    return sqlstate_of(error) == QUERY_CANCELED
