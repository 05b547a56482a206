"""Actors."""

from datetime import date

from pydantic import ConfigDict, Field

from app.codes import ActorKind
from app.records.base import History, Out
from app.records.references import ActorRef


class ActorOut(History):
    """Who speaks and acts."""

    id: str
    kind: ActorKind
    name: str
    names: dict[str, str]
    country: str | None
    parent: ActorRef | None
    codes: dict[str, str]


class AliasOut(Out):
    """A spelling that occurs."""

    name: str
    language: str


class RoleOut(Out):
    """An office held for a time; dates are as exact as they are known."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True)

    title: str
    organisation: ActorRef | None
    held_from: str | None = Field(alias="from")
    held_to: str | None = Field(alias="to")


class TypeCount(Out):
    """How many of a kind."""

    value: str
    label: str
    count: int


class ActorCounts(Out):
    """What an actor took part in, and said."""

    events: int
    statements: int
    event_types: list[TypeCount]
    speech_acts: list[TypeCount]


class ActorDetails(ActorOut):
    """An actor with spellings, offices, and what it did."""

    aliases: list[AliasOut]
    roles: list[RoleOut]
    note: str | None
    counts: ActorCounts
    first_seen: date | None
    last_seen: date | None
