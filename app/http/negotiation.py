"""Which format a client wants: `Accept` on the plain path of a list is turned into the ending of the path.

So everything further in, the cache too, tells formats apart by the path alone.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.errors import NotAcceptable
from app.formats import FORMATS, formats_of
from app.http.headers import header_of
from app.http.problems import problem

JSON = "application/json"
_KINDS = sorted({kind for one in FORMATS for kind in one.kinds})
# By path, the media types that a list can be had in, each with the ending that it adds to the path.
OFFERS: Mapping[str, Mapping[str, str]] = {
    f"/v1/{kind}s": {
        JSON: "",
        **{one.media_type.partition(";")[0]: f".{one.ending}" for one in formats_of(kind).values()},
    }
    for kind in _KINDS
}
_WEIGHT = re.compile(r"[01](\.\d{0,3})?", re.ASCII)


class Negotiation:
    """Sends a request for a list on to the path of the format that it accepts."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        offers = OFFERS.get(scope["path"]) if scope["type"] == "http" else None
        if offers is None or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        accepted = header_of(scope, b"accept")
        found = best(accepted, tuple(offers))
        if found is None:
            refused = NotAcceptable(accepted[:200], list(offers))
            answer = problem(Request(scope), refused.status, refused.detail, {"Vary": "Accept"}, **refused.more)
            await answer(scope, receive, send)
        elif path := offers[found]:
            path = scope["path"] + path
            await self.app({**scope, "path": path, "raw_path": path.encode()}, receive, send)
        else:
            await self.app(scope, receive, send)


@lru_cache(maxsize=512)
def best(accepted: str, offers: tuple[str, ...]) -> str | None:
    """Which of OFFERS an Accept header prefers, the earlier among equals; the first if the header is empty."""
    if not accepted.strip():
        return offers[0]
    ranges = dict(_ranges(accepted))
    weights = {offer: _weight(offer, ranges) for offer in offers}
    most = max(weights.values())
    return next(offer for offer, weight in weights.items() if weight == most) if most else None


def _ranges(accepted: str) -> Iterator[tuple[str, float]]:
    """The media ranges of an Accept header with their weights; parameters other than `q` narrow nothing here."""
    for one in accepted.split(","):
        media, *parameters = (part.strip().lower() for part in one.split(";"))
        weights = [part[2:] for part in parameters if part.startswith("q=")]
        weight = weights[0] if weights else "1"
        yield media, min(float(weight), 1) if _WEIGHT.fullmatch(weight) else 0


def _weight(offer: str, ranges: Mapping[str, float]) -> float:
    """The weight of OFFER: that of the narrowest range that it falls in."""
    return next((ranges[one] for one in (offer, f"{offer.partition('/')[0]}/*", "*/*") if one in ranges), 0)
