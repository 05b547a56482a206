"""The client: wrk if it is installed, or else threads of Python, which are slower than some of what they measure."""

import http.client
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

import orjson

SCRIPT = Path(__file__).with_name("paths.lua")


@dataclass(frozen=True)
class Asked:
    """What a client saw: times in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int
    bytes: int


@dataclass(frozen=True)
class Client:
    """How to ask: on which core, for how long, by how many threads of wrk, which share the connections."""

    core: int | None
    seconds: int
    threads: int = 1
    wrk: str | None = shutil.which("wrk")

    def ask(self, port: int, paths: Sequence[str], connections: int, headers: Sequence[str] = ()) -> Asked:
        """Ask the server at PORT for PATHS in turn, for as long as is set; HEADERS are names and values."""
        if self.wrk is None or self.seconds == 0:
            return _by_threads(port, paths, connections, self.seconds, headers)
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
            file.write("\n".join(paths))
            file.flush()
            how = [f"-t{self.threads}", f"-c{connections}", f"-d{self.seconds}s", "--timeout", "60s"]
            command = [self.wrk, *how, "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", file.name, *headers]
            done = subprocess.run(command, capture_output=True, check=True, preexec_fn=self._pin)  # noqa: S603
        return Asked(**orjson.loads(done.stdout.splitlines()[-1]))

    def _pin(self) -> None:
        if self.core is not None:
            os.sched_setaffinity(0, {self.core})


def _by_threads(port: int, paths: Sequence[str], connections: int, seconds: float, headers: Sequence[str]) -> Asked:
    """Ask with threads until SECONDS are over, but at least a few times."""
    times: list[tuple[float, bool, int]] = []
    turns = cycle(paths)
    given = dict(zip(headers[::2], headers[1::2], strict=True))
    begun = time.perf_counter()
    until = begun + seconds

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            started = time.perf_counter()
            connection.request("GET", next(turns), headers=given)
            answer = connection.getresponse()
            body = answer.read()
            times.append((time.perf_counter() - started, answer.status >= 400, len(body)))  # noqa: PLR2004
            if time.perf_counter() > until:
                return

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(one for one, _, _ in times)
    middle, last = (took[min(len(took) - 1, int(len(took) * part))] * 1000 for part in (0.5, 0.99))
    errors, size = sum(wrong for _, wrong, _ in times), sum(size for _, _, size in times)
    return Asked(len(times), time.perf_counter() - begun, middle, last, errors, size)
