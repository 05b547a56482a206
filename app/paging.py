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
from pydantic import BaseModel, Field, WithJsonSchema, create_model
from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select

from app.dialects import among
from app.documents import fill
from app.errors import BadRequest, Gone, Invalid, NotFound, ParameterError
from app.filters import Filter, matching, narrowing, nearest_ids, parameters, with_ids
from app.models import Change, SearchDocument, State
from app.parameters import Parameters, Whole, chosen, several
from app.past import AS_OF, look_back
from app.ranking import Hits, documents_of
from app.spelling import nearest_query

DEFAULT_LIMIT = 50
RELEVANCE = "relevance"
MAX_LIMIT = 1000

Json = dict[str, Any]
Embed = Callable[[Connection, Sequence[str]], dict[str, list[Any]]]


@dataclass(frozen=True, slots=True)
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

    @property
    def searched(self) -> bool:
        """Whether the list takes `q`."""
        return any(one.name == "q" for one in self.filters)

    def matching(self, asked: Any, *columns: Any) -> Select[Any]:
        """COLUMNS of the records that ASKED wants."""
        query = select(*columns)
        return self.narrow(query, asked) if self.narrow else matching(query, self.filters, asked)


def list_parameters(resource: Resource) -> type[Any]:
    """The parameters of RESOURCE's list."""
    sorts = [*resource.sorts, *(f"-{name}" for name in resource.sorts), *[RELEVANCE] * resource.searched]
    base = parameters(f"{resource.kind.capitalize()}Filter", Parameters, resource.filters)
    return _with_page(f"{resource.kind.capitalize()}Query", base, resource, sorts)


def detail_parameters(resource: Resource, shape: type[BaseModel]) -> type[Any]:
    """The parameters of one record of RESOURCE, whose details have the fields of SHAPE."""
    name = f"{resource.kind.capitalize()}Detail"
    return create_model(name, __base__=Parameters, fields=_fields(tuple(shape.model_fields)), as_of=AS_OF)


def _fields(names: Sequence[str]) -> Any:
    return (
        several(chosen(names)),
        Field((), description="Only these top-level fields; `id` always comes with them.", examples=["id,url"]),
    )


def _with_page(name: str, base: type[Any], resource: Resource, sorts: Sequence[str]) -> type[Any]:
    made: dict[str, Any] = {
        "sort": (
            several(chosen(sorts)),
            Field(
                (resource.sort,),
                description="Order, `-` for descending; missing values come last, and the id breaks ties."
                + " With `q`, `relevance` is the default and stands alone." * resource.searched,
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
        "fields": _fields(resource.fields),
        "as_of": AS_OF,
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
        look_back(db, asked)
        asked = with_ids(db, resource.filters, ordered(resource, asked))
        signer = _Cursor(settings.cursor_secret, request.url.path, asked)
        if asked.limit:
            page_of_rows = _ranked_rows if asked.sort == (RELEVANCE,) else _sorted_rows
            rows, place = page_of_rows(db, resource, asked, signer)
        else:
            # A cursor that is not ours is refused also by who only counts.
            rows, place = [], asked.cursor and signer.load(asked.cursor) and None
        total = _total(db, resource, asked) if asked.count else None
        docs = _documents(db, resource, asked, rows)
        data = fill(db, b"[" + b",".join(docs) + b"]")
        meta = read_meta(db)
        if resource.searched and asked.q is not None:
            empty = not (rows or total or asked.cursor)
            meta["suggestion"] = _suggestion(db, resource, asked) if empty else None
    cursor = signer.sign(place) if place else None
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
        look_back(db, asked)
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


@dataclass(frozen=True, slots=True)
class _Key:
    """One column of an order."""

    column: Any
    descending: bool


def _order(resource: Resource, sort: Sequence[str]) -> list[_Key]:
    keys = [_Key(resource.sorts[name.removeprefix("-")], name.startswith("-")) for name in sort]
    tie = _Key(resource.table.id, descending=False)
    return keys if any(key.column is resource.table.id for key in keys) else [*keys, tie]


def ordered(resource: Resource, asked: Any) -> Any:
    """ASKED with the order that it means: with `q`, relevance unless another was asked for. Raises Invalid."""
    if not resource.searched:
        return asked
    if asked.q is not None and "sort" not in asked.model_fields_set:
        return asked.model_copy(update={"sort": (RELEVANCE,)})
    if RELEVANCE in asked.sort and (asked.q is None or len(asked.sort) > 1):
        message = "relevance is an order of what `q` finds" if asked.q is None else "relevance stands alone"
        raise Invalid([ParameterError("sort", ",".join(asked.sort), message, list(resource.sorts))])
    return asked


def _sorted_rows(db: Connection, resource: Resource, asked: Any, signer: "_Cursor") -> tuple[Sequence[Any], Any]:
    """A page of rows in the order asked for, and the place of its last one if there are more."""
    table, order = resource.table, _order(resource, asked.sort)
    query = resource.matching(asked, table.id, table.doc, *(key.column for key in order))
    if asked.cursor is not None:
        query = query.where(_after(order, signer.read(asked.cursor, order)))
    keys = [key.column.desc().nulls_last() if key.descending else key.column.asc().nulls_last() for key in order]
    rows = db.execute(query.order_by(*keys).limit(asked.limit + 1)).all()
    more = len(rows) > asked.limit
    rows = rows[: asked.limit]
    return rows, [_plain(value) for value in rows[-1][2:]] if more else None


def _ranked_rows(db: Connection, resource: Resource, asked: Any, signer: "_Cursor") -> tuple[Sequence[Any], Any]:
    """A page of rows by relevance, and the place of its last one if there are more."""
    table = resource.table
    found, place = hits_of(db, resource, asked).page(asked.limit, asked.cursor and signer.load(asked.cursor))
    query = select(table.id, table.doc).where(among(table.id, [hit.id for hit in found]))
    rows = {row.id: row for row in db.execute(query)}
    return [rows[hit.id] for hit in found], place


def _suggestion(db: Connection, resource: Resource, asked: Any) -> str | None:
    """The nearest `q` that would find something under the same filters."""
    key = resource.table.id
    return nearest_query(db, asked.q, lambda query: resource.matching(asked.model_copy(update={"q": query}), key))


def hits_of(db: Connection, resource: Resource, asked: Any) -> Hits:
    """What ASKED, whose ids and `q` are resolved, finds of RESOURCE, to be ranked."""
    rest = asked.model_copy(update={"q": None})
    rows, narrowed = documents_of(resource.kind), narrowing(resource.filters, rest)
    if narrowed:
        rows = resource.matching(rest, SearchDocument.number).where(
            SearchDocument.kind == resource.kind, SearchDocument.record_id == resource.table.id
        )
    return Hits(db, resource.kind, asked.q.resolved, rows, narrowed)


def _after(order: list[_Key], values: Sequence[Any]) -> ColumnElement[bool]:
    """The rows that come after the one with VALUES: greater in some column, equal in those before it."""
    branches = []
    for depth, (key, value) in enumerate(zip(order, values, strict=True)):
        equal = [_equal(before.column, given) for before, given in zip(order[:depth], values[:depth], strict=True)]
        branches.append(and_(*equal, _beyond(key, value)))
    return or_(*branches)


def _equal(column: Any, value: Any) -> ColumnElement[bool]:
    return column.is_(None) if value is None else column == value  # type: ignore[no-any-return]


def _beyond(key: _Key, value: Any) -> ColumnElement[bool]:
    if value is None:
        return false()
    beyond = key.column < value if key.descending else key.column > value
    return or_(beyond, key.column.is_(None)) if key.column.nullable else beyond


def _total(db: Connection, resource: Resource, asked: Any) -> int:
    query = resource.matching(asked, resource.table.id)
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0


def _documents(db: Connection, resource: Resource, asked: Any, rows: Sequence[Any]) -> list[bytes]:
    included: tuple[str, ...] = getattr(asked, "include", ())
    if not (included or asked.fields):
        return [row.doc.encode() for row in rows]
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


class _Cursor:
    """Signs where a page ended, bound to its query: another path, filter or order has other cursors."""

    def __init__(self, secret: str, path: str, asked: Any) -> None:
        bound = asked.model_dump(exclude={"limit", "cursor", "fields", "include", "count"}, exclude_defaults=True)
        digest = blake2b(orjson.dumps([path, asked.sort, repr(sorted(bound.items()))]), digest_size=12).hexdigest()
        self._signer = URLSafeSerializer(secret, salt=digest)

    def sign(self, values: list[Any]) -> str:
        return str(self._signer.dumps(values))

    def read(self, cursor: str, order: list[_Key]) -> list[Any]:
        return [_typed(key.column, value) for key, value in zip(order, self.load(cursor), strict=True)]

    def load(self, cursor: str) -> list[Any]:
        """The values as they were signed. Raises BadRequest."""
        try:
            return list(self._signer.loads(cursor))
        except BadSignature:
            detail = (
                "This cursor is not of this query. Take `page.next` as it came, or leave the cursor out to begin anew."
            )
            raise BadRequest(detail, parameter="cursor") from None


def _typed(column: Any, value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if value is not None and kind in (date, datetime) else value
