"""The values that annotated files hold: ids, texts in several languages, names, dates, numbers, addresses."""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, Strict, StringConstraints
from pydantic_core import PydanticCustomError

from app.dates import GRAMMAR, UNKNOWN, Span, format_span, parse_span
from app.models.base import LONGEST_ID
from app.standards import Language

_PARTIAL = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)


def _english(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _has_text(value: dict[str, str]) -> dict[str, str]:
    if not value:
        raise PydanticCustomError("language_map", "has no text in any language")
    return value


def year_text(value: object) -> object:
    """VALUE as text, if it is a number: YAML reads a bare year as one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _date(value: object) -> Span:
    if value is None:
        return UNKNOWN
    if not isinstance(value, str):
        raise PydanticCustomError("date", "not a date; it takes {grammar}", {"grammar": GRAMMAR})
    try:
        return parse_span(value)
    except ValueError as error:
        context = {"reason": str(error), "grammar": GRAMMAR}
        raise PydanticCustomError("date", "{reason}; a date is {grammar}", context) from None


def _partial(value: str) -> str:
    if not _PARTIAL.fullmatch(value):
        raise PydanticCustomError("date", "not a date; wanted 2015, 2015-08 or 2015-08-10")
    _date(value)
    return value


def _no_view(value: str) -> str:
    if value in VIEWS:
        message = "is a view of events, at /v1/events/{id}; choose another id"
        raise PydanticCustomError("view", message, {"id": value})
    return value


ID_PATTERN = r"^[a-z0-9]+(?:[-._:][a-z0-9]+)*$"
NOT_AN_ID = "is not an id, which is of a to z and 0 to 9, with a single - . _ or : between them"
URL_PATTERN = r"^https?://\S+$"
SOME_TEXT = r"\S"
# At these paths, where an event would be read by its id, there are sums of all events.
VIEWS = ("timeline", "facets")
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=LONGEST_ID)]
EventId = Annotated[Id, AfterValidator(_no_view)]
Text = Annotated[str, StringConstraints(min_length=1, pattern=SOME_TEXT)]
Texts = Annotated[
    dict[Language, Text],
    BeforeValidator(_english, json_schema_input_type=dict[str, str] | str),
    AfterValidator(_has_text),
]
Date = Annotated[
    Span,
    BeforeValidator(lambda value: _date(year_text(value)), json_schema_input_type=str | int | None),
    PlainSerializer(format_span, return_type=str | None),
]
PartialDate = Annotated[str, BeforeValidator(year_text, json_schema_input_type=str | int), AfterValidator(_partial)]
# An index of PostgreSQL holds no entry above 2,700 bytes.
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=SOME_TEXT)]
Names = Annotated[
    dict[Language, Name],
    BeforeValidator(_english, json_schema_input_type=dict[str, Name] | Name),
    AfterValidator(_has_text),
]
Url = Annotated[str, StringConstraints(pattern=URL_PATTERN)]
Number = Annotated[float, Strict(strict=True)]
# Beyond this, numbers in the databases are no longer exact to one.
MOST = 10**15
