"""One workload on all targets: first their answers are compared with Dragoman's, then all are timed in turn."""

import sys
from dataclasses import dataclass

from benchmarks import report
from benchmarks.client import Client
from benchmarks.comparing import difference
from benchmarks.data import Data
from benchmarks.measuring import FACETS, Turn, knows, measure, middle
from benchmarks.processes import Refused, Server
from benchmarks.report import Result
from benchmarks.workloads import Task, Workload, tasks_of

NO_QUESTION, NO_TAG = "has no such question", "has no ETag"


@dataclass(frozen=True)
class Round:
    """Client, servers and data, how many different tasks there are, how many are compared, and how many turns."""

    data: Data
    servers: list[Server]
    client: Client
    tasks: int
    compared: int
    turns: int


def play(game: Round, workload: Workload) -> Result:
    """The result of WORKLOAD on all targets that answer it as Dragoman does."""
    rivals = [server for server in game.servers if server.target.keeps in (None, workload.kept)]
    ours, result = rivals[0], Result(workload)
    tasks = tasks_of(workload, game.data, ours.json, game.tasks)
    if said := _unanswered(workload, tasks[0], ours):
        result.left_out[ours.target.name] = said
        return result
    able = [server for server in rivals if _able(game, result, tasks, server, ours)]
    rows = _rows(ours, tasks[0]) if workload.name.startswith("W7") else 0
    turns: dict[str, list[Turn]] = {server.target.name: [] for server in able}
    for _ in range(game.turns):
        for server in able:
            turns[server.target.name].append(measure(workload, tasks, server, game.client, rows))
    result.turns = {name: middle(given) for name, given in turns.items()}
    sys.stderr.write(report.line(result) + "\n")
    return result


def _able(game: Round, result: Result, tasks: list[Task], server: Server, ours: Server) -> bool:
    """Whether SERVER answers TASKS as OURS does; if not, RESULT says why."""
    name = server.target.name
    beside = FACETS if result.workload.beside == "W5" else []
    if any(server.target.path(task) is None for task in [*tasks, *beside]):
        result.left_out[name] = NO_QUESTION
    elif result.workload.headers and not knows(server, tasks[0]):
        result.left_out[name] = NO_TAG
    else:
        try:
            said = difference(game.data, tasks, (ours, server), game.compared)
        except Refused as refused:
            said = str(refused)
        if said:
            result.left_out[name], result.wrong = said, True
    return name not in result.left_out


def _unanswered(workload: Workload, task: Task, ours: Server) -> str | None:
    """Why Dragoman itself does not answer; None if it does."""
    try:
        ours.get(task)
    except Refused as refused:
        return f"{report.MISSING}: {refused}"
    return f"{report.MISSING} with 304" if workload.headers and not knows(ours, task) else None


def _rows(server: Server, task: Task) -> int:
    path = f"/v1/events?date={task.values['begin']}/{task.values['until']}&limit=0&count=exact"
    return int(server.json(path)["page"]["total"])
