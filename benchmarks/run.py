"""The command: make the data, start the servers, then measure each workload on every target in turn."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import psycopg
import typer

from benchmarks import report, store
from benchmarks.client import Client
from benchmarks.data import Data
from benchmarks.processes import Server, pin, started
from benchmarks.rounds import Round, play
from benchmarks.targets import Target, baseline, datasette, dragoman, fastcrud, floor
from benchmarks.workloads import WORKLOADS

FOLDER = Path(tempfile.gettempdir()) / "dragoman-benchmarks"
# The servers', and the client's.
CORES = (0, 1) if (os.cpu_count() or 1) > 1 else (None, None)


def command() -> None:
    """Run what the command line asks for."""
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(run)
    program()


def run(  # noqa: PLR0913, PLR0917 - the options of a command
    events: Annotated[int, typer.Option(min=2000, help="Events in the data.")] = 1_000_000,
    quick: Annotated[bool, typer.Option("--quick", help="Compare all answers, and time hardly at all.")] = False,
    seconds: Annotated[int, typer.Option(min=1, help="Length of a turn.")] = 3,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each target in each workload.")] = 3,
    only: Annotated[str, typer.Option(help="These workloads, by comma: W1,W2.")] = "",
    against: Annotated[str, typer.Option(help="These targets beside Dragoman, by comma: floor,datasette.")] = "",
    folder: Annotated[Path, typer.Option(help="Where the databases are kept.")] = FOLDER,
    table: Annotated[Path | None, typer.Option(help="Write the tables to this Markdown file, too.")] = None,
) -> None:
    """Ask Dragoman and its peers the same questions, and report how fast each answers."""
    folder.mkdir(parents=True, exist_ok=True)
    client = Client(CORES[1], 0 if quick else seconds)
    wanted = [one for one in WORKLOADS if not only or one.name in only.split(",")]
    with _servers(folder, events, against.split(",") if against else []) as servers:
        game = Round(Data(events), servers, client, *((8, 4, 1) if quick else (5000, 12, turns)))
        results = [play(game, workload) for workload in wanted]
    text = report.tables(results, events, client)
    sys.stdout.write(text)
    if table:
        table.write_text(text, encoding="utf-8")
    if any(result.wrong for result in results):
        sys.exit("An answer was not Dragoman's: see above what was left out.")


@contextmanager
def _servers(folder: Path, events: int, against: list[str]) -> Iterator[list[Server]]:
    """Run Dragoman and the targets that AGAINST chooses."""
    with ExitStack() as stack:
        file = store.sqlite(folder, Data(events))
        sqlite = f"sqlite:///{file}"
        admin = stack.enter_context(store.postgres_server(folder))
        postgres = store.postgres(admin, folder, Data(events))
        process = postmaster(admin)
        pin(process, CORES[0])
        targets = _targets(sqlite, postgres)
        if against:
            targets = [one for one in targets if one.name.partition(" ")[0].lower() in ("dragoman", *against)]
        store.into_memory(file, store.files_of(postgres))
        yield stack.enter_context(started(targets, CORES[0], process))


def _targets(sqlite: str, postgres: str) -> list[Target]:
    both = (("SQLite", sqlite), ("PostgreSQL", postgres))
    return [
        *(dragoman.target(url, f"Dragoman on {name}", keeps=keeps) for name, url in both for keeps in (False, True)),
        *(floor.target(url, f"Floor on {name}") for name, url in both),
        *(baseline.target(url, f"Baseline on {name}") for name, url in both),
        fastcrud.target(sqlite, "FastCRUD on SQLite"),
        datasette.target(sqlite, "Datasette on SQLite"),
    ]


def postmaster(url: str) -> int:
    """The process of the PostgreSQL server at URL."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    return int(row[0].split()[0]) if row else 0
