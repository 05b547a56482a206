"""Entity tags: a digest of what an answer is made from, and whether the tags of a client name it."""

import re
from datetime import date
from functools import cache, lru_cache
from hashlib import blake2b
from urllib.parse import parse_qsl

from starlette.types import Scope

from app import __version__
from app.http.headers import header_of
from app.settings import ROOT, Settings

# Settings that do not change any answer.
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
        "cache_bytes",
        "cache_max_age",
        "cache_stale",
    }
)

_TAG = re.compile(r'(?:W/)?("[^"]*")')
# The tag of one record ends in the number of its last change, which `If-Match` looks at.
_RECORD = re.compile(r'-\d+"$')

# What decides the answer to a request: path, query, representation and content coding.
Key = tuple[str, str, str, str]
# What it was made from: the number of the last change, its time in seconds and the day; or the code alone.
Made = tuple[int, float | None, date] | tuple[str]


class Tags:
    """Makes the tags of an application with SETTINGS. With other code or other settings, no tag is the same."""

    def __init__(self, settings: Settings) -> None:
        shaping = settings.model_dump(exclude=set(_SILENT)) | {"base_url": settings.base_url}
        self._salt = blake2b(repr((_code_version(), sorted(shaping.items()))).encode()).digest()

    def tag(self, made: Made, key: Key, revision: int | None = None) -> str:
        """The tag of the answer to KEY that was MADE from this; for one record it ends in its REVISION."""
        digest = blake2b(repr((made, key)).encode("utf-8", "surrogatepass"), digest_size=12, key=self._salt)
        return f'"{digest.hexdigest()}"' if revision is None else f'"{digest.hexdigest()}-{revision}"'


def asked_of(scope: Scope, coding: str) -> tuple[Key, str]:
    """What decides the answer to SCOPE besides the data, and the tags that the client sent."""
    path = scope["path"]
    # The greeting is HTML, JSON or plain text. Elsewhere the path says what it is (app/http/negotiation.py).
    form = header_of(scope, b"accept") if path == "/" else ""
    return (path, _normalised(scope["query_string"]), form, coding), header_of(scope, b"if-none-match")


def named_in(tags: str, tag: str) -> str | None:
    """The one of TAGS, an If-None-Match, that is TAG; compared weakly, as RFC 9110 wants it.

    The revision at the end of a record's tag is left aside, since the digest before it covers it.
    """
    if tags.strip() == "*":
        return tag
    wanted = _RECORD.sub('"', tag.removeprefix("W/"))
    return next((one for one in _TAG.findall(tags) if _RECORD.sub('"', one) == wanted), None)


@lru_cache(maxsize=4096)
def _normalised(query: bytes) -> str:
    """QUERY in one order and one spelling. Values of one name keep their order, which may matter."""
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="surrogateescape")
    return repr(sorted(pairs, key=lambda pair: pair[0]))


@cache
def _code_version() -> str:
    """A digest of the program and its code lists, so that no other version confirms the answers of this one."""
    digest = blake2b(__version__.encode(), digest_size=12)
    for folder in (ROOT / "app", ROOT / "seed" / "codes"):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
