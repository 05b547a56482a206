"""The run: data, servers, then workload by workload every target in turn."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.request import urlopen

import orjson
import psycopg
import typer

from benchmarks import report, store
from benchmarks.client import Client
from benchmarks.comparing import differs
from benchmarks.data import Data
from benchmarks.measuring import Turn, knows, measure, middle
from benchmarks.processes import Refused, Server, pin, started
from benchmarks.report import Result
from benchmarks.targets import Target, baseline, datasette, dragoman, fastcrud, floor
from benchmarks.workloads import WORKLOADS, Task, Workload, tasks_of

NO_TAG = "has no ETag"
FOLDER = Path(tempfile.gettempdir()) / "dragoman-benchmarks"


@dataclass(frozen=True)
class Plan:
    """How much is asked: tasks a workload, tasks compared, turns."""

    tasks: int
    compared: int
    turns: int


def command() -> None:
    """Run what the command line asks for."""
    program = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    program.command()(run)
    program()


def run(  # noqa: PLR0913 - the options of a command
    events: Annotated[int, typer.Option(min=2000, help="Events in the data.")] = 1_000_000,
    quick: Annotated[bool, typer.Option("--quick", help="Compare all answers, and time hardly at all.")] = False,
    seconds: Annotated[int, typer.Option(min=1, help="Length of a turn.")] = 3,
    turns: Annotated[int, typer.Option(min=1, help="Turns of each target in each workload.")] = 3,
    only: Annotated[str, typer.Option(help="These workloads, by comma: W1,W2.")] = "",
    against: Annotated[str, typer.Option(help="These targets, by comma, beside Dragoman: floor,datasette.")] = "",
    folder: Annotated[Path, typer.Option(help="Where the databases are kept.")] = FOLDER,
    table: Annotated[Path | None, typer.Option(help="Write the tables to this Markdown file, too.")] = None,
) -> None:
    """Ask Dragoman and its peers the same questions, and say who answers how fast."""
    folder.mkdir(parents=True, exist_ok=True)
    # PostgreSQL gives up root's rights and must still come in.
    folder.chmod(0o755)
    server_core, client_core = (0, 1) if (os.cpu_count() or 1) > 1 else (None, None)
    client = Client(client_core, 0 if quick else seconds)
    plan = Plan(8 if quick else 5000, 4 if quick else 12, 1 if quick else turns)
    data = Data(events)
    with _servers(folder, events, server_core, against.split(",") if against else []) as servers:
        wanted = [one for one in WORKLOADS if not only or one.name in only.split(",")]
        results = [_result(workload, data, servers, client, plan) for workload in wanted]
    text = report.tables(results, events, client)
    typer.echo(text)
    if table:
        table.write_text(text, encoding="utf-8")
    if any(result.wrong for result in results):
        sys.exit(1)


@contextmanager
def _servers(folder: Path, events: int, core: int | None, against: list[str]) -> Iterator[list[Server]]:
    """Every target, running."""
    with ExitStack() as stack:
        sqlite = store.sqlite(folder, events)
        admin = stack.enter_context(store.postgres_server(folder))
        postgres = store.postgres(admin, events)
        postmaster = _postmaster(admin)
        pin(postmaster, core)
        servers = []
        for target in _targets(sqlite, postgres):
            if not against or target.name.startswith("Dragoman") or target.name.partition(" ")[0].lower() in against:
                others = (postmaster,) if target.url == postgres else ()
                servers.append(stack.enter_context(started(target, core, others)))
        yield servers


def _targets(sqlite: str, postgres: str) -> list[Target]:
    both = (("SQLite", sqlite), ("PostgreSQL", postgres))
    return [
        *(dragoman.target(url, f"Dragoman on {name}", keeps=keeps) for name, url in both for keeps in (False, True)),
        *(floor.target(url, f"Floor on {name}") for name, url in both),
        *(baseline.target(url, f"Baseline on {name}") for name, url in both),
        fastcrud.target(sqlite, "FastCRUD on SQLite"),
        datasette.target(sqlite, "Datasette on SQLite"),
    ]


def _postmaster(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    return int(row[0].split()[0]) if row else 0


def _result(workload: Workload, data: Data, servers: list[Server], client: Client, plan: Plan) -> Result:
    """WORKLOAD on all that answer it as Dragoman does."""
    rivals = [server for server in servers if server.target.keeps in (None, workload.kept)]
    ours = rivals[0]
    result = Result(workload)
    tasks = tasks_of(workload, data, lambda path: _json(ours, path), plan.tasks)
    rows = _rows(ours, tasks[0]) if workload.name.startswith("W7") else 0
    for server in list(rivals):
        if any(server.target.path(task) is None for task in tasks):
            result.left_out[server.target.name] = "has no such question"
        elif said := _refused(workload, data, tasks, ours, server, plan):
            result.left_out[server.target.name] = said
            # What cannot be asked is told apart from an answer that is wrong.
            result.wrong = result.wrong or not said.startswith((report.MISSING, NO_TAG))
    rivals = [server for server in rivals if server.target.name not in result.left_out]
    turns: dict[str, list[Turn]] = {server.target.name: [] for server in rivals}
    if ours not in rivals:
        return result
    for _ in range(plan.turns):
        for server in rivals:
            turns[server.target.name].append(measure(workload, tasks, server, client, rows))
    result.turns = {name: middle(given) for name, given in turns.items()}
    typer.echo(report.line(result))
    return result


def _refused(workload: Workload, data: Data, tasks: list[Task], ours: Server, server: Server, plan: Plan) -> str | None:
    try:
        ours.get(tasks[0])
    except Refused as refused:
        return f"{report.MISSING}: {refused}"
    try:
        if workload.headers and not knows(server, tasks[0]):
            return f"{report.MISSING} with 304" if server is ours else NO_TAG
        return differs(data, workload, tasks, ours, server, plan.compared)
    except Refused as refused:
        return str(refused)


def _json(server: Server, path: str) -> Any:
    with urlopen(server.base + path) as answer:  # noqa: S310 - a server of ours
        return orjson.loads(answer.read())


def _rows(server: Server, task: Task) -> int:
    path = f"/v1/events?date={task.values['begin']}/{task.values['until']}&limit=0&count=exact"
    return int(_json(server, path)["page"]["total"])
