"""What is reported about every request besides its answer: metrics, `Server-Timing` and an access log."""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import Metrics

access = logging.getLogger("dragoman.access")
# A state of the data: the number of the last change, and its time, which tells a database made anew from the old one.
Stamp = tuple[int, datetime | None]


@dataclass(slots=True)
class Seen:
    """What layers and routes note about a request; times are in seconds.

    `stamps` are the states of the data that the answer was read from; None stands for a transaction that did not ask.
    """

    request_id: str = ""
    cache: str = ""
    status: int = 500
    db: float = 0
    fill: float = 0
    stamps: set[Stamp | None] = field(default_factory=set)


_SEEN: ContextVar[Seen | None] = ContextVar("seen", default=None)


def note(**values: str) -> None:
    """Note VALUES about the request that is being answered."""
    seen = _SEEN.get()
    if seen is not None:
        for name, value in values.items():
            setattr(seen, name, value)


def spent(name: str, since: float) -> None:
    """Add the time that has passed SINCE, a reading of `time.perf_counter()`, to the request's NAME."""
    seen = _SEEN.get()
    if seen is not None:
        setattr(seen, name, getattr(seen, name) + time.perf_counter() - since)


def read_of(stamp: Stamp | None) -> None:
    """Note that the answer was read from the data of STAMP."""
    seen = _SEEN.get()
    if seen is not None:
        seen.stamps.add(stamp)


def stamps_read() -> set[Stamp | None]:
    """The states of the data that the answer was read from."""
    seen = _SEEN.get()
    return seen.stamps if seen else set()


def request_id() -> str:
    """The id of the request that is being answered, or nothing outside of one."""
    seen = _SEEN.get()
    return seen.request_id if seen else ""


class Observing:
    """The layer around all others, so that it sees what the client sees."""

    def __init__(self, app: ASGIApp, metrics: Metrics, template_of: Callable[[str], str], *, log: bool) -> None:
        self.app = app
        self.metrics = metrics
        self.template_of = template_of
        self.log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        since = time.perf_counter()
        seen = Seen()
        _SEEN.set(seen)

        async def observed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                message["headers"] = [*message["headers"], (b"server-timing", _timing(seen, since))]
            await send(message)

        self.metrics.in_flight.inc()
        try:
            await self.app(scope, receive, observed)
        finally:
            self.metrics.in_flight.dec()
            self._tell(scope, seen, time.perf_counter() - since)

    def _tell(self, scope: Scope, seen: Seen, seconds: float) -> None:
        route = self.template_of(scope["path"])
        self.metrics.count(scope["method"], route, seen.status, seconds)
        if seen.cache:
            self.metrics.count_cache(seen.cache)
        if self.log:
            access.info("request", extra=_line(scope, seen, route, seconds))


def _timing(seen: Seen, since: float) -> bytes:
    total = f"total;dur={(time.perf_counter() - since) * 1000:.2f}"
    if seen.db:
        total = f"db;dur={seen.db * 1000:.2f}, fill;dur={seen.fill * 1000:.2f}, {total}"
    return (f"cache;desc={seen.cache}, {total}" if seen.cache else total).encode()


def _line(scope: Scope, seen: Seen, route: str, seconds: float) -> dict[str, object]:
    client = scope.get("client")
    return {
        "request_id": seen.request_id,
        "client": client[0] if client else None,
        "method": scope["method"],
        "path": scope["path"],
        "query": scope["query_string"].decode("latin-1"),
        "route": route,
        "status": seen.status,
        "ms": round(seconds * 1000, 2),
        "db_ms": round(seen.db * 1000, 2),
        "cache": seen.cache or None,
    }
