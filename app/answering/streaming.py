"""Streams: a whole result in any format, read in batches in one transaction, and written while it is read."""

import asyncio
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, closing
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import anyio.to_thread
from anyio import CancelScope, fail_after
from fastapi import Request
from fastapi.responses import Response
from pydantic import Field, create_model
from sqlalchemy import Connection, Engine, func, select
from starlette.types import Receive, Scope, Send

from app.answering.paging import read_meta
from app.answering.results import Question, all_rows, documents, question
from app.asking.listing import Resource, list_parameters
from app.asking.parameters import Parameters
from app.asking.past import look_back
from app.asking.values import Whole
from app.database.time_limit import UNTIL, allow_longer
from app.documents import References, references_of
from app.errors import Unavailable
from app.formats import Batch, Format, Result
from app.reading.readers import snapshot
from app.reading.state import state_of

BATCH = 250
# How many references are kept from batch to batch, so that the busiest actors are read once.
MOST_KEPT = 5_000
# A client that accepts nothing for so long is cut off, and its transaction ends.
STALLED_SECONDS = 60
# The second value of a row; asking for it by name costs several times as much.
_DOC = itemgetter(1)
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written: the records of RESOURCE that ASKED describes, in FORMAT."""

    resource: Resource
    format: Format
    asked: Any


@dataclass(frozen=True, slots=True)
class Origin:
    """What links and cursors are made with: the installation's address and secret, and the address of the request."""

    base_url: str
    secret: str
    address: str


@cache
def stream_parameters(resource: Resource, options: Sequence[str]) -> type[Any]:
    """The parameters of RESOURCE's list that make sense in a stream; OPTIONS has `fields` and `include` if they do."""
    known = list_parameters(resource).model_fields
    left_out = {"limit", "count", "fields", "include"} - set(options)
    fields: dict[str, Any] = {name: (one.annotation, one) for name, one in known.items() if name not in left_out}
    limit = Field(None, description="At most so many records; without it, all of them.", examples=[1000])
    name = f"{resource.kind.capitalize()}Stream"
    return create_model(name, __base__=Parameters, limit=(Whole | None, limit), **fields)


class Opened:
    """A result about to be written: its parameters have been checked and its first records read.

    Iterating gives its bytes, and adds up `count`, the number of records so far; `close` ends its transaction.
    """

    def __init__(self, engine: Engine, wanted: Wanted, origin: Origin) -> None:
        with ExitStack() as opening:
            db = opening.enter_context(snapshot(engine))
            look_back(db, wanted.asked)
            asked = question(db, wanted.resource, wanted.asked, origin.secret)
            batches = opening.enter_context(closing(_batches(db, wanted, asked)))
            # Faults of a query show when its first rows are read: before the answer begins.
            first = list(islice(batches, 1))
            self.count = 0
            result = _result(db, wanted, asked, origin)
            self.revision = result.meta["revision"]
            self.left_out = result.left_out
            self._chunks = wanted.format.write(replace(result, batches=self._counted(chain(first, batches))))
            # Each chunk may be made by another thread, but in this context: it has the day that open ends reach to, and
            # from now on no limit for quick reads.
            context = copy_context()
            context.run(UNTIL.set, float("inf"))
            self._run = context.run
            self._open = opening.pop_all()

    def __iter__(self) -> Iterator[bytes]:
        while (chunk := self._run(next, self._chunks, None)) is not None:
            yield chunk

    def _counted(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        for batch in batches:
            self.count += len(batch.docs)
            yield batch

    def close(self) -> None:
        self._open.close()


def stream_of(request: Request, wanted: Wanted) -> Response:
    """The answer that streams WANTED; errors in the question are raised before it starts."""
    settings, slots = request.state.settings, request.state.streams
    query = f"?{request.url.query}" if request.url.query else ""
    origin = Origin(settings.base_url, settings.cursor_secret, f"{settings.base_url}{request.url.path}{query}")
    if not slots.acquire(blocking=False):
        raise Unavailable("This server is already writing as many results as it may at once; try again.")
    try:
        opened = Opened(request.state.engine, wanted, origin)
    except BaseException:
        slots.release()
        raise
    return Stream(opened, slots.release, _headers(wanted, opened, settings.base_url), wanted.format.media_type)


class Stream(Response):
    """Sends what is OPENED chunk by chunk, each made in a thread; DONE is called at the end, whatever happens."""

    def __init__(self, opened: Opened, done: Callable[[], None], headers: dict[str, str], media_type: str) -> None:
        super().__init__(headers=headers, media_type=media_type)
        del self.headers["content-length"]
        self.opened = opened
        self.done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chunks = iter(self.opened)
        gone = asyncio.create_task(_hung_up(receive))
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            # HEAD gets the headers only.
            while not scope.get("head") and (chunk := await anyio.to_thread.run_sync(next, chunks, None)) is not None:
                if chunk:
                    with fail_after(STALLED_SECONDS):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                if gone.done():
                    return
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            with CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._end)

    def _end(self) -> None:
        try:
            self.opened.close()
        finally:
            self.done()


async def _hung_up(receive: Receive) -> None:
    """Returns when the client has hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(wanted: Wanted, opened: Opened, base_url: str) -> dict[str, str]:
    how = "inline" if wanted.format.inline else "attachment"
    name = f"dragoman-{wanted.resource.kind}s-r{opened.revision}.{wanted.format.ending}"
    return {
        "Content-Disposition": f'{how}; filename="{name}"',
        # That page has the licence and the citation.
        "Link": f'<{base_url}/v1/meta>; rel="license"',
    }


def _result(db: Connection, wanted: Wanted, asked: Question, origin: Origin) -> Result:
    """What a format writes about WANTED as a whole; its batches are still to be given."""
    return Result(
        kind=wanted.resource.kind,
        batches=iter(()),
        fields=getattr(asked.asked, "fields", ()),
        base_url=origin.base_url,
        address=origin.address,
        meta=read_meta(db),
        changed_at=state_of(db).at or _BEGINNING,
        left_out=_left_out(db, asked, wanted.format),
    )


def _batches(db: Connection, wanted: Wanted, asked: Question) -> Generator[Batch, None, None]:
    """The records, in the order that was asked for."""
    needed = [getattr(asked.resource.table, wanted.format.needs).is_not(None)] if wanted.format.needs else []
    # Formats that serve records as lists do get the chosen fields and parts; the others choose for themselves.
    as_listed = "include" in wanted.format.options or wanted.format.embeds
    if wanted.format.embeds:
        asked = replace(asked, asked=asked.asked.model_copy(update={"include": wanted.format.embeds, "fields": ()}))
    references = references_of(db)
    with closing(all_rows(db, asked, BATCH, *needed)) as found:
        for rows in found:
            if len(references) > MOST_KEPT:
                references = References(db)
            yield Batch(documents(db, asked, rows) if as_listed else list(map(_DOC, rows)), references)
            # The time until here was the client's.
            allow_longer(db)


def _left_out(db: Connection, asked: Question, format: Format) -> int:
    if format.needs is None:
        return 0
    table = asked.resource.table
    query = asked.matching(table.id).where(getattr(table, format.needs).is_(None))
    return db.scalar(select(func.count()).select_from(query.subquery())) or 0
