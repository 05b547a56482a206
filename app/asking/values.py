"""Types of the values that parameters take. All are strict: what is not just as it says is refused, and says why."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from types import GenericAlias
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.dates import GRAMMAR, Span, parse_span
from app.models.base import LONGEST_ID
from app.nearest import nearest

WHOLE = re.compile(r"\d{1,9}", re.ASCII)
# With as many decimals as a map in a browser gives of its edges.
_NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,30})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2}))?", re.ASCII)
_BOX = 4


def refusal(message: str, **context: Any) -> PydanticCustomError:
    """The error that a validator raises: MESSAGE for a person, with `allowed` and `nearest` in CONTEXT if they help."""
    return PydanticCustomError("refused", "{words}", {"words": message, **context})


def _whole(value: str) -> int:
    if not WHOLE.fullmatch(value):
        raise refusal("must be a whole number in plain digits")
    return int(value)


def _span(value: str) -> Span:
    try:
        return parse_span(value)
    except ValueError as error:
        raise refusal(f"{error}; it takes {GRAMMAR}") from None


def _instant(value: str) -> datetime:
    if not _INSTANT.fullmatch(value):
        raise refusal("must be a day (2016-10-01) or an instant with its zone (2016-10-01T12:00:00Z)")
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise refusal(f"is not an instant: {error}") from None


def _flag(value: str) -> bool:
    if value not in ("true", "false"):
        raise refusal("must be true or false", allowed=["true", "false"])
    return value == "true"


def _box(value: str) -> tuple[float, float, float, float]:
    parts = value.split(",")
    if len(parts) != _BOX or not all(_NUMBER.fullmatch(part) for part in parts):
        raise refusal("must be four numbers: west,south,east,north in degrees")
    west, south, east, north = map(float, parts)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):  # noqa: PLR2004
        raise refusal("must lie within -180,-90,180,90, south before north")
    return west, south, east, north


def _coded(value: str) -> str:
    scheme, colon, code = value.partition(":")
    if not (scheme and colon and code):
        raise refusal("must be a scheme and its code, such as cameo:0411")
    return value


def whole(least: int = 0, most: int | None = None) -> tuple[Any, ...]:
    """What makes an int, in Annotated, a whole number in plain digits from LEAST to MOST."""
    bounds = {"minimum": least} | ({} if most is None else {"maximum": most})
    return BeforeValidator(_whole), Field(ge=least, le=most), WithJsonSchema({"type": "integer", **bounds})


def several(kind: Any) -> Any:
    """A pydantic type: any number of values of KIND, by comma or by repeating."""
    return GenericAlias(tuple, (kind, ...))


def chosen(choices: Sequence[str]) -> Any:
    """A pydantic type: one of CHOICES."""

    def check(value: str) -> str:
        if value not in choices:
            raise refusal("is not allowed", allowed=list(choices), nearest=nearest(value, choices))
        return value

    return Annotated[str, BeforeValidator(check), WithJsonSchema({"type": "string", "enum": list(choices)})]


Whole = Annotated[int, *whole()]
Day = Annotated[Span, BeforeValidator(_span), WithJsonSchema({"type": "string"})]
Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})]
Flag = Annotated[bool, BeforeValidator(_flag)]
Box = Annotated[tuple[float, float, float, float], BeforeValidator(_box), WithJsonSchema({"type": "string"})]
Coded = Annotated[str, BeforeValidator(_coded), Field(max_length=200)]
Key = Annotated[str, Field(max_length=LONGEST_ID)]
