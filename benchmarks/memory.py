"""How much memory a process has, and how much of it is its own: a mapped file is the system's to take back."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

MEGABYTE = 1 << 20
_SAMPLED = 0.05


def memory_of(process: psutil.Process) -> tuple[float, float]:
    """The megabytes that PROCESS has, and those without mapped files, if the system tells them."""
    told = process.memory_info()
    return told.rss / MEGABYTE, (told.rss - getattr(told, "shared", 0)) / MEGABYTE


@dataclass
class Memory:
    """The most memory that a process had while it was watched, in megabytes, and the most of its own."""

    whole: float = 0
    own: float = 0
    stop: threading.Event = field(default_factory=threading.Event)

    @classmethod
    @contextmanager
    def of(cls, pid: int) -> Iterator["Memory"]:
        """Watch the process PID."""
        seen = cls()
        watching = threading.Thread(target=seen._watch, args=[psutil.Process(pid)], daemon=True)
        watching.start()
        try:
            yield seen
        finally:
            seen.stop.set()
            watching.join()

    def _watch(self, process: psutil.Process) -> None:
        while True:
            whole, own = memory_of(process)
            self.whole, self.own = max(self.whole, whole), max(self.own, own)
            if self.stop.wait(_SAMPLED):
                return
