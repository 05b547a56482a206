"""One chain of migrations for both databases: up, compared with the models, down, up again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, select, text

from app.database import open_engine, writing
from app.loading import load_folder
from app.migrating import downgrade, upgrade
from app.models import Base, Summary
from app.schema import Schema, schema_of
from app.searching.text_index import Phrase, Question, numbers, within
from app.settings import ROOT
from tests.conftest import LOADED_AT, SEED, Databases
from tests.folders import dump

VERSION = "alembic_version"
TABLES = {table.name for table in Base.metadata.sorted_tables}
# What each database says of its indexes and constraints, by name; the names of those that it makes itself differ.
DEFINITIONS = {
    "sqlite": ["SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"],
    "postgresql": [
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    ],
}


@pytest.fixture
def bare(bare_url: str) -> Iterator[Engine]:
    """An engine on a database without tables."""
    opened = open_engine(bare_url)
    yield opened
    opened.dispose()


@pytest.fixture
def modelled(databases: Databases) -> Iterator[Engine]:
    """An engine on a database that the models made, without the migrations."""
    databases.count += 1
    opened = open_engine(databases.make(f"modelled_{databases.count}"))
    with writing(opened) as db:
        Base.metadata.create_all(db)
    yield opened
    opened.dispose()


def _up(engine: Engine) -> None:
    with writing(engine) as db:
        upgrade(db)


def _down(engine: Engine) -> None:
    with writing(engine) as db:
        downgrade(db, "base")


def _tables(engine: Engine) -> set[str]:
    with engine.connect() as db:
        found = inspect(db).get_table_names()
    # The tables of the full text are each database's own.
    return {name for name in found if not name.startswith("search_text")}


def _schema(engine: Engine) -> Schema:
    with engine.connect() as db:
        return schema_of(db)


def _definitions(engine: Engine) -> dict[str, str]:
    """Every index and constraint but alembic's own, as the database writes it."""
    with engine.connect() as db:
        rows = [row for query in DEFINITIONS[engine.dialect.name] for row in db.execute(text(query))]
    return {name: " ".join(str(sql).split()) for name, sql in rows if VERSION not in name and "search_text" not in name}


def _config(db: Connection | None = None) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = db
    return config


def test_an_empty_database_comes_up_whole(bare: Engine) -> None:
    """The migrations make every table that the models know, and no other."""
    assert _tables(bare) == set()
    _up(bare)
    assert _tables(bare) == TABLES | {VERSION}


# An index on an expression is compared by its words, in the next test.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_models_are_what_the_migrations_make(bare: Engine) -> None:
    """Alembic finds nothing that a new migration would have to do."""
    _up(bare)
    with writing(bare) as db:
        command.check(_config(db))


def _checks(engine: Engine) -> set[tuple[str, str | None, str]]:
    with engine.connect() as db:
        found = {table: inspect(db).get_check_constraints(table) for table in sorted(TABLES)}
    return {(table, one["name"], one["sqltext"]) for table, checks in found.items() for one in checks}


def test_indexes_and_keys_are_those_of_the_models(modelled: Engine, bare: Engine) -> None:
    """Alembic does not compare the order of an index: the databases' own words for each are compared."""
    _up(bare)
    assert _definitions(bare) == _definitions(modelled)


def test_checks_are_those_of_the_models(modelled: Engine, bare: Engine) -> None:
    """Nor does it compare checks: every one of the models is in the migrated tables, by name and by its words."""
    _up(bare)
    assert _checks(bare) == _checks(modelled)
    assert len(_checks(bare)) > 20


def test_what_goes_up_comes_down(bare: Engine) -> None:
    """Down to base leaves alembic's own table, empty; up again is the same schema."""
    _up(bare)
    before = _definitions(bare)
    _down(bare)
    assert _tables(bare) == {VERSION}
    with bare.connect() as db:
        assert db.execute(text(f"SELECT * FROM {VERSION}")).all() == []
    _up(bare)
    assert (_tables(bare), _definitions(bare)) == (TABLES | {VERSION}, before)


def test_each_migration_can_be_undone_by_itself(bare: Engine) -> None:
    """One step down and up again, from every revision."""
    revisions = [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]
    assert revisions
    for revision in revisions:
        with writing(bare) as db:
            upgrade(db, revision)
            downgrade(db, "-1")
            upgrade(db, revision)
    assert _schema(bare) is Schema.CURRENT


def test_a_full_database_goes_down_and_up(engine: Engine) -> None:
    """With the seed in it nothing holds the tables back, and the seed loads again to what it was."""
    before = dump(engine)
    _down(engine)
    assert _tables(engine) == {VERSION}
    _up(engine)
    with writing(engine) as db:
        load_folder(db, SEED, at=LOADED_AT)
    assert dump(engine) == before


def _with_a_word(engine: Engine) -> list[int]:
    question = Question("event", ((Phrase(("aleppo",)),),))
    with engine.connect() as db:
        return sorted(db.scalars(numbers("event", question, **within("event"))))


def test_words_are_found_however_they_were_indexed_before(engine: Engine) -> None:
    """PostgreSQL indexed words in a table of their own up to 0010; they are found after going there and back."""
    before, found = dump(engine), _with_a_word(engine)
    assert found
    with writing(engine) as db:
        downgrade(db, "0010")
    _up(engine)
    assert (dump(engine), _with_a_word(engine)) == (before, found)


def _sums(engine: Engine) -> dict[str, str]:
    with engine.connect() as db:
        return dict(db.execute(select(Summary.key, Summary.counts)).all())


def test_sums_are_made_anew_by_who_migrates(engine: Engine) -> None:
    """Before 0013 less was summed up; what is made then is what writing would have kept."""
    before = _sums(engine)
    assert before
    with writing(engine) as db:
        downgrade(db, "0012")
    assert _sums(engine) == {}
    _up(engine)
    assert _sums(engine) == before


def test_a_migration_is_one_transaction(bare: Engine) -> None:
    """What fails after it takes it along: the database is empty again, on SQLite too."""
    with pytest.raises(RuntimeError):
        _up_and_fail(bare)
    assert _tables(bare) == set()


def _up_and_fail(engine: Engine) -> None:
    with writing(engine) as db:
        upgrade(db)
        raise RuntimeError


def test_going_up_twice_changes_nothing(engine: Engine) -> None:
    """`dragoman migrate` is safe to repeat."""
    before = dump(engine)
    _up(engine)
    assert dump(engine) == before


def test_a_database_without_tables_is_missing(bare: Engine) -> None:
    """Before the first migration, and after the last is undone."""
    assert _schema(bare) is Schema.MISSING
    _up(bare)
    assert _schema(bare) is Schema.CURRENT
    _down(bare)
    assert _schema(bare) is Schema.MISSING


def test_a_revision_that_the_code_does_not_know_is_newer(engine: Engine) -> None:
    """Somebody else's later version made it."""
    with writing(engine) as db:
        db.execute(text(f"UPDATE {VERSION} SET version_num = '9999'"))
    assert _schema(engine) is Schema.NEWER


def test_every_earlier_revision_is_older(bare: Engine) -> None:
    """All but the head say that there is something to do."""
    revisions = [one.revision for one in ScriptDirectory.from_config(_config()).walk_revisions()]
    for revision in revisions[1:]:
        with writing(bare) as db:
            command.stamp(_config(db), revision)
        assert _schema(bare) is Schema.OLDER
    with writing(bare) as db:
        command.stamp(_config(db), revisions[0])
    assert _schema(bare) is Schema.CURRENT


def test_migrations_need_none_of_our_code() -> None:
    """A migration means the same for ever: it imports nothing that may change."""
    files = sorted(Path(ROOT, "migrations", "versions").glob("*.py"))
    assert files
    for file in files:
        assert "app" not in {line.split()[1].partition(".")[0] for line in _imports(file)}, file.name


def _imports(file: Path) -> list[str]:
    return [line for line in file.read_text("utf-8").splitlines() if line.startswith(("import ", "from "))]
