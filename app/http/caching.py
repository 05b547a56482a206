"""Conditional requests and kept answers: while the data have not changed, the database is not asked again.

The ETag of an answer is made from all that decides its bytes: the state of the data that it was read from, the day (an
open date reaches to today), the code and its settings, the path, the query and the representation. So `If-None-Match`
is decided before the route runs, and an answer is kept until the state of the data changes.
"""

from dataclasses import dataclass
from datetime import date

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.asking.today import today
from app.http.compression import ACCEPT_ENCODING, variant
from app.http.entity_tags import Key, Made, Tags, asked_of, named_in
from app.http.headers import header_of
from app.observing import Stamp, note, stamps_read
from app.settings import Settings

_VARY = (b"vary", b"Accept, Accept-Encoding")
# Answers about this very moment, and one that never ends. Assets have tags of their own.
UNCACHED = frozenset({"/healthz", "/readyz", "/metrics", "/v1/changes/stream"})
_ASSETS = "/assets/"
_DATA = "/v1/"
# What pages are made from that show no data.
_CODE: Made = ("code",)
_OVERHEAD = 600
# An answer larger than this fraction of the memory is not kept, because it would push out too many others.
_LARGEST_SHARE = 8
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A whole answer, with what it was made from, and its tag."""

    made: Made
    tag: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides an answer's bytes besides the data, and the tags that the client sent."""

    key: Key
    day: date
    tags: str


class Caching:
    """Answers from memory or with 304 where possible; gives the answer of every other read its tag."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        control = f"public, max-age={settings.cache_max_age}, stale-while-revalidate={settings.cache_stale}"
        self.control = (b"cache-control", control.encode())
        self.tags = Tags(settings)
        self.kept: LRUCache[Key, _Kept] = LRUCache(settings.cache_bytes, getsizeof=_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        coding = variant(header_of(scope, ACCEPT_ENCODING)) if _is_cacheable(scope) else None
        if not coding:
            await self.app(scope, receive, send)
            return
        key, tags = asked_of(scope, coding)
        asked = _Asked(key, today(), tags)
        kept = self.kept.get(key)
        # Without a tag or a kept answer to compare, that is not needed yet: the route notes what it reads from.
        now = await _now(scope, asked.day) if kept or tags else None
        if kept and kept.made != now:
            kept = None
        if tags and now and await self._confirmed(asked, kept.tag if kept else self.tags.tag(now, key), kept, send):
            return
        if kept:
            note(cache="hit")
            await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})
            return
        note(cache="miss")
        await self.app(scope, receive, _Tagging(self, asked, scope, send))

    async def _confirmed(self, asked: _Asked, tag: str, kept: _Kept | None, send: Send) -> bool:
        """If the client has the answer with TAG already, tell it so; returns whether that was done."""
        named = named_in(asked.tags, tag)
        # `*` asks whether the resource exists at all, and only a kept answer proves that.
        if not named or (asked.tags.strip() == "*" and not kept):
            return False
        note(cache="not_modified")
        await _send_not_modified(send, _not_modified(kept.headers if kept else self._fresh(named)))
        return True

    def keep(self, asked: _Asked, kept: _Kept) -> None:
        """Remember an answer, if it is not too large."""
        if _size(kept) * _LARGEST_SHARE <= self.kept.maxsize:
            self.kept[asked.key] = kept

    def _fresh(self, tag: str) -> Headers:
        return [(b"etag", tag.encode()), self.control, _VARY]


class _Tagging:
    """Sends an answer on with its tag, and keeps it if it came as one message."""

    def __init__(self, caching: Caching, asked: _Asked, scope: Scope, send: Send) -> None:
        self.caching = caching
        self.asked = asked
        self.scope = scope
        self.send = send
        self.start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_taggable(message):
            self.start = message
            return
        if self.start is None or message["type"] != "http.response.body":
            await self.send(message)
            return
        start, self.start = self.start, None
        await self._begin(start, message)

    async def _begin(self, start: Message, message: Message) -> None:
        headers = [one for one in start["headers"] if one[0] != b"vary"]
        told = dict(headers)
        if b"cache-control" not in told:
            headers.append(self.caching.control)
        headers.append(_VARY)
        tag = told[b"etag"].decode() if b"etag" in told else None
        made = None if tag else await _made_of(self.scope, self.asked.day)
        if made:
            tag = self.caching.tags.tag(made, self.asked.key, self.scope["state"].get("record_revision"))
            headers.append((b"etag", tag.encode()))
            # A stream that HEAD asked for ends before its body.
            if not message.get("more_body") and not self.scope.get("head"):
                self.caching.keep(self.asked, _Kept(made, tag, headers, message.get("body", b"")))
        if tag and self.asked.tags and named_in(self.asked.tags, tag):
            await _send_not_modified(self.send, _not_modified(headers))
            self.send = _nowhere
            return
        await self.send({**start, "headers": headers})
        await self.send(message)


async def _send_not_modified(send: Send, headers: Headers) -> None:
    """Answer 304: what the client has is still right."""
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _is_cacheable(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path = scope["path"]
    return path not in UNCACHED and not path.startswith(_ASSETS)


async def _now(scope: Scope, day: date) -> Made | None:
    """What an answer would be made from now, on DAY; None if the database cannot be asked."""
    if not scope["path"].startswith(_DATA):
        return _CODE
    return _on(await scope["state"]["revisions"].now(), day)


async def _made_of(scope: Scope, day: date) -> Made | None:
    """What an answer is made from that was begun on DAY; None if that is two states of the data, or two days."""
    stamps = stamps_read() if scope["path"].startswith(_DATA) else ()
    if len(stamps) > 1 or day != today():
        return None
    # An answer that read no data holds for the data as they are now.
    return _on(next(iter(stamps)), day) if stamps else await _now(scope, day)


def _on(stamp: Stamp | None, day: date) -> Made | None:
    """STAMP and DAY, which open dates reach to, as they go into the tag."""
    if stamp is None:
        return None
    number, at = stamp
    return number, at.timestamp() if at else None, day


def _is_taggable(message: Message) -> bool:
    if message["status"] != 200:  # noqa: PLR2004
        return False
    return not any(name == b"cache-control" and b"no-store" in value for name, value in message["headers"])


def _not_modified(headers: Headers) -> Headers:
    told = (b"etag", b"cache-control", b"vary", b"link", b"content-location")
    return [(name, value) for name, value in headers if name in told]


def _size(kept: _Kept) -> int:
    return len(kept.body) + _OVERHEAD


async def _nowhere(_message: Message) -> None:
    """Takes the rest of an answer that is not sent."""
