"""Keeps quick requests quick while slow ones run: while a request takes long, there is one more thread for others."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import anyio.to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

# A request that takes longer than this is slow.
SLOW_SECONDS = 0.25
MOST_LENT = 6


class SlowLane:
    """Counts the additional threads."""

    def __init__(self) -> None:
        self.lent = 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """While a thread is in use: if that takes long, another is added until it ends."""
        borrowed = False

        def lend() -> None:
            nonlocal borrowed
            if self.lent < MOST_LENT:
                borrowed = True
                self._lend(1)

        timer = asyncio.get_running_loop().call_later(SLOW_SECONDS, lend)
        try:
            yield
        finally:
            timer.cancel()
            if borrowed:
                self._lend(-1)

    def _lend(self, threads: int) -> None:
        self.lent += threads
        anyio.to_thread.current_default_thread_limiter().total_tokens += threads


class SlowWrites:
    """The innermost layer, which watches writes. Reads are watched where they take a thread (app/http/routing.py)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "GET":
            await self.app(scope, receive, send)
            return
        with scope["state"]["slow_lane"].watched():
            await self.app(scope, receive, send)
