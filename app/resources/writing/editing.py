"""Making, replacing, changing and deleting single records."""

from dataclasses import dataclass, replace
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection

from app.answering.paging import answer, detail_body, read_meta, revision_of
from app.asking.ids import present
from app.asking.parameters import Parameters, asking, documented
from app.asking.values import Key
from app.errors import Invalid, ParameterError
from app.http.describing import WRITE_HEADERS, keyed, record_path, sent_document
from app.keys import Holder
from app.loading.edits.applying import DESK, apply
from app.loading.edits.preparing import prepare
from app.loading.edits.sent import nothing
from app.loading.reading import Sheet
from app.loading.validating import validated
from app.records.envelope import Detail
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, NAME, PATCH, YAML, Body, body_of, with_id
from app.resources.writing.committing import Answer, commit, precondition, refuse_merged, turn, written
from app.resources.writing.homes import home_of
from app.resources.writing.kinds import KINDS, Kind
from app.resources.writing.patching import in_our_words, merged
from app.resources.writing.refusing import refusal, refusing

router = APIRouter(prefix="/v1", tags=["writing"])
# What goes with a record that is deleted.
_WITH = {"article": ", with its statements and the events that no other tells"}


class Putting(Parameters):
    """Where a new record goes."""

    dataset: Key | None = Field(
        None,
        description="The data set that a new record goes to: by default `desk`; one that is there stays in its own.",
        examples=[DESK.id],
    )


def _add_put(kind: Kind) -> None:
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

    router.add_api_route(
        kind.path,
        put,
        methods=["PUT"],
        name=f"put_{kind.name}",
        description=f"Make {kind.in_words}, or replace it whole.",
        **keyed(
            kind.detail,
            kind.name,
            (200, 201),
            WRITE_HEADERS,
            documented(Putting) | sent_document((JSON, YAML), kind.shape.__name__),
        ),
    )


def _add_patch(kind: Kind) -> None:
    def patch(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
        body: Body = body_of,
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, body.source, lambda db: _patch(db, _Asked(request, holder, kind, id), body))

    router.add_api_route(
        kind.path,
        patch,
        methods=["PATCH"],
        name=f"patch_{kind.name}",
        description=f"Change parts of {kind.in_words} (JSON Merge Patch).",
        **keyed(kind.detail, kind.name, (200,), WRITE_HEADERS, sent_document((PATCH, JSON, YAML), "MergePatch")),
    )


def _add_delete(kind: Kind) -> None:
    def delete(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, b"", lambda db: _delete(db, _Asked(request, holder, kind, id)))

    router.add_api_route(
        kind.path,
        delete,
        methods=["DELETE"],
        name=f"delete_{kind.name}",
        description=f"Delete {kind.in_words} that nothing else refers to{_WITH.get(kind.name, '')}.",
        status_code=204,
        **keyed(None, kind.name, (204,), WRITE_HEADERS),
    )


def _add_read(kind: Kind) -> None:
    def read(
        request: Request,
        _holder: Holder = holder_of("read"),
        id: str = record_path(kind.name),
        _asked: Any = asking(Parameters),
    ) -> Response:
        return _read(request, kind, id)

    router.add_api_route(
        f"{kind.path}/annotated",
        read,
        methods=["GET"],
        name=f"read_{kind.name}_annotated",
        description=f"Read {kind.in_words} in the form that PUT takes; any key may.",
        **keyed(Detail[kind.shape], kind.name),  # type: ignore[name-defined]
    )


# The routes of the kinds differ in their shapes only.
for _kind in KINDS:
    _add_put(_kind)
    _add_patch(_kind)
    _add_delete(_kind)
    _add_read(_kind)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request to change the record KEY of KIND."""

    request: Request
    holder: Holder
    kind: Kind
    key: str

    def match(self, db: Connection) -> bool:
        """Whether there is such a record, which must be as the client has seen it. Raises what `precondition` does."""
        return precondition(self.request, db, self.kind.name, self.key)

    def home(self, db: Connection, dataset: str | None = None) -> str:
        """The data set of the record or, if it is new, the DATASET that was asked for. Raises Invalid."""
        return home_of(db, self.kind.name, self.key, dataset)


def _put(db: Connection, asked: _Asked, dataset: str | None, body: Body) -> Answer:
    known = asked.match(db)
    if not known:
        refuse_merged(db, asked.kind.name, asked.key)
    home = asked.home(db, dataset)
    return _write(db, asked, _sheet(db, body), home if not known else None)


def _patch(db: Connection, asked: _Asked, body: Body) -> Answer:
    present(db, asked.kind.name, asked.key)
    asked.match(db)
    patch = _sheet(db, body).content
    if not isinstance(patch, dict):
        raise Invalid([ParameterError("document", None, "must be a mapping: a JSON Merge Patch names what changes")])
    changes = in_our_words(patch)
    if ignored := [name for name, value in changes.items() if value is None and name not in asked.kind.takes_away]:
        message = "cannot be taken away"
        raise Invalid([ParameterError(name, None, message, sorted(asked.kind.takes_away)) for name in ignored])
    content = merged(asked.kind.plain(db, asked.key), changes)
    return _write(db, asked, replace(nothing(NAME), content=content), None)


def _delete(db: Connection, asked: _Asked) -> Answer:
    present(db, asked.kind.name, asked.key)
    asked.match(db)
    apply(db, prepare(db, asked.kind.delete(db, asked.key)), asked.home(db), asked.holder.name)
    return Answer(204)


def _read(request: Request, kind: Kind, key: str) -> Response:
    with request.state.primary.connect() as db:
        present(db, kind.name, key)
        content, meta = kind.plain(db, key), read_meta(db)
        tag = f'"{revision_of(db, kind.name, key)}"'
    # For those who have a key, it has the text too, even if that may not be served.
    return answer(orjson.dumps(content), meta, headers={"Cache-Control": "no-store", "ETag": tag})


def _write(db: Connection, asked: _Asked, sheet: Sheet, home: str | None) -> Answer:
    """Write the record on SHEET. HOME is the data set of a new one, and None for one that exists already."""
    kind, key = asked.kind, asked.key
    with refusing(db):
        record = validated(with_id(sheet, key), kind.shape)
        prepared = prepare(db, kind.put(db, record, sheet))
    if prepared.faults:
        raise refusal(db, prepared.faults)
    apply(db, prepared, home or asked.home(db), asked.holder.name)
    data = detail_body(db, kind.resource, key, kind.more)
    return written(db, kind.name, key, data, made=home is not None)


def _sheet(db: Connection, body: Body) -> Sheet:
    with refusing(db):
        return body.sheet()
