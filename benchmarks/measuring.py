"""Measuring one workload on one target: it is asked for a while, and what that cost is noted."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from statistics import median
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app.settings import ROOT
from benchmarks.client import Asked, Client
from benchmarks.memory import MEGABYTE, Memory
from benchmarks.processes import Server, pin
from benchmarks.workloads import Task, Workload

# What is asked beside W1, to see whether it holds that up.
FACETS = [Task("W5", {"begin": f"{year}-02-01", "until": f"{year}-11-20"}) for year in (2012, 2014, 2016)]


@dataclass(frozen=True)
class Turn:
    """The figures of one turn: requests a second, milliseconds, processor microseconds of a request, megabytes."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    own_memory: float
    errors: int


def measure(workload: Workload, tasks: list[Task], server: Server, client: Client, rows: int) -> Turn:
    """Ask SERVER for TASKS for a while. If these are exports, which have ROWS, rows count instead of requests."""
    paths = [path for path in map(server.target.path, tasks) if path]
    with ExitStack() as stack:
        memory = stack.enter_context(Memory.of(server.process.pid))
        stack.enter_context(_beside(workload, server, client))
        used = server.seconds()
        if workload.name.startswith("W7"):
            asked = _download(server, paths[0], rows)
        else:
            asked = client.ask(server.port, paths, workload.connections, _headers(workload, server, paths[0]))
        if workload.beside is None:
            server.settle()
        used = server.seconds() - used
    server.settle()
    many = max(1, asked.requests)
    speed = asked.requests / asked.seconds
    return Turn(speed, asked.p50, asked.p99, used / many * 1e6, memory.whole, memory.own, asked.errors)


def middle(turns: list[Turn]) -> Turn:
    """The median of TURNS, and the most memory."""
    names = ("rate", "p50", "p99", "cpu")
    most = {name: max(getattr(turn, name) for turn in turns) for name in ("memory", "own_memory", "errors")}
    return Turn(**{name: median(getattr(turn, name) for turn in turns) for name in names}, **most)


def _download(server: Server, path: str, rows: int) -> Asked:
    begun, size = time.perf_counter(), 0
    with urlopen(f"{server.base}{path}", timeout=600) as answer:  # noqa: S310 - a server of ours
        while part := answer.read(MEGABYTE):
            size += len(part)
    took = time.perf_counter() - begun
    return Asked(rows, took, took * 1000, took * 1000, 0, size)


def _headers(workload: Workload, server: Server, path: str) -> list[str]:
    """The headers to send, with the tag of the answer that the client has already."""
    if "If-None-Match" not in workload.headers:
        return []
    return ["If-None-Match", tag_of(server, path)]


def tag_of(server: Server, path: str) -> str:
    """The tag of what SERVER answers at PATH, or one that no answer has."""
    with urlopen(f"{server.base}{path}") as answer:  # noqa: S310 - a server of ours
        return answer.headers.get("ETag") or '"none"'


def knows(server: Server, task: Task) -> bool:
    """Whether SERVER answers 304 to a client that has its answer already."""
    path = str(server.target.path(task))
    headers = {"If-None-Match": tag_of(server, path)}
    try:
        with urlopen(Request(server.base + path, headers=headers)):  # noqa: S310 - a server of ours
            return False
    except HTTPError as error:
        return error.code == HTTPStatus.NOT_MODIFIED


@contextmanager
def _beside(workload: Workload, server: Server, client: Client) -> Iterator[None]:
    """Run what goes on meanwhile: an import, or a client that asks for facets."""
    if workload.beside is None:
        yield
        return
    facets = [f"{server.base}{server.target.path(task)}" for task in FACETS]
    other = {"import": ["benchmarks.writer", server.target.url], "W5": ["benchmarks.asker", *facets]}
    command = [sys.executable, "-m", *other[workload.beside]]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603 - ours
        pin(process.pid, client.core)
        # It says when it has begun.
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        process.stdout.readline()
        try:
            yield
        finally:
            process.terminate()
