"""One record made, replaced, changed or taken away."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from app.errors import Invalid, ParameterError
from app.filters import RECORDS
from app.keys import Holder
from app.listing import Resource
from app.loading import annotated, editing, lone, recalling
from app.loading.applying import DESK, apply
from app.loading.editing import Edit, nothing, prepare
from app.loading.faults import Refused
from app.loading.folder import validated
from app.loading.reading import Sheet
from app.models import Actor, Event, Place, Statement
from app.openapi import record_path, write_answers, write_document
from app.paging import answer, detail_body, read_meta, revision_of
from app.parameters import Key, Parameters, asking
from app.records.actors import ActorDetails
from app.records.details import ArticleDetails, EventDetails, StatementDetails
from app.records.envelope import Detail
from app.records.places import PlaceOut
from app.resources import actors, articles, events, places, statements
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, NAME, PATCH, YAML, Body, body_of, known_dataset, refusal, with_id
from app.resources.writing.committing import Answer, commit, path_of, precondition, present, refuse_merged, turn

router = APIRouter(prefix="/v1", tags=["writing"])
# Names of served records that annotated ones spell otherwise.
_SERVED = {"labels": "label", "gists": "gist", "titles": "title", "name": "names"}
_TEXTS = ("label", "gist", "title", "names")
_BOTH = ("If-Match", "Idempotency-Key")


class Putting(Parameters):
    """Where a new record goes."""

    dataset: Key | None = Field(
        None,
        description="The data set that a new record goes to: by default `desk`; one that is there stays in its own.",
        examples=[DESK.id],
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record as it is written: its annotated SHAPE, what is stored of it, and what a change of it takes."""

    resource: Resource
    details: type[BaseModel]
    more: Callable[[Connection, dict[str, Any]], dict[str, Any]]
    shape: type[annotated.Annotation]
    stored: Callable[[Connection, str], annotated.Annotation]
    put: Callable[[Connection, Any, Sheet], Edit]
    delete: Callable[[Connection, str], Edit]

    @property
    def name(self) -> str:
        return self.resource.kind


def _stored_event(db: Connection, key: str) -> annotated.Annotation:
    return lone.alone(recalling.tellings_of(db, [key])[key])


def _stored_statement(db: Connection, key: str) -> annotated.Annotation:
    article, statement = recalling.statements(db, [key])[key]
    fields = {name: getattr(statement, name) for name in annotated.Statement.model_fields}
    return annotated.LoneStatement.model_construct(**fields, article=article)


def _nothing_more(_db: Connection, _doc: dict[str, Any]) -> dict[str, Any]:
    return {}


KINDS = (
    Kind(
        articles.ARTICLES,
        ArticleDetails,
        articles.annotated,
        annotated.Article,
        lambda db, key: recalling.articles(db, [key])[key],
        editing.put_article,
        editing.delete_article,
    ),
    Kind(
        events.EVENTS,
        EventDetails,
        events.told_by_others,
        annotated.LoneEvent,
        _stored_event,
        editing.put_event,
        lambda _db, key: editing.delete(Event, key),
    ),
    Kind(
        statements.STATEMENTS,
        StatementDetails,
        statements.told_by_others,
        annotated.LoneStatement,
        _stored_statement,
        editing.put_statement,
        lambda _db, key: editing.delete(Statement, key),
    ),
    Kind(
        actors.ACTORS,
        ActorDetails,
        actors.activity,
        annotated.Actor,
        lambda db, key: recalling.actors(db, [key])[key],
        editing.put_actor,
        lambda _db, key: editing.delete(Actor, key),
    ),
    Kind(
        places.PLACES,
        PlaceOut,
        _nothing_more,
        annotated.Place,
        lambda db, key: recalling.places(db, [key])[key],
        editing.put_place,
        lambda _db, key: editing.delete(Place, key),
    ),
)


def _add_routes(kind: Kind) -> None:
    """The routes of KIND, which differ in nothing but their shapes."""
    path, schema = f"/{kind.name}s/{{id}}", kind.shape.__name__
    detail: Any = Detail[kind.details]  # type: ignore[name-defined]
    a_kind = f"an {kind.name}" if kind.name[0] in "ae" else f"a {kind.name}"

    def put(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind.name),
        asked: Any = asking(Putting),
        body: Body = body_of,
        _turn: None = turn,
    ) -> Response:
        wanted = _Asked(request, holder, kind, id)
        return commit(request, holder, body.source, lambda db: _put(db, wanted, asked.dataset, body))

    def patch(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
        body: Body = body_of,
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, body.source, lambda db: _patch(db, _Asked(request, holder, kind, id), body))

    def delete(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, b"", lambda db: _delete(db, _Asked(request, holder, kind, id)))

    def read(
        request: Request,
        _holder: Holder = holder_of("read"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
    ) -> Response:
        return _read(request, kind, id)

    router.add_api_route(
        path,
        put,
        methods=["PUT"],
        name=f"put_{kind.name}",
        description=f"Make {a_kind}, or replace it whole.",
        responses=write_answers(detail, kind.name, (200, 201)),
        openapi_extra=write_document(Putting, _BOTH, (JSON, YAML), schema),
    )
    router.add_api_route(
        path,
        patch,
        methods=["PATCH"],
        name=f"patch_{kind.name}",
        description=f"Change parts of {a_kind} (JSON Merge Patch).",
        responses=write_answers(detail, kind.name, (200,)),
        openapi_extra=write_document(None, _BOTH, (PATCH, JSON, YAML), "MergePatch"),
    )
    router.add_api_route(
        path,
        delete,
        methods=["DELETE"],
        name=f"delete_{kind.name}",
        description=f"Delete {a_kind} that nothing else refers to.",
        status_code=204,
        responses=write_answers(None, kind.name, (204,)),
        openapi_extra=write_document(None, _BOTH),
    )
    router.add_api_route(
        f"{path}/annotated",
        read,
        methods=["GET"],
        name=f"read_{kind.name}_annotated",
        description=f"Read {a_kind} in the form that PUT takes; any key may.",
        responses=write_answers(None, kind.name, (200,)),
        openapi_extra=write_document(None, ()),
    )


for _kind in KINDS:
    _add_routes(_kind)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who wants which record changed."""

    request: Request
    holder: Holder
    kind: Kind
    key: str

    def match(self, db: Connection) -> bool:
        """Whether the record is there, and as the client has seen it. Raises what `precondition` does."""
        return precondition(self.request, db, self.kind.name, self.key)


def _put(db: Connection, asked: _Asked, dataset: str | None, body: Body) -> Answer:
    known = asked.match(db)
    if not known:
        refuse_merged(db, asked.kind.name, asked.key)
    home = _home(db, asked, dataset)
    return _write(db, asked, _read_body(db, body), home if not known else None)


def _patch(db: Connection, asked: _Asked, body: Body) -> Answer:
    present(db, asked.kind.name, asked.key)
    asked.match(db)
    patch = _read_body(db, body).content
    if not isinstance(patch, dict):
        raise Invalid([ParameterError("document", None, "must be a mapping: a JSON Merge Patch names what changes")])
    content = merged(plain(asked.kind.stored(db, asked.key)), _in_our_words(patch))
    return _write(db, asked, replace(nothing(NAME), content=content), None)


def _delete(db: Connection, asked: _Asked) -> Answer:
    present(db, asked.kind.name, asked.key)
    asked.match(db)
    apply(db, prepare(db, asked.kind.delete(db, asked.key)), _home(db, asked, None), asked.holder.name)
    return Answer(204)


def _read(request: Request, kind: Kind, key: str) -> Response:
    with request.state.primary.connect() as db:
        present(db, kind.name, key)
        content, meta = plain(kind.stored(db, key)), read_meta(db)
        tag = f'"{revision_of(db, kind.name, key)}"'
    # A text that may not be served is in it, for those who have a key.
    return answer(orjson.dumps(content), meta, headers={"Cache-Control": "no-store", "ETag": tag})


def _write(db: Connection, asked: _Asked, sheet: Sheet, home: str | None) -> Answer:
    """Write the record on SHEET, a new one to the data set HOME; without a HOME it is there already."""
    kind, key = asked.kind, asked.key
    try:
        record = validated(with_id(sheet, key), kind.shape)
        prepared = prepare(db, kind.put(db, record, sheet))
    except Refused as refused:
        raise refusal(db, refused.faults) from None
    if prepared.faults:
        raise refusal(db, prepared.faults)
    apply(db, prepared, home or _home(db, asked, None), asked.holder.name)
    data = detail_body(db, kind.resource, key, kind.more)
    tag = {"ETag": f'"{revision_of(db, kind.name, key)}"'}
    made = {"Location": path_of(kind.name, key)} if home else {}
    body = b'{"data":' + data + b',"meta":' + orjson.dumps(read_meta(db)) + b"}"
    return Answer(201 if home else 200, body, tag | made)


def _read_body(db: Connection, body: Body) -> Sheet:
    try:
        return body.sheet()
    except Refused as refused:
        raise refusal(db, refused.faults) from None


def _home(db: Connection, asked: _Asked, dataset: str | None) -> str:
    """The data set of the record: its own, or that which was asked for. Raises Invalid."""
    table = RECORDS[asked.kind.name]
    own: str | None = db.scalar(select(table.dataset_id).where(table.id == asked.key))
    if own is not None and dataset not in (None, own):
        message = f"is another than {own}, which the {asked.kind.name} belongs to already"
        raise Invalid([ParameterError("dataset", dataset, message, [own])])
    return own or known_dataset(db, dataset or DESK.id)


def plain(record: annotated.Annotation) -> dict[str, Any]:
    """RECORD as a client would write it."""
    return record.model_dump(by_alias=True, exclude_none=False)


def merged(target: Any, patch: Any) -> Any:
    """TARGET after the JSON Merge Patch PATCH (RFC 7396)."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = merged(made.get(name), value)
    return made


def _in_our_words(patch: dict[str, Any]) -> dict[str, Any]:
    """PATCH with the names of annotated records, and plain text for what it means, English."""
    named = {_SERVED.get(name, name): value for name, value in patch.items()}
    if len(named) < len(patch):
        twice = next(name for name in _SERVED if name in patch and _SERVED[name] in patch)
        raise Invalid([ParameterError(twice, None, f"says the same as {_SERVED[twice]}; give one of them")])
    return {
        name: {"en": value} if name in _TEXTS and isinstance(value, str) else value for name, value in named.items()
    }
