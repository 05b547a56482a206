"""Articles: what was printed, by whom and when, and the text that evidence points into."""

from datetime import date
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.codes import codes
from app.dialects.columns import Slug
from app.dialects.indexes import newest, seldom
from app.models.base import Base, Record, Versioned, one_of, ordered, part_of, refers_to

TextKind = Literal["full", "digest", "none"]
Rights = Literal["served", "withheld"]
TEXT_KINDS: tuple[str, ...] = get_args(TextKind)
RIGHTS: tuple[str, ...] = get_args(Rights)


class Article(Record, Base):
    __tablename__ = "article"
    __table_args__ = (
        one_of("text_kind", TEXT_KINDS),
        one_of("rights", RIGHTS),
        one_of("precision", codes("date-precisions")),
        ordered(),
        CheckConstraint("(text IS NULL) = (text_kind = 'none')", name="text"),
        *newest("article"),
        *newest("article", "publisher_id"),
        *newest("article", "language"),
        *newest("article", "dataset_id"),
        Index("ix_article_updated_at", "updated_at", "id"),
        # For articles that look like a new one.
        seldom("article", "source_url", using="hash"),
        seldom("article", "text_sha256"),
    )

    publisher_id: Mapped[str | None] = refers_to("actor", index=False)
    language: Mapped[str] = mapped_column(Slug)
    title: Mapped[str]
    titles: Mapped[dict[str, str]]
    source_url: Mapped[str | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    precision: Mapped[str] = mapped_column(Slug)
    text: Mapped[str | None]
    text_kind: Mapped[str] = mapped_column(Slug)
    text_sha256: Mapped[str | None]
    rights: Mapped[str] = mapped_column(Slug)
    notes: Mapped[list[str]]


class ArticleAgency(Versioned, Base):
    """A news agency that the article credits."""

    __tablename__ = "article_agency"

    article_id: Mapped[str] = part_of("article")
    position: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = refers_to("actor")
