"""Events: something that happened between actors on a day."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Connection, Select, Text, and_, exists, or_, select

from app.answering.paging import detail_of, page_of
from app.asking.conditions import prefixed, told_in, with_parts, within
from app.asking.filters import Filter, is_given, matching
from app.asking.listing import Part, Resource, Taking, detail_parameters, list_parameters
from app.asking.parameters import asking, documented
from app.asking.values import Box, Coded, chosen
from app.codes import Cameo, EventTypeOrClass, ParticipantRole, Plover, Status, types_of
from app.dialects.keys import among
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Account, Actor, Event, EventCode, Evidence, Figure, Participant, Place, Relation, Statement
from app.models.events import SIDED
from app.records.details import EventDetails
from app.records.embeds import EventListed
from app.records.envelope import Detail, Listing
from app.records.events import EventOut
from app.resources import embeds
from app.resources.contradictions import contradictions
from app.resources.shared_filters import during, having, of, of_dataset, updated_since, valued, verified
from app.searching.full_text import filter_of
from app.standards import Country


def _took_part(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Participant.event_id == Event.id, *conditions)


def _on_side(side: str) -> Taking:
    return lambda part, chosen: (chosen(part.actor_id), part.side.in_(SIDED[side]))


# What these filters ask of a participant; CHOSEN is their condition on the column with the actor.
TAKING: dict[str, Taking] = {
    "actor": lambda part, chosen: (chosen(part.actor_id),),
    "source": _on_side("source"),
    "target": _on_side("target"),
    "on_behalf_of": lambda part, chosen: (chosen(part.on_behalf_of_id),),
}


def _taking(name: str, description: str, **more: Any) -> Filter:
    """The filter NAME on who took part."""

    def of_these(actors: Any) -> Sequence[ColumnElement[bool]]:
        return TAKING[name](Participant, lambda column: among(column, actors))

    def few(actors: Any) -> Select[str]:
        return select(Participant.event_id).where(*of_these(actors))

    return of(name, "actor", lambda actors: _took_part(*of_these(actors)), description, few=few, **more)


def _originally(coded: str) -> ColumnElement[bool]:
    """The event has the code in its source. Codes that are in a column of the event are not kept in the table too."""
    scheme, _, code = coded.partition(":")
    if scheme in ("cameo", "plover"):
        return and_(getattr(Event, scheme) == code, Event.originals.cast(Text).like(f'%"{scheme}"%'))
    return exists().where(EventCode.event_id == Event.id, EventCode.scheme == scheme, EventCode.code == code)


_HAS = {
    "accounts": exists().where(Account.event_id == Event.id),
    "coordinates": exists().where(Place.id == Event.place_id, Place.lat.is_not(None)),
    "evidence": exists().where(Evidence.event_id == Event.id),
    "figures": exists().where(Figure.event_id == Event.id),
    "goldstein": Event.goldstein.is_not(None),
    "place": Event.place_id.is_not(None),
    "quote": exists().where(Statement.event_id == Event.id, Statement.quote_text.is_not(None)),
    "relations": exists().where(Relation.event_id == Event.id),
    "statements": exists().where(Statement.event_id == Event.id),
}
_OWNERS = {
    "accounts": Account.event_id,
    "evidence": Evidence.event_id,
    "figures": Figure.event_id,
    "quote": Statement.event_id,
    "relations": Relation.event_id,
    "statements": Statement.event_id,
}

FILTERS = (
    Filter(
        "type",
        "Of these types; a class stands for its types.",
        "warning",
        lambda types: among(Event.type, types),
        type=EventTypeOrClass,
        open=True,
        means=lambda values: [one for value in values for one in types_of(value)],
    ),
    _taking(
        "actor",
        "In which these actors took part, in any role, or in the `role` asked for.",
        example="sergey-lavrov",
        every=True,
    ),
    _taking("source", "Begun or done by these actors.", example="john-kerry"),
    _taking("target", "Aimed at or done to these actors.", example="russia"),
    Filter(
        "role",
        "In which an actor has this role; with `actor`, that very actor.",
        "victim",
        lambda values: _took_part(among(Participant.role, values)),
        type=ParticipantRole,
        every=True,
        open=True,
    ),
    _taking("on_behalf_of", "In which somebody took part for these.", example="russia", every=True),
    Filter(
        "actor_country",
        "In which actors of these countries took part (ISO 3166-1 alpha-3).",
        "RUS",
        lambda values: _took_part(Participant.actor_id == Actor.id, among(Actor.country, values)),
        type=Country,
        every=True,
        open=True,
    ),
    of(
        "place",
        "place",
        lambda ids: Event.place_id.in_(with_parts(ids)),
        "At these places, or at places in them.",
        example="aleppo",
    ),
    valued("country", Event.country, "In these countries (ISO 3166-1 alpha-3).", "SYR", type=Country),
    valued(
        "status",
        Event.status,
        "Of these statuses.",
        "disputed",
        type=Status,
        few=lambda values: select(Event.id).where(among(Event.status, values)),
    ),
    during("date", Event, "That overlap this day, month, year or interval.", "2016-09-28/2016-10-03"),
    Filter(
        "bbox",
        "Whose place lies in this box: west,south,east,north in degrees.",
        "36,35,38,37",
        # Starts from the places: trying the place of each event took ten seconds with a million events elsewhere.
        lambda box: Event.place_id.in_(select(Place.id).where(within(box))),
        type=Box,
        several=False,
    ),
    of(
        "article",
        "article",
        lambda articles: Event.id.in_(told_in(articles)),
        "That these articles tell.",
        example="2016-10-03-seed-lavrov-kerry-aleppo",
    ),
    of_dataset(Event),
    Filter(
        "cameo",
        "With these CAMEO codes, or codes under them.",
        "19",
        lambda codes: prefixed(Event.cameo, codes),
        type=Cameo,
    ),
    Filter(
        "plover",
        "With these PLOVER codes; an event type stands for its modes.",
        "CONSULT",
        lambda codes: prefixed(Event.plover, codes, "-"),
        type=Plover,
    ),
    Filter(
        "code",
        "With these codes of the source that they came from, each behind its scheme.",
        "cameo:0411",
        lambda codes: or_(*map(_originally, codes)),
        type=Coded,
        every=True,
    ),
    Filter(
        "quad_class",
        "Of these classes: 1 verbal and 2 material cooperation, 3 verbal and 4 material conflict.",
        "4",
        lambda values: Event.quad_class.in_([int(value) for value in values]),
        type=chosen(("1", "2", "3", "4")),
    ),
    having(_HAS, _OWNERS),
    verified(Event, Evidence.event_id),
    filter_of("event"),
    updated_since(Event),
)


def narrow(query: Select[Any], asked: Any) -> Select[Any]:
    """QUERY narrowed to the events that ASKED wants; an actor and a role must be one participant's."""
    if not (is_given(asked.actor) and is_given(asked.role)):
        return matching(query, FILTERS, asked)
    together = and_(among(Participant.actor_id, asked.actor), among(Participant.role, asked.role))
    rest = asked.model_copy(update={"actor": (), "role": ()})
    return matching(query.where(_took_part(together)), FILTERS, rest)


EVENTS = Resource(
    table=Event,
    filters=FILTERS,
    sorts={
        "date": Event.start_on,
        "type": Event.type,
        "updated_at": Event.updated_at,
        "goldstein": Event.goldstein,
        "id": Event.id,
    },
    sort="-date",
    fields=tuple(EventOut.model_fields),
    includes={
        "evidence": embeds.event_evidence,
        "statements": embeds.event_statements,
        "articles": embeds.event_articles,
        "relations": embeds.event_relations,
    },
    narrow=narrow,
    part=Part(Participant, "event_id", TAKING, coupled={"actor": "role"}),
)
EventQuery = list_parameters(EVENTS)
EventDetail = detail_parameters(EVENTS, EventDetails)

router = APIRouter(prefix="/v1/events", tags=["events"], route_class=Read)


@router.get("", responses=answers(Listing[EventListed], "event"), openapi_extra=documented(EventQuery))
def list_events(request: Request, asked: Any = asking(EventQuery)) -> Response:
    """List events, newest first."""
    return page_of(request, EVENTS, asked)


@router.get("/{id}", responses=answers(Detail[EventDetails], "event"), openapi_extra=documented(EventDetail))
def read_event(request: Request, id: str = record_path("event"), asked: Any = asking(EventDetail)) -> Response:
    """Read an event with its evidence, accounts and their contradictions, relations both ways and statements."""
    return detail_of(request, EVENTS, id, asked, told_by_others)


def told_by_others(db: Connection, event: dict[str, Any]) -> dict[str, Any]:
    key = event["id"]
    return {
        "contradictions": contradictions(event),
        "inverse_relations": embeds.inverse_relations(Relation.to_event_id, db, [key])[key],
        "statements": embeds.event_statements(db, [key])[key] if event["counts"]["statements"] else [],
    }
