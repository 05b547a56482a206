"""What searching needs besides the text index (`search_text`, which each database builds in its own way).

All of it is derived from the stored records, and can be made anew (app/loading/indexing.py).
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
# Spans have 1, 16 or 256 days (as powers of two), and at most so many are asked for at once.
_SPANS, _MOST_SPANS = (0, 4, 8), 17
BETWEEN_FIELDS = f" {APART} "
# In SQLite only a key of the type INTEGER is the row number itself.
Number = BigInteger().with_variant(Integer(), "sqlite")


def numbers_of(kind: str) -> tuple[int, int]:
    """The first number that a document of KIND can have, and the first one after all of them."""
    first = KINDS.index(kind) << _DAY_BITS + _SAME_DAY_BITS
    return first, first + (1 << _DAY_BITS + _SAME_DAY_BITS)


def number_of(kind: str, day: int, rest: int) -> int:
    """The number of a document of KIND and DAY (an ordinal; 0 without one); REST tells it from others of that day."""
    age = (1 << _DAY_BITS) - 1 - day
    return numbers_of(kind)[0] + (age << _SAME_DAY_BITS) + rest % (1 << _SAME_DAY_BITS)


def numbers_of_day(kind: str, day: date | None) -> tuple[int, int]:
    """The first and the last number that a document of KIND and DAY can have. Those without a day are the last ones."""
    first = number_of(kind, day.toordinal() if day else 0, 0)
    return first, last_of_day(first)


def last_of_day(number: int) -> int:
    """The last number of the same day as NUMBER, a document's."""
    return number | (1 << _SAME_DAY_BITS) - 1


def day_of(number: int) -> date | None:
    """The day that NUMBER, a document's, is of."""
    day = (1 << _DAY_BITS) - 1 - age_of(number)
    return date.fromordinal(day) if day else None


def age_of(number: int) -> int:
    """How long ago the day of NUMBER, a document's, is; less for newer ones."""
    return (number >> _SAME_DAY_BITS) % (1 << _DAY_BITS)


def spans(first: int, last: int) -> tuple[list[str], int]:
    """The terms of spans of days that have all documents from FIRST to LAST, and the number at which they end.

    No terms if there would be too many.
    """
    for bits in _SPANS:
        shift = _SAME_DAY_BITS + bits
        begin, end = first >> shift, (last >> shift) + 1
        if end - begin <= _MOST_SPANS:
            return [f"@{bits}{span}" for span in range(begin, end)], (end << shift) - 1
    return [], last


class SearchDocument(Base):
    """A record's folded words: those of the fields that name it (`title`), and those of its other fields (`body`).

    `number` has the kind in its highest bits, then the day, counted backwards. So a kind is a range of numbers, and its
    newest records come first, because SQLite's index of words is read upwards in a third of the time.
    `title_forms` and `body_forms` have the stems, and the term for the whole of a short title. `rest` has words whose
    order means nothing.
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
    """A term of the index, how many documents have it, and its sound (empty for a stem)."""

    __tablename__ = "search_term"
    __table_args__ = (Index("ix_search_term_sound", "sound", "term"),)

    term: Mapped[str] = mapped_column(Slug, primary_key=True)
    documents: Mapped[int]
    sound: Mapped[str] = mapped_column(Slug)


class SearchName(Base):
    """A name of an actor or a place, folded, from one of its words on.

    `word` is the first of these words, `latin` and `sound` are its spelling in Latin letters and its sound, and `part`
    counts the words before it. Codes and ids are names without a language. Particles are never cut from words of
    `proper` names.
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
