"""A limit of requests a minute from one address, reported in the headers of draft-ietf-httpapi-ratelimit-headers-10.

The address is that of the peer. Only a proxy that the settings trust may name another one.
"""

import math
import time
from ipaddress import IPv6Address, ip_address, ip_network

from cachetools import TTLCache
from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import problem

SECONDS = 60
# Those who monitor the service are not turned away.
FREE = frozenset({"/healthz", "/readyz", "/metrics"})
# A customer is commonly given a whole network of this size, and can use any address in it.
_IPV6_PREFIX = 64
# How many addresses a process remembers; beyond them, the one that asked longest ago is forgotten.
_MOST = 100_000


class RateLimit:
    """Lets so many REQUESTS a minute pass from each address, and says how many are left."""

    def __init__(self, app: ASGIApp, requests: int) -> None:
        self.app = app
        self.requests = requests
        # For each address, the requests in its current minute and when that ends. It begins with the first request.
        self.minutes: TTLCache[str, list[float]] = TTLCache(_MOST, SECONDS, timer=_clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in FREE:
            await self.app(scope, receive, send)
            return
        client = scope.get("client")
        key = network_of(client[0] if client else "")
        wait, left = self._count(key)
        passes = left >= 0
        told = [
            (b"ratelimit-policy", b'"default";q=%d;w=%d' % (self.requests, SECONDS)),
            (b"ratelimit", b'"default";r=%d;t=%d' % (max(0, left), wait)),
        ]

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *told]}
            await send(message)

        if passes:
            await self.app(scope, receive, telling)
            return
        detail = f"At most {self.requests} requests a minute are answered; ask again in {wait} seconds."
        refusal = problem(Request(scope), 429, detail, {"Retry-After": str(wait)})
        await refusal(scope, receive, telling)

    def _count(self, key: str) -> tuple[int, int]:
        """Seconds until the minute of KEY ends, and the requests left in it; -1 if this one is too many."""
        now = _clock()
        minute = self.minutes.get(key)
        if minute is None:
            minute = self.minutes[key] = [0, now + SECONDS]
        minute[0] += 1
        return max(1, math.ceil(minute[1] - now)), max(-1, self.requests - int(minute[0]))


def _clock() -> float:
    return time.monotonic()


def network_of(address: str) -> str:
    """What is counted as one client: an IPv4 address, or the /64 of an IPv6 address; `other` for what is neither."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "other"
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((found, _IPV6_PREFIX), strict=False))
    return str(found)
