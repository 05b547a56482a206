"""Records that turn out to be one: merged, and parted again."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, select

from app.errors import Conflict, Invalid, ParameterError
from app.filters import RECORDS, nearest_ids
from app.keys import Holder
from app.loading.edits.applying import Done
from app.loading.edits.merging import GoesRound, merge, merged_into, unmerge
from app.loading.writing import Report
from app.openapi import record_path, write_answers, write_document
from app.parameters import Parameters, asking
from app.records.envelope import Detail
from app.records.writing import MergedOut
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, YAML, Body, body_of
from app.resources.writing.committing import Answer, check_match, commit, enveloped, present, turn
from app.resources.writing.refusing import refusing

router = APIRouter(prefix="/v1", tags=["writing"])
_BOTH = ("If-Match", "Idempotency-Key")


@router.post(
    "/actors/{id}/merge",
    responses=write_answers(Detail[MergedOut], "actor", (200,)),
    openapi_extra=write_document(None, _BOTH, (JSON, YAML), "MergeIn"),
)
def merge_actor(
    request: Request,
    holder: Holder = holder_of("write"),
    id: str = record_path("actor"),
    _asked: Any = asking(Parameters),
    body: Body = body_of,
    _turn: None = turn,
) -> Response:
    """Make an actor part of another, which takes its names, codes and everything that names it."""
    return commit(request, holder, body.source, _merging(request, holder, "actor", id, body))


@router.delete(
    "/actors/{id}/merge",
    responses=write_answers(Detail[MergedOut], "actor", (200,)),
    openapi_extra=write_document(None, _BOTH[1:]),
)
def unmerge_actor(
    request: Request,
    holder: Holder = holder_of("write"),
    id: str = record_path("actor"),
    _asked: Any = asking(Parameters),
    _turn: None = turn,
) -> Response:
    """Undo the merge of an actor; what changed since stays."""
    return commit(request, holder, b"", lambda db: _unmerge(db, holder, "actor", id))


@router.post(
    "/events/{id}/merge",
    responses=write_answers(Detail[MergedOut], "event", (200,)),
    openapi_extra=write_document(None, _BOTH, (JSON, YAML), "MergeIn"),
)
def merge_event(
    request: Request,
    holder: Holder = holder_of("write"),
    id: str = record_path("event"),
    _asked: Any = asking(Parameters),
    body: Body = body_of,
    _turn: None = turn,
) -> Response:
    """Make an event part of another, which takes its evidence, accounts, figures, relations and statements."""
    return commit(request, holder, body.source, _merging(request, holder, "event", id, body))


@router.delete(
    "/events/{id}/merge",
    responses=write_answers(Detail[MergedOut], "event", (200,)),
    openapi_extra=write_document(None, _BOTH[1:]),
)
def unmerge_event(
    request: Request,
    holder: Holder = holder_of("write"),
    id: str = record_path("event"),
    _asked: Any = asking(Parameters),
    _turn: None = turn,
) -> Response:
    """Undo the merge of an event; what changed since stays."""
    return commit(request, holder, b"", lambda db: _unmerge(db, holder, "event", id))


def _merging(request: Request, holder: Holder, kind: str, key: str, body: Body) -> Callable[[Connection], Answer]:
    def act(db: Connection) -> Answer:
        winner = _into(db, kind, key, body)
        was = merged_into(db, kind, key)
        if was is not None and was.winner_id == winner:
            return _answer(db, key, winner, Done(Report()))
        present(db, kind, key)
        if given := request.headers.get("if-match"):
            check_match(db, kind, key, given)
        try:
            return _answer(db, key, winner, merge(db, kind, key, winner, holder.name))
        except GoesRound as error:
            raise Conflict(f"{key} cannot become part of {winner}: {error}.") from None

    return act


def _unmerge(db: Connection, holder: Holder, kind: str, key: str) -> Answer:
    was = merged_into(db, kind, key)
    if was is None:
        present(db, kind, key)
        raise Conflict(f"The {kind} {key!r} was not merged, or that is undone already.")
    if db.scalar(select(RECORDS[kind].id).where(RECORDS[kind].id == key)) is not None:
        raise Conflict(f"The {kind} {key!r} is there again by another way; delete it first.")
    if further := merged_into(db, kind, was.winner_id):
        raise Conflict(f"{was.winner_id} was itself merged into {further.winner_id}; undo that first.")
    return _answer(db, key, was.winner_id, unmerge(db, kind, key, holder.name))


def _into(db: Connection, kind: str, key: str, body: Body) -> str:
    """The record that BODY names, which is there and is another. Raises Invalid."""
    with refusing(db):
        content = body.sheet().content
    winner = content.get("into") if isinstance(content, dict) else None
    if not isinstance(winner, str) or len(content) > 1:
        raise Invalid([ParameterError("document", None, 'must be {"into": ID} and nothing else')])
    if winner == key:
        raise Invalid([ParameterError("into", winner, f"is this {kind} itself")])
    if db.scalar(select(RECORDS[kind].id).where(RECORDS[kind].id == winner)) is None:
        near = nearest_ids(db, kind, winner)
        raise Invalid([ParameterError("into", winner, f"there is no {kind} of this id", nearest=near)])
    return winner


def _answer(db: Connection, key: str, winner: str, done: Done) -> Answer:
    found = {"id": key, "into": winner, **done.body()}
    return Answer(200, enveloped(db, orjson.dumps(found)))
