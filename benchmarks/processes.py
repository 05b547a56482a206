"""Servers as processes: started on one core, waited for, and what the system says that they used."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import orjson
import psutil

from app.settings import ROOT
from benchmarks.targets import Target
from benchmarks.workloads import Task

PATIENCE = 60
_SETTLED = 0.1


class Refused(Exception):
    """A server did not answer a task."""


@dataclass
class Server:
    """A running target; `others` are processes that work for it, such as a database server."""

    target: Target
    port: int
    process: subprocess.Popen[bytes]
    others: tuple[int, ...] = ()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, task: Task) -> bytes:
        """The whole answer to TASK. Raises Refused if there is none."""
        path = self.target.path(task)
        try:
            with urlopen(f"{self.base}{path}", timeout=PATIENCE) as answer:  # noqa: S310 - a server of ours
                return bytes(answer.read())
        except HTTPError as error:
            raise Refused(f"{path} answers {error.code}: {error.read()[:300].decode(errors='replace')}") from None

    def json(self, path: str) -> Any:
        """The JSON at PATH."""
        with urlopen(self.base + path) as answer:  # noqa: S310 - a server of ours
            return orjson.loads(answer.read())

    def settle(self) -> None:
        """Wait until all requests are done, even if their clients left: they would slow down what is measured next."""
        until = time.monotonic() + PATIENCE
        used = self.seconds()
        while time.monotonic() < until:
            time.sleep(_SETTLED)
            before, used = used, self.seconds()
            # A database has always a little to do.
            if used - before < _SETTLED / 2:
                return

    def seconds(self) -> float:
        """Processor time used so far, of the server and of what works for it."""
        return sum(_seconds(one) for root in (self.process.pid, *self.others) for one in _family(root))


@contextmanager
def started(targets: Iterable[Target], core: int | None, database: int) -> Iterator[list[Server]]:
    """TARGETS as processes on CORE, all at once; DATABASE is the process of PostgreSQL's server."""
    servers: list[Server] = []
    try:
        servers.extend(_start(one, core, () if one.url.startswith("sqlite") else (database,)) for one in targets)
        for server in servers:
            _wait(server)
        yield servers
    finally:
        for server in servers:
            server.process.terminate()
        for server in servers:
            server.process.wait(PATIENCE)


def _start(target: Target, core: int | None, others: tuple[int, ...]) -> Server:
    port = _free_port()
    command = [sys.executable, *(part.format(port=port) for part in target.command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **target.environment}
    process = subprocess.Popen(command, env=environment, cwd=ROOT)  # noqa: S603 - a command of ours
    pin(process.pid, core)
    return Server(target, port, process, others)


def pin(pid: int, core: int | None) -> None:
    """Keep PID and its children on CORE, if there is one to spare."""
    if core is not None:
        for one in _family(pid):
            with suppress(psutil.NoSuchProcess):
                one.cpu_affinity([core])


def _family(pid: int) -> list[psutil.Process]:
    """PID and all its descendants."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    return []


def _seconds(process: psutil.Process) -> float:
    """Processor time of PROCESS, and of its children that have ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system + times.children_user + times.children_system)
    return 0.0


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(server: Server) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if (ended := server.process.poll()) is not None:
            raise RuntimeError(f"{server.target.name} ended with {ended} before it answered")
        with suppress(OSError), socket.create_connection(("127.0.0.1", server.port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"{server.target.name} does not listen after {PATIENCE} s")
