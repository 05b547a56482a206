"""The numbered feed of changes, and what wakes its listeners.

However many listeners there are, one task in each process looks for new changes, reads them once and wakes everybody.
A listener that is further behind than what is remembered reads the table, so a restart loses nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_thread
import orjson
from sqlalchemy import Engine, Row, Select, select
from sqlalchemy.exc import DBAPIError

from app.dates import instant
from app.metrics import Metrics
from app.models import Change
from app.reading.revision import Revisions

POLL_SECONDS = 0.5
BATCH = 1000
log = logging.getLogger("dragoman")


@dataclass(frozen=True, slots=True)
class Told:
    """A change as an event of the stream (`event` has its bytes)."""

    revision: int
    kind: str
    operation: str
    event: bytes


class Feed:
    """The changes as they come. A listener who keeps up costs no queries."""

    def __init__(self, engine: Engine, revisions: Revisions, metrics: Metrics) -> None:
        self._engine = engine
        self._metrics = metrics
        self._revisions = revisions
        self._newest = 0
        self._recent: deque[Told] = deque(maxlen=BATCH)
        self._news = asyncio.Event()
        self._listeners = 0
        self._poll: asyncio.Task[None] | None = None
        self.closing = anyio.Event()

    async def newest(self) -> int | None:
        """The number of the last change as it is now, or None if the database cannot say."""
        stamp = await self._revisions.now()
        return None if stamp is None else int(stamp[0])

    async def after(self, position: int) -> AsyncIterator[Sequence[Told]]:
        """The changes after number POSITION, batch by batch, until the server ends."""
        self._listeners += 1
        self._metrics.listeners.inc()
        try:
            if self._poll is None:
                self._newest = await self.newest() or self._newest
                self._poll = self._poll or asyncio.create_task(self._watch())
            while batch := await self._next(position):
                position = batch[-1].revision
                yield batch
        finally:
            self._listeners -= 1
            self._metrics.listeners.dec()

    async def close(self) -> None:
        """Stop looking for changes."""
        self.closing.set()
        if self._poll is not None:
            await asyncio.wait([self._poll])

    async def _next(self, position: int) -> Sequence[Told]:
        while not self.closing.is_set():
            news = self._news
            if self._recent and self._recent[0].revision <= position + 1:
                batch: Sequence[Told] = [told for told in self._recent if told.revision > position]
            else:
                batch = await self._read(position) if position < self._newest else ()
            if batch:
                return batch
            await news.wait()
        return ()

    async def _watch(self) -> None:
        while self._listeners and not self.closing.is_set():
            with anyio.move_on_after(POLL_SECONDS):
                await self.closing.wait()
            revision = await self.newest()
            while revision is not None and self._newest < revision:
                try:
                    batch = await self._read(self._newest)
                except DBAPIError:
                    log.exception("the feed of changes cannot be read")
                    break
                if not batch:
                    break
                self._recent.extend(batch)
                self._newest = batch[-1].revision
                self._tell()
        self._tell()
        self._poll = None
        self._recent.clear()

    def _tell(self) -> None:
        """Wake everybody who waits; from now on, waiting is for the next news."""
        self._news.set()
        self._news = asyncio.Event()

    async def _read(self, position: int) -> Sequence[Told]:
        self._metrics.feed_reads.inc()
        return await anyio.to_thread.run_sync(self._read_now, position)

    def _read_now(self, position: int) -> Sequence[Told]:
        with self._engine.connect() as db:
            return [_told(row) for row in db.execute(changes_after(position).limit(BATCH))]


def changes_after(position: int) -> Select[*tuple[Any, ...]]:
    """The changes after number POSITION, in order."""
    columns = (Change.revision, Change.at, Change.operation, Change.kind, Change.record_id, Change.into_id)
    return select(*columns).where(Change.revision > position).order_by(Change.revision)


def change_body(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """A change as it is served."""
    return {
        "revision": row.revision,
        "at": instant(row.at),
        "operation": row.operation,
        "kind": row.kind,
        "id": row.record_id,
        "into": row.into_id,
    }


def _told(row: Row[*tuple[Any, ...]]) -> Told:
    event = b"id: %d\ndata: %b\n\n" % (row.revision, orjson.dumps(change_body(row)))
    return Told(row.revision, row.kind, row.operation, event)
