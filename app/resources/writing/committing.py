"""Writes: their turn, their transaction, their preconditions, and the answers that are repeated to retries."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlalchemy import Connection, delete, insert, select

from app.answering.paging import envelope, read_meta, revision_of
from app.asking.ids import is_there, missing
from app.database import writing
from app.errors import BadRequest, Conflict, Invalid, Moved, ParameterError, PreconditionFailed, PreconditionRequired
from app.keys import Holder
from app.loading.removing import StillNamed
from app.models import Answered, State

KEPT_FOR = timedelta(hours=24)
MOST_KEY = 255
MOST_TOLD = 20
_IDEMPOTENCY_KEY = re.compile(rf"[!-~]{{1,{MOST_KEY}}}", re.ASCII)
_TAG = re.compile(r'"(?:[^"]*-)?(\d{1,18})"', re.ASCII)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write answers once it is committed."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


async def _turn(request: Request) -> AsyncIterator[None]:
    # Writers of a process wait here, so that they do not occupy the few threads, which readers need too.
    async with request.state.turns:
        yield


turn: Any = Depends(_turn, scope="function")


def commit(request: Request, holder: Holder, source: bytes, act: Callable[[Connection], Answer]) -> Response:
    """Do ACT in one transaction, or repeat the answer to an earlier request with the same `Idempotency-Key`.

    If ACT raises, everything is undone. Raises Invalid if the earlier request was a different one.
    """
    key = _idempotency_key(request)
    asked = _digest(request, source)
    with writing(request.state.primary) as db:
        # From here on, writers take turns. So what ACT reads still holds when it writes, and a retry that comes while
        # the first request is under way waits for its answer.
        db.execute(select(State.revision).with_for_update()).one()
        stored = _stored(db, holder, key, asked) if key else None
        answer = stored or _done(db, act)
        if key and not stored:
            _store(db, holder, key, asked, answer)
    headers = {"Cache-Control": "no-store", **answer.headers}
    if "Location" in headers:
        headers["Location"] = request.app.state.base_path + headers["Location"]
    if stored:
        headers["Idempotency-Replayed"] = "true"
    media = "application/json" if answer.body else None
    return Response(answer.body, answer.status, headers, media)


def _done(db: Connection, act: Callable[[Connection], Answer]) -> Answer:
    """What ACT answers. Raises Conflict if other records refer to one that it would delete."""
    try:
        return act(db)
    except StillNamed as named:
        who = list(dict.fromkeys(str(fault.found) for fault in named.faults))
        told = ", ".join(who[:MOST_TOLD]) + (f" and {len(who) - MOST_TOLD} more" if len(who) > MOST_TOLD else "")
        gone = ", ".join(sorted({fault.where for fault in named.faults}))
        raise Conflict(f"{gone} cannot be deleted: {told} refer to it.", referring=who[:MOST_TOLD]) from None


def precondition(request: Request, db: Connection, kind: str, key: str) -> bool:
    """Whether there is a record KEY; if there is, it must be as the request's `If-Match` says.

    Raises PreconditionFailed if it is not, PreconditionRequired if the request does not say.
    """
    exists = is_there(db, kind, key)
    given = request.headers.get("if-match")
    if given is None:
        if exists:
            raise PreconditionRequired(
                f"This changes the {kind} {key!r}: send `If-Match` with the ETag that GET {path_of(kind, key)} gave, "
                "so that nobody else's change is lost.",
                revision=revision_of(db, kind, key),
            )
        return False
    check_match(db, kind, key, given)
    return exists


def refuse_merged(db: Connection, kind: str, key: str) -> None:
    """Raise Moved if KEY was merged into another record, which must not become two again."""
    gone = missing(db, kind, key)
    if isinstance(gone, Moved):
        raise gone


def check_match(db: Connection, kind: str, key: str, given: str) -> None:
    """Raise PreconditionFailed unless GIVEN, an `If-Match`, names the record KEY as it is now."""
    revision = revision_of(db, kind, key)
    if revision is None:
        raise PreconditionFailed(f"There is no {kind} {key!r} that `If-Match` could name.")
    # The tag of a detail ends in the number of the record's last change, and only that matters here.
    if given.strip() != "*" and str(revision) not in _TAG.findall(given):
        raise PreconditionFailed(
            f"The {kind} {key!r} has changed since: its revision is {revision}. Read it again, and change that.",
            revision=revision,
        )


def written(db: Connection, kind: str, key: str, data: bytes, *, made: bool) -> Answer:
    """The answer to a write of the record KEY: DATA and its tag and, if it was MADE, where it is."""
    tag = {"ETag": f'"{revision_of(db, kind, key)}"'}
    where = {"Location": path_of(kind, key)} if made else {}
    return Answer(201 if made else 200, envelope(data, read_meta(db)), tag | where)


def path_of(kind: str, key: str) -> str:
    """The path of the record KEY."""
    return f"/v1/{kind}s/{key}"


def _idempotency_key(request: Request) -> str | None:
    given = request.headers.getlist("idempotency-key")
    if len(given) > 1 or (given and not _IDEMPOTENCY_KEY.fullmatch(given[0])):
        raise BadRequest(f"`Idempotency-Key` is one value of 1 to {MOST_KEY} printable characters, such as a UUID.")
    return given[0] if given else None


def _digest(request: Request, source: bytes) -> str:
    """A digest of the request, equal for equal requests."""
    url = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return sha256(url + source).hexdigest()


def _stored(db: Connection, holder: Holder, key: str, asked: str) -> Answer | None:
    mine = (Answered.key_name == holder.name, Answered.idempotency_key == key, Answered.expires_at > datetime.now(UTC))
    row = db.execute(select(*Answered.__table__.columns).where(*mine)).one_or_none()
    if row is None:
        return None
    if row.asked != asked:
        message = "came with a different request before; give each request a new key"
        raise Invalid([ParameterError("Idempotency-Key", key, message)])
    return Answer(row.status, row.body, row.headers)


def _store(db: Connection, holder: Holder, key: str, asked: str, answer: Answer) -> None:
    now = datetime.now(UTC)
    db.execute(delete(Answered).where(Answered.expires_at <= now))
    row = {"key_name": holder.name, "idempotency_key": key, "asked": asked, "expires_at": now + KEPT_FOR}
    told = {"status": answer.status, "headers": dict(answer.headers), "body": answer.body}
    db.execute(insert(Answered), {**row, **told})
