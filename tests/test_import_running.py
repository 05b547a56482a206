"""An import as a whole: what it writes is what writing record by record gives, however often it is broken off."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.importing.running import Watched
from app.loading import indexing
from app.loading.past import Stamp
from app.loading.rendering import render
from app.loading.stored import RECORDS
from app.models import Dataset, Event, State
from tests.conftest import LOADED_AT, client_of
from tests.gdelt_rows import rows
from tests.imports import imported, written

BATCH = 25


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of 110 rows."""
    path = tmp_path / "many.export.CSV"
    path.write_text(rows(110), "utf-8")
    return path


@pytest.fixture
def other(databases: object) -> Iterator[Engine]:
    """A second database with the seed."""
    opened = open_engine(databases.copy("seeded"))  # type: ignore[attr-defined]
    yield opened
    opened.dispose()


def test_what_is_written_from_drafts_is_what_rendering_gives(engine: Engine, file: Path) -> None:
    """Every document is byte for byte what the stored rows say, read back; no count is behind."""
    imported(engine, "gdelt-events", file, batch=BATCH)
    before = written(engine)
    with writing(engine) as db:
        tables: tuple[type[Any], ...] = (*RECORDS, Dataset)
        for table in tables:
            ids = set(db.scalars(select(table.id)))
            assert render(db, table, ids, db.scalars(select(State.revision)).one(), Stamp(LOADED_AT)) == {}
    assert written(engine) == before


def test_the_index_is_that_of_a_rebuild(engine: Engine, file: Path) -> None:
    """Documents, terms with their counts, names."""
    imported(engine, "gdelt-events", file, batch=BATCH)
    before = written(engine)
    with writing(engine) as db:
        indexing.rebuild(db)
    assert written(engine) == before


def test_the_index_of_words_is_one_piece_at_the_end(engine: Engine, file: Path) -> None:
    """On SQLite it grows by parts, each of which every question would read; an import leaves one."""
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's index has no parts")
    imported(engine, "gdelt-events", file, batch=BATCH)
    parts = "SELECT count(DISTINCT segid) FROM search_text_idx"
    sound = "INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)"
    with engine.begin() as db:
        assert db.scalar(text(parts)) == 1
        db.execute(text(sound))


def test_batches_do_not_show(engine: Engine, other: Engine, file: Path) -> None:
    """One batch or many: the same records with the same content."""
    imported(engine, "gdelt-events", file, batch=BATCH)
    imported(other, "gdelt-events", file)
    for name in ("participant", "evidence", "event_code", "search_document", "search_term", "search_name"):
        assert written(engine)[name] == written(other)[name]


def test_readers_see_whole_batches(engine: Engine, seeded_url: str, file: Path) -> None:
    """While an import runs, every list, count and sum is that of so many batches, and of one revision there is one."""
    totals: set[int] = set()
    by_revision: dict[int, set[int]] = {}
    done = threading.Event()
    with client_of(seeded_url) as client:
        before = _events(client, totals, by_revision)

        def look() -> None:
            while not done.is_set():
                _events(client, totals, by_revision)

        readers = [threading.Thread(target=look) for _ in range(2)]
        for reader in readers:
            reader.start()
        imported(engine, "gdelt-events", file, batch=BATCH)
        done.set()
        for reader in readers:
            reader.join()
        assert _events(client, totals, by_revision) - before == 110
    assert {total - before for total in totals} <= {0, 25, 50, 75, 100, 110}
    assert all(len(found) == 1 for found in by_revision.values())


def test_what_was_made_ahead_is_forgotten_with_its_file(engine: Engine, file: Path) -> None:
    """Where a file is left, a batch was made but not written, and the next file names the same parties."""
    again = file.with_name("next.export.CSV")
    again.write_text(file.read_text("utf-8") + "\n", "utf-8")

    def leave(watched: Watched, _taken: float, _items: int) -> None:
        if watched.name != str(again):
            raise OSError("is gone")

    report = imported(engine, "gdelt-events", file, again, batch=BATCH, job={"watch": leave})
    assert report.refusals == [f"{file} cannot be read: is gone"]
    with engine.connect() as db:
        stored = db.scalars(select(Event.id).where(Event.dataset_id == "gdelt")).all()
    assert len(stored) == 110


def _events(client: TestClient, totals: set[int], by_revision: dict[int, set[int]]) -> int:
    """How many events a list, its count and a sum over all have, each noted with its revision."""
    listed = client.get("/v1/events?limit=1000&count=exact").json()
    totals |= {len(listed["data"]), listed["page"]["total"]}
    by_revision.setdefault(listed["meta"]["revision"], set()).add(len(listed["data"]))
    summed = client.get("/v1/events/facets?facets=status").json()
    (status,) = summed["data"].values()
    total = sum(one["count"] for one in status["values"])
    totals.add(total)
    by_revision.setdefault(summed["meta"]["revision"], set()).add(total)
    return len(listed["data"])
