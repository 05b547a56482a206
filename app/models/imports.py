"""What imports keep besides the records: how far they came, and mentions of events."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base, refers_to


class ImportedFile(Base):
    """How many items of a file, known by the hash of its bytes, have been brought into a data set."""

    __tablename__ = "imported_file"

    dataset_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    format: Mapped[str] = mapped_column(Slug, primary_key=True)
    sha256: Mapped[str] = mapped_column(Slug, primary_key=True)
    items: Mapped[int]
    done: Mapped[bool]
    at: Mapped[datetime]


class EventMention(Base):
    """A source's mention of an event in an article. The event may come later, so `event_id` is not a foreign key."""

    __tablename__ = "event_mention"

    event_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    article_id: Mapped[str] = refers_to("article", primary_key=True)
    sentence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str | None] = mapped_column(Slug)
