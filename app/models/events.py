"""Events: something that happened between actors on a day, and the accounts of it."""

from datetime import date
from typing import Any, Literal, get_args

from sqlalchemy import CheckConstraint, Float, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.codes import codes
from app.dialects.columns import Slug
from app.dialects.indexes import lasting, newest, spanning
from app.models.base import Base, Record, Versioned, code_of, one_of, ordered, part_of, refers_to

Stance = Literal["asserts", "denies", "doubts"]
SIDES = ("source", "target", "both", "none")
# The sides that count as source, and those that count as target.
SIDED = {"source": ("source", "both"), "target": ("target", "both")}
Qualifier = Literal["exact", "about", "at_least", "at_most", "more_than", "less_than"]
STANCES: tuple[str, ...] = get_args(Stance)
QUALIFIERS: tuple[str, ...] = get_args(Qualifier)


class Event(Record, Base):
    """Something that happened. `country` repeats that of the place, so that filters and counts need no join.

    Imported events also have `goldstein_table`, the score in the table of the code if the source gives another one,
    `originals`, the source's own codes by scheme, and `measures`, its numbers that are not codes.
    """

    __tablename__ = "event"
    __table_args__ = (
        one_of("status", codes("statuses")),
        one_of("precision", codes("date-precisions")),
        ordered(),
        CheckConstraint("quad_class BETWEEN 1 AND 4", name="quad_class"),
        CheckConstraint("goldstein BETWEEN -10 AND 10", name="goldstein"),
        *newest("event"),
        *newest("event", "type"),
        *newest("event", "place_id"),
        *newest("event", "country"),
        *newest("event", "status"),
        *newest("event", "dataset_id"),
        *newest("event", "cameo"),
        *newest("event", date="goldstein"),
        # For views, which count each case of a date (app.answering.views.py) in one range of it.
        Index(
            "ix_event_counted",
            *("end_on", "start_on", "type", "country", "precision", "goldstein", "id"),
            *("status", "quad_class", "dataset_id"),
        ),
        lasting("event"),
        spanning("event"),
        Index("ix_event_updated_at", "updated_at", "id"),
    )

    type: Mapped[str] = code_of("event_type")
    label: Mapped[str]
    labels: Mapped[dict[str, str]]
    summary: Mapped[str | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    precision: Mapped[str] = mapped_column(Slug)
    place_id: Mapped[str | None] = refers_to("place", index=False)
    country: Mapped[str | None] = mapped_column(Slug)
    status: Mapped[str] = mapped_column(Slug)
    cameo: Mapped[str | None] = mapped_column(Slug)
    plover: Mapped[str | None] = mapped_column(Slug)
    quad_class: Mapped[int | None]
    goldstein: Mapped[float | None] = mapped_column(Float(53))
    goldstein_table: Mapped[float | None] = mapped_column(Float(53))
    originals: Mapped[dict[str, str]] = mapped_column(server_default="{}")
    measures: Mapped[dict[str, Any]] = mapped_column(server_default="{}")
    # The article that says what the event is. Neither a foreign key nor indexed: when an article is deleted, the
    # events that it tells are drafted anew.
    defined_in: Mapped[str | None] = mapped_column(Slug)


class EventCode(Versioned, Base):
    """The source's own code of an event, for the filter `code`, unless a column of the event has it."""

    __tablename__ = "event_code"
    __table_args__ = (Index("ix_event_code_code", "scheme", "code", "event_id"),)

    event_id: Mapped[str] = part_of("event")
    scheme: Mapped[str] = mapped_column(Slug, primary_key=True)
    code: Mapped[str] = mapped_column(Slug)


class Participant(Versioned, Base):
    """An actor that took part in an event, in a role.

    `side` repeats that of the role, and `start_on` that of the event, so that the newest events of an actor are one
    index scan.
    """

    __tablename__ = "participant"
    __table_args__ = (
        one_of("side", SIDES),
        *newest("participant", "actor_id", id="event_id", more=("side",)),
        *newest("participant", "on_behalf_of_id", id="event_id", seldom=True),
    )

    event_id: Mapped[str] = part_of("event")
    position: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = refers_to("actor", index=False)
    role: Mapped[str] = code_of("participant_role")
    side: Mapped[str] = mapped_column(Slug)
    on_behalf_of_id: Mapped[str | None] = refers_to("actor", index=False)
    start_on: Mapped[date | None]


class Figure(Versioned, Base):
    """A number that an article gives for an event."""

    __tablename__ = "figure"
    __table_args__ = (one_of("qualifier", QUALIFIERS),)

    event_id: Mapped[str] = part_of("event")
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = code_of("figure_kind", index=True)
    value: Mapped[float] = mapped_column(Float(53))
    qualifier: Mapped[str] = mapped_column(Slug)
    unit: Mapped[str | None]
    article_id: Mapped[str] = refers_to("article")


class Account(Versioned, Base):
    """Who tells the event in which article. Without an actor, the article itself tells it."""

    __tablename__ = "account"
    __table_args__ = (one_of("stance", STANCES),)

    event_id: Mapped[str] = part_of("event")
    position: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = refers_to("article")
    actor_id: Mapped[str | None] = refers_to("actor")
    stance: Mapped[str] = mapped_column(Slug)
    note: Mapped[str | None]
    differs: Mapped[list[str]]
