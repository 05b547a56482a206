"""A query that takes too long is stopped in the database itself."""

import sqlite3
import time
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from app.dialects.sqlstates import QUERY_CANCELED, sqlstate_of

# How many steps of SQLite's machine pass between two looks at the clock: each look needs the interpreter.
STEPS = 20_000
# When a statement of this context is stopped, however long others may take.
UNTIL: ContextVar[float] = ContextVar("until", default=float("inf"))


def limit_sqlite(engine: Engine, seconds: float) -> None:
    """Interrupt the statements of ENGINE that take longer than SECONDS; those of a writing transaction may."""

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
    """The limit of the last question says nothing of what begins or ends a transaction of CONNECTION."""
    connection.info["deadline"] = float("inf")


def limit_postgresql(engine: Engine, seconds: float, *, lent: bool = False) -> None:
    """Have the server cancel the statements of ENGINE that take longer than SECONDS.

    Where servers are LENT by the transaction, each transaction says so for itself: others use the server after it.
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
    """Let the statement that DB goes on reading from take its time anew; PostgreSQL counts each batch by itself."""
    if "seconds" in db.info:
        db.info["deadline"] = time.monotonic() + db.info["seconds"]


def was_stopped(error: DBAPIError) -> bool:
    """Whether ERROR tells of a statement that took too long."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return str(error.orig) == "interrupted"
    return sqlstate_of(error) == QUERY_CANCELED
