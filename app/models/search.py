"""What searching needs beside the text index itself (`search_text`, which each database builds in its own way).

All of it follows from the stored records and can be made anew (app/loading/indexing.py).
"""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.folding import APART
from app.models.base import Base

KINDS = ("event", "statement", "actor", "article")
_SAME_DAY_BITS = 38
_DAY_BITS = 22
# How many bits there are in the days of a span, and how many spans are asked for at once.
_SPANS, _MOST_SPANS = (0, 4, 8), 17
BETWEEN_FIELDS = f" {APART} "
# SQLite's own row numbers are its INTEGER keys, and no other type will do.
Number = BigInteger().with_variant(Integer(), "sqlite")


def numbers_of(kind: str) -> tuple[int, int]:
    """The first number of a document of KIND, and the first behind them all."""
    first = KINDS.index(kind) << _DAY_BITS + _SAME_DAY_BITS
    return first, first + (1 << _DAY_BITS + _SAME_DAY_BITS)


def number_of(kind: str, day: int, rest: int) -> int:
    """The number of a document of KIND and DAY; REST tells it from others of its day."""
    age = (1 << _DAY_BITS) - 1 - day
    return numbers_of(kind)[0] + (age << _SAME_DAY_BITS) + rest % (1 << _SAME_DAY_BITS)


def numbers_of_day(kind: str, day: date | None) -> tuple[int, int]:
    """The first and the last number that a document of KIND and DAY can have; without a day it is one of the last."""
    first = number_of(kind, day.toordinal() if day else 0, 0)
    return first, last_of_day(first)


def last_of_day(number: int) -> int:
    """The last number of the day that a document's NUMBER is of."""
    return number | (1 << _SAME_DAY_BITS) - 1


def day_of(number: int) -> date | None:
    """The day in a document's NUMBER."""
    day = (1 << _DAY_BITS) - 1 - age_of(number)
    return date.fromordinal(day) if day else None


def age_of(number: int) -> int:
    """How long ago the day in a document's number is: the newer, the less."""
    return (number >> _SAME_DAY_BITS) % (1 << _DAY_BITS)


def spans(first: int, last: int) -> tuple[list[str], int]:
    """The terms of some spans of days, in which all documents from FIRST to LAST are, and where they end.

    There are none if it would be too many.
    """
    for bits in _SPANS:
        shift = _SAME_DAY_BITS + bits
        begin, end = first >> shift, (last >> shift) + 1
        if end - begin <= _MOST_SPANS:
            return [f"@{bits}{span}" for span in range(begin, end)], (end << shift) - 1
    return [], last


class SearchDocument(Base):
    """A record's folded words, by the weight of their field; fields are set apart.

    `number` has the kind in its uppermost bits, then the day, counted backwards: a kind is a range of numbers, and its
    newest records come first, for SQLite's index of words reads upwards in a third of the time.
    `title_forms` and `body_forms` are stems, and of a short title the whole; `rest` are words without a place of their
    own.
    """

    __tablename__ = "search_document"
    __table_args__ = (UniqueConstraint("kind", "record_id"),)

    number: Mapped[int] = mapped_column(Number, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(Slug)
    record_id: Mapped[str] = mapped_column(Slug)
    title: Mapped[str]
    title_forms: Mapped[str]
    body: Mapped[str]
    body_forms: Mapped[str]
    rest: Mapped[str]


class SearchTerm(Base):
    """A term of the index, in how many documents it occurs, and what it sounds like (empty for a stem)."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_sound", "sound", "term"),)

    term: Mapped[str] = mapped_column(Slug, primary_key=True)
    documents: Mapped[int]
    sound: Mapped[str] = mapped_column(Slug)


class SearchName(Base):
    """A name of an actor or a place from one of its words on, folded.

    `word` is the first of them, `latin` and `sound` what it is in Latin letters and what it sounds like; `part` counts
    the words before. Codes and ids are names without a language. What is `proper` is never cut as common words are.
    """

    __tablename__ = "search_name"
    __table_args__ = (
        Index("ix_search_name_folded", "folded", "kind"),
        Index("ix_search_name_sound", "sound", "kind"),
        Index("ix_search_name_word", "word"),
    )

    kind: Mapped[str] = mapped_column(Slug, primary_key=True)
    record_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str | None] = mapped_column(Slug)
    folded: Mapped[str] = mapped_column(Slug)
    word: Mapped[str] = mapped_column(Slug)
    latin: Mapped[str] = mapped_column(Slug)
    sound: Mapped[str] = mapped_column(Slug)
    proper: Mapped[bool]


class SearchIndex(Base):
    """One row: the version of the folding that the index was made with."""

    __tablename__ = "search_index"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    folding: Mapped[int]
