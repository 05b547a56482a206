"""The data into a database, by the project's own loader; and for peers, the text index that they would make."""

import gc
import time
from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from app import bulk
from app.database import open_engine, writing
from app.loading.past import Stamp
from app.loading.writing import Removal, write
from app.migrating import upgrade
from benchmarks.data import Data, dataset

AT = datetime(2026, 1, 1, tzinfo=UTC)
Say = Callable[[str], None]
# What somebody who uses FTS5 out of the box would have: words as they are written, each language its column.
_FTS5 = (
    "CREATE VIRTUAL TABLE event_fts USING fts5(en, ar, summary)",
    """INSERT INTO event_fts (rowid, en, ar, summary)
    SELECT rowid, label, json_extract(labels, '$.ar'), summary FROM event""",
)
_TSVECTOR = (
    "CREATE TABLE event_fts (event_id text PRIMARY KEY, vector tsvector)",
    """INSERT INTO event_fts
    SELECT id, to_tsvector('simple', concat_ws(' ', label, labels ->> 'ar', summary)) FROM event""",
    "CREATE INDEX event_fts_vector ON event_fts USING gin (vector)",
)


def load(url: str, events: int, say: Say = print) -> None:
    """Fill the empty database at URL; says how fast."""
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    begun, records = time.perf_counter(), 0
    with bulk.without_collector():
        for batch in Data(events).batches():
            with writing(engine) as db:
                bulk.make_room(db)
                write(db, dataset(), batch, Stamp(AT), removal=Removal())
            gc.collect(1)
            records += len(batch)
            took = time.perf_counter() - begun
            say(f"  {records:,} records in {took:,.0f} s ({records / took:,.0f} a second)")
    with writing(engine) as db:
        _index_for_peers(db)
        # Without it SQLite takes the index of an actor where that of an event is meant.
        db.execute(text("ANALYZE"))
    engine.dispose()


def _index_for_peers(db: Connection) -> None:
    for statement in _FTS5 if db.dialect.name == "sqlite" else _TSVECTOR:
        db.execute(text(statement))
