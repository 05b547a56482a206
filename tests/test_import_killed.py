"""Imports that are killed at many points end with the very data of one that nobody disturbed."""

import os
import signal
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from app.database import open_engine
from app.importing.annotated_text.work import Watch
from app.models import Article
from tests.annotated import DATASET, SAMPLES, import_folder, mapping_for
from tests.conftest import Databases
from tests.gdelt_rows import rows
from tests.imports import imported, written

BATCH = 25
TEXTS = 7
STRIKES = 16

Bring = Callable[[Engine, Path], str]


def import_events(engine: Engine, folder: Path) -> str:
    """Import the event data of FOLDER; what is said of an earlier import."""
    return "".join(imported(engine, "gdelt-events", folder, batch=BATCH).notes)


def import_texts(engine: Engine, folder: Path, watch: Watch = lambda _files, _texts: None) -> str:
    """Import the annotated texts of FOLDER; the same."""
    mapping = mapping_for(SAMPLES / "brat", "brat")
    passed = import_folder(engine, folder, "brat", mapping, batch=2, watch=watch).passed
    return f"{passed} texts were in already" if passed else ""


def make_events(folder: Path) -> None:
    """Two files of event data."""
    (folder / "a.export.CSV").write_text(rows(60), "utf-8")
    (folder / "b.export.CSV").write_text(rows(110), "utf-8")


def make_texts(folder: Path) -> None:
    """Annotated texts that share their actors, who are called otherwise in each."""
    folder.mkdir(parents=True, exist_ok=True)
    text, marks = (
        (SAMPLES / "brat" / f"meeting.{end}")
        .read_text("utf-8")
        .replace("N1\tReference T1 Wikidata:Q424242", "A1\tx T1")
        for end in ("txt", "ann")
    )
    for number in range(TEXTS):
        other = chr(ord("B") + number)
        (folder / f"{number}.txt").write_text(text.replace("Arc warned", f"Ar{other} warned"), "utf-8")
        (folder / f"{number}.ann").write_text(marks.replace("82\tArc", f"82\tAr{other}"), "utf-8")


@pytest.fixture
def other(databases: Databases) -> Iterator[Engine]:
    """A second database with the seed."""
    opened = open_engine(databases.copy("seeded"))
    yield opened
    opened.dispose()


@pytest.mark.parametrize(("make", "bring"), [(make_events, import_events), (make_texts, import_texts)])
def test_a_killed_import_goes_on(
    seeded_url: str, other: Engine, tmp_path: Path, make: Callable[[Path], None], bring: Bring
) -> None:
    """Struck down at many points one after the other, it ends with the very rows of an undisturbed one."""
    make(tmp_path)
    steps = _Steps(other)
    assert bring(other, tmp_path) == ""
    assert steps.count > STRIKES * 4
    points = [1 + number * 37 % (steps.count // 2) for number in range(STRIKES)]
    ends = [_killed(bring, seeded_url, tmp_path, after) for after in points]
    assert ends.count(-signal.SIGKILL) > STRIKES // 4
    engine = open_engine(seeded_url)
    said = bring(engine, tmp_path)
    assert "were in already" in said or 0 in ends, "it went on from where it was"
    assert written(engine) == written(other)
    engine.dispose()


def test_what_another_import_left_counts_no_more(seeded_url: str, other: Engine, tmp_path: Path) -> None:
    """Of two versions of the same texts, both broken off, the one that is brought in last is there whole."""
    make_texts(first := tmp_path / "first" / "texts")
    make_texts(second := tmp_path / "second" / "texts")
    for file in second.glob("*.txt"):
        file.write_text(file.read_text("utf-8").replace("Lutetia", "Parisia"), "utf-8")
    import_texts(other, first)
    engine = open_engine(seeded_url)
    for folder in (first, second):
        with pytest.raises(_BrokenOff):
            import_texts(engine, folder, _break_off)
    assert import_texts(engine, first) == ""
    assert _served(engine) == _served(other)
    engine.dispose()


class _BrokenOff(Exception):
    pass


def _break_off(_files: float, texts: int) -> None:
    if texts > TEXTS // 2:
        raise _BrokenOff


def _served(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as db:
        rows = db.execute(select(Article.id, Article.text).where(Article.dataset_id == DATASET.id).order_by(Article.id))
        return [(row.id, row.text) for row in rows]


class _Steps:
    """Counts the statements and commits of ENGINE; at the LASTth the process is killed."""

    def __init__(self, engine: Engine, last: int | None = None) -> None:
        self.count, self.last = 0, last
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, self._step)

    def _step(self, *_: object) -> None:
        self.count += 1
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def _killed(bring: Bring, url: str, folder: Path, after: int) -> int:
    """How a process ended that imports FOLDER and is killed at its step AFTER."""

    def work() -> None:
        engine = open_engine(url)
        _Steps(engine, after)
        bring(engine, folder)
        # No goodbye of what the parent has open.
        os._exit(0)

    # Forked, it has nothing to load first.
    process = get_context("fork").Process(target=work)
    process.start()
    process.join()
    return process.exitcode or 0
