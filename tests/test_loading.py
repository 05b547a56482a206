"""Loading changes exactly what changed: counts, revisions, the feed of changes, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from app.database import open_engine, writing
from app.loading import Report, is_loaded, load_folder
from app.models import Actor, Article, Change, Dataset, Event, Place, State, Statement
from tests.conftest import LOADED_AT, SEED
from tests.folders import ACTORS, ECHO, ECHO_FILE, change, dump, write, write_small

LATER = LOADED_AT + timedelta(days=1)
RECORDS: tuple[type[Any], ...] = (Actor, Place, Article, Event, Statement)
TABLES: tuple[type[Any], ...] = (*RECORDS, Dataset)
WARNS = "2016-10-01-anna-warns"
ECHOED = "2016-10-04-echo"

Key = tuple[str, str]


@pytest.fixture
def small(engine: Engine, tmp_path: Path) -> Path:
    """The small data set, loaded beside the seed: what a load of it does is seen in a large database."""
    folder = write_small(tmp_path)
    with writing(engine) as db:
        load_folder(db, folder, at=LOADED_AT)
    return folder


def _load(engine: Engine, folder: Path) -> Report:
    with writing(engine) as db:
        return load_folder(db, folder, at=LATER)


def _records(engine: Engine) -> dict[Key, tuple[Any, ...]]:
    """Every record as it is stored, with its history."""
    found: dict[Key, tuple[Any, ...]] = {}
    with engine.connect() as db:
        for table in TABLES:
            columns = (table.id, table.revision, table.created_at, table.updated_at, table.doc, table.parts)
            found |= {(table.__tablename__, row[0]): tuple(row[1:]) for row in db.execute(select(*columns))}
    return found


def _counts(engine: Engine, dataset: str) -> dict[str, int]:
    with engine.connect() as db:
        query = select(func.count()).where
        return {table.__tablename__: db.scalars(query(table.dataset_id == dataset)).one() for table in RECORDS}


def _revision(engine: Engine) -> int:
    with engine.connect() as db:
        return db.scalars(select(State.revision)).one()


def _changes(engine: Engine, since: int) -> list[tuple[int, str, str, str]]:
    columns = (Change.revision, Change.operation, Change.kind, Change.record_id)
    with engine.connect() as db:
        assert {*db.scalars(select(Change.at).where(Change.revision > since))} <= {LATER}
        rows = db.execute(select(*columns).where(Change.revision > since).order_by(Change.revision))
        return [(row.revision - since, row.operation, row.kind, row.record_id) for row in rows]


class Watched:
    """A database before and after a load: what became of which record."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.before, self.revision = _records(engine), _revision(engine)
        self.report = _load(engine, folder)
        self.after = _records(engine)

    def check(self, *expected: tuple[str, str, str]) -> None:
        """Exactly EXPECTED happened (operation, kind, id), in this order, and the report and the records agree."""
        numbered = [(number, *one) for number, one in enumerate(expected, 1)]
        assert _changes(self.engine, self.revision) == numbered
        assert _revision(self.engine) == self.revision + len(expected)
        self._check_untouched({(kind, key) for _, kind, key in expected})
        for number, operation, kind, key in numbered:
            self._check_history(number, operation, (kind, key))
        self._check_report(expected)

    def _check_untouched(self, touched: set[Key]) -> None:
        left = {key: row for key, row in self.before.items() if key not in touched}
        assert {key: row for key, row in self.after.items() if key not in touched} == left

    def _check_history(self, number: int, operation: str, key: Key) -> None:
        if operation == "delete":
            assert key in self.before.keys() - self.after.keys()
            return
        revision, created_at, updated_at, doc, parts = self.after[key]
        assert (revision, updated_at) == (self.revision + number, LATER)
        assert created_at == (LATER if operation == "insert" else self.before[key][1])
        assert (doc, parts) != self.before.get(key, ())[3:]

    def _check_report(self, expected: tuple[tuple[str, str, str], ...]) -> None:
        told = {"insert": self.report.added, "update": self.report.changed, "delete": self.report.removed}
        for operation, counts in told.items():
            kinds = [kind for one, kind, _ in expected if one == operation]
            assert counts == {kind: kinds.count(kind) for kind in kinds}


def _check_sums(engine: Engine, report: Report) -> None:
    """What was added, changed and left alone is all that the small set has now."""
    for kind, count in _counts(engine, "small").items():
        assert sum(part.get(kind, 0) for part in (report.added, report.changed, report.unchanged)) == count, kind


def test_the_first_load_adds_everything(engine: Engine) -> None:
    """Every record is one insert of the feed, numbered from 1 without a gap."""
    with engine.connect() as db:
        rows = db.execute(select(*Change.__table__.columns).order_by(Change.revision)).all()
    assert [row.revision for row in rows] == list(range(1, len(rows) + 1))
    assert {row.operation for row in rows} == {"insert"}
    assert sorted((row.kind, row.record_id) for row in rows) == sorted(_records(engine))
    assert _revision(engine) == len(rows)


def test_loading_again_changes_nothing(engine: Engine) -> None:
    """Every row of every table stays as it is; the report counts what stayed."""
    before = dump(engine)
    report = _load(engine, SEED)
    assert report == Report(unchanged=_counts(engine, "aleppo-2016"))
    assert not report.wrote
    assert dump(engine) == before


def test_a_comment_changes_no_record(engine: Engine, small: Path) -> None:
    """The files differ, so that they are read anew; what they say does not, so that nothing takes a number."""
    write(small, ECHO_FILE, "# A note to the next editor.\n" + ECHO)
    with engine.connect() as db:
        assert (is_loaded(db, SEED), is_loaded(db, small)) == (True, False)
    watched = Watched(engine, small)
    watched.check()
    assert watched.report == Report(unchanged=_counts(engine, "small"))
    with engine.connect() as db:
        assert (is_loaded(db, SEED), is_loaded(db, small)) == (True, True)


def test_the_order_of_a_list_is_no_change(engine: Engine, small: Path) -> None:
    """Actors may be listed in any order."""
    head, *actors = ACTORS.split("  - id: ")
    write(small, "actors.yaml", "  - id: ".join([head, *reversed(actors)]))
    watched = Watched(engine, small)
    watched.check()
    assert watched.report == Report(unchanged=_counts(engine, "small"))


def test_a_changed_name_is_one_change(engine: Engine, small: Path) -> None:
    """However many records speak of an actor, its name stands in one."""
    change(small, "actors.yaml", "en: Anna Arc", "en: Anna d'Arc")
    watched = Watched(engine, small)
    watched.check(("update", "actor", "anna-arc"))
    _check_sums(engine, watched.report)


def test_a_removed_statement_takes_only_what_counts_it(engine: Engine, small: Path) -> None:
    """Its article, its event and the data set count one less; nothing else changes."""
    write(small, ECHO_FILE, ECHO.partition("statements:")[0])
    watched = Watched(engine, small)
    watched.check(
        ("delete", "statement", f"{ECHOED}-s1"),
        ("update", "article", ECHOED),
        ("update", "event", WARNS),
        ("update", "dataset", "small"),
    )


def test_a_removed_article_takes_its_words_along(engine: Engine, small: Path) -> None:
    """Its statement goes, and the event that others tell too loses its evidence and account."""
    (small / ECHO_FILE).unlink()
    watched = Watched(engine, small)
    watched.check(
        ("delete", "article", ECHOED),
        ("delete", "statement", f"{ECHOED}-s1"),
        ("update", "event", WARNS),
        ("update", "dataset", "small"),
    )


def test_a_removed_article_comes_back_as_new(engine: Engine, small: Path) -> None:
    """What is removed and added again is an insert with new numbers; what it says is what it said."""
    before = _records(engine)
    (small / ECHO_FILE).unlink()
    _load(engine, small)
    write(small, ECHO_FILE, ECHO)
    watched = Watched(engine, small)
    watched.check(
        ("insert", "article", ECHOED),
        ("insert", "statement", f"{ECHOED}-s1"),
        ("update", "event", WARNS),
        ("update", "dataset", "small"),
    )
    assert {key: row[4] for key, row in watched.after.items()} == {key: row[4] for key, row in before.items()}


def test_added_evidence_changes_the_record_and_its_article(engine: Engine, small: Path) -> None:
    """The event has one piece more, and its article counts one more; the statement and the data set stay."""
    old = "      - Anna Arc has warned the north\n"
    change(small, ECHO_FILE, old, old + "      - It will not warn twice.\n")
    watched = Watched(engine, small)
    watched.check(("update", "article", ECHOED), ("update", "event", WARNS))


def test_a_changed_office_changes_what_was_said_in_it(engine: Engine, small: Path) -> None:
    """A statement tells the office of its speaker on the day, so it changes with it; nobody else's does."""
    change(small, "actors.yaml", "title: Envoy", "title: Special envoy")
    watched = Watched(engine, small)
    said = ("2016-10-01-warning-s1", "2016-10-03-strike-s1")
    watched.check(("update", "actor", "anna-arc"), *(("update", "statement", key) for key in said))
    _check_sums(engine, watched.report)


def test_a_changed_licence_is_printed_at_once(engine: Engine, small: Path) -> None:
    """The line that stands under every answer follows the data sets; the changed one is the one change."""
    change(small, "dataset.yaml", "license: CC0-1.0", "license: MIT")
    Watched(engine, small).check(("update", "dataset", "small"))
    with engine.connect() as db:
        assert db.scalars(select(State.license)).one() == "CC-BY-4.0 AND MIT"


def test_a_report_tells_every_record_once(engine: Engine, small: Path) -> None:
    """An article and an event that only count one statement less are told as changed, not as unchanged too."""
    write(small, ECHO_FILE, ECHO.partition("statements:")[0])
    report = _load(engine, small)
    assert report.changed == {"article": 1, "event": 1, "dataset": 1}
    _check_sums(engine, report)


def test_the_country_of_a_place_is_the_country_of_its_events(engine: Engine, small: Path) -> None:
    """Filters by country read a copy beside the event: when the place's country changes, so does the copy."""
    change(small, "places.yaml", "country: FRA\n    precision: region", "country: DEU\n    precision: region")
    _load(engine, small)
    with engine.connect() as db:
        country = db.scalars(select(Event.country).where(Event.id == WARNS)).one()
    assert country == "DEU"


def test_a_report_counts_what_is_unchanged_of_its_own(engine: Engine, small: Path) -> None:
    """A statement about an event of another set changes that event too, which is not one of those left alone."""
    change(small, ECHO_FILE, f"event: {WARNS}", "event: 2016-10-01-kerry-lavrov-call-late")
    report = _load(engine, small)
    assert report.changed == {"event": 2, "statement": 1}
    assert report.unchanged == {**_counts(engine, "small"), "event": 1, "statement": 2}


def test_two_loads_at_once_come_one_after_the_other(empty_url: str, tmp_path: Path) -> None:
    """The second waits for the first, and finds nothing to do."""
    engine, folder = open_engine(empty_url), write_small(tmp_path)
    with ThreadPoolExecutor() as pool:
        reports = list(pool.map(lambda _number: _load(engine, folder), range(2)))
    assert sorted(report.wrote for report in reports) == [False, True]
    assert _revision(engine) == len(_records(engine))
    engine.dispose()
