"""Web Annotations as the W3C recommends them, of which only what we use is checked."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from app.web_annotation import CONTEXT

Iri = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$")]
# Of an annotation, which may be called within its file alone.
Id = Annotated[str, StringConstraints(pattern=r"^([A-Za-z][A-Za-z0-9+.-]*:|#)\S+$")]
Who = Iri | dict[str, Any]
# The types of what has several bodies or targets.
_SETS = {"Choice", "Composite", "Independents", "List"}


def listed(value: Any) -> list[Any]:
    """VALUE as a list, for JSON-LD leaves out the brackets of a list of one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def opened(value: Any) -> list[Any]:
    """VALUE as a list, with what is in a set of bodies or targets instead of the set."""
    found: list[Any] = []
    for one in listed(value):
        is_set = isinstance(one, dict) and not _SETS.isdisjoint(map(str, listed(one.get("type"))))
        found += listed(one.get("items")) if is_set else [one]
    return found


def _moment(value: object) -> object:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


Several = Annotated[list[str], BeforeValidator(listed)]


def _address(value: object) -> object:
    return value.get("id") if isinstance(value, dict) else value


# A page or a thing, by its address alone or with more about it.
Source = Annotated[Iri, BeforeValidator(_address)]


class Said(BaseModel):
    """A body, a target or an annotation, of which we check only what we use."""

    model_config = ConfigDict(extra="allow", strict=True)


class Body(Said):
    id: Iri | None = None
    type: Several = []
    value: str | None = None
    source: Source | None = None
    purpose: Several = []
    format: str | list[str] | None = None
    textDirection: Literal["ltr", "rtl", "auto"] | None = None  # noqa: N815


class Target(Said):
    id: Id | None = None
    source: Source | None = None
    selector: Annotated[list[Iri | dict[str, Any]], BeforeValidator(listed)] = []


class Annotation(Said):
    """An annotation as the W3C recommendation demands it."""

    context: Annotated[list[Any], BeforeValidator(listed)] = [CONTEXT]
    id: Id
    type: Several
    motivation: Several = []
    bodyValue: str | None = None  # noqa: N815
    body: Annotated[list[Iri | Body], BeforeValidator(opened)] = []
    target: Annotated[list[Iri | Target], BeforeValidator(opened), Field(min_length=1)]
    creator: Who | list[Who] | None = None
    created: Annotated[datetime | None, BeforeValidator(_moment)] = None
    generated: Annotated[datetime | None, BeforeValidator(_moment)] = None
    rights: Iri | list[Iri] | None = None
    canonical: Iri | None = None
