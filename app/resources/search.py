"""Search over all kinds at once: one ranked list of hits, with the places of the words."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import CompoundSelect, Connection, select, union_all

from app.answering.paging import answer, read_meta
from app.asking.listing import DEFAULT_LIMIT, PageRows, Resource
from app.asking.parameters import Reading, asking, documented
from app.asking.values import chosen, several
from app.dialects.keys import KEYS, among
from app.documents import unfilled
from app.http.describing import answers
from app.http.routing import Read
from app.reading.prepared import read
from app.reading.readers import reader
from app.records.envelope import Listing
from app.records.search import SearchHitOut
from app.resources.actors import ACTORS
from app.resources.articles import ARTICLES
from app.resources.events import EVENTS
from app.resources.statements import STATEMENTS
from app.searching.full_text import hits, resolve
from app.searching.highlights import Highlights, highlighter
from app.searching.query_text import FullText, Query
from app.searching.ranking import Hit, Hits, best
from app.searching.search_fields import fields_of
from app.searching.spelling import nearest_query

RESOURCES: dict[str, Resource] = {one.kind: one for one in (EVENTS, STATEMENTS, ACTORS, ARTICLES)}
_RECORDS = {
    kind: select(one.table.id, one.table.doc, one.table.parts).where(among(one.table.id, KEYS))
    for kind, one in RESOURCES.items()
}


class SearchQuery(Reading):
    """What to look for, and where."""

    q: FullText = Field(
        description='Words, all of them required; `"..."` is a phrase, `-word` leaves out, `word*` begins so, '
        "`OR` takes either.",
        examples=["Aleppo ceasefire"],
    )
    kind: several(chosen(tuple(RESOURCES))) = Field((), description="Only these kinds.", examples=["event"])  # type: ignore[valid-type]
    limit: PageRows = Field(
        DEFAULT_LIMIT,
        description="Rows at most, the best first. No page follows; the list of each kind has all that `q` finds.",
        examples=[10],
    )


router = APIRouter(prefix="/v1/search", tags=["search"], route_class=Read)


@router.get("", responses=answers(Listing[SearchHitOut]), openapi_extra=documented(SearchQuery))
def search(request: Request, asked: Any = asking(SearchQuery)) -> Response:
    """Search events, statements, actors and articles at once, the most relevant first, with the places of the words."""
    kinds = asked.kind or tuple(RESOURCES)
    with reader(request.state.engine) as db:
        query = resolve(db, asked.q, kinds)
        found = best(((kind, _hits(db, kind, query, asked.limit)) for kind in kinds), asked.limit)
        rows = _rows(db, query, found)
        meta = read_meta(db)
        meta["suggestion"] = None if found or not asked.limit else nearest_query(db, query, _finds(kinds))
    return answer(orjson.dumps(rows), meta, {"limit": asked.limit, "next": None, "total": None})


def _hits(db: Connection, kind: str, query: Query, limit: int) -> list[Hit]:
    return Hits(db, kind, query.resolved).page(limit, None)[0] if limit else []


def _rows(db: Connection, query: Query, found: list[tuple[str, Hit]]) -> list[dict[str, Any]]:
    """The rows of FOUND in their order, with one query for each kind."""
    records: dict[tuple[str, str], dict[str, Any]] = {}
    for kind in {kind for kind, _ in found}:
        ids = [hit.id for one, hit in found if one == kind]
        for row in read(db, _RECORDS[kind], {"keys": ids}):
            records[kind, row.id] = unfilled(row.doc, row.parts)
    highlights = highlighter(query.resolved)
    return [_row(kind, hit, records[kind, hit.id], highlights) for kind, hit in found]


def _row(kind: str, hit: Hit, record: dict[str, Any], highlights: Highlights) -> dict[str, Any]:
    return {
        "kind": kind,
        "id": hit.id,
        "label": next(fields_of(kind, record)).text,
        "score": max(hit.score, 0.0),
        "url": record["url"],
        "highlights": highlights(kind, record),
    }


def _finds(kinds: tuple[str, ...]) -> Callable[[Query], CompoundSelect[Any]]:
    """A function from a query to SQL that finds what it has among KINDS."""
    return lambda query: union_all(*(hits(query.resolved.question(kind)) for kind in kinds))
