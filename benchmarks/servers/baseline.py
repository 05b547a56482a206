"""The idiomatic baseline: FastAPI, async SQLAlchemy with the ORM, selectinload, response models.

What a good developer writes by default: no ORM trick, no raw rows where there are entities, and no N+1 query either.
"""

import csv
import io
import os
from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from sqlalchemy import Select, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import selectinload

from benchmarks.servers.models import Account, Actor, ActorName, Article, Event, Evidence, Participant, Statement
from benchmarks.servers.schemas import ActorOut, EventDetails, EventOut, Facets, Month


def async_url(url: str) -> str:
    """URL with the drivers that SQLAlchemy's asyncio takes; a socket's folder is `host` to both."""
    return url.replace("sqlite:", "sqlite+aiosqlite:").replace("postgresql:", "postgresql+asyncpg:")


engine = create_async_engine(async_url(os.environ["BENCHMARK_DATABASE_URL"]))
sessions = async_sessionmaker(engine, expire_on_commit=False)
SQLITE = engine.dialect.name == "sqlite"

LISTED = (
    selectinload(Event.place),
    selectinload(Event.participants).selectinload(Participant.actor),
    selectinload(Event.participants).selectinload(Participant.on_behalf_of),
)
DETAILED = (
    *LISTED,
    selectinload(Event.evidence).selectinload(Evidence.article).selectinload(Article.publisher),
    selectinload(Event.figures),
    selectinload(Event.accounts).selectinload(Account.actor),
    selectinload(Event.accounts).selectinload(Account.article).selectinload(Article.publisher),
    selectinload(Event.relations),
    selectinload(Event.statements).selectinload(Statement.speaker),
)
app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    """A session for the request."""
    async with sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


def overlapping(begin: date, until: date) -> Any:
    """Events with a day from BEGIN to UNTIL."""
    return and_(Event.start_on <= until, Event.end_on >= begin)


def newest(query: Select[Any], limit: int = 50) -> Select[Any]:
    """The newest of QUERY."""
    return query.order_by(Event.start_on.desc(), Event.id).limit(limit)


@app.get("/events/timeline", response_model=list[Month])
async def read_timeline(session: Session, source: str, target: str) -> Any:
    """Events of a pair by month."""
    month = func.strftime("%Y-%m-01", Event.start_on) if SQLITE else func.date_trunc("month", Event.start_on)
    # A date that spans two months is in neither.
    last = func.strftime("%Y-%m-01", Event.end_on) if SQLITE else func.date_trunc("month", Event.end_on)
    query = (
        select(month.label("start"), func.count().label("count"))
        .where(Event.participants.any(and_(Participant.actor_id == source, Participant.side.in_(("source", "both")))))
        .where(Event.participants.any(and_(Participant.actor_id == target, Participant.side.in_(("target", "both")))))
        .where(or_(Event.precision != "range", month == last))
        .group_by(month)
        .order_by(month)
    )
    return (await session.execute(query)).mappings().all()


@app.get("/events/facets", response_model=Facets)
async def read_facets(session: Session, begin: date, until: date) -> Any:
    """Types, countries and actors of events."""
    where = overlapping(begin, until)

    async def top(key: Any, counted: Any, query: Select[Any]) -> Any:
        counted = counted.label("count")
        query = query.add_columns(key.label("value"), counted).where(where, key.is_not(None))
        return (await session.execute(query.group_by(key).order_by(counted.desc(), key).limit(10))).mappings().all()

    events = select().select_from(Event)
    return {
        "type": await top(Event.type, func.count(), events),
        "country": await top(Event.country, func.count(), events),
        "actor": await top(Participant.actor_id, func.count(Event.id.distinct()), events.join(Event.participants)),
    }


@app.get("/events/export.{format}")
async def export(format: str, begin: date, until: date) -> StreamingResponse:
    """All events, streamed."""
    query = select(Event).where(overlapping(begin, until)).options(*LISTED)
    query = query.order_by(Event.start_on.desc(), Event.id).execution_options(yield_per=1000)
    return StreamingResponse(_lines(query, format))


async def _lines(query: Select[Any], format: str) -> AsyncIterator[str]:
    async with sessions() as session:
        async for part in (await session.stream_scalars(query)).partitions():
            events = [EventOut.model_validate(event) for event in part]
            if format == "ndjson":
                yield "".join(event.model_dump_json() + "\n" for event in events)
            else:
                yield _csv(events)


def _csv(events: list[EventOut]) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines)
    for event in events:
        row = event.model_dump()
        row["participants"] = ";".join(one.actor.name for one in event.participants)
        row["place"] = event.place.name if event.place else None
        writer.writerow(row.values())
    return lines.getvalue()


@app.get("/events/search", response_model=list[EventOut])
async def search(session: Session, q: str) -> Any:
    """The best twenty events for Q."""
    if SQLITE:
        found = text(
            "SELECT e.id FROM event_fts f JOIN event e ON e.rowid = f.rowid"
            " WHERE event_fts MATCH :q ORDER BY rank LIMIT 20"
        )
    else:
        found = text(
            "SELECT event_id FROM event_fts, plainto_tsquery('simple', :q) AS query WHERE vector @@ query"
            " ORDER BY ts_rank(vector, query) DESC LIMIT 20"
        )
    ids = list((await session.execute(found, {"q": q})).scalars())
    events = {one.id: one for one in await session.scalars(select(Event).where(Event.id.in_(ids)).options(*LISTED))}
    return [events[one] for one in ids]


@app.get("/events", response_model=list[EventOut])
async def list_events(  # noqa: PLR0913, PLR0917 - what a list is asked
    session: Session,
    type: str | None = None,
    actor: str | None = None,
    begin: date | None = None,
    until: date | None = None,
    day: date | None = None,
    after: str | None = None,
) -> Any:
    """Events, the newest first, after an event if one is given."""
    query = select(Event).options(*LISTED)
    if type:
        query = query.where(Event.type == type)
    if actor:
        query = query.where(Event.participants.any(Participant.actor_id == actor))
    if begin and until:
        query = query.where(overlapping(begin, until))
    if day and after:
        query = query.where(or_(Event.start_on < day, and_(Event.start_on == day, Event.id > after)))
    return (await session.scalars(newest(query))).all()


@app.get("/events/{id}", response_model=EventDetails)
async def read_event(session: Session, id: str) -> Any:
    """An event with everything."""
    event = await session.get(Event, id, options=DETAILED)
    if event is None:
        raise HTTPException(404)
    return event


@app.get("/suggest", response_model=list[ActorOut])
async def suggest(session: Session, q: str) -> Any:
    """Actors whose names begin with Q."""
    named = ActorName.spelling.startswith(q, autoescape=True)
    query = select(Actor).where(Actor.id.in_(select(ActorName.actor_id).where(named))).order_by(Actor.name).limit(10)
    return (await session.scalars(query)).all()


@app.get("/healthz")
async def health() -> dict[str, str]:
    """It answers."""
    return {"status": "ok"}


def create_app() -> FastAPI:
    """The baseline on the database that the environment names."""
    return app
