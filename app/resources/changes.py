"""Changes: what happened to which record, numbered, as a list and as a stream."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import Field
from sqlalchemy import Select
from sse_starlette import EventSourceResponse

from app.answering.paging import answer, next_url, read_meta
from app.asking.ids import RECORDS
from app.asking.listing import DEFAULT_LIMIT, MAX_LIMIT, PageRows
from app.asking.parameters import Reading, asking, documented
from app.asking.values import WHOLE, Whole, chosen, several, whole
from app.errors import BadRequest, Unavailable
from app.feed import Feed, Told, change_body, changes_after
from app.http.describing import answers
from app.http.routing import Read
from app.models import Change
from app.models.revisions import OPERATIONS
from app.reading.readers import reader
from app.records.changes import ChangeOut
from app.records.envelope import Listing

EVENT_STREAM = "text/event-stream"
HEARTBEAT_SECONDS = 15
RETRY_MS = 3000
# How long the server, once told to stop, lets a stream end in good order.
GRACE_SECONDS = 2


class ChangeFilter(Reading):
    """Which changes."""

    kind: several(chosen(tuple(RECORDS))) = Field((), description="Of these kinds of records.", examples=["event"])  # type: ignore[valid-type]
    operation: several(chosen(OPERATIONS)) = Field((), description="Of these operations.", examples=["insert"])  # type: ignore[valid-type]


class ChangeQuery(ChangeFilter):
    """A page of changes."""

    since: Whole = Field(0, description="After this number; the last one that you have seen.", examples=[10])
    limit: PageRows = Field(DEFAULT_LIMIT, description="Rows a page.", examples=[20])


class ChangeStream(ChangeFilter):
    """A stream of changes."""

    since: Whole | None = Field(None, description="After this number; without it, from now on.", examples=[10])
    limit: Annotated[int, *whole(1, MAX_LIMIT)] | None = Field(
        None, description="End after so many; without it, never.", examples=[10]
    )


router = APIRouter(prefix="/v1/changes", tags=["changes"], route_class=Read)


@router.get("", responses=answers(Listing[ChangeOut]), openapi_extra=documented(ChangeQuery))
def list_changes(request: Request, asked: Any = asking(ChangeQuery)) -> Response:
    """List changes in order: what was inserted, updated, deleted or merged since a revision."""
    query = _narrowed(changes_after(asked.since), asked).limit(asked.limit + 1)
    with reader(request.state.engine) as db:
        rows = db.execute(query).all()
        meta = read_meta(db)
    more = 0 < asked.limit < len(rows)
    rows = rows[: asked.limit]
    base = request.state.settings.base_url
    following = next_url(base, request, str(rows[-1].revision), "since") if more else None
    page = {"limit": asked.limit, "next": following, "total": None}
    # Those who ask what is new must not get an old answer.
    headers = {"Cache-Control": "public, no-cache"}
    return answer(orjson.dumps([change_body(row) for row in rows]), meta, page, headers)


async def stream_changes(
    request: Request,
    asked: Any = asking(ChangeStream),
    last_event_id: Annotated[
        str | None, Header(description="The last event that was seen; goes before `since`.", examples=["10"])
    ] = None,
) -> Response:
    """Stream changes as server-sent events, each with its revision as id; resumes where `Last-Event-ID` says."""
    feed: Feed = request.state.feed
    position = asked.since if last_event_id is None else _number(last_event_id)
    if position is None:
        # Before the answer begins, so that no change after its beginning is missed.
        position = await feed.newest()
    if position is None:
        raise Unavailable("The database cannot be read; try again.")
    events = _events(feed, asked, position)
    return EventSourceResponse(
        events,
        ping=HEARTBEAT_SECONDS,
        sep="\n",
        headers={"Cache-Control": "no-store"},
        shutdown_event=feed.closing,
        shutdown_grace_period=GRACE_SECONDS,
    )


router.add_api_route(
    "/stream",
    stream_changes,
    response_class=Response,
    responses=answers(None, media_type=EVENT_STREAM),
    openapi_extra=documented(ChangeStream),
    # Not `Read`, because it takes a header too.
    route_class_override=APIRoute,
)


async def _events(feed: Feed, asked: Any, position: int) -> AsyncIterator[bytes]:
    left = asked.limit
    yield b"retry: %d\n\n" % RETRY_MS
    async for batch in feed.after(position):
        wanted = [told.event for told in batch if _is_wanted(told, asked)][:left]
        if wanted:
            yield b"".join(wanted)
        if left is not None:
            left -= len(wanted)
            if not left:
                return


def _is_wanted(told: Told, asked: Any) -> bool:
    return (not asked.kind or told.kind in asked.kind) and (not asked.operation or told.operation in asked.operation)


def _narrowed(query: Select[*tuple[Any, ...]], asked: Any) -> Select[*tuple[Any, ...]]:
    if asked.kind:
        query = query.where(Change.kind.in_(asked.kind))
    if asked.operation:
        query = query.where(Change.operation.in_(asked.operation))
    return query


def _number(text: str) -> int:
    if not WHOLE.fullmatch(text):
        raise BadRequest("Last-Event-ID is not the id of an event of this stream: a whole number in plain digits.")
    return int(text)
