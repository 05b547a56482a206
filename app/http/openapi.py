"""The OpenAPI document, for people and client generators, put together from what its routes say."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from app.asking.parameters import described
from app.codes import LISTS, code_list
from app.http.describing import problem_answer
from app.http.enums import share_enums
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
    {"name": "writing", "description": "Articles, records and merges; all but the check of an article need a key."},
    {"name": "service", "description": "Health, version, limits."},
]


@cache
def examples() -> dict[str, Any]:
    """Answers of the API about the seed, by operation id."""
    found: dict[str, Any] = orjson.loads(EXAMPLES.read_bytes()) if EXAMPLES.is_file() else {}
    return found


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
            answered["406"] = problem_answer(
                "There is no format that `Accept` takes; `available` has those that there are."
            )


def _with_codes(node: Any) -> Any:
    """NODE with a reference to each code list by name; to any of them where there are several."""
    if isinstance(node, dict):
        lists = node.get("x-code-list")
        if lists:
            references = [{"$ref": f"#/components/schemas/{code_list(name).name}"} for name in lists]
            return references[0] if len(references) == 1 else {"anyOf": references}
        return {key: _with_codes(value) for key, value in node.items()}
    return [_with_codes(item) for item in node] if isinstance(node, list) else node
