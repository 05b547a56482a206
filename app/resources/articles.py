"""Articles: what was printed, and what it says about whom."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import BindParameter, Connection, bindparam, exists, select

from app.answering.paging import detail_of, page_of
from app.asking.conditions import telling, told_in
from app.asking.ids import missing
from app.asking.listing import Resource, detail_parameters, list_parameters
from app.asking.parameters import Parameters, asking, documented
from app.asking.values import chosen
from app.dialects.keys import among
from app.documents import evidence_body, hole
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Article, ArticleAgency, Event, Evidence, Statement
from app.models.articles import TEXT_KINDS
from app.reading.prepared import read
from app.reading.readers import reader
from app.reading.state import state_of
from app.records.articles import ArticleOut
from app.records.details import ArticleDetails
from app.records.envelope import Detail, Listing
from app.resources.shared_filters import during, of, of_dataset, updated_since, valued
from app.searching.full_text import filter_of
from app.standards import Language
from app.web_annotation import CONTEXT, annotation

WEB_ANNOTATION = f'application/ld+json; profile="{CONTEXT}"'

FILTERS = (
    of("publisher", "actor", lambda ids: among(Article.publisher_id, ids), "Printed by these.", example="reuters"),
    of(
        "agency",
        "actor",
        lambda ids: exists().where(ArticleAgency.article_id == Article.id, among(ArticleAgency.actor_id, ids)),
        "Crediting these wires.",
        example="reuters",
        every=True,
    ),
    valued("language", Article.language, "In these languages (BCP 47).", "ar", type=Language),
    during("published", Article, "Printed on this day, or in this month, year or interval.", "2016-10-03"),
    of(
        "event",
        "event",
        lambda events: Article.id.in_(telling(events)),
        "That tell these events.",
        example="2016-10-01-zakharova-warning",
    ),
    valued(
        "text_kind",
        Article.text_kind,
        "Whose text is of these kinds.",
        "digest",
        type=chosen(TEXT_KINDS),
    ),
    of_dataset(Article),
    filter_of("article"),
    updated_since(Article),
)

ARTICLES = Resource(
    table=Article,
    filters=FILTERS,
    sorts={"published": Article.start_on, "updated_at": Article.updated_at, "id": Article.id},
    sort="-published",
    fields=tuple(ArticleOut.model_fields),
)
ArticleQuery = list_parameters(ARTICLES)
ArticleDetail = detail_parameters(ARTICLES, ArticleDetails)

router = APIRouter(prefix="/v1/articles", tags=["articles"], route_class=Read)


@router.get("", responses=answers(Listing[ArticleOut], "article"), openapi_extra=documented(ArticleQuery))
def list_articles(request: Request, asked: Any = asking(ArticleQuery)) -> Response:
    """List articles, newest first."""
    return page_of(request, ARTICLES, asked)


@router.get("/{id}", responses=answers(Detail[ArticleDetails], "article"), openapi_extra=documented(ArticleDetail))
def read_article(request: Request, id: str = record_path("article"), asked: Any = asking(ArticleDetail)) -> Response:
    """Read an article with its text, where it may be served, and all its annotations."""
    return detail_of(request, ARTICLES, id, asked, annotated)


@router.get("/{id}/annotations", response_class=Response, responses=answers(None, "article", WEB_ANNOTATION))
def read_article_annotations(
    request: Request,
    id: str = record_path("article"),
    _asked: Any = asking(Parameters),
) -> Response:
    """Read an article's annotations as a W3C Web Annotation page (JSON-LD)."""
    with reader(request.state.engine) as db:
        # The page does not show the state of the data, but its tag is made from it.
        state_of(db)
        article = db.execute(select(Article.source_url).where(Article.id == id)).one_or_none()
        if article is None:
            raise missing(db, "article", id)
        rows = read(db, _EVIDENCE, {"article": id})
    base = request.state.settings.base_url
    here = f"{base}/v1/articles/{id}"
    items = [annotation(base, id, *_told(row)) for row in rows]
    page = {
        "@context": CONTEXT,
        "id": f"{here}/annotations",
        "type": "AnnotationPage",
        "partOf": {"id": f"{here}#annotations", "type": "AnnotationCollection", "total": len(items)},
        "startIndex": 0,
        "items": items,
    }
    return Response(orjson.dumps(page), media_type=WEB_ANNOTATION)


_ARTICLE: BindParameter[str] = bindparam("article")
# What an article tells: its events in the order of their dates, its statements, and its evidence for them.
_EVENTS = select(Event.doc).where(Event.id.in_(told_in(_ARTICLE))).order_by(Event.start_on.asc().nulls_last(), Event.id)
_STATEMENTS = select(Statement.doc).where(Statement.article_id == _ARTICLE).order_by(Statement.id)
_EVIDENCE = (
    select(*Evidence.__table__.columns)
    .where(Evidence.article_id == _ARTICLE)
    .order_by(
        Evidence.start_at.nulls_last(),
        Evidence.end_at,
        Evidence.event_id.nulls_last(),
        Evidence.statement_id,
        Evidence.position,
    )
)


def annotated(db: Connection, article: dict[str, Any]) -> dict[str, Any]:
    """The events and statements that ARTICLE tells, and its evidence for them."""
    key = {"article": article["id"]}
    return {
        "events": [orjson.loads(row.doc) for row in read(db, _EVENTS, key)],
        "statements": [orjson.loads(row.doc) for row in read(db, _STATEMENTS, key)],
        "annotations": [
            {
                **evidence_body(row._asdict()),
                "target": hole("toevent", row.event_id) or hole("tostatement", row.statement_id),
            }
            for row in read(db, _EVIDENCE, key)
        ],
    }


def _told(row: Any) -> tuple[tuple[str, str], int, dict[str, Any]]:
    target = ("event", row.event_id) if row.event_id else ("statement", row.statement_id)
    return target, row.position, evidence_body(row._asdict())
