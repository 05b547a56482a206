"""Conditional requests and hot answers: what has not changed is not asked of the database again.

An answer's ETag is made from what decides its bytes: the data's stamp, the day (an open date reaches to today), the
code and its settings, the path, the query and the representation. So `If-None-Match` is decided before the route runs.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app import __version__
from app.compression import accepted, variant
from app.observing import note
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
    """A whole answer, with its tag."""

    tag: str
    headers: Headers
    body: bytes


@dataclass(slots=True)
class _Asked:
    """What decides an answer's bytes beside the data, and the tags that the client has."""

    stamp: Any
    key: tuple[str, ...]
    tag: str
    tags: str
    choices: int


class Caching:
    """Answers from memory or with 304 where it can; gives every other read its tag."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        control = f"public, max-age={settings.cache_max_age}, stale-while-revalidate={settings.cache_stale}"
        self.control = (b"cache-control", control.encode())
        shaping = settings.model_dump(exclude=set(_SILENT)) | {"base_url": settings.base_url}
        self.salt = blake2b(repr((code_version(), sorted(shaping.items()))).encode()).digest()
        self.kept: LRUCache[tuple[str, ...], _Kept] = LRUCache(settings.cache_bytes, getsizeof=_size)
        self.stamp: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        choices, stamp = await _told(scope) if _is_cacheable(scope) else (0, None)
        coding = stamp and variant(accepted(scope))
        if not coding:
            await self.app(scope, receive, send)
            return
        if stamp not in (self.stamp, _CODE):
            self.kept.clear()
            self.stamp = stamp
        key, tags = _read(scope, coding)
        kept = self.kept.get(key)
        asked = _Asked(stamp, key, kept.tag if kept else self._tag(stamp, key), tags, choices)
        await self._answer(asked, kept, scope, receive, send)

    async def _answer(self, asked: _Asked, kept: _Kept | None, scope: Scope, receive: Receive, send: Send) -> None:
        # `*` asks whether there is such a thing at all, which only a kept answer knows.
        if asked.tags and _names(asked.tags, asked.tag) and (kept or asked.tags.strip() != "*"):
            note(cache="not_modified")
            named = _names(asked.tags, asked.tag) or asked.tag
            await _send_not_modified(send, _not_modified(kept.headers if kept else self._fresh(named)))
        elif kept:
            note(cache="hit")
            await send({"type": "http.response.start", "status": 200, "headers": list(kept.headers)})
            await send({"type": "http.response.body", "body": kept.body})
        else:
            note(cache="miss")
            await self.app(scope, receive, _Tagging(self, asked, scope, send))

    def keep(self, asked: _Asked, headers: Headers, body: bytes) -> None:
        """Remember an answer, if it is of the newest data and not too large."""
        kept = _Kept(asked.tag, headers, body)
        if asked.stamp in (self.stamp, _CODE) and _size(kept) * _LARGEST_SHARE <= self.kept.maxsize:
            self.kept[asked.key] = kept

    def _fresh(self, tag: str) -> Headers:
        return [(b"etag", tag.encode()), self.control, _VARY]

    def _tag(self, stamp: Any, key: tuple[str, ...]) -> str:
        digest = blake2b(repr((stamp, key)).encode("utf-8", "surrogatepass"), digest_size=12, key=self.salt)
        return f'"{digest.hexdigest()}"'


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
        tag = told[b"etag"].decode() if b"etag" in told else await self._tag(message)
        if b"etag" not in told:
            headers.append((b"etag", tag.encode()))
            if not tag.startswith("W/"):
                self.caching.keep(self.asked, headers, message.get("body", b""))
        if self.asked.tags and _names(self.asked.tags, tag):
            await _send_not_modified(self.send, _not_modified(headers))
            self.send = _nowhere
            return
        await self.send({**start, "headers": headers})
        await self.send(message)

    async def _tag(self, message: Message) -> str:
        """The tag of the answer that MESSAGE has or begins."""
        record = self.scope["state"].get("record_revision")
        tag = self.asked.tag if record is None else f'{self.asked.tag[:-1]}-{record}"'
        # What was read while the data changed, or goes on being read, may be newer than its stamp; and that of another
        # server older.
        whole = not message.get("more_body", False)
        same = whole and await _stamp(self.scope) == self.asked.stamp
        return tag if same and _choices(self.scope) == self.asked.choices else f"W/{tag}"


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


async def _stamp(scope: Scope) -> Any:
    """What the data are now; pages without data have the code's stamp only. None if it cannot be told."""
    if not scope["path"].startswith(_DATA):
        return _CODE
    found = await scope["state"]["revisions"].now()
    return found and (*found, today())


async def _told(scope: Scope) -> tuple[int, Any]:
    """The stamp of the data, and which choice of a server it is of."""
    choices, stamp = _choices(scope), await _stamp(scope)
    if choices != _choices(scope):
        choices, stamp = _choices(scope), await _stamp(scope)
    return choices, stamp


def _choices(scope: Scope) -> int:
    revisions = scope.get("state", {}).get("revisions")
    return revisions.choices() if revisions else 0


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
