"""The OpenAPI document, for people and client generators: answers, errors, enums and examples."""

from collections.abc import Mapping, Sequence
from functools import cache
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Literal

import orjson
from fastapi import FastAPI, Path
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.asking.parameters import described
from app.codes import LISTS, code_list
from app.http.enums import share_enums
from app.http.problems import MEDIA_TYPE
from app.records.problems import Problem
from app.settings import ROOT

EXAMPLES = ROOT / "app" / "examples.json"
TITLE = "Dragoman"
DESCRIPTION = """
Diplomatic events, the statements behind them, and the exact words of the articles that prove them.

Reading needs no key. Every list takes the same grammar: plain filters (several values by comma, `__not` to exclude,
`__all` to want every one), `date` intervals, `sort`, `limit`, `cursor`, `fields`, `include`, `count=exact`. Nothing is
ignored: a parameter that is unknown or out of range is refused with the nearest match. Reads have an `ETag`; sent as
`If-None-Match`, it is answered with 304 and no body while the answer would be the same.
"""
TAGS = [
    {"name": "events", "description": "Something that happened between actors on a day."},
    {"name": "statements", "description": "Who said what to whom, on whose behalf."},
    {"name": "actors", "description": "People, states, ministries, armed groups, media."},
    {"name": "articles", "description": "What was printed, and the words that support the records."},
    {"name": "places", "description": "Where events happened."},
    {
        "name": "analysis",
        "description": "Sums and graphs over events and statements, under the filters of their lists.",
    },
    {"name": "search", "description": "Full text over everything, and names as you type."},
    {"name": "reference", "description": "Data sets and code lists."},
    {"name": "changes", "description": "What became of which record, numbered."},
    {"name": "writing", "description": "Articles, records and merges; each needs a key."},
    {"name": "service", "description": "Health, version, limits."},
]
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


@cache
def examples() -> dict[str, Any]:
    """Answers of the API about the seed, by operation id."""
    found: dict[str, Any] = orjson.loads(EXAMPLES.read_bytes()) if EXAMPLES.is_file() else {}
    return found


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


_KEY_ERRORS = {
    HTTPStatus.UNAUTHORIZED: "There is no key, or one that is not known, has expired or was revoked.",
    HTTPStatus.FORBIDDEN: "The key has not the scope that this needs.",
}
_BODY_ERRORS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is above the limit that `/v1/limits` tells.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is neither JSON nor YAML.",
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


def checked_answers(model: Any) -> dict[int | str, dict[str, Any]]:
    """What a route answers that takes a body and writes nothing."""
    return answers(model) | _problems(_BODY_ERRORS)


def sent_document(body: tuple[str, ...], schema: str) -> dict[str, Any]:
    """What the document says of a request's BODY, which may have any of these media types."""
    reference = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {"requestBody": {"required": True, "content": dict.fromkeys(body, reference)}}


_DONE = {200: "As asked.", 201: "Made; `Location` has it.", 204: "Gone."}


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
        done |= _problems(_BODY_ERRORS)
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


def install(app: FastAPI, sent: Sequence[type[BaseModel]]) -> None:
    """Let APP serve this document; SENT are the models of request bodies."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, sent)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI, sent: Sequence[type[BaseModel]]) -> dict[str, Any]:
    for route in app.state.routes:
        route.openapi_extra = _with_parameters(route.openapi_extra or {})
    made = get_openapi(
        title=TITLE,
        version=app.version,
        description=DESCRIPTION.strip(),
        routes=app.state.routes,
        tags=TAGS,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": app.state.base_url}],
    )
    schemas = made["components"]["schemas"]
    schemas |= _schemas_of(sent)
    made["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer", "description": "A key that `dragoman key create` made."}
    }
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in made["paths"].values():
        for operation in path.values():
            # The first line of a route's docstring says more than its name would.
            operation["summary"] = operation.pop("description").rstrip(".")
            _show_example(operation)
    _offer_formats(made["paths"])
    schemas |= share_enums(made["paths"])
    named: dict[str, Any] = _with_codes(made)
    return named


def _schemas_of(sent: Sequence[type[BaseModel]]) -> dict[str, Any]:
    """The schemas of problems, of the codes of each list, and of what is sent: shapes of SENT, and merge patches."""
    schemas = _schemas(Problem)
    for name in LISTS:
        found = code_list(name)
        schemas[found.name] = {
            "type": "string",
            "enum": list(found.codes),
            "title": found.name,
            "description": found.description,
        }
    for shape in sent:
        schemas |= _schemas(shape, "validation")
    schemas["MergePatch"] = {
        "type": "object",
        "title": "MergePatch",
        "description": "JSON Merge Patch (RFC 7396): what it names is replaced, null takes away, all else stays.",
        "example": {"country": "RUS"},
    }
    return schemas


def _with_parameters(extra: dict[str, Any]) -> dict[str, Any]:
    given = [described(one) if isinstance(one, type) else [one] for one in extra.get("parameters", ())]
    return {**extra, "parameters": [one for several in given for one in several]} if given else extra


def _schemas(model: type[BaseModel], mode: Literal["serialization", "validation"] = "serialization") -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}", mode=mode)
    return {**schema.pop("$defs", {}), model.__name__: schema}


def _show_example(operation: dict[str, Any]) -> None:
    example = examples().get(operation["operationId"])
    content = operation["responses"].get("200", {}).get("content", {})
    for media in content.values() if example else ():
        media["example"] = example


def _offer_formats(paths: dict[str, Any]) -> None:
    """Add to each plain path what its endings answer, for `Accept` chooses among them."""
    for path, operations in paths.items():
        if operations.get("get", {}).get("operationId", "").startswith("export_"):
            answered = paths[path.partition(".")[0]]["get"]["responses"]
            answered["200"]["content"] |= operations["get"]["responses"]["200"]["content"]
            answered["406"] = _problem("There is no format that `Accept` takes; `available` has those that there are.")


def _with_codes(node: Any) -> Any:
    """NODE with a reference to each code list by name; to any of them where there are several."""
    if isinstance(node, dict):
        lists = node.get("x-code-list")
        if lists:
            references = [{"$ref": f"#/components/schemas/{code_list(name).name}"} for name in lists]
            return references[0] if len(references) == 1 else {"anyOf": references}
        return {key: _with_codes(value) for key, value in node.items()}
    return [_with_codes(item) for item in node] if isinstance(node, list) else node


def _problems(errors: Mapping[HTTPStatus, str]) -> dict[int | str, dict[str, Any]]:
    return {status.value: _problem(words) for status, words in errors.items()}


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
