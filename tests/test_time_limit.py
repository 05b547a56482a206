"""A query that costs too much is stopped in the database, and the others do not wait for it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, bindparam, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.database.time_limit import STEPS, UNTIL
from app.models import Participant
from app.reading.prepared import read
from app.reading.readers import reader, snapshot
from app.reading.revision import open_revisions
from tests.conftest import client_of
from tests.helpers import DEAR
from tests.serving import serving, url_of


def test_a_dear_query_is_stopped_and_told(seeded_url: str) -> None:
    """A 503 problem with `Retry-After` and what to narrow; the next query on the same connections is answered."""
    with client_of(seeded_url, query_seconds=0.02, threads=1) as client:
        for _ in range(3):
            answer = client.get(f"{DEAR}&count=exact")
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["retry-after"] == "5"
            assert answer.headers["cache-control"] == "no-store"
            detail = answer.json()["detail"]
            assert detail.startswith("The query took longer than 0.02 seconds and was stopped. Narrow it: ")
            for hint in ("a shorter time", "leave out `count`", "give `actor_country__all` fewer values"):
                assert hint in detail
            assert client.get("/v1/codes").status_code == 200


def test_the_limit_is_told(seeded_url: str) -> None:
    """`/v1/limits` has the setting."""
    with client_of(seeded_url, query_seconds=2.5) as client:
        assert client.get("/v1/limits").json()["data"]["query"] == {"seconds": 2.5}


def test_within_the_limit_it_is_answered(client: TestClient) -> None:
    """A query of the same kind is no error by itself."""
    answer = client.get("/v1/events?actor_country__all=RUS,RUS,RUS&role__all=target,target,target")
    assert answer.status_code == 200
    assert answer.json()["data"] != []


def test_writing_takes_its_time(seeded_url: str) -> None:
    """A transaction that writes is not stopped, however long its statements take."""
    engine = open_engine(seeded_url, query_seconds=0.001)
    with writing(engine) as db:
        crowd(db, 20_000)
    engine.dispose()


def test_the_limit_is_of_questions_alone(seeded_url: str) -> None:
    """However often a connection is read from, no limit that is over stops what begins the next transaction.

    SQLite counts the steps of a statement over all its runs, and looks at the clock whenever these are enough.
    """
    engine = open_engine(seeded_url, query_seconds=10)
    for _ in range(STEPS if engine.dialect.name == "sqlite" else 3):
        for reading in (reader, snapshot):
            with reading(engine) as db:
                db.info["deadline"] = 0.0
    engine.dispose()


def test_to_be_stopped_costs_once(seeded_url: str) -> None:
    """A statement of SQLite that was stopped is not made anew each time from then on, as its driver would have it."""
    engine = open_engine(seeded_url, query_seconds=10)
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's driver keeps what was stopped")
    one, other = aliased(Participant), aliased(Participant)
    pairs = select(one.role).where(one.position + other.position > bindparam("number"))

    def ask(number: int) -> None:
        with reader(engine) as db:
            read(db, pairs, {"number": number})

    late = UNTIL.set(0.0)
    with pytest.raises(DBAPIError):
        # It is stopped among the rows that it finds.
        ask(-1)
    UNTIL.reset(late)
    made: list[int] = []

    def note(action: int, *_what: object) -> int:
        made.append(action)
        return sqlite3.SQLITE_OK

    with reader(engine) as db:
        # SQLite asks whether it may whenever it makes a statement.
        raw: Any = db.connection.driver_connection
        raw.set_authorizer(note)
    ask(1_000)
    assert sqlite3.SQLITE_SELECT in made
    made.clear()
    ask(1_000)
    assert sqlite3.SQLITE_SELECT not in made
    engine.dispose()


def test_the_revision_is_always_told(seeded_url: str) -> None:
    """The connection that tells it was another's before, and has no limit of that one's."""
    engine = open_engine(seeded_url, query_seconds=10)
    with engine.connect() as db:
        db.info["deadline"] = 0.0

    async def told() -> set[object]:
        revisions = open_revisions(engine)
        found: set[object] = {
            await revisions.now() for _ in range(STEPS // 2 if engine.dialect.name == "sqlite" else 3)
        }
        await revisions.close()
        return found

    stamps = asyncio.run(told())
    assert None not in stamps
    assert len(stamps) == 1
    engine.dispose()


@contextmanager
def slowed(engine: Engine) -> Iterator[None]:
    """Meanwhile a question about events takes longer than the limit."""
    with writing(engine) as db:
        if engine.dialect.name == "postgresql":
            db.execute(text("LOCK TABLE event IN ACCESS EXCLUSIVE MODE"))
            yield
        else:
            crowd(db, 200_000)
            db.commit()
            yield


def crowd(db: Connection, number: int) -> None:
    """Let five events with Russia have NUMBER participants more, who are of no country and come before all others."""
    db.execute(
        text(
            f"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {number})
            INSERT INTO participant (event_id, position, actor_id, role, side)
            SELECT event.id, -n.i, actor.id, 'participant', 'both' FROM n,
                (SELECT DISTINCT event_id AS id FROM participant WHERE actor_id = 'russia' LIMIT 5) AS event,
                (SELECT min(id) AS id FROM actor WHERE country IS NULL) AS actor
            """
        )
    )


def test_the_others_do_not_wait(engine: Engine) -> None:
    """One thread serves, and a dear query has it: health and cheap reads are answered before that is stopped."""
    dear = "/v1/events?limit=1000&actor_country__all=" + ",".join(["RUS"] * 60)
    seconds = "1" if engine.dialect.name == "sqlite" else "5"
    environment = {"DRAGOMAN_THREADS": "1", "DRAGOMAN_QUERY_SECONDS": seconds, "DRAGOMAN_CACHE_BYTES": "0"}
    with serving(url_of(engine), **environment) as (client, _), ThreadPoolExecutor() as pool, slowed(engine):
        ended: list[str] = []

        def ask(path: str) -> int:
            status = client.get(path).status_code
            ended.append(path)
            return status

        running = pool.submit(ask, dear)
        cheap = ("/healthz", "/v1/actors?limit=1", "/v1/codes", "/v1/meta")
        assert [ask(path) for path in cheap] == [200] * len(cheap)
        assert running.result() == 503
        assert ended[-1] == dear
