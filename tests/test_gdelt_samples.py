"""Real files of GDELT, where DRAGOMAN_SAMPLES names a folder that has some: their rights keep them out of here."""

import os
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from app.models import Event, Place
from tests.imports import imported

SAMPLES = Path(os.environ.get("DRAGOMAN_SAMPLES", "/nonexistent"))
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="DRAGOMAN_SAMPLES names no folder")


@pytest.mark.parametrize(
    ("folder", "rows"), [("gdelt2_events", 2311), ("gdelt1_events", 100), ("gdelt1_events_reexport", 4523)]
)
def test_every_row_of_the_real_files_comes_in(engine: Engine, folder: str, rows: int) -> None:
    """Each is an event; none lies at 0,0; again, nothing changes."""
    report = imported(engine, "gdelt-events", SAMPLES / folder)
    assert (report.read, report.rejected, report.refusals) == (rows, 0, [])
    assert report.added["event"] == rows
    with engine.connect() as db:
        assert db.scalar(select(func.count()).where(Event.dataset_id == "gdelt")) == rows
        assert db.scalar(select(func.count()).where(Place.lat == 0, Place.lon == 0)) == 0
    again = imported(engine, "gdelt-events", SAMPLES / folder)
    assert (again.added, again.changed, again.unchanged["event"]) == ({}, {}, rows)


@pytest.mark.parametrize(("name", "folder", "rows"), [("gdelt-mentions", "gdelt2_mentions", 200)])
def test_every_mention_is_kept(engine: Engine, name: str, folder: str, rows: int) -> None:
    """Whether its event is there or not."""
    report = imported(engine, name, SAMPLES / folder)
    assert (report.read, report.rejected, report.refusals) == (rows, 0, [])


def test_every_quotation_comes_in(engine: Engine) -> None:
    """49 of them, without a speaker."""
    report = imported(engine, "gdelt-gkg", SAMPLES / "gdelt2_gkg")
    assert (report.rejected, report.added["statement"]) == (0, 49)
    assert report.read == 49 + report.passed.rows
