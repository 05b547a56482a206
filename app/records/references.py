"""Short forms of records, as other records have them, and dates."""

from datetime import date
from typing import Literal

from pydantic import Field

from app.codes import ActorKind, DatePrecision, EventType, PlacePrecision
from app.records.base import Out


class ActorRef(Out):
    """An actor in short."""

    id: str
    name: str
    kind: ActorKind
    country: str | None = Field(description="ISO 3166-1 alpha-3.")


class PlaceRef(Out):
    """A place in short; degrees in WGS 84."""

    id: str
    name: str
    country: str | None
    lat: float | None
    lon: float | None
    precision: PlacePrecision


class DateOut(Out):
    """What is known of a date: its bounds, both inclusive, and how exact they are."""

    start: date | None
    end: date | None
    precision: DatePrecision


class EventRef(Out):
    """An event in short."""

    id: str
    type: EventType
    label: str


class TargetRef(Out):
    """The event or statement at the other end of a relation."""

    kind: Literal["event", "statement"]
    id: str
    label: str


class ArticleRef(Out):
    """An article in short."""

    id: str
    title: str
    publisher: ActorRef | None
    url: str = Field(description="Its path here.")
    source_url: str | None = Field(description="The address of the original.")
    published: DateOut
