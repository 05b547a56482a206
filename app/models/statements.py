"""Statements: who said what to whom, on whose behalf, as one article gives it."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.codes import codes
from app.dialects.columns import Slug
from app.dialects.indexes import lasting, newest, seldom, spanning
from app.models.base import Base, Record, Versioned, code_of, one_of, ordered, part_of, refers_to


class Statement(Record, Base):
    """What somebody said. `utterance` groups the versions of one utterance; `language` is that of the article."""

    __tablename__ = "statement"
    __table_args__ = (
        one_of("directness", codes("directness")),
        one_of("precision", codes("date-precisions")),
        ordered(),
        CheckConstraint("condition IS NULL OR conditional", name="condition"),
        CheckConstraint("(quote_text IS NULL) = (quote_language IS NULL)", name="quote"),
        *newest("statement"),
        *newest("statement", "speaker_id"),
        *newest("statement", "on_behalf_of_id", seldom=True),
        *newest("statement", "act"),
        *newest("statement", "medium"),
        *newest("statement", "dataset_id"),
        Index(
            "ix_statement_counted",
            *("end_on", "start_on", "act", "speaker_id", "precision", "id"),
            *("medium", "directness", "language", "dataset_id"),
        ),
        seldom("statement", "utterance"),
        seldom("statement", "venue_id"),
        lasting("statement"),
        spanning("statement"),
        Index("ix_statement_updated_at", "updated_at", "id"),
    )

    article_id: Mapped[str] = refers_to("article")
    speaker_id: Mapped[str | None] = refers_to("actor", index=False)
    role: Mapped[str | None]
    on_behalf_of_id: Mapped[str | None] = refers_to("actor", index=False)
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    precision: Mapped[str] = mapped_column(Slug)
    medium: Mapped[str] = code_of("medium")
    venue_id: Mapped[str | None] = refers_to("actor", index=False)
    directness: Mapped[str] = mapped_column(Slug)
    act: Mapped[str] = code_of("speech_act")
    gist: Mapped[str]
    gists: Mapped[dict[str, str]]
    quote_text: Mapped[str | None]
    quote_language: Mapped[str | None] = mapped_column(Slug)
    quote_is_translation: Mapped[bool | None]
    quote_translation: Mapped[dict[str, Any] | None]
    conditional: Mapped[bool]
    condition: Mapped[str | None]
    event_id: Mapped[str | None] = refers_to("event")
    utterance: Mapped[str | None] = mapped_column(Slug)
    language: Mapped[str] = mapped_column(Slug)
    note: Mapped[str | None]


class Addressee(Versioned, Base):
    __tablename__ = "addressee"
    __table_args__ = (*newest("addressee", "actor_id", id="statement_id"),)

    statement_id: Mapped[str] = part_of("statement")
    position: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = refers_to("actor", index=False)
    start_on: Mapped[date | None]


class Carrier(Versioned, Base):
    """An actor that passed the utterance on: a ministry that reports a call, an agency, a channel."""

    __tablename__ = "carrier"

    statement_id: Mapped[str] = part_of("statement")
    position: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = refers_to("actor")


class StatementTopic(Versioned, Base):
    __tablename__ = "statement_topic"

    statement_id: Mapped[str] = part_of("statement")
    position: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = code_of("topic", index=True)


class Mention(Versioned, Base):
    """An event that the statement speaks of."""

    __tablename__ = "mention"

    statement_id: Mapped[str] = part_of("statement")
    position: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = refers_to("event")
