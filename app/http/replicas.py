"""Reads from standbys: as fresh as the client asks for, and repeated if a server is lost."""

import asyncio
import time
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.asking.values import WHOLE
from app.errors import Invalid, ParameterError
from app.http.problems import problem
from app.reading.revision import Revisions

PARAMETER = "min_revision"
# How long a read waits for its server to reach the revision, before the primary is asked.
PATIENCE_SECONDS = 0.5
POLL_SECONDS = 0.01


class Freshness:
    """Outside of the cache. With `min_revision`, a request waits for its data, or else is read from the primary."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        wanted = _wanted(scope)
        if wanted is None or await _reaches(scope["state"]["revisions"], wanted, PATIENCE_SECONDS * _is_split(scope)):
            await self.app(scope, receive, send)
            return
        state = scope["state"]
        newest = await state["newest"].now()
        if newest is not None and int(newest[0]) < wanted:
            message = f"is above the newest revision, {newest[0]}; a write's answer has it in `meta`"
            refused = Invalid([ParameterError(PARAMETER, str(wanted), message)])
            await problem(Request(scope), refused.status, refused.detail, **refused.more)(scope, receive, send)
            return
        state |= {"engine": state["primary"], "revisions": state["newest"]}
        await self.app(scope, receive, send)


def _is_split(scope: Scope) -> bool:
    """Whether reads and writes go to different servers, so that waiting may help."""
    return scope["state"]["engine"] is not scope["state"]["primary"]


def _wanted(scope: Scope) -> int | None:
    """The revision that the request asks for at least. One that is not a number is left to the route to refuse."""
    if scope["type"] != "http" or scope["method"] != "GET" or PARAMETER.encode() not in scope["query_string"]:
        return None
    values = parse_qs(scope["query_string"].decode("latin-1")).get(PARAMETER, [])
    return int(values[0]) if len(values) == 1 and WHOLE.fullmatch(values[0]) else None


async def _reaches(revisions: Revisions, wanted: int, seconds: float) -> bool:
    """Whether the data have reached revision WANTED now, or reach it within SECONDS."""
    until = time.monotonic() + seconds
    while True:
        stamp = await revisions.now()
        if stamp is not None and int(stamp[0]) >= wanted:
            return True
        if time.monotonic() >= until:
            return False
        await asyncio.sleep(POLL_SECONDS)


class Rereading:
    """Close to the routes. A read whose server was lost is done once more, on a new connection."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.get("state", {})
        if scope["type"] != "http" or scope["method"] != "GET" or state["engine"].dialect.name == "sqlite":
            await self.app(scope, receive, send)
            return

        async def unless_lost(message: Message) -> None:
            # Set by the handler of the error (app/http/problems.py) before it answers.
            if not state.get("lost"):
                await send(message)

        # A copy, because routing writes into the scope.
        await self.app(dict(scope), receive, unless_lost)
        if state.pop("lost", False):
            await self.app(scope, receive, send)
