"""What was measured, as tables that people read."""

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.client import Client
from benchmarks.measuring import Turn
from benchmarks.workloads import Workload

MISSING = "Dragoman does not answer it"
HEAD = "| target | a second | p50 ms | p99 ms | processor us | memory MB | of it own | Dragoman to it | by processor |"


@dataclass
class Result:
    """The result of a workload: a turn for each target, and why others were left out; `wrong` if answers differed."""

    workload: Workload
    turns: dict[str, Turn] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    wrong: bool = False


def tables(results: list[Result], events: int, client: Client) -> str:
    """All RESULTS, with what they were measured on."""
    return "\n".join([head(f"{events:,} events", client), *(_table(result) for result in results)])


def head(data: str, client: Client | None = None) -> str:
    """What was measured: the DATA, when, on which machine, by which CLIENT if there was one."""
    by = "wrk" if client and client.wrk and client.seconds else "threads of Python"
    how = f"; {client.seconds} s a turn, by {by}" if client else ""
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    where = f"{_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}, load at the end {load}"
    return f"{data}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {where}{how}.\n"


def line(result: Result) -> str:
    """RESULT on one line."""
    rates = ", ".join(f"{name} {_number(turn.rate)}" for name, turn in result.turns.items())
    return f"{result.workload.name}: {rates}"


def _table(result: Result) -> str:
    lines = [f"### {result.workload.name}: {result.workload.title}", ""]
    if result.turns:
        lines += [HEAD, "|---" * HEAD.count(" | ") + "|---|"]
    for name, turn in result.turns.items():
        # Dragoman is held against others on the same database.
        ours = result.turns.get(f"Dragoman on {name.rpartition(' ')[2]}")
        ratio = f"{ours.rate / turn.rate:.2f} x" if ours and turn.rate else "-"
        cheaper = f"{turn.cpu / ours.cpu:.2f} x" if ours and ours.cpu and turn.rate else "-"
        errors = f" ({turn.errors} errors)" if turn.errors else ""
        times = f"{turn.p50:.1f} | {turn.p99:.1f} | {_number(turn.cpu)}"
        rate = _number(turn.rate) if turn.rate else "none in time"
        memory = f"{turn.memory:.0f} | {turn.own_memory:.0f}"
        lines.append(f"| {name} | {rate}{errors} | {times} | {memory} | {ratio} | {cheaper} |")
    lines += [f"- {name} left out: {why}" for name, why in result.left_out.items()]
    return "\n".join([*lines, ""])


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"  # noqa: PLR2004


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
