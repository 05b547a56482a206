"""`python -m benchmarks.imports`: GDELT rows by `dragoman import` and by what a user would pick instead, in one run.

The peers store the rows as they are, in one table with six indexes; our path resolves parties, places and articles,
checks evidence, renders documents and indexes their words. Nothing else is to run on the machine meanwhile.
"""

import csv
import multiprocessing
import resource
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import typer
from psycopg import sql

from app.database import open_engine, writing
from app.importing import running
from app.importing.formats import formats
from app.importing.formats.gdelt_events import COLUMNS
from app.importing.options import SetAsked, dataset_of
from app.importing.reporting import Report
from app.migrating import upgrade
from benchmarks import report
from benchmarks.gdelt import rows
from benchmarks.store import postgres_server

INDEXED = ("SQLDATE", "EventCode", "Actor1Code", "Actor2Code", "ActionGeo_CountryCode", "SOURCEURL")
KEY = COLUMNS[0]
PARTS = 10
HEAD = "| by | rows a second | rows a processor second | peak MB |\n|---|---|---|---|\n"


@dataclass(frozen=True)
class Made:
    """What an import took: seconds, of them the processor's, megabytes, and when each row of some had come in."""

    rows: int
    seconds: float
    processor: float
    megabytes: float
    curve: tuple[tuple[int, float], ...] = ()

    @property
    def rate(self) -> float:
        return self.rows / self.seconds


def run(number: int = typer.Option(100_000, "--rows", help="Rows to import.")) -> None:
    """Import the same rows by each, into SQLite and into PostgreSQL."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "made-up.export.CSV"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out, "excel-tab", lineterminator="\n").writerows(rows(number))
        peer = _apart(_sqlite_utils, folder, file, number)
        ours = _apart(_dragoman, f"sqlite:///{folder}/ours.db", file, number)
        sys.stdout.write(f"\n{report.head(f'{number:,} rows of GDELT')}\n{HEAD}")
        _tell("sqlite-utils, SQLite", peer, peer)
        _tell("Dragoman, SQLite", ours, peer)
        with postgres_server(folder) as server:
            peer = _apart(_copy, server, file, number)
            ours_there = _apart(_dragoman, server, file, number)
        _tell("COPY by psycopg, PostgreSQL", peer, peer)
        _tell("Dragoman, PostgreSQL", ours_there, peer)
    for database, made in (("SQLite", ours), ("PostgreSQL", ours_there)):
        steps = ", ".join(f"{rate:,.0f}" for rate in _by_part(made))
        sys.stdout.write(f"\nDragoman on {database}, rows a second in each tenth of the file: {steps}\n")


def _apart(function: Callable[..., Made], *given: Any) -> Made:
    """What FUNCTION tells, called in a process of its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, given)


def _spent(number: int, begun: float, curve: tuple[tuple[int, float], ...] = ()) -> Made:
    """What this process, with those that it waited for, has used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    return Made(number, time.perf_counter() - begun, processor, max(one.ru_maxrss for one in used) / 1024, curve)


def _dragoman(url: str, file: Path, number: int) -> Made:
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    curve: list[tuple[int, float]] = []
    told = Report(file.with_suffix(".rejects"))
    begun = time.perf_counter()
    with engine.connect() as db:
        dataset = dataset_of(db, formats()["gdelt-events"], SetAsked())

    def watch(_source: object, _taken: float, items: int) -> None:
        curve.append((items, time.perf_counter() - begun))

    running.run(engine, running.Job(formats()["gdelt-events"], dataset, [file], watch=watch), told)
    told.close()
    made = _spent(number, begun, tuple(curve))
    with engine.connect() as db:
        if db.exec_driver_sql("SELECT count(*) FROM event").scalar_one() != number:
            raise RuntimeError(f"not every row came in: {list(told.lines())}")
    engine.dispose()
    return made


def _sqlite_utils(folder: Path, file: Path, number: int) -> Made:
    database, headed = folder / "theirs.db", folder / "headed.tsv"
    headed.write_bytes("\t".join(COLUMNS).encode() + b"\n" + file.read_bytes())
    columns = ", ".join(f'"{name}" TEXT' for name in COLUMNS)
    with sqlite3.connect(database) as db:
        db.execute(f'CREATE TABLE event ({columns}, PRIMARY KEY ("{KEY}"))')
        for name in INDEXED:
            db.execute(f'CREATE INDEX "ix_{name}" ON event ("{name}")')
    command = [f"{sysconfig.get_path('scripts')}/sqlite-utils", "insert", str(database), "event", str(headed), "--tsv"]
    begun = time.perf_counter()
    subprocess.run([*command, "--pk", KEY], check=True, capture_output=True)  # noqa: S603 - a command of ours
    return _spent(number, begun)


def _copy(url: str, file: Path, number: int) -> Made:
    with psycopg.connect(url) as db:
        columns = sql.SQL(", ").join(sql.SQL("{} text").format(sql.Identifier(name)) for name in COLUMNS)
        key = sql.SQL(", PRIMARY KEY ({})").format(sql.Identifier(KEY))
        db.execute(sql.SQL("CREATE TABLE flat ({}{})").format(columns, key))
        for name in INDEXED:
            db.execute(sql.SQL("CREATE INDEX ON flat ({})").format(sql.Identifier(name)))
        db.commit()
        begun = time.perf_counter()
        copying = db.cursor().copy("COPY flat FROM STDIN")
        with file.open(encoding="utf-8", newline="") as lines, copying as copy:
            for row in csv.reader(lines, "excel-tab"):
                copy.write_row(row)
        db.commit()
        return _spent(number, begun)


def _tell(name: str, made: Made, peer: Made) -> None:
    times = "" if made is peer else f" ({made.rate / peer.rate:.2f} x)"
    processor = f"{made.rows / made.processor:,.0f}"
    sys.stdout.write(f"| {name} | {made.rate:,.0f}{times} | {processor} | {made.megabytes:,.0f} |\n")


def _by_part(made: Made) -> Iterator[float]:
    """How many rows a second came in, in each part of the file."""
    last, size = (0, 0.0), made.rows / PARTS
    for items, seconds in made.curve:
        if items >= last[0] + size or (items, seconds) == made.curve[-1]:
            yield (items - last[0]) / (seconds - last[1])
            last = (items, seconds)


if __name__ == "__main__":
    typer.run(run)
