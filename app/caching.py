"""Conditional requests and hot answers: what has not changed is not asked of the database again.

An answer's ETag is made from what decides its bytes: the state of the data that it was read of, the day (an open date
reaches to today), the code and its settings, the path, the query and the representation. So `If-None-Match` is decided
before the route runs, and an answer is kept until the data are of another state.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.compression import accepted, variant
from app.observing import Stamp, note, stamps_read
from app.parameters import today
from app.settings import ROOT, Settings

_VARY = (b"vary", b"Accept, Accept-Encoding")
# What tells of this moment or never ends; assets have tags of their own.
UNCACHED = frozenset({"/healthz", "/readyz", "/metrics", "/v1/changes/stream"})
_ASSETS = "/assets/"
_DATA = "/v1/"
# The stamp of pages without data.
_CODE = ("code",)
# Settings that change no answer.
_SILENT = frozenset(
    {
        "database_url",
        "read_url",
        "prepared_statements",
        "host",
        "port",
        "workers",
        "threads",
        "pool_size",
        "log_level",
        "access_log",
        "trusted_proxies",
    }
    | {"cache_bytes", "cache_max_age", "cache_stale"}
)
_OVERHEAD = 600
# An answer larger than this part of the whole would push out too many others.
_LARGEST_SHARE = 8
_TAG = re.compile(r'(?:W/)?("[^"]*")')
# The tag of one record ends in the number of its last change, which `If-Match` looks at.
_RECORD = re.compile(r'-\d+"$')
# What is served beside JSON: who names one of these, or not JSON at all, has answers of its own.
_OTHERS = ("csv", "ndjson", "parquet", "geo+json", "atom", "calendar", "ld+json", "graphml", "gexf", "event-stream")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A whole answer, with the state of the data that it was made of and its tag."""

    stamp: Any
    tag: str
    headers: Headers
    body: bytes


@dataclass(frozen=True, slots=True)
class _Asked:
    """What decides an answer's bytes beside the data, and the tags that the client has."""

    key: tuple[str, ...]
    day: date
    tags: str


class Caching:
    """Answers from memory or with 304 where it can; gives every other read its tag."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        control = f"public, max-age={settings.cache_max_age}, stale-while-revalidate={settings.cache_stale}"
        self.control = (b"cache-control", control.encode())
        shaping = settings.model_dump(exclude=set(_SILENT)) | {"base_url": settings.base_url}
        self.salt = blake2b(repr((code_version(), sorted(shaping.items()))).encode()).digest()
        self.kept: LRUCache[tuple[str, ...], _Kept] = LRUCache(settings.cache_bytes, getsizeof=_size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        coding = variant(accepted(scope)) if _is_cacheable(scope) else None
        if not coding:
            await self.app(scope, receive, send)
            return
        key, tags = _read(scope, coding)
        asked = _Asked(key, today(), tags)
        kept = self.kept.get(key)
        # Who has nothing to compare with needs not ask how the data stand: reading tells what it was read of.
        stamp = await _now(scope, asked.day) if kept or tags else None
        if kept and kept.stamp != stamp:
            kept = None
        if tags and stamp and await self._confirmed(asked, kept.tag if kept else self.tag(stamp, key), kept, send):
            return
        if kept:
            note(cache="hit")
            await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})
            return
        note(cache="miss")
        await self.app(scope, receive, _Tagging(self, asked, scope, send))

    async def _confirmed(self, asked: _Asked, tag: str, kept: _Kept | None, send: Send) -> bool:
        """Whether the client has the answer of TAG, and was told so."""
        named = _names(asked.tags, tag)
        # `*` asks whether there is such a thing at all, which only a kept answer knows.
        if not named or (asked.tags.strip() == "*" and not kept):
            return False
        note(cache="not_modified")
        await _send_not_modified(send, _not_modified(kept.headers if kept else self._fresh(named)))
        return True

    def keep(self, asked: _Asked, kept: _Kept) -> None:
        """Remember an answer, if it is not too large."""
        if _size(kept) * _LARGEST_SHARE <= self.kept.maxsize:
            self.kept[asked.key] = kept

    def tag(self, stamp: Any, key: tuple[str, ...]) -> str:
        """What tells the answer to KEY, made of data of STAMP, from any other."""
        digest = blake2b(repr((stamp, key)).encode("utf-8", "surrogatepass"), digest_size=12, key=self.salt)
        return f'"{digest.hexdigest()}"'

    def _fresh(self, tag: str) -> Headers:
        return [(b"etag", tag.encode()), self.control, _VARY]


class _Tagging:
    """Sends an answer on with its tag, and keeps it if it is whole."""

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
        stamp = None if tag else await _made_of(self.scope, self.asked.day)
        if stamp:
            tag = self._tag(stamp)
            headers.append((b"etag", tag.encode()))
            if not message.get("more_body"):
                self.caching.keep(self.asked, _Kept(stamp, tag, headers, message.get("body", b"")))
        if tag and self.asked.tags and _names(self.asked.tags, tag):
            await _send_not_modified(self.send, _not_modified(headers))
            self.send = _nowhere
            return
        await self.send({**start, "headers": headers})
        await self.send(message)

    def _tag(self, stamp: Any) -> str:
        tag = self.caching.tag(stamp, self.asked.key)
        record = self.scope["state"].get("record_revision")
        return tag if record is None else f'{tag[:-1]}-{record}"'


def _read(scope: Scope, coding: str) -> tuple[tuple[str, ...], str]:
    """What decides the answer to SCOPE beside the data, and the tags that the client has."""
    accept, tags = b"", b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"if-none-match":
            tags = tags + b"," + value if tags else value
    path = scope["path"]
    # The greeting is a page, JSON or plain text.
    form = accept.decode("latin-1") if path == "/" else representation(accept)
    return (path, normalised(scope["query_string"]), form, coding), tags.decode("latin-1")


async def _send_not_modified(send: Send, headers: Headers) -> None:
    """Answer 304: what the client has is what there is."""
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


@lru_cache(maxsize=4096)
def normalised(query: bytes) -> str:
    """QUERY in one order and one spelling; values of one name keep their order, which may mean something."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    return repr(sorted(pairs, key=lambda pair: pair[0]))


@lru_cache(maxsize=1024)
def representation(accept: bytes) -> str:
    """What ACCEPT chooses, as far as it can be told without the route: nothing for JSON, else its own words."""
    words = accept.decode("latin-1").lower().replace(" ", "")
    plain = not words or "*/*" in words or "application/json" in words or "application/*" in words
    refuses = ";q=0" in words.replace(";q=0.", "")
    return words if refuses or not plain or any(other in words for other in _OTHERS) else ""


@cache
def code_version() -> str:
    """A digest of the program and its code lists, so that another version never confirms this one's answers."""
    digest = blake2b(__version__.encode(), digest_size=12)
    for folder in (ROOT / "app", ROOT / "seed" / "codes"):
        for path in _files(folder.rglob("*")):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(paths: Iterable[Any]) -> list[Any]:
    return sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts)


def _is_cacheable(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    path = scope["path"]
    return path not in UNCACHED and not path.startswith(_ASSETS)


async def _now(scope: Scope, day: date) -> Any:
    """What an answer of DAY would be made of now; None if it cannot be told."""
    if not scope["path"].startswith(_DATA):
        return _CODE
    return _on(await scope["state"]["revisions"].now(), day)


async def _made_of(scope: Scope, day: date) -> Any:
    """What an answer that was begun on DAY is made of; None if it is of two states of the data, or of two days."""
    stamps = stamps_read() if scope["path"].startswith(_DATA) else ()
    if len(stamps) > 1 or day != today():
        return None
    # What was read of no data is of any.
    return _on(next(iter(stamps)), day) if stamps else await _now(scope, day)


def _on(stamp: Stamp | None, day: date) -> Any:
    """STAMP as the tag has it; an open date reaches to DAY."""
    if stamp is None:
        return None
    number, at = stamp
    return number, at and at.timestamp(), day


def _is_taggable(message: Message) -> bool:
    if message["status"] != 200:  # noqa: PLR2004
        return False
    return not any(name == b"cache-control" and b"no-store" in value for name, value in message["headers"])


def _names(tags: str, tag: str) -> str | None:
    """What of TAGS, an If-None-Match, names TAG; weak and strong are compared alike, as RFC 9110 wants it.

    What a record's tag ends in says nothing more than the rest of it.
    """
    if tags.strip() == "*":
        return tag
    wanted = _RECORD.sub('"', tag.removeprefix("W/"))
    return next((one for one in _TAG.findall(tags) if _RECORD.sub('"', one) == wanted), None)


def _not_modified(headers: Headers) -> Headers:
    told = (b"etag", b"cache-control", b"vary", b"link", b"content-location")
    return [(name, value) for name, value in headers if name in told]


def _size(kept: _Kept) -> int:
    return len(kept.body) + _OVERHEAD


async def _nowhere(_message: Message) -> None:
    """Takes the rest of an answer that is not sent."""
