"""Statements: who said what to whom, on whose behalf."""

from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import ColumnElement, Connection, bindparam, exists, or_, select

from app.answering.paging import detail_of, page_of
from app.asking.filters import Filter
from app.asking.listing import Part, Resource, detail_parameters, list_parameters
from app.asking.parameters import asking, documented
from app.asking.values import Flag
from app.codes import Directness, Medium, SpeechAct, Topic
from app.dialects.keys import among
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Actor, Addressee, Carrier, Evidence, Mention, Relation, Statement, StatementTopic
from app.reading.prepared import read
from app.records.details import StatementDetails
from app.records.embeds import StatementListed
from app.records.envelope import Detail, Listing
from app.records.statements import StatementOut
from app.resources import embeds
from app.resources.shared_filters import during, having, of, of_dataset, updated_since, valued, verified
from app.searching.full_text import filter_of
from app.standards import Country, Language


def _has_part(table: type[Any], column: Any, values: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(table.statement_id == Statement.id, among(column, values))


_HAS = {
    "addressees": exists().where(Addressee.statement_id == Statement.id),
    "condition": Statement.condition.is_not(None),
    "event": Statement.event_id.is_not(None),
    "quote": Statement.quote_text.is_not(None),
    "relations": exists().where(Relation.statement_id == Statement.id),
    "speaker": Statement.speaker_id.is_not(None),
    "venue": Statement.venue_id.is_not(None),
}

FILTERS = (
    of(
        "speaker",
        "actor",
        lambda ids: among(Statement.speaker_id, ids),
        "By these speakers.",
        example="maria-zakharova",
    ),
    of(
        "on_behalf_of",
        "actor",
        lambda ids: among(Statement.on_behalf_of_id, ids),
        "Spoken for these.",
        example="russian-mfa",
    ),
    of(
        "addressee",
        "actor",
        lambda ids: _has_part(Addressee, Addressee.actor_id, ids),
        "Said to these, or aimed at them.",
        example="united-states",
        every=True,
        few=lambda ids: select(Addressee.statement_id).where(among(Addressee.actor_id, ids)),
    ),
    Filter(
        "speaker_country",
        "By speakers of these countries (ISO 3166-1 alpha-3).",
        "RUS",
        lambda values: exists().where(Actor.id == Statement.speaker_id, among(Actor.country, values)),
        type=Country,
        open=True,
    ),
    valued("act", Statement.act, "Of these speech acts.", "warn", type=SpeechAct),
    valued("directness", Statement.directness, "Quoted, reported, or both.", "direct", type=Directness),
    Filter(
        "topic",
        "On these topics.",
        "ceasefire",
        lambda values: _has_part(StatementTopic, StatementTopic.topic, values),
        type=Topic,
        every=True,
        open=True,
    ),
    valued("medium", Statement.medium, "Made through these media.", "press_briefing", type=Medium),
    of(
        "venue",
        "actor",
        lambda ids: among(Statement.venue_id, ids),
        "Made at these broadcasters or bodies.",
        example="cnn",
    ),
    of(
        "reported_via",
        "actor",
        lambda ids: _has_part(Carrier, Carrier.actor_id, ids),
        "Passed on by these.",
        example="reuters",
        every=True,
    ),
    valued("language", Statement.language, "As articles in these languages give it (BCP 47).", "ar", type=Language),
    of(
        "event",
        "event",
        lambda ids: among(Statement.event_id, ids),
        "That belong to these events.",
        example="2016-10-01-zakharova-warning",
    ),
    of(
        "about",
        "event",
        lambda ids: or_(among(Statement.event_id, ids), _has_part(Mention, Mention.event_id, ids)),
        "That speak of these events, or belong to them.",
        example="2016-09-22-aleppo-bombing",
        every=True,
    ),
    valued(
        "utterance", Statement.utterance, "Versions of these utterances.", "zakharova-aggression-warning-2016-10-01"
    ),
    of(
        "article",
        "article",
        lambda ids: among(Statement.article_id, ids),
        "As these articles give it.",
        example="2016-10-01-rt-zakharova-warning",
    ),
    of_dataset(Statement),
    Filter(
        "conditional",
        "Whether it hangs on an if or unless.",
        "true",
        Statement.conditional.is_,
        type=Flag,
        several=False,
    ),
    during("date", Statement, "Said on this day, or in this month, year or interval.", "2016-10-01"),
    having(_HAS, {"addressees": Addressee.statement_id, "relations": Relation.statement_id}),
    verified(Statement, Evidence.statement_id),
    filter_of("statement"),
    updated_since(Statement),
)

STATEMENTS = Resource(
    table=Statement,
    filters=FILTERS,
    sorts={"date": Statement.start_on, "act": Statement.act, "updated_at": Statement.updated_at, "id": Statement.id},
    sort="-date",
    fields=tuple(StatementOut.model_fields),
    includes={
        "evidence": embeds.statement_evidence,
        "articles": embeds.statement_articles,
        "relations": embeds.statement_relations,
    },
    part=Part(Addressee, "statement_id", {"addressee": lambda part, chosen: (chosen(part.actor_id),)}),
)
StatementQuery = list_parameters(STATEMENTS)
StatementDetail = detail_parameters(STATEMENTS, StatementDetails)

router = APIRouter(prefix="/v1/statements", tags=["statements"], route_class=Read)


@router.get("", responses=answers(Listing[StatementListed], "statement"), openapi_extra=documented(StatementQuery))
def list_statements(request: Request, asked: Any = asking(StatementQuery)) -> Response:
    """List statements, newest first."""
    return page_of(request, STATEMENTS, asked)


@router.get(
    "/{id}", responses=answers(Detail[StatementDetails], "statement"), openapi_extra=documented(StatementDetail)
)
def read_statement(
    request: Request, id: str = record_path("statement"), asked: Any = asking(StatementDetail)
) -> Response:
    """Read a statement with its evidence, its relations and the other versions of the same utterance."""
    return detail_of(request, STATEMENTS, id, asked, told_by_others)


def told_by_others(db: Connection, statement: dict[str, Any]) -> dict[str, Any]:
    """What other records tell of STATEMENT: their relations to it, and other versions of its utterance."""
    key = statement["id"]
    return {
        "inverse_relations": embeds.inverse_relations(Relation.to_statement_id, db, [key])[key],
        "versions": _versions(db, statement) if statement["utterance"] else [],
    }


_VERSIONS = (
    select(Statement.doc)
    .where(Statement.utterance == bindparam("utterance"), Statement.id != bindparam("id"))
    .order_by(Statement.id)
)


def _versions(db: Connection, statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements of the same utterance as STATEMENT."""
    same = {name: statement[name] for name in ("utterance", "id")}
    return [orjson.loads(row.doc) for row in read(db, _VERSIONS, same)]
