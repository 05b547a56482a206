"""The errors that a client may get.

ApiError
  BadRequest            400  malformed: bytes that are no text, a cursor that is not ours
  Malformed             400  a body that cannot be read at all
  Unauthorized          401  a write without a key, or with one that is none
  Forbidden             403  a key without the scope that the write needs
  NotFound              404  no such path or record, with the nearest ids
  Moved                 308  a record that became part of another
  NotAcceptable         406  no such format, with the formats there are
  Conflict              409  a record that others refer to cannot be deleted; a merge is undone only once
  Gone                  410  a record that was deleted
  PreconditionFailed    412  the record is no longer what the client has seen
  TooLarge              413  a body above the limit
  UnsupportedMediaType  415  a body that is neither JSON nor YAML
  Invalid               422  parameters that are unknown, empty, repeated or out of range; a record with faults
  PreconditionRequired  428  a change that does not say which state of the record it is of
  Unavailable           503  the database is away, busy or not of this version
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request

RETRY_AFTER_SECONDS = 5
MOST_ERRORS = 20
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ParameterError:
    """What is wrong with one parameter, and what to type instead."""

    parameter: str
    value: str | None
    message: str
    allowed: Sequence[str] = field(default=())
    nearest: Sequence[str] = field(default=())


def _shortened(error: ParameterError) -> ParameterError:
    """ERROR with its texts cut, so that an answer is not as long as the nonsense that it answers."""
    value = error.value and error.value[:MOST_CHARACTERS]
    return replace(error, parameter=error.parameter[:MOST_CHARACTERS], value=value)


class ApiError(Exception):
    """An error that is answered as a problem; `more` are members besides the standard ones."""

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
    """The request has no key that is valid."""

    status = HTTPStatus.UNAUTHORIZED

    def __init__(self, detail: str, challenge: str) -> None:
        super().__init__(detail)
        self.headers = {"WWW-Authenticate": challenge}


class Forbidden(Unauthorized):
    """The key may not do this."""

    status = HTTPStatus.FORBIDDEN


class Conflict(ApiError):
    """The data do not allow it now."""

    status = HTTPStatus.CONFLICT


class PreconditionFailed(ApiError):
    """The record changed since the client saw it."""

    status = HTTPStatus.PRECONDITION_FAILED


class PreconditionRequired(ApiError):
    """A change must say which state of the record it is of."""

    status = HTTPStatus.PRECONDITION_REQUIRED


class TooLarge(ApiError):
    """The body is above the limit."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class UnsupportedMediaType(ApiError):
    """The body is of a media type that is not read here."""

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
        """The address of REQUEST with the id of the other record."""
        path = "/".join(self.into if part == self.key else part for part in request.url.path.split("/"))
        query = f"?{request.url.query}" if request.url.query else ""
        base: str = request.app.state.base_path
        return base + quote(path) + query


class Invalid(ApiError):
    """Parameters are wrong, each in its own way."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY

    def __init__(self, errors: Sequence[ParameterError]) -> None:
        shown = [_shortened(error) for error in errors[:MOST_ERRORS]]
        more = f"; and {len(errors) - len(shown)} more" if len(errors) > len(shown) else ""
        detail = "; ".join(f"{error.parameter}: {error.message}" for error in shown)
        super().__init__(detail + more, errors=[asdict(error) for error in shown])


class Malformed(Invalid):
    """The body is no document that could be right or wrong."""

    status = HTTPStatus.BAD_REQUEST


class Unavailable(ApiError):
    """The service cannot answer now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}  # noqa: RUF012
