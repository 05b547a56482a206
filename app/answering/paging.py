"""The answers of lists and details, and the envelope that every answer comes in."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import BindParameter, Connection, Select, bindparam, func, select, union_all

from app.answering.results import documents, page_rows, question, suggestion, total
from app.asking.conditions import told_in
from app.asking.ids import RECORDS, missing
from app.asking.listing import Resource
from app.asking.past import reading
from app.documents import fill, picked, unfilled
from app.models import Event, Statement
from app.reading.prepared import read, read_one
from app.reading.state import state_of

Json = dict[str, Any]
# From a record as lists have it to what other records tell of it.
More = Callable[[Connection, Json], Json]


def nothing_more(_db: Connection, _doc: Json) -> Json:
    """What other records tell of one that they tell nothing of."""
    return {}


def page_of(request: Request, resource: Resource, asked: Any) -> Response:
    """The answer with a page of RESOURCE: one query for the rows, and one for each kind of part and reference."""
    settings = request.state.settings
    with reading(request.state.engine, asked) as db:
        wanted = question(db, resource, asked, settings.cursor_secret)
        rows, place = page_rows(db, wanted)
        counted = total(db, wanted) if asked.count else None
        data = fill(db, b"[%b]" % b",".join(documents(db, wanted, rows)))
        meta = read_meta(db)
        if resource.searched and asked.q is not None:
            looked = asked.limit or asked.count
            found = rows or counted or asked.cursor
            meta["suggestion"] = suggestion(db, wanted) if looked and not found else None
    cursor = wanted.cursor.sign(place) if place else None
    following = next_url(settings.base_url, request, cursor) if cursor else None
    page = {"limit": asked.limit, "next": following, "total": counted}
    return answer(data, meta, page)


def detail_of(
    request: Request,
    resource: Resource,
    key: str,
    asked: Any,
    more: More = nothing_more,
) -> Response:
    """The answer with one record and its parts; MORE adds what other records tell. Raises NotFound, Moved or Gone."""
    with reading(request.state.engine, asked) as db:
        doc = read_document(db, resource, key)
        # The tag of the answer ends in it (app/http/caching.py), so that a client changes only what it has seen.
        request.state.record_revision = last_change(db, resource.kind, doc)
        data = fill(db, orjson.dumps(picked(doc | more(db, doc), asked.fields)))
        meta = read_meta(db)
    return answer(data, meta)


def detail_body(db: Connection, resource: Resource, key: str, more: More = nothing_more) -> bytes:
    """One record with its parts, as JSON. Raises NotFound, Moved or Gone."""
    doc = read_document(db, resource, key)
    return fill(db, orjson.dumps(doc | more(db, doc)))


def revision_of(db: Connection, kind: str, key: str) -> int | None:
    """The number of the last change of the record KEY, as `last_change` counts it; None if there is no such record."""
    own = db.scalar(select(RECORDS[kind].revision).where(RECORDS[kind].id == key))
    return None if own is None else last_change(db, kind, {"id": key, "revision": own})


_ARTICLE: BindParameter[str] = bindparam("article")
_TOLD = union_all(
    select(Statement.revision).where(Statement.article_id == _ARTICLE),
    select(Event.revision).where(Event.id.in_(told_in(_ARTICLE))),
).subquery()
# The number of the last change of what an article tells.
_LAST_TOLD = select(func.max(_TOLD.c.revision).label("revision"))


def last_change(db: Connection, kind: str, doc: Json) -> int:
    """The number of the last change of the record with DOC; for an article, also of the records that it tells."""
    own: int = doc["revision"]
    if kind != "article":
        return own
    return max(own, read(db, _LAST_TOLD, {"article": doc["id"]})[0].revision or 0)


def read_document(db: Connection, resource: Resource, key: str) -> Json:
    """The record KEY with its parts, its holes unfilled. Raises NotFound, Moved or Gone."""
    row = read_one(db, _document_of(resource), {"key": key})
    if row is None:
        raise missing(db, resource.kind, key)
    return unfilled(row.doc, row.parts)


@cache
def _document_of(resource: Resource) -> Select[str, str]:
    table = resource.table
    return select(table.doc, table.parts).where(table.id == bindparam("key"))


def read_meta(db: Connection) -> Json:
    """The `meta` of an answer: the revision, the licence, the citation."""
    row = state_of(db)
    return {"revision": row.revision, "license": row.license or None, "citation": row.citation or None}


def envelope(data: bytes, meta: Json, page: Json | None = None) -> bytes:
    """The envelope around DATA, which is JSON already."""
    paged = (b',"page":', orjson.dumps(page)) if page else ()
    # Joined in one step, because a page is long and should be copied once only.
    return b"".join((b'{"data":', data, *paged, b',"meta":', orjson.dumps(meta), b"}"))


def answer(data: bytes, meta: Json, page: Json | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """DATA in its envelope. A `Link` header has the next page too, if there is one."""
    link = {"Link": f'<{page["next"]}>; rel="next"'} if page and page["next"] else {}
    return Response(envelope(data, meta, page), media_type="application/json", headers={**link, **(headers or {})})


def next_url(base_url: str, request: Request, cursor: str, parameter: str = "cursor") -> str:
    """The whole address of the next page: that of REQUEST, with PARAMETER saying where to begin."""
    items = [(name, value) for name, value in request.query_params.multi_items() if name != parameter]
    return f"{base_url}{request.scope['path']}?{urlencode([*items, (parameter, cursor)], safe=',:/')}"
