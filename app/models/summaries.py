"""Summaries: counts that views of everything add up. Every write keeps them right (app/loading/summing.py)."""

from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base


class Summary(Base):
    """How many records of a kind begin in a year, month or day, by the values of some dimensions.

    `key` has the kind, the part and the bucket: `event/actors/2016-10`. `counts` is JSON, with a count for each value
    of each dimension.
    """

    __tablename__ = "summary"

    key: Mapped[str] = mapped_column(Slug, primary_key=True)
    counts: Mapped[str]
