"""Summaries: counts that views of everything add up. Every write keeps them right (app/loading/summing.py)."""

from datetime import date

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base


class Summary(Base):
    """How many records of a kind begin in a year, month or day, by the values of some dimensions.

    `key` has the kind, the part and the bucket: `event/actors/2016-10`. `counts` is JSON, with a count for each value
    of each dimension. Other keys say what they are about: `event?actor=russia` has the months of an actor
    (app/loading/series.py), `activity?actor=russia` what it does (app/loading/activity.py).
    """

    __tablename__ = "summary"

    key: Mapped[str] = mapped_column(Slug, primary_key=True)
    counts: Mapped[str]


class Dyad(Base):
    """What one actor did and said to another, in sums: of what begins in a `year` (2016), and, without one, of all.

    Scores are summed as whole billionths (`cooperative` those above 0). `acted_first` is the first day on which
    one of its events begins, `said_last` the last on which one of its statements does.
    """

    __tablename__ = "dyad"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - as SQLAlchemy has it

    year: Mapped[str] = mapped_column(Slug, primary_key=True)
    source_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    target_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    events: Mapped[int]
    class_1: Mapped[int]
    class_2: Mapped[int]
    class_3: Mapped[int]
    class_4: Mapped[int]
    scored: Mapped[int]
    score: Mapped[int] = mapped_column(BigInteger)
    cooperative: Mapped[int] = mapped_column(BigInteger)
    conflictual: Mapped[int] = mapped_column(BigInteger)
    statements: Mapped[int]
    acted_first: Mapped[date | None]
    acted_last: Mapped[date | None]
    said_first: Mapped[date | None]
    said_last: Mapped[date | None]
