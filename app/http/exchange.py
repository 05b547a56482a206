"""What is done for every request: an id, a check that it is text, HEAD, and no traceback for the client."""

import logging
import re
from collections.abc import Iterable
from secrets import token_hex
from urllib.parse import unquote_to_bytes

from fastapi import Request
from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import METHODS, problem
from app.observing import note

REQUEST_ID = "X-Request-Id"
EXPOSED = (
    "Link",
    "ETag",
    "Location",
    "WWW-Authenticate",
    "Idempotency-Replayed",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "Server-Timing",
    REQUEST_ID,
)
# Every answer is open to all sites, whichever asked for it, because a shared cache may hand it to any of them.
_OPEN = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", ", ".join(EXPOSED).encode()),
)
_REQUEST_ID = REQUEST_ID.lower().encode()
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,128}")
log = logging.getLogger("dragoman")


class Exchange:
    """The outermost layer of the application; plain ASGI, so that it costs next to nothing."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:
            # `head` tells a stream that nobody wants its body.
            scope = {**scope, "method": "GET", "head": True}
        opens = () if scope["method"] == "OPTIONS" else _OPEN
        answered = _Answer(send, _request_id(scope), opens, head=head)
        note(request_id=answered.request_id)
        if not _is_text(scope):
            detail = "The address has bytes that are not UTF-8, or a NUL."
            await problem(Request(scope), 400, detail)(scope, receive, answered)
            return
        try:
            await self.app(scope, receive, answered)
        except Exception:
            log.exception("request %s failed: %s %s", answered.request_id, scope["method"], scope["path"])
            if answered.started:
                raise
            detail = f"This is our fault, and logged under {answered.request_id}."
            await problem(Request(scope), 500, detail)(scope, receive, answered)


class _Answer:
    """Sends an answer on with the request's id and the headers OPENS, and without its body if the request is HEAD."""

    def __init__(self, send: Send, request_id: str, opens: Iterable[tuple[bytes, bytes]], *, head: bool) -> None:
        self.send = send
        self.request_id = request_id
        self.opens = opens
        self.head = head
        self.started = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = [*message["headers"], (_REQUEST_ID, self.request_id.encode()), *self.opens]
            await self.send({**message, "headers": headers})
            if self.head:
                # The end of the body is sent at once, so that a stream does not go on for nobody.
                await self.send({"type": "http.response.body", "body": b""})
        elif not self.head:
            await self.send(message)


class Preflight:
    """Answers browsers that ask by OPTIONS whether a page of another site may use the API; Starlette knows how."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.asked = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=METHODS,
            allow_headers=["*"],
            expose_headers=EXPOSED,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["method"] == "OPTIONS"
        await (self.asked if asked else self.app)(scope, receive, send)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == _REQUEST_ID and _SANE_ID.fullmatch(value):
            return str(value.decode())
    return token_hex(16)


def _is_text(scope: Scope) -> bool:
    for part in (scope.get("raw_path") or scope["path"].encode(), scope["query_string"]):
        if b"%" in part or not part.isascii():
            plain = unquote_to_bytes(part)
            try:
                plain.decode()
            except UnicodeDecodeError:
                return False
            if b"\0" in plain:
                return False
    return True
