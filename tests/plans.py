"""How a database goes about what a request asks it."""

from typing import Any

from sqlalchemy import Engine, event

from app.database import open_engine
from tests.conftest import client_of


def plans_of(url: str, path: str, *without: str) -> list[str]:
    """The plan of each statement that a read of PATH makes; PostgreSQL does WITHOUT some ways where others lead on."""
    asked: list[tuple[str, Any]] = []

    def note(_db: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool) -> None:
        asked.append((statement, values))

    with client_of(url, cache_bytes=0) as client:
        event.listen(Engine, "before_cursor_execute", note)
        assert client.get(path).status_code == 200
        event.remove(Engine, "before_cursor_execute", note)
    engine = open_engine(url)
    with engine.connect() as db:
        raw: Any = db.connection.driver_connection
        explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN"
        for way in without if engine.dialect.name == "postgresql" else ():
            raw.execute(f"SET enable_{way} = off")
        plans = ["\n".join(str(line[-1]) for line in raw.execute(f"{explain} {text}", given)) for text, given in asked]
    engine.dispose()
    return plans
