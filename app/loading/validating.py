"""A file of a data set as a model, or every fault of it, in words for the person who wrote it."""

from collections.abc import Sequence
from typing import Any, TypeVar, get_args

from pydantic import AliasChoices, BaseModel, ValidationError
from pydantic.fields import FieldInfo

from app.loading.annotated import Annotation
from app.loading.faults import Fault, Refused, first
from app.loading.reading import Sheet, dotted
from app.loading.values import ID_PATTERN, NOT_AN_ID, SOME_TEXT, URL_PATTERN
from app.nearest import nearest

Content = TypeVar("Content", bound=Annotation)

# What pydantic's errors say.
_WORDS = {
    "missing": "is missing",
    "invalid_key": "is a key that is no text; put it in quotes",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "float_type": "must be a number",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "less_than_equal": "must be at most {le:g}",
    "greater_than_equal": "must be at least {ge:g}",
}
_WORDS_OF_PATTERNS = {
    ID_PATTERN: NOT_AN_ID,
    URL_PATTERN: "is not an address, which begins with http:// or https:// and has no blanks",
    SOME_TEXT: "is blank",
}
_UNSEEN = {"missing", "extra_forbidden"}


def validated(sheet: Sheet, model: type[Content]) -> Content:
    """SHEET as MODEL. Raises Refused with every fault of the file."""
    try:
        return model.model_validate(sheet.content, by_alias=True, by_name=False)
    except ValidationError as error:
        raise Refused(first(_fault(sheet, model, detail) for detail in error.errors(include_url=False))) from None


def _fault(sheet: Sheet, model: type[BaseModel], detail: Any) -> Fault:
    path = tuple(step for step in detail["loc"] if step not in ("[key]", "function-before"))
    context = detail.get("ctx", {})
    found = None if detail["type"] in _UNSEEN or isinstance(detail["input"], (dict, list)) else detail["input"]
    words = _WORDS_OF_PATTERNS.get(context.get("pattern")) or _WORDS.get(detail["type"])
    message = words.format(**context) if words else detail["msg"]
    allowed = context.get("allowed", ())
    if detail["type"] == "literal_error":
        message, allowed = (
            "is not allowed",
            [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")],
        )
    near = context.get("nearest", ())
    if detail["type"] == "extra_forbidden":
        allowed = _names(model, path[:-1])
        near = nearest(str(path[-1]), allowed)
    fault = sheet.fault(path, message, found, allowed=allowed, nearest=near)
    return fault if path else Fault(sheet.file, 1, dotted(path), message)


def _names(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names that the mapping at PATH of MODEL takes."""
    fields = {name: field for own, field in model.model_fields.items() for name in _spelled(own, field)}
    step = next((step for step in path if isinstance(step, str)), None)
    if step is None:
        return list(fields)
    inside = _model_in(fields[step].annotation) if step in fields else None
    return _names(inside, path[path.index(step) + 1 :]) if inside else []


def _spelled(name: str, field: FieldInfo) -> list[str]:
    """How the field NAME is written in a file."""
    alias = field.validation_alias
    return [str(one) for one in alias.choices] if isinstance(alias, AliasChoices) else [str(alias or name)]


def _model_in(kind: Any) -> type[BaseModel] | None:
    """The model that KIND, the type of a field, is made of, such as that of the items of a list."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for part in get_args(kind) if (found := _model_in(part))), None)
