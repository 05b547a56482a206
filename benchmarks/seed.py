"""`python -m benchmarks.seed`: how fast the product answers from its own corpus, on one core, the client on another.

There is nobody to compare with: the bars are for a million events, and this is what a newsroom sees on the first day.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from urllib.parse import quote

import typer

from app.database import open_engine, writing
from app.loading import load_folder
from app.migrating import upgrade
from app.settings import ROOT
from benchmarks import report
from benchmarks.client import Client
from benchmarks.measuring import tag_of
from benchmarks.processes import Server, pin, started
from benchmarks.run import CORES, postmaster
from benchmarks.store import postgres_server
from benchmarks.targets import dragoman

WORDS = ("حلب", "القصف", "روسيا", "truce", "convoy", "hospital", "Kerry", "warning", "перемирие", "bombing")
MONTHS = ("2016-09", "2016-10", "2016-11", "2016-12", "2016-09/2016-10", "2016-10/2016-11", "2016-11/2016-12")
TYPES = ("meeting", "warning", "threat", "phone_call", "demand", "pressure", "consultation")
HEAD = "| question | a second | p50 ms | p99 ms | processor us |\n|---|---|---|---|---|"


@dataclass(frozen=True)
class Question:
    """A question to a server that keeps answers, or to one that does not; `known` if the client has the answer."""

    name: str
    paths: tuple[str, ...]
    keeps: bool = False
    known: bool = False


def _questions(ids: list[str]) -> list[Question]:
    lists = tuple(f"/v1/events?date={month}&limit={limit}" for month, limit in product(MONTHS, (20, 50, 100)))
    details = tuple(f"/v1/events/{key}" for key in ids)
    return [
        Question("list", lists),
        Question("detail", details),
        Question("facets", tuple(f"/v1/events/facets?date={month}" for month in MONTHS)),
        Question("timeline", tuple(f"/v1/events/timeline?interval=week&type={type_}" for type_ in TYPES)),
        Question("full text", tuple(f"/v1/statements?q={quote(word)}&limit=20" for word in WORDS)),
        Question("search", tuple(f"/v1/search?q={quote(word)}" for word in WORDS)),
        Question("suggest", tuple(f"/v1/suggest?q={quote(word[:4])}" for word in WORDS)),
        Question("list, kept", lists, keeps=True),
        Question("detail, kept", details, keeps=True),
        Question("304", lists[:1], keeps=True, known=True),
    ]


def run(seconds: int = 3) -> None:
    """Time each question for SECONDS on SQLite and on PostgreSQL."""
    client = Client(CORES[1], seconds)
    for name, url, database in _databases():
        targets = [dragoman.target(url, f"Dragoman on {name}", keeps=keeps) for keeps in (False, True)]
        with started(targets, CORES[0], database) as (anew, keeping):
            lines = [_line(one, keeping if one.keeps else anew, client) for one in _questions(_ids(anew))]
        sys.stdout.write(f"\n{report.head('the seed', client)}\n### {name}\n\n{HEAD}\n" + "".join(lines))


def _databases() -> Iterator[tuple[str, str, int]]:
    """Both databases with the seed in them: name, address, and the process of the database server."""
    with tempfile.TemporaryDirectory() as folder:
        file = f"sqlite:///{folder}/seed.db"
        _fill(file)
        yield "SQLite", file, 0
        with postgres_server(Path(folder)) as server:
            _fill(server)
            pin(postmaster(server), CORES[0])
            yield "PostgreSQL", server, postmaster(server)


def _fill(url: str) -> None:
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
        load_folder(db, ROOT / "seed", at=datetime(2026, 1, 1, tzinfo=UTC))
    engine.dispose()


def _ids(server: Server) -> list[str]:
    return [one["id"] for one in server.json("/v1/events?limit=1000&fields=id")["data"]]


def _line(question: Question, server: Server, client: Client) -> str:
    tags = [tag_of(server, path) for path in question.paths]
    headers = ["If-None-Match", tags[0]] if question.known else []
    used = server.seconds()
    asked = client.ask(server.port, question.paths, 8, headers)
    used = server.seconds() - used
    errors = f" ({asked.errors} errors)" if asked.errors else ""
    times = f"{asked.p50:.2f} | {asked.p99:.2f} | {used / max(1, asked.requests) * 1e6:,.0f}"
    return f"| {question.name} | {asked.requests / asked.seconds:,.0f}{errors} | {times} |\n"


if __name__ == "__main__":
    typer.run(run)
