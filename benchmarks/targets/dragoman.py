"""Dragoman: the product as it is served, with and without the answers that it keeps."""

from collections.abc import Callable
from typing import Any

import orjson

from benchmarks.targets import Target, Told, finder, told_details, told_event, told_facets, told_months, uvicorn
from benchmarks.workloads import Task

_PATHS = {
    "W1": "/v1/events/{id}",
    "W2": "/v1/events?type={type}&date={begin}/{until}",
    "W3": "/v1/events?actor={actor}&cursor={cursor}",
    "W4": "/v1/events/timeline?source={source}&target={target}",
    "W5": "/v1/events/facets?date={begin}/{until}",
    "W6": "/v1/events?q={q}&limit=20",
    "W7": "/v1/events.{format}?date={begin}/{until}",
    "W9": "/healthz",
    "W11": "/v1/suggest?kind=actor&q={q}",
}
path = finder(_PATHS)


def told(task: Task, body: bytes) -> Told:
    """What the answer BODY to TASK says."""
    if task.kind in ("W7", "W9"):
        return exported(task, body) if task.kind == "W7" else "well"
    data = orjson.loads(body)["data"]
    readers: dict[str, Callable[[Any], Told]] = {
        "W1": told_details,
        "W4": lambda timeline: told_months(timeline["series"][0]["points"]),
        "W5": told_facets,
        "W11": lambda rows: [one["id"] for one in rows],
    }
    reader = readers.get(task.kind)
    return reader(data) if reader else [told_event(one) for one in data]


def exported(task: Task, body: bytes) -> Told:
    """The ids in an export that begins each line with one; the last line of ours is a count, the first a header."""
    if task.values["format"] == "parquet":
        return None
    if task.values["format"] == "ndjson":
        rows = (orjson.loads(line) for line in body.splitlines())
        return sorted(row["id"] for row in rows if "id" in row)
    firsts = (line.partition(b",")[0].strip(b'"').decode() for line in body.splitlines())
    return sorted(first for first in firsts if first.startswith("event-"))


def target(url: str, name: str, *, keeps: bool) -> Target:
    """Dragoman on the database at URL. Unless it KEEPS answers, each one is made anew."""
    environment = {"DRAGOMAN_DATABASE_URL": url, "DRAGOMAN_LOG_LEVEL": "warning"}
    if not keeps:
        environment["DRAGOMAN_CACHE_BYTES"] = "0"
    command = uvicorn("app.main:create_app")
    return Target(name, url, command, path, told, environment, whole=True, keeps=keeps)
