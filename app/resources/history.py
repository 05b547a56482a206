"""History: what happened to one record, change by change."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field, create_model
from sqlalchemy import Connection, select, union_all

from app.answering.paging import answer, next_url, read_meta
from app.asking.cursors import Cursor
from app.asking.ids import missing
from app.asking.listing import CURSOR, DEFAULT_LIMIT, PageRows, Resource
from app.asking.parameters import Reading, asking, documented
from app.dates import instant
from app.documents import unfilled
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.loading.rendering import HISTORY
from app.models import PAST, Change
from app.reading.readers import reader
from app.records.changes import RevisionOut
from app.records.envelope import Listing
from app.resources.actors import ACTORS
from app.resources.articles import ARTICLES
from app.resources.events import EVENTS
from app.resources.places import PLACES
from app.resources.statements import STATEMENTS

Json = dict[str, Any]


class _Newest(Reading):
    """The only order that there is."""

    sort: ClassVar[tuple[str, ...]] = ("-revision",)


HistoryQuery = create_model(
    "HistoryQuery",
    __base__=_Newest,
    limit=(PageRows, Field(DEFAULT_LIMIT, description="Rows a page.", examples=[20])),
    cursor=CURSOR,
)
router = APIRouter(prefix="/v1", route_class=Read)


def _route(resource: Resource) -> Callable[..., Response]:
    kind = resource.kind

    def read_history(request: Request, id: str = record_path(kind), asked: Any = asking(HistoryQuery)) -> Response:
        return _answer(request, resource, id, asked)

    return read_history


for _resource in (EVENTS, STATEMENTS, ACTORS, ARTICLES, PLACES):
    _kind = _resource.kind
    router.add_api_route(
        f"/{_kind}s/{{id}}/history",
        _route(_resource),
        name=f"read_{_kind}_history",
        description=f"List what became of the {_kind}, newest change first: what was changed, when and by which key.",
        tags=[f"{_kind}s"],
        # A list, but of one record, which may not be there.
        responses={**answers(None, _kind), **answers(Listing[RevisionOut])},
        openapi_extra=documented(HistoryQuery),
    )


def _answer(request: Request, resource: Resource, key: str, asked: Any) -> Response:
    settings = request.state.settings
    cursor = Cursor(settings.cursor_secret, request.url.path, asked)
    behind = cursor.load(asked.cursor)[0] if asked.cursor else None
    with reader(request.state.engine) as db:
        changes = _changes(db, resource.kind, key, asked.limit, behind)
        if not changes:
            raise missing(db, resource.kind, key)
        documents = _documents(db, resource, key, changes)
        meta = read_meta(db)
    rows = [_row(one, before, documents) for one, before in zip(changes, [*changes[1:], None], strict=True)]
    place = changes[asked.limit - 1].revision if 0 < asked.limit < len(changes) else None
    following = next_url(settings.base_url, request, cursor.sign([place])) if place else None
    page = {"limit": asked.limit, "next": following, "total": None}
    return answer(orjson.dumps(rows[: asked.limit]), meta, page)


def _changes(db: Connection, kind: str, key: str, limit: int, behind: int | None) -> Sequence[Any]:
    """A page of changes and one more, which tells whether there are more, and what the last of the page changed."""
    query = select(Change.revision, Change.at, Change.key_name, Change.operation)
    query = query.where(Change.kind == kind, Change.record_id == key)
    if behind is not None:
        query = query.where(Change.revision < behind)
    return db.execute(query.order_by(Change.revision.desc()).limit(limit + 1)).all()


def _documents(db: Connection, resource: Resource, key: str, changes: Sequence[Any]) -> dict[int, Json]:
    """The record KEY as each of CHANGES left it, by revision, as far as it is kept."""
    first, last = changes[-1].revision, changes[0].revision
    rows = union_all(
        *(
            select(table.c.revision, table.c.doc, table.c.parts).where(
                table.c.id == key, table.c.revision.between(first, last)
            )
            for table in (resource.table.__table__, PAST[resource.kind])
        )
    )
    return {row.revision: unfilled(row.doc, row.parts) for row in db.execute(rows)}


def _row(change: Any, before: Any, documents: dict[int, Json]) -> Json:
    """CHANGE as it is served; BEFORE is the change before it."""
    return {
        "revision": change.revision,
        "at": instant(change.at),
        "key": change.key_name,
        "operation": change.operation,
        "changed": _changed(change, before, documents) if change.operation == "update" else [],
    }


def _changed(change: Any, before: Any, documents: dict[int, Json]) -> list[str] | None:
    """The fields that CHANGE changed; None if the record before it is not kept."""
    after, former = documents.get(change.revision), before and documents.get(before.revision)
    if after is None or former is None:
        return None
    return [name for name in after if name not in HISTORY and after[name] != former.get(name)]
