"""`python -m benchmarks.growth`: what the same questions cost as the data grow, and how loading them went.

Dragoman on SQLite or on PostgreSQL, once for each size, asked in turn; all servers are on one core and the client on
the other. Each list of questions is asked once before it is timed, so that what they read is in memory as far as there
is room.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from benchmarks import report, store
from benchmarks.client import Client
from benchmarks.data import Data
from benchmarks.load import Step
from benchmarks.measuring import measure, middle
from benchmarks.processes import Server, pin, started
from benchmarks.run import CORES, FOLDER, postmaster
from benchmarks.targets import dragoman
from benchmarks.workloads import WORKLOADS, Workload, tasks_of

ASKED = "W1,W2,W3,W4,W8,W8 304"
TASKS, PARTS = 2_000, 10
COLUMNS = ("workload", "events", "a second", "p50 ms", "p99 ms", "processor us", "times the first", "own MB")
SUMS = (
    "/v1/events/timeline?interval=month",
    "/v1/events/facets",
    "/v1/events/facets?date=2012-03-05/2024-11-20",
    "/v1/dyads",
    "/v1/network",
)


@dataclass(frozen=True)
class Grown:
    """Data of one size in so many BYTES, served with nothing kept and with kept answers.

    `steps` are those of its load, `ready` is the seconds to start.
    """

    data: Data
    bytes: int
    steps: Sequence[Step]
    anew: Server
    keeping: Server
    ready: float

    def server(self, workload: Workload) -> Server:
        return self.keeping if workload.kept else self.anew


def run(  # noqa: PLR0913, PLR0917 - the options of a command
    sizes: Annotated[str, typer.Option(help="Events in the data, by comma.")] = "100000,1000000",
    statements: Annotated[int, typer.Option(help="So many statements at most.")] = 500_000,
    seconds: Annotated[int, typer.Option(min=1, help="Length of a turn.")] = 3,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each size in each workload.")] = 3,
    only: Annotated[str, typer.Option(help="These workloads, by comma.")] = ASKED,
    folder: Annotated[Path, typer.Option(help="Where the databases are kept.")] = FOLDER,
    *,
    postgresql: Annotated[bool, typer.Option("--postgresql", help="On PostgreSQL.")] = False,
) -> None:
    """Measure on data of each of SIZES."""
    folder.mkdir(parents=True, exist_ok=True)
    data = [Data(size, statements if statements < size // 2 else None) for size in map(int, sizes.split(","))]
    client = Client(CORES[1], seconds)
    with ExitStack() as stack:
        admin = stack.enter_context(store.postgres_server(folder)) if postgresql else None
        database = postmaster(admin) if admin else 0
        if admin:
            pin(database, CORES[0])
        grown = [_served(stack, folder, one, admin, database) for one in data]
        lines = [report.head(" and ".join(f"{one.events:,} events" for one in data), client), *_sizes(grown)]
        lines += _loads(grown)
        lines += _questions(grown, client, turns, only.split(","))
        lines += _sums(grown)
    sys.stdout.write("\n".join(lines) + "\n")


def _head(*names: str) -> str:
    return f"\n| {' | '.join(names)} |\n{'|---' * len(names)}|"


def _served(stack: ExitStack, folder: Path, data: Data, admin: str | None, database: int) -> Grown:
    """DATA, stored and served from the PostgreSQL at ADMIN, whose process is DATABASE, or else from SQLite."""
    if admin:
        url = store.postgres(admin, folder, data, peers=False)
        with psycopg.connect(url) as connection:
            (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
    else:
        file = store.sqlite(folder, data, peers=False)
        url, size = f"sqlite:///{file}", file.stat().st_size
    begun = time.perf_counter()
    (anew,) = stack.enter_context(started([dragoman.target(url, "anew", keeps=False)], CORES[0], database))
    ready = time.perf_counter() - begun
    (keeping,) = stack.enter_context(started([dragoman.target(url, "kept", keeps=True)], CORES[0], database))
    return Grown(data, size, store.steps_of(folder, url), anew, keeping, ready)


def _sizes(grown: Sequence[Grown]) -> Iterator[str]:
    yield _head("events", "statements", "GB", "seconds to start")
    for one in grown:
        yield f"| {one.data.events:,} | {one.data.statements:,} | {one.bytes / 1e9:.1f} | {one.ready:.1f} |"


def _loads(grown: Sequence[Grown]) -> Iterator[str]:
    """Of each load: records a processor second in each tenth of it, and what memory it had."""
    for one in grown:
        steps, total = one.steps, one.steps[-1]
        ends = [
            next(step for step in steps if step.records * PARTS >= total.records * part) for part in range(PARTS + 1)
        ]
        spans = pairwise(dict.fromkeys(ends))
        rates = [f"{(end.records - begin.records) / (end.processor - begin.processor):,.0f}" for begin, end in spans]
        most = max(step.megabytes for step in steps)
        yield f"\n{one.data.events:,} events: {total.records:,} records in {total.seconds:,.0f} s, {', '.join(rates)}"
        yield "records a processor second in each tenth; memory of the loader's own:"
        yield f"{steps[1].megabytes:.0f} MB after a batch, {total.megabytes:.0f} after the last, {most:.0f} at most"


def _questions(grown: Sequence[Grown], client: Client, turns: int, asked: Sequence[str]) -> Iterator[str]:
    yield _head(*COLUMNS)
    for workload in (one for one in WORKLOADS if one.name in asked):
        tasks = [tasks_of(workload, one.data, one.anew.json, TASKS) for one in grown]
        for one, own in zip(grown, tasks, strict=True):
            for task in own:
                one.server(workload).get(task)
        rounds = [
            [measure(workload, own, one.server(workload), client, 0) for one, own in zip(grown, tasks, strict=True)]
            for _ in range(turns)
        ]
        medians = [middle(list(found)) for found in zip(*rounds, strict=True)]
        for one, turn in zip(grown, medians, strict=True):
            times = f"{turn.p50:.2f} | {turn.p99:.2f} | {turn.cpu:,.0f} | {turn.cpu / medians[0].cpu:.2f}"
            yield f"| {workload.name} | {one.data.events:,} | {turn.rate:,.0f} | {times} | {turn.own_memory:.0f} |"


def _sums(grown: Sequence[Grown]) -> Iterator[str]:
    """The time that sums over everything take when they are asked for first."""
    yield _head("sums over everything", *(f"{one.data.events:,}" for one in grown))
    for path in SUMS:
        took = []
        for one in grown:
            begun = time.perf_counter()
            one.anew.json(path)
            took.append(f"{(time.perf_counter() - begun) * 1000:.0f} ms")
        yield f"| `{path}` | {' | '.join(took)} |"


if __name__ == "__main__":
    typer.run(run)
