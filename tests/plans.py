"""How a database goes about what it is asked."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from app.database import open_engine
from tests.conftest import client_of

# A statement and its values.
Asked = tuple[str, Any]


@contextmanager
def noting() -> Iterator[list[Asked]]:
    """What is asked of any database meanwhile; of a statement that is run many times, with its first values."""
    asked: list[Asked] = []

    def note(_db: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        asked.append((statement, values[0] if many else values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plans(url: str, asked: Sequence[Asked], *without: str) -> dict[str, str]:
    """The plan of each statement that was ASKED; PostgreSQL does WITHOUT some ways where others lead on."""
    engine = open_engine(url)
    with engine.connect() as db:
        raw: Any = db.connection.driver_connection
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        for way in without if engine.dialect.name == "postgresql" else ():
            raw.execute(f"SET enable_{way} = off")
        found = {
            text: "\n".join(str(row[-1]) for row in raw.execute(f"{explain} {text}", given)) for text, given in asked
        }
    engine.dispose()
    return found


def plans_of(url: str, path: str, *without: str) -> list[str]:
    """The plan of each statement that a read of PATH makes."""
    with client_of(url, cache_bytes=0) as client, noting() as asked:
        assert client.get(path).status_code == 200
    return list(plans(url, asked, *without).values())
