"""Who is asked: how each is started, how a task is put to it, and what its answer says.

What an answer says is put in one shape for all, so that answers can be compared; see `Told`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from benchmarks.workloads import Task

# The ids and the words of what was answered, in the answer's order.
Told = Any


@dataclass(frozen=True)
class Target:
    """One server. `path` of a task is None where there is no such question; `told` reads an answer.

    `command` has `{port}`, `environment` says the rest. `url` is of its database. `whole` if its answers are Dragoman's
    to the last value. What `keeps` answers is asked where that may be, what does not elsewhere.
    """

    name: str
    url: str
    command: tuple[str, ...]
    path: Callable[[Task], str | None]
    told: Callable[[Task, bytes], Told]
    environment: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    keeps: bool | None = None


def finder(paths: Mapping[str, str], *, parquet: bool = True) -> Callable[[Task], str | None]:
    """A function from a task to its path, from PATHS by the kind of task; None if there is none, or no PARQUET."""

    def path(task: Task) -> str | None:
        if task.kind not in paths or (task.values.get("format") == "parquet" and not parquet):
            return None
        return paths[task.kind].format(**{name: quote(value) for name, value in task.values.items()})

    return path


def uvicorn(factory: str) -> tuple[str, ...]:
    """The command that serves the application which FACTORY makes."""
    return ("-m", "uvicorn", factory, "--factory", "--port", "{port}", "--log-level", "warning", "--no-access-log")


def told_event(event: Any) -> Told:
    """What is compared of an EVENT in a list, by the names that Dragoman has for it."""
    parts = [(one["actor"]["id"], one["actor"]["name"], one["role"]) for one in event["participants"]]
    return event["id"], event["type"], event["label"], event["date"]["start"], parts


def told_details(event: Any) -> Told:
    """What is compared of an EVENT with everything."""
    evidence = [(one["article"]["id"], one["exact"]) for one in event["evidence"]]
    return told_event(event), evidence, [one["id"] for one in event["statements"]]


def told_facets(facets: Any) -> Told:
    """The counts of FACETS."""
    return {name: [(one["value"], one["count"]) for one in facet["values"]] for name, facet in facets.items()}


def told_months(points: Any) -> Told:
    """The months of POINTS in which anything happened."""
    return [(one["start"], one["count"]) for one in points if one["count"]]
