"""Keeps quick requests quick while slow ones run: a request that takes long is lent a thread beyond the usual few."""

import asyncio

import anyio.to_thread
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A request that takes longer than this is slow.
SLOW_SECONDS = 0.25
MOST_LENT = 6


class SlowLane:
    """Innermost, so that only what asks the database passes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.lent = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        borrowed = False

        def lend() -> None:
            nonlocal borrowed
            if self.lent < MOST_LENT:
                borrowed = True
                self._lend(1)

        async def timely(message: Message) -> None:
            timer.cancel()
            await send(message)

        timer = asyncio.get_running_loop().call_later(SLOW_SECONDS, lend)
        try:
            await self.app(scope, receive, timely)
        finally:
            timer.cancel()
            if borrowed:
                self._lend(-1)

    def _lend(self, threads: int) -> None:
        self.lent += threads
        anyio.to_thread.current_default_thread_limiter().total_tokens += threads
