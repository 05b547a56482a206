"""The data into a database, by the project's own loader; and for peers, the text index that they would make."""

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import psutil
from sqlalchemy import text

from app import bulk
from app.database import open_engine, writing
from app.loading.past import Stamp
from app.loading.planning import Removal
from app.loading.writing import write
from app.migrating import upgrade
from app.searching import text_index
from benchmarks.data import Data, dataset
from benchmarks.memory import memory_of

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


@dataclass(frozen=True)
class Step:
    """How far a load had come: records, seconds, processor seconds, and megabytes of its own memory."""

    records: int
    seconds: float
    processor: float
    megabytes: float


def load(url: str, data: Data, say: Say = print) -> list[Step]:
    """Fill the empty database at URL with DATA; says how fast, and returns each step of it."""
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    begun, spent, steps = time.perf_counter(), time.process_time(), [Step(0, 0, 0, 0)]
    with bulk.without_collector():
        for batch in data.batches():
            with writing(engine) as db:
                bulk.make_room(db)
                write(db, dataset(), batch, Stamp(AT), removal=Removal())
            gc.collect(1)
            took, used = time.perf_counter() - begun, time.process_time() - spent
            steps.append(Step(steps[-1].records + len(batch), took, used, memory_of(psutil.Process())[1]))
            say(f"  {steps[-1].records:,} records in {took:,.0f} s ({steps[-1].records / took:,.0f} a second)")
    with writing(engine) as db:
        # As at the end of an import.
        text_index.settle(db)
        while text_index.condense(db):
            pass
        # Without it SQLite takes the index of an actor where that of an event is meant.
        db.execute(text("ANALYZE"))
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            # A server that stays up does it by itself before long.
            db.execute(text("VACUUM"))
    engine.dispose()
    return steps


def index_for_peers(url: str) -> None:
    """Make the text index that somebody would have who uses what the database at URL offers."""
    engine = open_engine(url)
    with writing(engine) as db:
        for statement in _FTS5 if db.dialect.name == "sqlite" else _TSVECTOR:
            db.execute(text(statement))
    engine.dispose()
