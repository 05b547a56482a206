"""Merging records that turn out to be the same, and undoing that."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from app.answering.paging import envelope, read_meta
from app.asking.ids import is_there, nearest_ids, present
from app.asking.parameters import Parameters, asking
from app.errors import Conflict, Invalid, ParameterError
from app.http.describing import WRITE_HEADERS, keyed, record_path, sent_document
from app.keys import Holder
from app.loading.edits.applying import Done
from app.loading.edits.merging import GoesRound, merge, merged_into
from app.loading.edits.parting import NothingLeft, unmerge
from app.loading.writing import Report
from app.records.envelope import Detail
from app.records.writing import MergedOut
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, YAML, Body, body_of
from app.resources.writing.committing import Answer, check_match, commit, turn
from app.resources.writing.refusing import refusing

router = APIRouter(prefix="/v1", tags=["writing"])


# What a record that is merged gives to the other one.
_GIVES = {
    "actor": "its names, codes and everything that names it",
    "event": "its evidence, accounts, figures, relations and statements",
}


def _add_merge(kind: str) -> None:
    def merge_one(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind),
        _asked: Any = asking(Parameters),
        body: Body = body_of,
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, body.source, _merging(request, holder, kind, id, body))

    router.add_api_route(
        f"/{kind}s/{{id}}/merge",
        merge_one,
        methods=["POST"],
        name=f"merge_{kind}",
        description=f"Make an {kind} part of another, which takes {_GIVES[kind]}.",
        **keyed(Detail[MergedOut], kind, (200,), WRITE_HEADERS, sent_document((JSON, YAML), "MergeIn")),
    )


def _add_unmerge(kind: str) -> None:
    def unmerge_one(
        request: Request,
        holder: Holder = holder_of("write"),
        id: str = record_path(kind),
        _asked: Any = asking(Parameters),
        _turn: None = turn,
    ) -> Response:
        return commit(request, holder, b"", lambda db: _unmerge(db, holder, kind, id))

    router.add_api_route(
        f"/{kind}s/{{id}}/merge",
        unmerge_one,
        methods=["DELETE"],
        name=f"unmerge_{kind}",
        description=f"Undo the merge of an {kind}; what changed since stays.",
        **keyed(Detail[MergedOut], kind, (200,), ("Idempotency-Key",)),
    )


for _kind in _GIVES:
    _add_merge(_kind)
    _add_unmerge(_kind)


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
        raise Conflict(f"The {kind} {key!r} was not merged, or its merge has been undone already.")
    if is_there(db, kind, key):
        raise Conflict(f"There is a new {kind} {key!r} by now; delete it first.")
    if further := merged_into(db, kind, was.winner_id):
        raise Conflict(f"{was.winner_id} was itself merged into {further.winner_id}; undo that first.")
    try:
        return _answer(db, key, was.winner_id, unmerge(db, kind, key, holder.name))
    except NothingLeft:
        raise Conflict(f"Every article that told {key} was deleted since: nothing would be left of it.") from None


def _into(db: Connection, kind: str, key: str, body: Body) -> str:
    """The id of the record that BODY names, which must exist and not be KEY. Raises Invalid."""
    with refusing(db):
        content = body.sheet().content
    if not isinstance(content, dict):
        raise Invalid([ParameterError("document", None, 'must be {"into": ID}')])
    if unknown := [
        ParameterError(str(name), None, "is not known here", ["into"]) for name in content if name != "into"
    ]:
        raise Invalid(unknown)
    winner = content.get("into")
    if not isinstance(winner, str):
        raise Invalid([ParameterError("into", None, f"must be the id of the {kind} that stays")])
    if winner == key:
        raise Invalid([ParameterError("into", winner, f"is this {kind} itself")])
    if not is_there(db, kind, winner):
        near = nearest_ids(db, kind, winner)
        raise Invalid([ParameterError("into", winner, f"there is no {kind} of this id", nearest=near)])
    return winner


def _answer(db: Connection, key: str, winner: str, done: Done) -> Answer:
    found = {"id": key, "into": winner, **done.body()}
    return Answer(200, envelope(orjson.dumps(found), read_meta(db)))
