"""Web Annotations as the W3C recommends them, of which only what we use is checked."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.web_annotation import CONTEXT

Iri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")]
# Of an annotation, which may be called within its file alone.
Id = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9+.-]*:|#)\S+$")]
Who = Iri | dict[str, Any]


def listed(value: Any) -> list[Any]:
    """VALUE as a list, for JSON-LD leaves out the brackets of a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


class Said(BaseModel):
    """A body, a target or an annotation, of which we check only what we use."""

    model_config = ConfigDict(extra="allow", strict=True)


class Body(Said):
    id: Iri | None = None
    type: str | None = None
    value: str | None = None
    source: Iri | None = None
    purpose: str | None = None
    format: str | list[str] | None = None
    textDirection: Literal["ltr", "rtl", "auto"] | None = None  # noqa: N815
    items: list[Any] = []


class Target(Said):
    id: Id | None = None
    source: Iri | dict[str, Any] | None = None
    selector: Annotated[list[Iri | dict[str, Any]], BeforeValidator(listed)] = []


class Annotation(Said):
    """An annotation as the W3C recommendation demands it."""

    context: Annotated[list[Any], BeforeValidator(listed)] = [CONTEXT]
    id: Id
    type: Annotated[list[str], BeforeValidator(listed)]
    motivation: Annotated[list[str], BeforeValidator(listed)] = []
    bodyValue: str | None = None  # noqa: N815
    body: Annotated[list[Iri | Body], BeforeValidator(listed)] = []
    target: Annotated[list[Iri | Target], BeforeValidator(listed), Field(min_length=1)]
    creator: Who | list[Who] | None = None
    created: Annotated[datetime | None, BeforeValidator(_moment)] = None
    generated: Annotated[datetime | None, BeforeValidator(_moment)] = None
    rights: Iri | list[Iri] | None = None
    canonical: Iri | None = None
