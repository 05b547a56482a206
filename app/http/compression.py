"""Content coding: zstd, br or gzip, whichever `Accept-Encoding` prefers."""

import re
from functools import lru_cache

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type, remove_compress_type

from app.http.headers import header_of
from app.http.problems import problem

# Among those that a client likes equally, the first is taken.
CODINGS = ("zstd", "br", "gzip", "identity")
# Below this size, the headers outweigh what is saved.
SMALLEST = 500
_CHOICE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?", re.ASCII)
ACCEPT_ENCODING = b"accept-encoding"

# Server-sent events would be held up in the compressor.
remove_compress_type("text/event-stream")
for _type in ("application/problem+json", "application/x-ndjson", "application/graphml+xml", "application/gexf+xml"):
    add_compress_type(_type)
add_compress_type("text/csv")


class Compression:
    """Chooses the coding. The library compresses, piece by piece if the answer is a stream."""

    def __init__(self, app: ASGIApp) -> None:
        self.plain = app
        self.large = CompressMiddleware(app, minimum_size=SMALLEST)
        self.always = CompressMiddleware(app, minimum_size=0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.plain(scope, receive, send)
            return
        header = header_of(scope, ACCEPT_ENCODING)
        coding = chosen_coding(header)
        if coding == "identity":
            await self.plain(scope, receive, send)
            return
        if coding is None:
            detail = f"None of the codings {', '.join(CODINGS)} is acceptable to {header!r}."
            await problem(Request(scope), 406, detail)(scope, receive, send)
            return
        # Of several that are accepted the library takes its own favourite, so it is shown only the chosen one.
        others = [(name, value) for name, value in scope["headers"] if name != ACCEPT_ENCODING]
        scope = {**scope, "headers": [*others, (ACCEPT_ENCODING, coding.encode())]}
        await (self.large if _takes_plain(header) else self.always)(scope, receive, send)


@lru_cache(maxsize=256)
def chosen_coding(header: str) -> str | None:
    """The coding that HEADER prefers; None if it accepts none of CODINGS."""
    weights = _weights(header)
    found = max(CODINGS, key=lambda coding: _weight(weights, coding))
    return found if _weight(weights, found) > 0 else None


@lru_cache(maxsize=256)
def variant(header: str) -> str | None:
    """What HEADER decides of an answer's bytes: the coding, and whether small answers have it too.

    None if HEADER accepts none of CODINGS.
    """
    coding = chosen_coding(header)
    return coding if coding is None or _takes_plain(header) else f"{coding} always"


def _takes_plain(header: str) -> bool:
    """Whether HEADER accepts answers that are not compressed."""
    return _weight(_weights(header), "identity") > 0


@lru_cache(maxsize=256)
def _weights(header: str) -> dict[str, float]:
    matches = (_CHOICE.fullmatch(part) for part in header.lower().split(",") if part.strip())
    return {match[1]: float(match[2] or 1) for match in matches if match}


def _weight(weights: dict[str, float], coding: str) -> float:
    if coding in weights:
        return weights[coding]
    if coding == "identity":
        # Accepted unless the header says otherwise, but nobody's first choice.
        return 0 if weights.get("*") == 0 else 0.0001
    return weights.get("*", 0)
