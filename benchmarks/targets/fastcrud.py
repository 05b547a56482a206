"""FastCRUD (benchmarks/servers/fastcrud_app.py)."""

from typing import Any

import orjson

from benchmarks.targets import Target, Told, finder, told_details, told_event, uvicorn
from benchmarks.workloads import Task

_PATHS = {
    "W1": "/events/{id}",
    "W2": "/events?type={type}&begin={begin}&until={until}",
    "W9": "/healthz",
    "W11": "/suggest?q={q}",
}
path = finder(_PATHS)


def told(task: Task, body: bytes) -> Told:
    """What the answer BODY to TASK says."""
    if task.kind == "W9":
        return "well"
    data = orjson.loads(body)
    if task.kind == "W1":
        return told_details(_event(data))
    if task.kind == "W11":
        return [one["actor_id"] for one in data]
    return [told_event(_event(one)) for one in data]


def _event(row: Any) -> Any:
    parts = [{**one, "actor": {"id": one["actor_id"], "name": one["actor_name"]}} for one in row["participants"]]
    found = [{**one, "article": {"id": one["article_id"]}} for one in row.get("evidence", ())]
    return {**row, "participants": parts, "evidence": found, "date": {"start": row["start_on"]}}


def target(url: str, name: str) -> Target:
    """FastCRUD on the SQLite file at URL."""
    command = uvicorn("benchmarks.servers.fastcrud_app:create_app")
    return Target(name, url, command, path, told, {"BENCHMARK_DATABASE_URL": url})
