"""Actors: people, states, ministries, armed groups, media."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, bindparam, func, select, union_all

from app.answering.paging import detail_of, page_of
from app.asking.listing import Resource, detail_parameters, list_parameters
from app.asking.parameters import asking, documented
from app.codes import ActorKind, label
from app.dialects.keys import among
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.loading.activity import ACTING, SPEAKING
from app.loading.kept_sums import kept
from app.models import Actor, Event, Participant, Statement
from app.reading.prepared import looks_back, read
from app.records.actors import ActorDetails, ActorOut
from app.records.envelope import Detail, Listing
from app.resources.shared_filters import of, of_dataset, updated_since, valued
from app.searching.full_text import filter_of
from app.standards import Country

FILTERS = (
    valued("kind", Actor.kind, "Of these kinds.", "armed_group", type=ActorKind),
    valued("country", Actor.country, "Of these countries (ISO 3166-1 alpha-3).", "RUS", type=Country),
    of("parent", "actor", lambda ids: among(Actor.parent_id, ids), "That are part of these.", example="russia"),
    of_dataset(Actor),
    filter_of("actor"),
    updated_since(Actor),
)

ACTORS = Resource(
    table=Actor,
    filters=FILTERS,
    sorts={"name": Actor.name, "kind": Actor.kind, "updated_at": Actor.updated_at, "id": Actor.id},
    sort="name",
    fields=tuple(ActorOut.model_fields),
)
ActorQuery = list_parameters(ACTORS)
ActorDetail = detail_parameters(ACTORS, ActorDetails)

router = APIRouter(prefix="/v1/actors", tags=["actors"], route_class=Read)


@router.get("", responses=answers(Listing[ActorOut], "actor"), openapi_extra=documented(ActorQuery))
def list_actors(request: Request, asked: Any = asking(ActorQuery)) -> Response:
    """List actors by name."""
    return page_of(request, ACTORS, asked)


@router.get("/{id}", responses=answers(Detail[ActorDetails], "actor"), openapi_extra=documented(ActorDetail))
def read_actor(request: Request, id: str = record_path("actor"), asked: Any = asking(ActorDetail)) -> Response:
    """Read an actor with its spellings, offices, and what it did and said."""
    return detail_of(request, ACTORS, id, asked, activity)


_WHO: Any = bindparam("actor")
# The first and the last day of what an actor did, and of what it said. Each by itself, it is at one end of an index.
_BOUNDS = union_all(
    *(
        select(end(day).label("day")).where(who == _WHO)
        for day, who in ((Participant.start_on, Participant.actor_id), (Statement.start_on, Statement.speaker_id))
        for end in (func.min, func.max)
    )
)


def activity(db: Connection, actor: dict[str, Any]) -> dict[str, Any]:
    """What ACTOR did and said, counted, and the first and the last day of it."""
    key = actor["id"]
    types, acts = _then(db, key) if looks_back(db) else _now(db, key)
    event_types = _tallied(types, "event-types")
    speech_acts = _tallied(acts, "speech-acts")
    seen = [row.day for row in read(db, _BOUNDS, {"actor": key}) if row.day]
    counts = {
        "events": sum(one["count"] for one in event_types),
        "statements": sum(one["count"] for one in speech_acts),
        "event_types": event_types,
        "speech_acts": speech_acts,
    }
    return {"counts": counts, "first_seen": min(seen, default=None), "last_seen": max(seen, default=None)}


def _now(db: Connection, key: str) -> list[dict[str, int]]:
    """How many events of each type the actor KEY takes part in, and how many statements of each act it makes."""
    wanted = {"type": ACTING.key_of(key), "act": SPEAKING.key_of(key)}
    found = kept(db, [*wanted.values()])
    return [found.get(one, {}).get(dimension, {}) for dimension, one in wanted.items()]


def _then(db: Connection, key: str) -> list[dict[str, int]]:
    """The same of the past, of which nothing is kept."""
    took_part = select(Participant.event_id).where(Participant.actor_id == key)
    types = select(Event.type, func.count()).where(Event.id.in_(took_part)).group_by(Event.type)
    acts = select(Statement.act, func.count()).where(Statement.speaker_id == key).group_by(Statement.act)
    return [dict(db.execute(query).all()) for query in (types, acts)]


def _tallied(counts: dict[str, int], codes: str) -> list[dict[str, Any]]:
    rows = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"value": value, "label": label(codes, value), "count": count} for value, count in rows]
