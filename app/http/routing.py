"""Routes: found in one look-up by their path, and reads answered without the framework's work for each request.

FastAPI describes a route in the OpenAPI document and solves its parameters from its signature, which costs more than a
small answer does. All our reads take the same things (the request, the names in the path, the query parameters) and
need none of that. If the database is in the process (SQLite), a read runs in place, because handing it to a thread and
back costs more than a quick read takes. A read that turns out not to be quick is stopped and begun anew in a thread.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextvars import copy_context
from functools import partial
from inspect import iscoroutinefunction, signature
from typing import Any

import anyio.to_thread
from fastapi import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from app.asking.parameters import Asking
from app.database.time_limit import UNTIL, was_stopped

# A read that takes longer than this is not quick. The reads of its path then go to threads for a while, before one is
# tried in place again. That while doubles each time a read is not quick, and halves each time one is.
QUICK_SECONDS = 0.004
SHORTEST_SECONDS, LONGEST_SECONDS = 1 / 64, 1


class Read(APIRoute):
    """A route that only reads: `endpoint` takes `request`, the names in the path, and what `asking` gives."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.waits = iscoroutinefunction(endpoint)
        self.slow_until = 0.0
        self.slow_for: float = SHORTEST_SECONDS
        self.takes_request = "request" in signature(endpoint).parameters
        self.asks = {
            name: one.default.dependency
            for name, one in signature(endpoint).parameters.items()
            if isinstance(getattr(one.default, "dependency", None), Asking)
        }
        self.app = self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive, send)
        given = {**scope["path_params"], **{name: asks.read(request) for name, asks in self.asks.items()}}
        if self.takes_request:
            given["request"] = request
        answer = await (self.endpoint(**given) if self.waits else self._run(request, partial(self.endpoint, **given)))
        await answer(scope, receive, send)

    async def _run(self, request: Request, call: Callable[[], Response]) -> Response:
        if request.state.engine.dialect.name == "sqlite" and self.slow_until < time.monotonic():
            try:
                answer = copy_context().run(_quickly, call)
            except DBAPIError as error:
                if not was_stopped(error):
                    raise
                self.slow_until = time.monotonic() + self.slow_for
                self.slow_for = min(self.slow_for * 2, LONGEST_SECONDS)
            else:
                self.slow_for = max(self.slow_for / 2, SHORTEST_SECONDS)
                return answer
        with request.state.slow_lane.watched():
            return await anyio.to_thread.run_sync(call)


def _quickly(call: Callable[[], Response]) -> Response:
    UNTIL.set(time.monotonic() + QUICK_SECONDS)
    return call()


class Index(BaseRoute):
    """All routes as one, found by path: by the whole of it if it is fixed, else by its second segment and its depth."""

    def __init__(self, routes: Sequence[APIRoute]) -> None:
        self.fixed: dict[str, list[APIRoute]] = defaultdict(list)
        self.open: dict[tuple[str, int], list[APIRoute]] = defaultdict(list)
        for route in routes:
            found = self.open[_shape(route.path)] if "{" in route.path else self.fixed[route.path]
            found.append(route)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        path = get_route_path(scope)
        partly: tuple[Match, Scope] = (Match.NONE, {})
        for route in self._likely(path) if scope["type"] == "http" else ():
            if path in self.fixed and _takes(route, scope["method"]):
                return Match.FULL, {"endpoint": route.endpoint, "path_params": {}, "route": route}
            match, found = route.matches(scope)
            if match is Match.FULL:
                return match, found
            if match is Match.PARTIAL and partly[0] is Match.NONE:
                partly = match, found
        return partly

    def template_of(self, path: str) -> str:
        """The template of the routes that serve PATH, such as `/v1/events/{id}`; `other` if there is none."""
        return next((route.path for route in self.serving(path)), "other")

    def serving(self, path: str) -> Iterator[APIRoute]:
        """The routes that serve PATH, each with methods of its own."""
        if path in self.fixed:
            yield from self.fixed[path]
        else:
            yield from (route for route in self._likely(path) if route.path_regex.match(path))

    def _likely(self, path: str) -> Sequence[APIRoute]:
        return self.fixed.get(path) or self.open.get(_shape(path)) or self.open.get(_any(path)) or ()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = scope["route"]
        # A route's own `handle` does the same, and refuses the methods that it does not take.
        await (route.app if _takes(route, scope["method"]) else route.handle)(scope, receive, send)


def _takes(route: APIRoute, method: str) -> bool:
    return route.methods is not None and method in route.methods


def _shape(path: str) -> tuple[str, int]:
    segments = path.split("/", 3)
    named = segments[2] if len(segments) > 2 else ""  # noqa: PLR2004
    return "" if "{" in named else named, path.count("/")


def _any(path: str) -> tuple[str, int]:
    return "", path.count("/")
