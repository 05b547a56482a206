"""The code lists: which types, acts, roles and kinds there are, each with its definition.

They are files under seed/codes/, read once. The tables of app/models/vocabulary.py mirror the lists that may grow.
"""

from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from app.nearest import nearest
from app.settings import ROOT

FOLDER = ROOT / "seed" / "codes"
LISTS = (
    "event-types",
    "event-classes",
    "speech-acts",
    "participant-roles",
    "relation-types",
    "actor-kinds",
    "media",
    "directness",
    "statuses",
    "figure-kinds",
    "topics",
    "date-precisions",
    "place-precisions",
)


@dataclass(frozen=True, slots=True)
class CodeList:
    """One list; `codes` maps each code to everything that its file says of it."""

    id: str
    title: str
    description: str
    codes: dict[str, dict[str, Any]]
    schemes: dict[str, Any]

    @property
    def name(self) -> str:
        """The list's name in the OpenAPI document: EventType for event-types."""
        singular = {"media": "medium", "statuses": "status", "event-classes": "event-class"}
        words = singular.get(self.id, self.id.removesuffix("s") if self.id != "directness" else self.id)
        return "".join(word.capitalize() for word in words.split("-"))


@cache
def code_list(name: str) -> CodeList:
    """The list called NAME, one of LISTS."""
    content = yaml.load((FOLDER / f"{name}.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return CodeList(
        id=name,
        title=content["title"],
        description=content["description"],
        codes={code["id"]: code for code in content["codes"]},
        schemes=content.get("schemes", {}),
    )


def codes(name: str) -> tuple[str, ...]:
    """The codes of the list NAME, in its order."""
    return tuple(code_list(name).codes)


def label(name: str, code: str) -> str:
    """The English label of CODE."""
    return str(code_list(name).codes[code]["label"]["en"])


def types_of(code: str) -> tuple[str, ...]:
    """The event types that CODE stands for: a class its members, a type itself."""
    types = code_list("event-types").codes
    return (code,) if code in types else tuple(key for key, value in types.items() if value["class"] == code)


@dataclass(frozen=True, slots=True)
class InList:
    """Annotates a pydantic string as a code of one of the lists NAMES. Its error has `allowed` and `nearest`."""

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "x-code-list": list(self.names)}

    def _checked(self, value: str) -> str:
        allowed = [code for name in self.names for code in codes(name)]
        if value not in allowed:
            context = {"allowed": allowed, "nearest": nearest(value, allowed)}
            raise PydanticCustomError("code", f"not a code of {' or '.join(self.names)}", context)
        return value


@cache
def _named(scheme: str) -> tuple[Any, ...]:
    """What event types name as their codes of SCHEME."""
    return tuple(code[scheme] for code in code_list("event-types").codes.values() if code[scheme])


def _cameo(value: str) -> str:
    codes = sorted(set(_named("cameo")))
    roots = sorted({code[:2] for code in codes})
    # Data have codes that are in no table, but none under another root. One digit stands for all roots that it begins.
    if not (value.isascii() and value.isdigit() and any(root.startswith(value[:2]) for root in roots)):
        context = {"allowed": roots, "nearest": nearest(value, [*roots, *codes])}
        raise PydanticCustomError("code", "not a CAMEO code: digits that begin with one of its roots", context)
    return value


def _plover(value: str) -> str:
    events = sorted({code["event"] for code in _named("plover")})
    if value.partition("-")[0] not in events:
        context = {"allowed": events, "nearest": nearest(value, events)}
        raise PydanticCustomError("code", "not a PLOVER code: an event, alone or with a mode (CONSULT-visit)", context)
    return value


EventType = Annotated[str, InList(("event-types",))]
EventTypeOrClass = Annotated[str, InList(("event-types", "event-classes"))]
SpeechAct = Annotated[str, InList(("speech-acts",))]
ParticipantRole = Annotated[str, InList(("participant-roles",))]
RelationType = Annotated[str, InList(("relation-types",))]
ActorKind = Annotated[str, InList(("actor-kinds",))]
Medium = Annotated[str, InList(("media",))]
Directness = Annotated[str, InList(("directness",))]
Status = Annotated[str, InList(("statuses",))]
FigureKind = Annotated[str, InList(("figure-kinds",))]
Topic = Annotated[str, InList(("topics",))]
DatePrecision = Annotated[str, InList(("date-precisions",))]
PlacePrecision = Annotated[str, InList(("place-precisions",))]
# Codes of others as filters take them: an event type or a root stands for what is under it.
Cameo = Annotated[str, Field(max_length=200), AfterValidator(_cameo)]
Plover = Annotated[str, Field(max_length=200), AfterValidator(_plover)]
