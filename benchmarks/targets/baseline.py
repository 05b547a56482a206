"""The idiomatic baseline (benchmarks/servers/baseline.py), on SQLite and on PostgreSQL."""

from typing import Any

import orjson

from benchmarks.targets import Target, Told, dragoman, finder, told_details, told_event, uvicorn
from benchmarks.workloads import Task

_PATHS = {
    "W1": "/events/{id}",
    "W2": "/events?type={type}&begin={begin}&until={until}",
    "W3": "/events?actor={actor}&day={day}&after={id}",
    "W4": "/events/timeline?source={source}&target={target}",
    "W5": "/events/facets?begin={begin}&until={until}",
    "W6": "/events/search?q={q}",
    "W7": "/events/export.{format}?begin={begin}&until={until}",
    "W9": "/healthz",
    "W11": "/suggest?q={q}",
}
path = finder(_PATHS, parquet=False)


def told(task: Task, body: bytes) -> Told:
    """What the answer BODY to TASK says."""
    if task.kind in ("W7", "W9"):
        return dragoman.told(task, body)
    data = orjson.loads(body)
    if task.kind == "W1":
        return told_details(_dated(data))
    if task.kind == "W4":
        return [(one["start"], one["count"]) for one in data]
    if task.kind == "W5":
        return {name: [(one["value"], one["count"]) for one in counts] for name, counts in data.items()}
    if task.kind == "W11":
        return [one["id"] for one in data]
    return [told_event(_dated(one)) for one in data]


def _dated(event: Any) -> Any:
    return {**event, "date": {"start": event["start_on"]}}


def target(url: str, name: str) -> Target:
    """The baseline on the database at URL."""
    command = uvicorn("benchmarks.servers.baseline:create_app")
    return Target(name, url, command, path, told, {"BENCHMARK_DATABASE_URL": url})
