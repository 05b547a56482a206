"""Comparing answers: only if two targets answer the same, it is worth timing them against each other."""

import re
from typing import Any

import orjson

from benchmarks.data import Data
from benchmarks.processes import Server
from benchmarks.workloads import Task, sample

# Full text is ranked by everybody in his own way, and Dragoman finds other forms of a word, too. What must agree: each
# record has the words, by the data as it was made, and where that is not a full page, they are all that have them.
RANKED = ("W6",)
PAGE = 20
# Suggestions are what begins so, of which everybody has at least these; Dragoman adds what only sounds so.
OPEN = ("W11",)


def difference(data: Data, tasks: list[Task], servers: tuple[Server, Server], many: int) -> str | None:
    """What differs between our answers and theirs to MANY of TASKS; None if nothing does."""
    dragoman = servers[1].target.keeps is not None
    for task in sample(tasks, many):
        bodies = [server.get(task) for server in servers]
        if task.kind in RANKED and not dragoman:
            mine, other = (server.target.told(task, body) for server, body in zip(servers, bodies, strict=True))
            said = _found_otherwise(data, task, [one[0] for one in mine], [one[0] for one in other])
        elif task.kind in OPEN and not dragoman:
            mine, other = (server.target.told(task, body) for server, body in zip(servers, bodies, strict=True))
            said = None if set(other) <= set(mine) else f"suggests {other} instead of {mine}"
        else:
            said = _apart(task, servers, *bodies)
        if said:
            return f"{task}: {said}"
    return None


def _found_otherwise(data: Data, task: Task, mine: list[str], other: list[str]) -> str | None:
    """Why the events OTHER cannot be all that has the words of TASK; None if they can. Dragoman found MINE."""
    literal = {event for event in mine if _has(data, event, task.values["q"])}
    wordless = [event for event in other if not _has(data, event, task.values["q"])]
    if wordless or (len(mine) < PAGE and set(other) != literal):
        return f"finds {sorted(other)} instead of {sorted(literal)}"
    return None


def _apart(task: Task, servers: tuple[Server, Server], mine: bytes, other: bytes) -> str | None:
    ours, theirs = servers
    if ours.target.whole and theirs.target.whole and task.kind not in ("W7", "W9"):
        return _first(orjson.loads(mine)["data"], orjson.loads(other)["data"])
    return _first(_plain(ours.target.told(task, mine)), _plain(theirs.target.told(task, other)))


def _plain(told: Any) -> Any:
    return orjson.loads(orjson.dumps(told))


def _first(mine: Any, other: Any, path: str = "") -> str | None:
    """Where MINE and OTHER differ first."""
    if isinstance(mine, dict) and isinstance(other, dict) and mine.keys() == other.keys():
        return next(filter(None, (_first(mine[key], other[key], f"{path}.{key}") for key in mine)), None)
    if isinstance(mine, list) and isinstance(other, list) and len(mine) == len(other):
        parts = (_first(*pair, f"{path}[{at}]") for at, pair in enumerate(zip(mine, other, strict=True)))
        return next(filter(None, parts), None)
    return None if mine == other else f"{path}: {str(mine)[:200]} against {str(other)[:200]}"


def _has(data: Data, event: str, wanted: str) -> bool:
    """Whether the event has all words WANTED, according to the data as they were made."""
    number = int(event.removeprefix("event-"))
    guess = number * data.articles // data.events
    article = next(one for one in (guess, guess + 1, guess - 1) if number in data.events_of(one))
    draft = next(draft for draft in data.article(article) if draft.id == event)
    words = re.findall(r"\w+", f"{draft.row['labels']} {draft.row['summary']}".casefold())
    return all(word in words for word in wanted.casefold().split())
