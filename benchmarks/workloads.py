"""The questions, each a deterministic list of tasks that differ from one another.

A task says what is wanted; a target (benchmarks/targets) knows how to ask it that.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from app.models import Event, Participant
from benchmarks.data import FIRST, LAST, TYPES, TYPES_FREQUENT, Data, zipf
from benchmarks.vocabulary import ADJECTIVES, NOUNS

Values = dict[str, str]
# Asks Dragoman for the JSON at a path.
Ask = Callable[[str], Any]


@dataclass(frozen=True)
class Task:
    """One question of some kind."""

    kind: str
    values: Values = field(default_factory=dict)


@dataclass(frozen=True)
class Workload:
    """A kind of questions; `kept` if Dragoman may answer with what it has kept; `connections` ask at once."""

    name: str
    title: str
    kept: bool = False
    connections: int = 8
    headers: tuple[str, ...] = ()
    beside: str | None = None


WORKLOADS = (
    Workload("W1", "an event by id with everything"),
    Workload("W2", "newest 50 of a type in a date range"),
    Workload("W3", "50 events of an actor, deep in a walk"),
    Workload("W4", "monthly time line of an actor pair"),
    Workload("W5", "three facets over 5 % of all events", connections=2),
    Workload("W6", "full text in two languages, best 20"),
    Workload("W7 csv", "export of 10 % of all events as CSV", connections=1),
    Workload("W7 ndjson", "the same as NDJSON", connections=1),
    Workload("W7 parquet", "the same as Parquet", connections=1),
    Workload("W8", "one W2 request repeated", kept=True),
    Workload("W8 304", "the same with If-None-Match", kept=True, headers=("If-None-Match",)),
    Workload("W9", "/healthz", kept=True),
    Workload("W10", "a dashboard: all of them mixed", kept=True),
    Workload("W11", "search as you type"),
    Workload("W12", "W1 to W4 while an import writes", beside="import"),
    Workload("W1 W5", "W1 while one client asks W5", beside="W5"),
)
DAYS = (LAST - FIRST).days + 1


def tasks_of(workload: Workload, data: Data, ask: Ask, many: int) -> list[Task]:
    """MANY tasks for WORKLOAD, or as many as there can be."""
    chance = random.Random(workload.name)  # noqa: S311 - numbers that anybody may guess
    makers: dict[str, Callable[[], Iterator[Task]]] = {
        "W1": lambda: _events(data, chance),
        "W2": lambda: _types(chance),
        "W3": lambda: _walks(data, chance, ask),
        "W4": lambda: _pairs(data, chance),
        "W5": lambda: _spans(chance, DAYS // 20),
        "W6": lambda: _words(chance),
        "W11": lambda: _beginnings(data, chance),
    }
    if workload.name in makers:
        return _different(makers[workload.name](), min(many, MOST.get(workload.name, many)))
    if workload.name.startswith("W7"):
        begin = date(2018, 3, 1)
        span = {"begin": begin.isoformat(), "until": (begin + timedelta(days=DAYS // 10)).isoformat()}
        return [Task("W7", {**span, "format": workload.name.partition(" ")[2]})]
    if workload.name.startswith("W8"):
        return _different(_types(random.Random("W2")), 1)  # noqa: S311
    if workload.name == "W9":
        return [Task("W9")]
    if workload.name == "W1 W5":
        return tasks_of(WORKLOADS[0], data, ask, many)
    return _mixed(workload, data, ask, chance, many)


# Making these takes requests of its own, or there are no more.
MOST = {"W3": 300, "W5": 500, "W6": 1500, "W11": 1000}
_SHARES = {
    "W10": {"W1": 6, "W2": 5, "W3": 2, "W4": 3, "W5": 1, "W6": 2, "W9": 1, "W11": 4},
    "W12": {"W1": 4, "W2": 3, "W3": 2, "W4": 2},
}


def _different(tasks: Iterator[Task], many: int) -> list[Task]:
    found: dict[tuple[tuple[str, str], ...], Task] = {}
    for tried, task in enumerate(tasks):
        found.setdefault(tuple(task.values.items()), task)
        if len(found) >= many or tried > many * 20:
            break
    return list(found.values())


def _mixed(workload: Workload, data: Data, ask: Ask, chance: random.Random, many: int) -> list[Task]:
    shares = _SHARES[workload.name]
    parts = {one.name: one for one in WORKLOADS}
    mixed = [
        task
        for name, share in shares.items()
        for task in tasks_of(parts[name], data, ask, many * share // sum(shares.values()) + 1)
    ]
    chance.shuffle(mixed)
    return mixed


def _events(data: Data, chance: random.Random) -> Iterator[Task]:
    while True:
        yield Task("W1", {"id": data.key_of_event(chance.randrange(data.events))})


def _types(chance: random.Random) -> Iterator[Task]:
    while True:
        type_ = chance.choices(TYPES[:12], cum_weights=TYPES_FREQUENT[:12])[0]
        begin = FIRST + timedelta(days=chance.randrange(DAYS - 800))
        until = begin + timedelta(days=chance.randrange(200, 800))
        yield Task("W2", {"type": type_, "begin": begin.isoformat(), "until": until.isoformat()})


def _walks(data: Data, chance: random.Random, ask: Ask) -> Iterator[Task]:
    """Cursors deep in the events of busy actors, found by walking there in big pages."""
    while True:
        actor = data.key(chance.choices(range(100), cum_weights=zipf(100))[0])
        path = f"/v1/events?actor={actor}&fields=date&limit="
        page = ask(f"{path}{chance.randrange(20, 1000)}")
        for _ in range(chance.randrange(3)):
            if page["page"]["next"]:
                page = ask(f"{path}1000&cursor={_cursor(page)}")
        if page["page"]["next"]:
            last = page["data"][-1]
            yield Task("W3", {"actor": actor, "day": last["date"]["start"], "id": last["id"], "cursor": _cursor(page)})


def _cursor(page: Any) -> str:
    return str(parse_qs(urlsplit(page["page"]["next"]).query)["cursor"][0])


def _pairs(data: Data, chance: random.Random) -> Iterator[Task]:
    """The first two participants of some events, so that busy pairs are as frequent as they are."""
    while True:
        drafts = data.article(chance.randrange(data.articles))
        for draft in drafts:
            actors = [part["actor_id"] for part in draft.parts[Participant]]
            if draft.table is Event and len(actors) > 1:
                yield Task("W4", {"source": actors[0], "target": actors[1]})


def _spans(chance: random.Random, days: int) -> Iterator[Task]:
    while True:
        begin = FIRST + timedelta(days=chance.randrange(DAYS - days))
        yield Task("W5", {"begin": begin.isoformat(), "until": (begin + timedelta(days=days)).isoformat()})


def _words(chance: random.Random) -> Iterator[Task]:
    while True:
        language = chance.randrange(2)
        yield Task("W6", {"q": f"{chance.choice(NOUNS)[language]} {chance.choice(ADJECTIVES)[language]}"})


def _beginnings(data: Data, chance: random.Random) -> Iterator[Task]:
    """Beginnings of names that few actors have, so that all targets must find the same."""
    names = [name for number in range(data.actors) for name in data.actor(number)[1]]
    begun: dict[str, int] = {}
    for name in names:
        for length in range(3, 9):
            begun[name[:length].casefold()] = begun.get(name[:length].casefold(), 0) + 1
    while True:
        name = chance.choice(names)
        typed = name[: chance.randrange(3, 9)]
        if begun.get(typed.casefold(), 9) <= 3 and typed == typed.strip() and " " not in typed:  # noqa: PLR2004
            yield Task("W11", {"q": typed})


def sample(tasks: Sequence[Task], many: int) -> list[Task]:
    """MANY of TASKS, spread over all of them."""
    return list(tasks[:: max(1, len(tasks) // many)])[:many]
