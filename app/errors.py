"""What can go wrong for a client, and how it is told: RFC 9457 problem details.

ApiError
  BadRequest            400  malformed: bytes that are no text, a cursor that is not ours
  Unauthorized          401  a write without a key, or with one that is none
  Forbidden             403  a key without the scope that the write needs
  NotFound              404  no such path or record, with the nearest ids
  Moved                 308  a record that became part of another
  NotAcceptable         406  no such format, with those that there are
  Conflict              409  what others refer to cannot go; what was undone cannot be undone again
  Gone                  410  a record that was deleted
  PreconditionFailed    412  the record is no longer what the client has seen
  TooLarge              413  a body above the limit
  UnsupportedMediaType  415  a body that is neither JSON nor YAML
  Invalid               422  parameters that are unknown, empty, repeated or out of range; a record with faults
  PreconditionRequired  428  a change without saying what of
  Unavailable           503  the database is away, busy or not of this version
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
import psycopg
from fastapi import FastAPI, Request
from fastapi.responses import Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Mount

from app.nearest import nearest
from app.time_limit import was_stopped

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 5
MOST_ERRORS = 20
MOST_CHARACTERS = 200
_METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# What keys look like (app/keys.py): one that was put where it does not belong is not told to whoever reads the answer.
_KEYS = re.compile(rb"dragoman_[0-9a-f]{16}_[A-Za-z0-9_-]+")
# RFC 9110 renamed it.
TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


@dataclass(frozen=True, slots=True)
class ParameterError:
    """What is wrong with one parameter, and what to type instead."""

    parameter: str
    value: str | None
    message: str
    allowed: Sequence[str] = field(default=())
    nearest: Sequence[str] = field(default=())


def _shortened(error: ParameterError) -> ParameterError:
    """ERROR with what came cut where it is long: an answer is not as large as the nonsense that it answers."""
    value = error.value and error.value[:MOST_CHARACTERS]
    return replace(error, parameter=error.parameter[:MOST_CHARACTERS], value=value)


class ApiError(Exception):
    """An answer that is a problem; `more` are members beside the standard ones."""

    status = HTTPStatus.BAD_REQUEST
    headers: Mapping[str, str] = {}

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.more = more


class BadRequest(ApiError):
    """The request cannot be read."""


class NotFound(ApiError):
    """There is no such record."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self, kind: str, key: str, nearest: Sequence[str] = ()) -> None:
        hint = f" Nearest: {', '.join(nearest)}." if nearest else ""
        super().__init__(f"There is no {kind} {key!r}.{hint}", nearest=list(nearest))


class NotAcceptable(ApiError):
    """The records cannot be had in this format."""

    status = HTTPStatus.NOT_ACCEPTABLE

    def __init__(self, asked: str, available: Sequence[str]) -> None:
        super().__init__(f"There is no {asked} here. There are {', '.join(available)}.", available=list(available))


class Unauthorized(ApiError):
    """Nobody who may write."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, detail: str, challenge: str) -> None:
        super().__init__(detail)
        self.headers = {"WWW-Authenticate": challenge}


class Forbidden(Unauthorized):
    """Somebody who may not write this."""

    status = HTTPStatus.FORBIDDEN


class Conflict(ApiError):
    """The data do not allow it now."""

    status = HTTPStatus.CONFLICT


class PreconditionFailed(ApiError):
    """The record changed since the client saw it."""

    status = HTTPStatus.PRECONDITION_FAILED


class PreconditionRequired(ApiError):
    """A change must say what it is a change of."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class TooLarge(ApiError):
    """The body is above the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMediaType(ApiError):
    """The body is of a kind that is not read here."""

    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE


class Gone(ApiError):
    """The record was deleted."""

    status = HTTPStatus.GONE


class Moved(ApiError):
    """The record was merged into another."""

    status = HTTPStatus.PERMANENT_REDIRECT

    def __init__(self, kind: str, key: str, into: str) -> None:
        super().__init__(f"The {kind} {key!r} was merged into {into!r}.", into=into)
        self.key, self.into = key, into

    def location(self, request: Request) -> str:
        """The same address with the other record's id."""
        path = "/".join(self.into if part == self.key else part for part in request.url.path.split("/"))
        query = f"?{request.url.query}" if request.url.query else ""
        base: str = request.app.state.base_url
        return urlsplit(base).path + quote(path) + query


class Invalid(ApiError):
    """Parameters are not as they must be."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Sequence[ParameterError]) -> None:
        shown = [_shortened(error) for error in errors[:MOST_ERRORS]]
        more = f"; and {len(errors) - len(shown)} more" if len(errors) > len(shown) else ""
        detail = "; ".join(f"{error.parameter}: {error.message}" for error in shown)
        super().__init__(detail + more, errors=[asdict(error) for error in shown])


class Unavailable(ApiError):
    """The service cannot answer now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}  # noqa: RUF012


def problem(
    request: Request, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """The answer that tells a problem; the body says all that the status does not."""
    body = {
        "type": "about:blank",
        "title": TITLES.get(status, HTTPStatus(status).phrase),
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **more,
    }
    return Response(
        _KEYS.sub(b"[a key]", orjson.dumps(body)), status, {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE
    )


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
    """The methods of the path of REQUEST: those of every route that it matches."""
    methods = {"OPTIONS"}
    for route in (*request.app.routes, *request.app.state.routes):
        matched, _scope = route.matches({**request.scope, "path": request.url.path, "root_path": ""})
        if matched is not Match.NONE:
            # A router as a whole matches what one of its routes does, and says nothing of methods.
            methods |= getattr(route, "methods", None) or ({"GET"} if isinstance(route, Mount) else set())
    methods |= {"HEAD"} & ({"HEAD"} if "GET" in methods else set())
    return ", ".join(sorted(methods, key=_METHODS.index))


def _paths(app: FastAPI) -> list[str]:
    return list(app.openapi()["paths"])


async def _tell_database_error(request: Request, error: DBAPIError) -> Response:
    """A database that is away, locked or not migrated is the operator's to mend; any other error is ours."""
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
        # A read is done once more (app/replicas.py), whatever is said here.
        request.state.lost = True
        detail = "The database cannot be reached; try again."
    elif isinstance(error.orig, psycopg.errors.ReadOnlySqlTransaction):
        detail = "The database takes no writes now: another server is becoming the primary; try again."
    else:
        raise error
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, Unavailable.headers)


async def _tell_pool_timeout(request: Request, _error: Exception) -> Response:
    detail = "Every connection to the database is in use; try again."
    return problem(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, Unavailable.headers)


def _narrowing(request: Request) -> str:
    """What of the query of REQUEST may cost so much."""
    asked = request.query_params
    hints = [] if "date" in asked or "published" in asked else ["ask for a shorter time"]
    if "count" in asked:
        hints.append("leave out `count`")
    hints += [f"give `{name}` fewer values" for name, value in asked.items() if "," in value and name != "bbox"]
    hints += [f"leave out `{name}`" for name in ("q", "bbox", "include") if name in asked]
    return ", ".join(hints or ["ask for a shorter time, or less at once"])
