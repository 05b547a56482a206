"""Whether two answers say the same: only then are they worth timing against each other."""

from typing import Any

import orjson

from benchmarks.data import Data
from benchmarks.processes import Server
from benchmarks.workloads import Task, sample

# Full text is ranked by everybody in his own way: what must agree is how many there are, and that each has the words.
RANKED = ("W6",)
# Suggestions are what begins so, of which everybody has at least these; Dragoman adds what only sounds so.
OPEN = ("W11",)


def difference(data: Data, tasks: list[Task], servers: tuple[Server, Server], many: int) -> str | None:
    """What differs between the answers of ours and theirs to MANY of TASKS, or None."""
    ours, theirs = servers
    for task in sample(tasks, many):
        mine, other = ours.get(task), theirs.get(task)
        if task.kind in RANKED:
            found, wanted = theirs.target.told(task, other), ours.target.told(task, mine)
            if len(found) != len(wanted) or not all(_has(data, one[0], task.values["q"]) for one in found):
                return f"{task}: {len(found)} records instead of {len(wanted)}, or without the words"
        elif task.kind in OPEN:
            if not set(theirs.target.told(task, other)) <= set(ours.target.told(task, mine)):
                return f"{task}: finds others"
        elif said := _apart(task, servers, mine, other):
            return f"{task}: {said}"
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
    """Whether the event has all words WANTED, by the data as it was made."""
    number = int(event.removeprefix("event-"))
    guess = number * data.articles // data.events
    article = next(one for one in (guess, guess + 1, guess - 1) if number in data.events_of(one))
    draft = next(draft for draft in data.article(article) if draft.id == event)
    words = f"{draft.row['labels']} {draft.row['summary']}".casefold()
    return all(word in words for word in wanted.casefold().split())
