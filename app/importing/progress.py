"""How far an import is: a bar on a terminal, and elsewhere a line now and then."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from app.importing.running import Watch, Watched

QUIET_SECONDS = 10.0


@contextmanager
def watching(terminal: Console, items: str = "rows") -> Iterator[Watch]:
    """Shows how far an import is, whose ITEMS are counted: a bar on a terminal, and elsewhere a line now and then."""
    if not terminal.is_terminal:
        yield _told(terminal, items)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.fields[count]:,}} {items}, {{task.fields[rate]:,.0f}} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, transient=True) as progress:
        yield _shown(progress)


def _shown(progress: Progress) -> Watch:
    tasks: dict[str, TaskID] = {}
    rate = _rates()

    def watch(watched: Watched, taken: float, count: int) -> None:
        if watched.name not in tasks:
            tasks[watched.name] = progress.add_task(watched.name, total=watched.size, count=0, rate=0.0)
        progress.update(tasks[watched.name], completed=taken, count=count, rate=rate(watched, count))

    return watch


def _told(terminal: Console, items: str) -> Watch:
    last = time.monotonic()
    rate = _rates()

    def watch(watched: Watched, taken: float, count: int) -> None:
        nonlocal last
        speed = rate(watched, count)
        if time.monotonic() - last < QUIET_SECONDS:
            return
        last = time.monotonic()
        share = f", {100 * taken / watched.size:.0f} %" if watched.size else ""
        terminal.print(f"{watched.name}: {count} {items}, {speed:.0f} a second{share}")

    return watch


def _rates() -> Callable[[Watched, int], float]:
    """Tells how many items a second came so far, of each that is watched from when the one before it ended."""
    begun: dict[str, float] = {}
    last = time.monotonic()

    def rate(watched: Watched, count: int) -> float:
        nonlocal last
        since = begun.setdefault(watched.name, last)
        last = time.monotonic()
        return count / max(last - since, 1e-3)

    return rate
