"""`python -m benchmarks.workers`: what a second process adds, on two cores, with the client between them."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import report, store
from benchmarks.client import Client
from benchmarks.data import Data
from benchmarks.measuring import measure, middle
from benchmarks.processes import Server, started
from benchmarks.run import FOLDER
from benchmarks.targets import dragoman
from benchmarks.workloads import WORKLOADS, tasks_of

ASKED = ("W1", "W2", "W3", "W4", "W5", "W12")
TASKS, CONNECTIONS = 2_000, 16
HEAD = "| workload | 1 worker, a second | 2 workers | times | processor us | with 2 | errors |\n" + "|---" * 7 + "|"


def run(
    events: Annotated[int, typer.Option(min=2000, help="Events in the data.")] = 1_000_000,
    seconds: Annotated[int, typer.Option(min=1, help="Length of a turn.")] = 5,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each in each workload.")] = 3,
    folder: Annotated[Path, typer.Option(help="Where the databases are kept.")] = FOLDER,
) -> None:
    """Ask one worker and two in turn, on SQLite and nothing kept."""
    folder.mkdir(parents=True, exist_ok=True)
    data = Data(events)
    alone = dragoman.target(f"sqlite:///{store.sqlite(folder, data, peers=False)}", "1 worker", keeps=False)
    both = replace(alone, name="2 workers", command=(*alone.command, "--workers", "2"))
    # Connections that come all at once are taken by whichever process wakes first: each has a thread, as clients have.
    client = Client(None, seconds, threads=CONNECTIONS)
    with started([alone, both], None, 0) as servers:
        lines = [report.head(f"{events:,} events", client), HEAD, *_lines(data, servers, client, turns)]
    sys.stdout.write("\n".join(lines) + "\n")


def _lines(data: Data, servers: list[Server], client: Client, turns: int) -> Iterator[str]:
    for workload in (replace(one, connections=CONNECTIONS) for one in WORKLOADS if one.name in ASKED):
        tasks = tasks_of(workload, data, servers[0].json, TASKS)
        rounds = [[measure(workload, tasks, server, client, 0) for server in servers] for _ in range(turns)]
        one, two = (middle(list(found)) for found in zip(*rounds, strict=True))
        rates = f"{one.rate:,.0f} | {two.rate:,.0f} | {two.rate / one.rate:.2f}"
        yield f"| {workload.name} | {rates} | {one.cpu:,.0f} | {two.cpu:,.0f} | {one.errors + two.errors} |"


if __name__ == "__main__":
    typer.run(run)
