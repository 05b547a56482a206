"""What the OpenAPI document says of a route: what it answers, which errors it has, and what it takes."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from fastapi import Path

from app.http.problems import MEDIA_TYPE

# 304 has no body. If it were among the answers, what Python's generated client returns would have no type any more.
_ERRORS = {
    HTTPStatus.BAD_REQUEST: (
        "The request cannot be read: bytes that are no text, a cursor of another query, a body that breaks off."
    ),
    HTTPStatus.NOT_FOUND: "There is no such record; `nearest` has ids like it.",
    HTTPStatus.PERMANENT_REDIRECT: "The record was merged into another; `Location` has it.",
    HTTPStatus.GONE: "The record was deleted.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is unknown, empty, repeated or out of range; `errors` says more.",
    HTTPStatus.TOO_MANY_REQUESTS: "More requests a minute than are answered; try again after `Retry-After` seconds.",
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "The database is away or busy, or the query took too long; try again after `Retry-After` seconds."
    ),
}

# Statuses that only the path of one record answers with.
_OF_ONE = (HTTPStatus.PERMANENT_REDIRECT, HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_KEY_ERRORS = {
    HTTPStatus.UNAUTHORIZED: "There is no key, or one that is not known, has expired or was revoked.",
    HTTPStatus.FORBIDDEN: "The key has not the scope that this needs.",
}
_BODY_ERRORS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is above the limit that `/v1/limits` tells.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is neither JSON nor YAML.",
}
_FAULTS = {
    HTTPStatus.UNPROCESSABLE_ENTITY: "A parameter is refused, or what was sent has faults; `errors` says more of each."
}
# What a route answers only because it takes the header.
_HEADER_ERRORS = {
    "If-Match": {
        HTTPStatus.PRECONDITION_FAILED: "The record changed since the ETag in `If-Match` was given.",
        HTTPStatus.PRECONDITION_REQUIRED: "The record is there: its change needs `If-Match`.",
    },
    "Idempotency-Key": {
        HTTPStatus.CONFLICT: "The data do not allow it: others refer to what is to go, or a merge cannot be undone yet."
    },
}
_HEADERS = {
    "If-Match": ("The ETag of the record's detail as it was read; nobody else's change is lost.", '"640"'),
    "Idempotency-Key": (
        "Any new value, such as a UUID; a retry with the same value gets the first answer again.",
        "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    ),
}
WRITE_HEADERS = tuple(_HEADERS)
BEARER: list[dict[str, list[str]]] = [{"bearer": []}]
_DONE = {200: "As asked.", 201: "Made; `Location` has it.", 204: "Gone."}


def answers(
    model: Any,
    kind: str | None = None,
    media_type: str = "application/json",
    schema: dict[str, Any] | None = None,
) -> dict[int | str, dict[str, Any]]:
    """What a route answers: MODEL, and every error as a problem. KIND is the kind of record that may not be found.

    If the answer is not JSON, MODEL is None, and MEDIA_TYPE and SCHEMA describe it.
    """
    alone = kind is not None and "Listing" not in getattr(model, "__name__", "")
    errors = {status: words for status, words in _ERRORS.items() if alone or status not in _OF_ONE}
    ok: dict[str, Any] = {"description": "As asked."}
    if media_type != "application/json":
        ok["content"] = {media_type: {"schema": schema or {"type": "object" if "json" in media_type else "string"}}}
    elif model is not None:
        ok["model"] = model
    return {200: ok, **_problems(errors)}


def checked_answers(model: Any) -> dict[int | str, dict[str, Any]]:
    """What a route answers that takes a body and writes nothing."""
    return answers(model) | _problems(_BODY_ERRORS)


def sent_document(body: tuple[str, ...], schema: str) -> dict[str, Any]:
    """What the document says of a request's BODY, which may have any of these media types."""
    reference = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(body, reference)}}


def keyed(
    model: Any,
    kind: str | None,
    statuses: Sequence[int] = (200,),
    headers: Sequence[str] = (),
    takes: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """The options of a route that needs a key: what the document says that it answers, and that it takes.

    It answers MODEL with STATUSES, 204 without a body, and every error as a problem: those of any read, of the key, of
    its HEADERS, and of a body if it TAKES one.
    """
    done: dict[int | str, dict[str, Any]] = {
        status: {"description": _DONE[status], **({} if status == HTTPStatus.NO_CONTENT else {"model": model})}
        for status in statuses
    }
    done |= {status: one for status, one in answers(model, kind).items() if int(status) >= HTTPStatus.MULTIPLE_CHOICES}
    for errors in (_KEY_ERRORS, *(_HEADER_ERRORS[name] for name in headers)):
        done |= _problems(errors)
    if "requestBody" in takes:
        done |= _problems(_BODY_ERRORS | _FAULTS)
    named = [*takes.get("parameters", ()), *map(_header, headers)]
    return {"responses": done, "openapi_extra": {**takes, "parameters": named, "security": BEARER}}


def _header(name: str) -> dict[str, Any]:
    description, example = _HEADERS[name]
    shape = {"name": name, "in": "header", "required": False, "description": description}
    return {**shape, "schema": {"type": "string"}, "example": example}


def record_path(kind: str) -> Any:
    """The parameter for the id of a record of KIND in a path."""
    examples_of = {
        "event": "2016-10-01-kerry-lavrov-call-late",
        "statement": "2016-10-03-seed-lavrov-kerry-aleppo-s9",
        "actor": "sergey-lavrov",
        "article": "2016-10-03-seed-lavrov-kerry-aleppo",
        "place": "aleppo",
        "dataset": "aleppo-2016",
    }
    return Path(description=f"The {kind}'s id.", examples=[examples_of[kind]])


def _problems(errors: Mapping[HTTPStatus, str]) -> dict[int | str, dict[str, Any]]:
    return {status.value: problem_answer(words) for status, words in errors.items()}


def problem_answer(description: str) -> dict[str, Any]:
    """An answer that is a problem; DESCRIPTION says of what."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
