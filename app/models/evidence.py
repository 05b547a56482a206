"""Evidence and relations: what proves a record, and what ties it to others.

Both belong to an event or to a statement: there is a column for each, of which one is set, so that both are foreign
keys.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base, Versioned, code_of, refers_to


def _owned_by(table: str) -> Any:
    return mapped_column(Slug, ForeignKey(f"{table}.id", ondelete="CASCADE", deferrable=True))


def _verified(owner: str) -> Index:
    """An index of the verified evidence of each OWNER: of imported records few have any."""
    name, there = f"ix_evidence_{owner.removesuffix('_id')}_verified", f"{owner} IS NOT NULL"
    # Each database knows the condition again only as it spells it itself.
    sqlite, postgresql = text(f"verified = 1 AND {there}"), text(f"verified AND {there}")
    return Index(name, owner, sqlite_where=sqlite, postgresql_where=postgresql)


class Evidence(Versioned, Base):
    """The words of an article that support a record (W3C TextQuoteSelector and TextPositionSelector).

    `start_at` and `end_at` count code points in the article's text, the end exclusive. Imported data may carry only a
    reference: no words, not verified.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (statement_id IS NULL)", name="one_owner"),
        CheckConstraint("start_at >= 0 AND end_at > start_at", name="offsets"),
        CheckConstraint(
            "NOT verified OR (exact IS NOT NULL AND start_at IS NOT NULL AND end_at IS NOT NULL)", name="verified"
        ),
        UniqueConstraint("event_id", "position"),
        UniqueConstraint("statement_id", "position"),
        _verified("event_id"),
        _verified("statement_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = _owned_by("event")
    statement_id: Mapped[str | None] = _owned_by("statement")
    position: Mapped[int]
    article_id: Mapped[str] = refers_to("article")
    field: Mapped[str | None]
    exact: Mapped[str | None]
    prefix: Mapped[str | None]
    suffix: Mapped[str | None]
    start_at: Mapped[int | None]
    end_at: Mapped[int | None]
    language: Mapped[str | None] = mapped_column(Slug)
    verified: Mapped[bool]


class Relation(Versioned, Base):
    """A tie from `event_id` or `statement_id` to `to_event_id` or `to_statement_id`.

    `article_id` is the article that says so; it is not a foreign key, like `Event.defined_in`.
    """

    __tablename__ = "relation"
    __table_args__ = (
        CheckConstraint("(event_id IS NULL) <> (statement_id IS NULL)", name="one_owner"),
        CheckConstraint("(to_event_id IS NULL) <> (to_statement_id IS NULL)", name="one_target"),
        CheckConstraint("event_id <> to_event_id", name="not_itself"),
        CheckConstraint("statement_id <> to_statement_id", name="not_itself_said"),
        UniqueConstraint("event_id", "position"),
        UniqueConstraint("statement_id", "position"),
        Index("ix_relation_to_event", "to_event_id", "type"),
        Index("ix_relation_to_statement", "to_statement_id", "type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = _owned_by("event")
    statement_id: Mapped[str | None] = _owned_by("statement")
    position: Mapped[int]
    type: Mapped[str] = code_of("relation_type")
    to_event_id: Mapped[str | None] = refers_to("event", index=False)
    to_statement_id: Mapped[str | None] = refers_to("statement", index=False)
    article_id: Mapped[str | None] = mapped_column(Slug)
