"""The parameters of paths as models, and a request's parameters read as one.

Nothing is ignored and nothing is clamped. A parameter that is unknown, empty, repeated or out of range is refused, with
what is allowed and the nearest match.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from itertools import islice
from typing import Any, ClassVar, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.asking.values import Whole, refusal
from app.errors import MOST_ERRORS, Invalid, ParameterError
from app.nearest import nearest

MOST_VALUES = 100


class Parameters(BaseModel):
    """The parameters of a path. A field that is a tuple takes several values, by comma or by repeating."""

    # Most processes are asked only a few of all paths, so a model's validator is built when it is first needed.
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)
    # Parameters that are one value with commas in it.
    whole: ClassVar[frozenset[str]] = frozenset({"bbox"})

    @field_validator("sort", "fields", "include", "facets", check_fields=False)
    @classmethod
    def _once_each(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        names = [value.removeprefix("-") for value in values]
        if len(set(names)) < len(names):
            raise refusal("names a field twice")
        return values


class Reading(Parameters):
    """The parameters that every read of records takes."""

    min_revision: Whole | None = Field(
        None,
        description="Data no older than this revision, which a write's answer has in `meta`: waits for it if need be.",
        examples=[1],
    )


Asked = TypeVar("Asked", bound=Parameters)


def read(model: type[Asked], items: Sequence[tuple[str, str]]) -> Asked:
    """ITEMS of a query string as MODEL. Raises Invalid with everything that is wrong."""
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in items:
        given[name].append(value)
    wrong = (error for name, values in given.items() if (error := _ill_given(model, name, values)))
    # Finding the nearest match for each of a thousand unknown names would be wasted work.
    errors = list(islice(wrong, MOST_ERRORS))
    if len(errors) == MOST_ERRORS:
        raise Invalid(errors)
    refused = {error.parameter for error in errors}
    takes_several = _takes_several(model)
    values = {
        name: tuple(part for value in values for part in value.split(",")) if takes_several[name] else values[0]
        for name, values in given.items()
        if name not in refused
    }
    try:
        asked = model.model_validate(values)
    except ValidationError as error:
        told = [_told(detail) for detail in error.errors(include_url=False)]
        # What was refused already is missing only because it was left out here.
        errors += [one for one in told if one.parameter not in refused]
        raise Invalid(errors) from None
    if errors:
        raise Invalid(errors)
    return asked


class Asking:
    """Reads a request's parameters as `model`."""

    def __init__(self, model: type[Parameters]) -> None:
        self.model = model

    async def __call__(self, request: Request) -> Parameters:
        return self.read(request)

    def read(self, request: Request) -> Parameters:
        """The parameters of REQUEST. Raises Invalid."""
        return read(self.model, request.query_params.multi_items()) if request.scope["query_string"] else self._usual

    @cached_property
    def _usual(self) -> Parameters:
        """The parameters of a request that gives none."""
        return read(self.model, [])


def asking(model: type[Asked]) -> Any:
    """A dependency that reads the request's parameters as MODEL."""
    return Depends(Asking(model))


def documented(model: type[Parameters]) -> dict[str, Any]:
    """A route's `openapi_extra`: its MODEL, to be `described` when somebody asks for the OpenAPI document."""
    return {"parameters": [model]}


def described(model: type[Parameters]) -> list[dict[str, Any]]:
    """The parameters of MODEL as the OpenAPI document has them."""
    schema = model.model_json_schema()
    required = schema.get("required", ())
    return [_parameter(name, field, required) for name, field in schema["properties"].items()]


def _parameter(name: str, field: dict[str, Any], required: Sequence[str]) -> dict[str, Any]:
    schema = {key: value for key, value in field.items() if key not in ("title", "description", "examples", "default")}
    branches = [branch for branch in schema.pop("anyOf", []) if branch.get("type") != "null"]
    schema = {**schema, **(branches[0] if branches else {})}
    if field.get("default") not in (None, [], ()):
        schema["default"] = field["default"]
    made = {
        "name": name,
        "in": "query",
        "required": name in required,
        "description": field["description"],
        "schema": schema,
    }
    example = field.get("examples", [None])[0]
    if schema.get("type") == "array":
        schema["maxItems"] = MOST_VALUES
        made |= {"style": "form", "explode": False}
        example = example and example.split(",")
    if schema.get("type") == "boolean":
        example = example == "true"
    return made if example is None else {**made, "example": example}


@cache
def _takes_several(model: type[Parameters]) -> Mapping[str, bool]:
    """The parameters of MODEL, and whether each takes several values."""
    kinds = {name: getattr(field.annotation, "__origin__", None) for name, field in model.model_fields.items()}
    return {name: kind is tuple and name not in model.whole for name, kind in kinds.items()}


def _ill_given(model: type[Parameters], name: str, values: list[str]) -> ParameterError | None:
    """What is wrong with how NAME is given, apart from its value."""
    takes_several = _takes_several(model).get(name)
    if takes_several is None:
        allowed = sorted(model.model_fields)
        known = name == "as_of" and "works on lists, records and sums of them; this tells the present only"
        return ParameterError(name, values[0], known or "is not a parameter here", allowed, nearest(name, allowed))
    if not takes_several:
        if len(values) > 1:
            return ParameterError(name, ", ".join(values), "is given more than once, and takes one value")
        return None if values[0] else ParameterError(name, "", "is empty; leave it out instead")
    parts = [part for value in values for part in value.split(",")]
    if "" in parts:
        return ParameterError(name, ",".join(values), "has an empty value")
    if len(parts) > MOST_VALUES:
        return ParameterError(name, None, f"has {len(parts)} values, and takes at most {MOST_VALUES}")
    return None


def _told(detail: Any) -> ParameterError:
    context = detail.get("ctx", {})
    given = detail["input"]
    value = ",".join(given) if isinstance(given, tuple) else given if isinstance(given, str) else None
    return ParameterError(
        str(detail["loc"][0]), value, _message(detail), context.get("allowed", ()), context.get("nearest", ())
    )


def _message(detail: Any) -> str:
    bounds = {"less_than_equal": "le", "greater_than_equal": "ge", "string_too_long": "max_length"}
    if bound := bounds.get(detail["type"]):
        words = {"le": "must be at most", "ge": "must be at least", "max_length": "must have at most"}[bound]
        return f"{words} {detail['ctx'][bound]}" + (" characters" if bound == "max_length" else "")
    return "is missing" if detail["type"] == "missing" else str(detail["msg"])
