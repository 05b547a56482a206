"""Lists: order, keyset cursors, and the envelope that every answer comes in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import Request
from fastapi.responses import Response
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import Field, WithJsonSchema, create_model
from sqlalchemy import Connection, Select, func, select

from app.dialects import utf8
from app.documents import fill
from app.errors import BadRequest, Gone, NotFound
from app.filters import Filter, matching, nearest_ids, parameters, with_ids
from app.models import Change, State
from app.ordering import Key, first_rows, legs
from app.parameters import Parameters, Whole, chosen, several

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000

Json = dict[str, Any]
Embed = Callable[[Connection, Sequence[str]], dict[str, list[Any]]]


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A kind of record as the API lists it.

    `sorts` are the orders that may be asked for; `fields` the top-level names of a record; `includes` what may be
    embedded, each by a function from ids to values.
    """

    table: type[Any]
    filters: Sequence[Filter]
    sorts: Mapping[str, Any]
    sort: str
    fields: Sequence[str]
    includes: Mapping[str, Embed] = field(default_factory=dict)
    narrow: Callable[[Select[Any], Any], Select[Any]] | None = None

    @property
    def kind(self) -> str:
        return str(self.table.__tablename__)

    def matching(self, asked: Any, *columns: Any) -> Select[Any]:
        """COLUMNS of the records that ASKED wants."""
        query = select(*columns)
        return self.narrow(query, asked) if self.narrow else matching(query, self.filters, asked)


def list_parameters(resource: Resource) -> type[Any]:
    """The parameters of RESOURCE's list."""
    sorts = [*resource.sorts, *(f"-{name}" for name in resource.sorts)]
    base = parameters(f"{resource.kind.capitalize()}Filter", Parameters, resource.filters)
    return _with_page(f"{resource.kind.capitalize()}Query", base, resource, sorts)


def detail_parameters(resource: Resource) -> type[Any]:
    """The parameters of one record of RESOURCE."""
    return create_model(f"{resource.kind.capitalize()}Detail", __base__=Parameters, fields=_fields(resource))


def _fields(resource: Resource) -> Any:
    return (
        several(chosen(resource.fields)),
        Field((), description="Only these top-level fields; `id` always comes with them.", examples=["id,url"]),
    )


def _with_page(name: str, base: type[Any], resource: Resource, sorts: Sequence[str]) -> type[Any]:
    made: dict[str, Any] = {
        "sort": (
            several(chosen(sorts)),
            Field(
                (resource.sort,),
                description="Order, `-` for descending; missing values come last, and the id breaks ties.",
                examples=[resource.sort],
            ),
        ),
        "limit": (
            Annotated[
                Whole,
                Field(ge=0, le=MAX_LIMIT),
                WithJsonSchema({"type": "integer", "minimum": 0, "maximum": MAX_LIMIT}),
            ],
            Field(DEFAULT_LIMIT, description="Rows a page; 0 with `count=exact` only counts.", examples=[20]),
        ),
        "cursor": (
            Annotated[str, Field(max_length=2000)] | None,
            Field(None, description="Where the last page ended: its `page.next` has it."),
        ),
        "count": (
            chosen(["exact"]) | None,
            Field(None, description="`exact` counts all that match into `page.total`.", examples=["exact"]),
        ),
        "fields": _fields(resource),
    }
    if resource.includes:
        made["include"] = (
            several(chosen(tuple(resource.includes))),
            Field((), description="Embeds these in each record.", examples=[next(iter(resource.includes))]),
        )
    return create_model(name, __base__=base, **made)


def page_of(request: Request, resource: Resource, asked: Any) -> Response:
    """A page of RESOURCE's records, newest query to bytes: one query for the rows, one for each kind of part."""
    settings = request.state.settings
    with request.state.engine.connect() as db:
        asked = with_ids(db, resource.filters, asked)
        signer = Cursor(settings.cursor_secret, request.url.path, asked)
        order = order_of(resource, asked.sort)
        rows = _rows(db, resource, asked, order, signer) if asked.limit else []
        total = _total(db, resource, asked) if asked.count else None
        more = len(rows) > asked.limit
        rows = rows[: asked.limit]
        docs = documents(db, resource, asked, rows)
        data = fill(db, b"[" + b",".join(docs) + b"]")
        meta = read_meta(db)
    cursor = signer.sign([_plain(value) for value in rows[-1][2:]]) if more else None
    following = next_url(settings.base_url, request, cursor) if cursor else None
    page = {"limit": asked.limit, "next": following, "total": total}
    headers = {"Link": f'<{following}>; rel="next"'} if following else {}
    return answer(data, meta, page, headers)


def detail_of(
    request: Request,
    resource: Resource,
    key: str,
    asked: Any,
    more: Callable[[Connection, str], Json] = lambda _db, _key: {},
) -> Response:
    """One record with its parts; MORE adds what other records say of it. Raises NotFound or Gone."""
    with request.state.engine.connect() as db:
        doc = read_document(db, resource, key)
        doc |= more(db, key)
        data = fill(db, orjson.dumps(_picked(doc, asked.fields)))
        meta = read_meta(db)
    return answer(data, meta)


def read_document(db: Connection, resource: Resource, key: str) -> Json:
    """The record KEY with its parts, holes and all. Raises NotFound or Gone."""
    table = resource.table
    row = db.execute(select(table.doc, table.parts).where(table.id == key)).one_or_none()
    if row is None:
        raise missing(db, resource.kind, key)
    return {**orjson.loads(row.doc), **orjson.loads(row.parts)}


def missing(db: Connection, kind: str, key: str) -> Exception:
    """What to raise for a record that is not there: it was deleted, or never was."""
    last = select(Change).where(Change.kind == kind, Change.record_id == key).order_by(Change.revision.desc()).limit(1)
    change = db.execute(last.with_only_columns(Change.at, Change.revision, Change.operation)).one_or_none()
    if change is not None and change.operation == "delete":
        when = change.at.isoformat().replace("+00:00", "Z")
        return Gone(f"The {kind} {key!r} was deleted.", deleted_at=when, revision=change.revision)
    return NotFound(kind, key, nearest_ids(db, kind, key))


def read_meta(db: Connection) -> Json:
    """What comes with every answer: the revision, the licence, the citation."""
    row = db.execute(select(State.revision, State.license, State.citation)).one()
    return {"revision": row.revision, "license": row.license or None, "citation": row.citation or None}


def answer(data: bytes, meta: Json, page: Json | None = None, headers: Mapping[str, str] | None = None) -> Response:
    """The envelope around DATA, which is JSON already."""
    paged = b',"page":' + orjson.dumps(page) if page else b""
    body = b'{"data":' + data + paged + b',"meta":' + orjson.dumps(meta) + b"}"
    return Response(body, media_type="application/json", headers=dict(headers or {}))


def next_url(base_url: str, request: Request, cursor: str) -> str:
    """The whole address of the page after this one."""
    items = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    return f"{base_url}{request.url.path}?{urlencode([*items, ('cursor', cursor)], safe=',:/')}"


def order_of(resource: Resource, sort: Sequence[str]) -> list[Key]:
    """The columns that SORT names, and the id, which breaks ties."""
    keys = [Key(resource.sorts[name.removeprefix("-")], name.startswith("-")) for name in sort]
    tie = Key(resource.table.id, descending=False)
    return keys if any(key.column is resource.table.id for key in keys) else [*keys, tie]


def _rows(db: Connection, resource: Resource, asked: Any, order: list[Key], signer: "Cursor") -> Sequence[Any]:
    doc = utf8(resource.table.doc).label("doc")
    query = resource.matching(asked, resource.table.id, doc, *(key.column for key in order))
    after = None if asked.cursor is None else signer.read(asked.cursor, order)
    return first_rows(db, legs(query, order, after), asked.limit + 1)


def _total(db: Connection, resource: Resource, asked: Any) -> int:
    query = resource.matching(asked, resource.table.id)
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def documents(db: Connection, resource: Resource, asked: Any, rows: Sequence[Any]) -> list[bytes]:
    """The stored JSON of ROWS, holes and all, with the fields that ASKED picks and the parts that it includes."""
    included: tuple[str, ...] = getattr(asked, "include", ())
    if not (included or asked.fields):
        return [row.doc for row in rows]
    ids = [row.id for row in rows]
    embedded = {name: resource.includes[name](db, ids) for name in included}
    docs = []
    for row in rows:
        doc = _picked(orjson.loads(row.doc), asked.fields)
        doc |= {name: values.get(row.id, []) for name, values in embedded.items()}
        docs.append(orjson.dumps(doc))
    return docs


def _picked(doc: Json, fields: Sequence[str]) -> Json:
    return {name: value for name, value in doc.items() if name in fields or name == "id"} if fields else doc


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else value


class Cursor:
    """Signs where a page ended, bound to its query: another path, filter or order has other cursors."""

    def __init__(self, secret: str, path: str, asked: Any) -> None:
        bound = asked.model_dump(exclude={"limit", "cursor", "fields", "include", "count"}, exclude_defaults=True)
        digest = blake2b(orjson.dumps([path, asked.sort, repr(sorted(bound.items()))]), digest_size=12).hexdigest()
        self._signer = URLSafeSerializer(secret, salt=digest)

    def sign(self, values: list[Any]) -> str:
        return str(self._signer.dumps(values))

    def read(self, cursor: str, order: list[Key]) -> list[Any]:
        try:
            values = self._signer.loads(cursor)
        except BadSignature:
            detail = (
                "This cursor is not of this query. Take `page.next` as it came, or leave the cursor out to begin anew."
            )
            raise BadRequest(detail, parameter="cursor") from None
        return [_typed(key.column, value) for key, value in zip(order, values, strict=True)]


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if value is not None and kind in (date, datetime) else value
