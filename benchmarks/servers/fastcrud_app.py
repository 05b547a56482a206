"""FastCRUD in the way of its documentation: its queries over the baseline's models, its dictionaries as they come.

It counts nothing by groups, walks no cursor over a joined table and knows no full text, so it has W1, W2, W9 and W11.
"""

import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastcrud import FastCRUD, JoinConfig
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from benchmarks.servers.models import Account, Actor, ActorName, Article, Event, Evidence, Participant, Statement

engine = create_async_engine(os.environ["BENCHMARK_DATABASE_URL"].replace("sqlite:", "sqlite+aiosqlite:"))
sessions = async_sessionmaker(engine, expire_on_commit=False)
events: Any = FastCRUD(Event)
participants: Any = FastCRUD(Participant)
evidence: Any = FastCRUD(Evidence)
accounts: Any = FastCRUD(Account)
statements: Any = FastCRUD(Statement)
names: Any = FastCRUD(ActorName)
app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for the request."""
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]
ACTOR = JoinConfig(model=Actor, join_on=Participant.actor_id == Actor.id, join_prefix="actor_")
ARTICLE = JoinConfig(model=Article, join_on=Evidence.article_id == Article.id, join_prefix="article_")
SPEAKER = JoinConfig(model=Actor, join_on=Statement.speaker_id == Actor.id, join_prefix="speaker_")
NAMED = JoinConfig(model=Actor, join_on=ActorName.actor_id == Actor.id, join_prefix="actor_")


async def took_part(session: AsyncSession, ids: list[str]) -> dict[str, list[Any]]:
    """The participants of the events IDS."""
    found = await participants.get_multi_joined(
        session, joins_config=[ACTOR], event_id__in=ids, limit=None, sort_columns=["event_id", "position"]
    )
    parts: dict[str, list[Any]] = {id: [] for id in ids}
    for one in found["data"]:
        parts[one["event_id"]].append(one)
    return parts


@app.get("/events")
async def list_events(session: Session, type: str, begin: date, until: date) -> Any:
    """The newest events of a type."""
    found = await events.get_multi(
        session,
        limit=50,
        return_total_count=False,
        sort_columns=["start_on", "id"],
        sort_orders=["desc", "asc"],
        type=type,
        start_on__lte=until,
        end_on__gte=begin,
    )
    parts = await took_part(session, [one["id"] for one in found["data"]])
    return [{**one, "participants": parts[one["id"]]} for one in found["data"]]


@app.get("/events/{id}")
async def read_event(session: Session, id: str) -> Any:
    """An event with everything."""
    event = await events.get(session, id=id)
    found = await evidence.get_multi_joined(session, joins_config=[ARTICLE], event_id=id, sort_columns="position")
    said = await statements.get_multi_joined(
        session, joins_config=[SPEAKER], event_id=id, sort_columns=["start_on", "id"]
    )
    told = await accounts.get_multi(session, event_id=id)
    parts = (await took_part(session, [id]))[id]
    own = {"evidence": found["data"], "accounts": told["data"], "statements": said["data"], "participants": parts}
    return {**(event or {}), **own}


@app.get("/suggest")
async def suggest(session: Session, q: str) -> Any:
    """Actors whose names begin with Q."""
    found = await names.get_multi_joined(session, joins_config=[NAMED], spelling__startswith=q, limit=10)
    return found["data"]


@app.get("/healthz")
async def health() -> dict[str, str]:
    """It answers."""
    return {"status": "ok"}


def create_app() -> FastAPI:
    """FastCRUD on the database that the environment names."""
    return app
