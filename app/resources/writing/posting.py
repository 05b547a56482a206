"""Checking and writing annotated articles."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection

from app.answering.paging import answer, read_meta
from app.asking.ids import is_there
from app.asking.parameters import Parameters, asking, documented
from app.asking.values import Key
from app.http.describing import WRITE_HEADERS, checked_answers, keyed, sent_document
from app.keys import Holder
from app.loading import annotated
from app.loading.duplicates import duplicates
from app.loading.edits.applying import DESK, apply, foresee
from app.loading.edits.editing import put_article
from app.loading.edits.preparing import Prepared, prepare
from app.loading.edits.sent import without
from app.loading.faults import Fault, Refused
from app.loading.folder import loosen
from app.loading.planning import Removal
from app.loading.reading import Sheet
from app.loading.validating import validated
from app.records.envelope import Detail
from app.records.writing import CheckedOut, PostedOut
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, YAML, Body, body_of
from app.resources.writing.committing import Answer, commit, precondition, turn, written
from app.resources.writing.homes import home_of
from app.resources.writing.refusing import refusal, refusing, told
from app.tokens import redacted

router = APIRouter(prefix="/v1", tags=["writing"])


class Posting(Parameters):
    """Where an article goes."""

    dataset: Key | None = Field(
        None,
        description="The data set that new records go to: by default `desk`, which is made when the first comes.",
        examples=[DESK.id],
    )


_TAKES = documented(Posting) | sent_document((JSON, YAML), "Article")


@router.post(
    "/articles",
    **keyed(Detail[PostedOut], None, (200, 201), WRITE_HEADERS, _TAKES),
)
def post_article(
    request: Request,
    holder: Holder = holder_of("write"),
    asked: Any = asking(Posting),
    body: Body = body_of,
    _turn: None = turn,
) -> Response:
    """Take an annotated article with its events and statements; sent again, it changes nothing."""
    return commit(request, holder, body.source, lambda db: _post(request, db, holder, asked.dataset, body))


@router.post(
    "/check",
    responses=checked_answers(Detail[CheckedOut]),
    openapi_extra=_TAKES,
)
def check_article(request: Request, asked: Any = asking(Posting), body: Body = body_of) -> Response:
    """Say everything that is wrong with an annotated article, and what it would change; nothing is written."""
    with request.state.primary.connect() as db:
        try:
            article, prepared = _prepared(db, body)
            home_of(db, "article", article.id, asked.dataset)
        except Refused as refused:
            prepared = Prepared(refused.faults, [], Removal())
        found = {
            "faults": told(db, prepared.faults),
            "changes": foresee(db, prepared).body(),
            "duplicates": [asdict(one) for one in duplicates(db, prepared.drafts)],
        }
        data = redacted(orjson.dumps(found).decode()).encode()
        return answer(data, read_meta(db), headers={"Cache-Control": "no-store"})


def _post(request: Request, db: Connection, holder: Holder, dataset: str | None, body: Body) -> Answer:
    with refusing(db):
        article, prepared = _prepared(db, body)
    if prepared.faults:
        raise refusal(db, prepared.faults)
    home = home_of(db, "article", article.id, dataset)
    known = is_there(db, "article", article.id)
    # An article that is sent again unchanged changes nothing, so it needs no `If-Match`.
    if "if-match" in request.headers or (known and foresee(db, prepared).records):
        precondition(request, db, "article", article.id)
    likely = [asdict(one) for one in duplicates(db, prepared.drafts)]
    done = apply(db, prepared, home, holder.name)
    found = {"id": article.id, **done.body(), "duplicates": likely}
    return written(db, "article", article.id, orjson.dumps(found), made=not known)


def _prepared(db: Connection, body: Body) -> tuple[annotated.Article, Prepared]:
    """The article in BODY, and what it would write. Raises Refused if it cannot be read."""
    sheet = body.sheet()
    try:
        article = validated(sheet, annotated.Article)
    except Refused as refused:
        raise Refused([*refused.faults, *_faults_of_rest(db, sheet, refused.faults)]) from None
    return article, prepare(db, put_article(db, article, sheet))


def _faults_of_rest(db: Connection, sheet: Sheet, faults: Sequence[Fault]) -> list[Fault]:
    """What is wrong with the rest of the article on SHEET, of which some parts have FAULTS by themselves."""
    rest = without(sheet, faults)
    if rest is None:
        return []
    loose: dict[str, set[str]] = defaultdict(set)
    loosen(sheet, loose)
    edit = put_article(db, validated(rest, annotated.Article), rest)
    edit.loose = loose
    return prepare(db, edit).faults
