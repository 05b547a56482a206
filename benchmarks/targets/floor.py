"""The floor (benchmarks/servers/floor.py), on SQLite and on PostgreSQL."""

import orjson

from benchmarks.targets import Target, Told, dragoman, finder, uvicorn
from benchmarks.workloads import Task

_PATHS = {
    "W1": "/event?id={id}",
    "W2": "/type?type={type}&begin={begin}&until={until}",
    "W3": "/actor?actor={actor}&day={day}&id={id}",
    "W4": "/months?source={source}&target={target}",
    "W5": "/facets?begin={begin}&until={until}",
    "W6": "/search?q={q}",
    "W7": "/export.{format}?begin={begin}&until={until}",
    "W9": "/healthz",
    "W11": "/suggest?q={q}",
}
path = finder(_PATHS, parquet=False)


def told(task: Task, body: bytes) -> Told:
    """What the answer BODY to TASK says; it is Dragoman's, without the envelope."""
    if task.kind == "W11":
        return [one["id"] for one in orjson.loads(body)["data"]]
    return dragoman.told(task, body)


def target(url: str, name: str) -> Target:
    """The floor on the database at URL."""
    command = uvicorn("benchmarks.servers.floor:create_app")
    return Target(name, url, command, path, told, {"BENCHMARK_DATABASE_URL": url}, whole=True)
