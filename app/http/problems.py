"""Errors as answers: RFC 9457 problem details."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match

from app.database.time_limit import was_stopped
from app.dialects.sqlstates import READ_ONLY_TRANSACTION, sqlstate_of
from app.errors import ApiError, Moved, Unavailable
from app.http.routing import Index
from app.nearest import nearest
from app.tokens import redacted

MEDIA_TYPE = "application/problem+json"
# The methods that the API knows, in the order in which `Allow` names them.
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# RFC 9110 renamed them.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """The answer for a problem; MORE are members of its body besides the standard ones."""
    body = {
        "type": "about:blank",
        "title": _TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return Response(redacted(orjson.dumps(body).decode()), status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of APP as a problem."""
    app.add_exception_handler(ApiError, _tell_api_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _tell_http_exception)  # type: ignore[arg-type]
    app.add_exception_handler(DBAPIError, _tell_database_error)  # type: ignore[arg-type]
    app.add_exception_handler(PoolTimeoutError, _tell_pool_timeout)


async def _tell_api_error(request: Request, error: ApiError) -> Response:
    headers = {"Location": error.location(request)} if isinstance(error, Moved) else error.headers
    return problem(request, error.status, error.detail, headers, **error.more)


async def _tell_http_exception(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allow = _allowed(request)
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Allow": allow})
        headers["Allow"] = allow
        return problem(request, error.status_code, f"{request.method} is not allowed here; {allow} are.", headers)
    if error.status_code == HTTPStatus.NOT_FOUND:
        near = nearest(request.url.path, [path for path in _paths(request.app) if "{" not in path])
        hint = f" Nearest: {', '.join(near)}." if near else ""
        detail = f"There is nothing at {request.url.path}.{hint} GET / lists what there is."
        return problem(request, error.status_code, detail, headers, nearest=near)
    return problem(request, error.status_code, str(error.detail), headers)


def _allowed(request: Request) -> str:
    """The methods of the path of REQUEST: those of every route that serves it."""
    methods = {"OPTIONS"}
    for route in _serving(request):
        methods |= getattr(route, "methods", None) or {"GET"}
    if "GET" in methods:
        methods.add("HEAD")
    return ", ".join(sorted(methods, key=METHODS.index))


def _serving(request: Request) -> Iterator[BaseRoute]:
    for route in request.app.routes:
        if isinstance(route, Index):
            yield from route.serving(request.url.path)
        elif route.matches({**request.scope, "path": request.url.path, "root_path": ""})[0] is not Match.NONE:
            yield route


def _paths(app: FastAPI) -> list[str]:
    """The paths of the OpenAPI document, which takes most of a second to make."""
    return list(dict.fromkeys(route.path for route in app.state.routes if route.include_in_schema))


async def _tell_database_error(request: Request, error: DBAPIError) -> Response:
    """Answer 503 if the database is away, busy or not migrated, or the query took too long; other errors are ours."""
    words = str(error.orig).lower()
    if was_stopped(error):
        detail = (
            f"The query took longer than {request.state.settings.query_seconds:g} seconds and was stopped. "
            f"Narrow it: {_narrowing(request)}."
        )
    elif "no such table" in words or "no such column" in words or "does not exist" in words:
        detail = "The database is not of this version; its operator should run `dragoman migrate`."
    elif "locked" in words or "busy" in words:
        detail = "The database is busy; try again."
    elif error.connection_invalidated or type(error).__name__ == "OperationalError":
        # If it was a read, it is done once more instead of sending this (app/http/replicas.py).
        request.state.lost = True
        detail = "The database cannot be reached; try again."
    elif sqlstate_of(error) == READ_ONLY_TRANSACTION:
        detail = "The database takes no writes now: another server is becoming the primary; try again."
    else:
        raise error
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, Unavailable.headers)


async def _tell_pool_timeout(request: Request, _error: Exception) -> Response:
    detail = "Every connection to the database is in use; try again."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, Unavailable.headers)


def _narrowing(request: Request) -> str:
    """What to change in REQUEST, so that its query costs less."""
    asked = request.query_params
    hints = [] if "date" in asked or "published" in asked else ["ask for a shorter time"]
    if "count" in asked:
        hints.append("leave out `count`")
    hints += [f"give `{name}` fewer values" for name, value in asked.items() if "," in value and name != "bbox"]
    hints += [f"leave out `{name}`" for name in ("q", "bbox", "include") if name in asked]
    return ", ".join(hints or ["ask for a shorter time, or less at once"])
