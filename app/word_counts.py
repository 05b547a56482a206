"""What PostgreSQL knows of its documents beforehand: how many a question may find, and where numbers lie among them."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, func, literal_column, select, table

from app.models import SearchDocument, SearchTerm
from app.prepared import read
from app.remembering import remembered
from app.text_index import Phrase, Question

MOST_REMEMBERED = 20_000
# No text that is stored comes after this sign.
_LAST = "\U0010ffff"
# Between fewer of its marks nobody knows where the documents of a kind lie.
_FEW_MARKS = 5

# How many documents have each of some terms, counted each by itself.
_HAVING = select(func.sum(SearchTerm.documents).label("documents")).where(
    SearchTerm.term >= bindparam("start"), SearchTerm.term <= bindparam("end")
)
# About how many documents there are, and numbers between which there are equally many of them.
_EVERY = (
    select(literal_column("CAST(reltuples AS bigint)", BigInteger).label("documents"))
    .where(literal_column("oid") == literal_column("CAST('search_document' AS regclass)"))
    .select_from(table("pg_class"))
)
_MARKS: Select[Any] = (
    select(literal_column("CAST(CAST(histogram_bounds AS text) AS bigint[])").label("numbers"))
    .where(literal_column("schemaname = current_schema() AND tablename = 'search_document' AND attname = 'number'"))
    .select_from(table("pg_stats"))
)
_FIRST = select(func.min(SearchDocument.number).label("number")).where(
    SearchDocument.number > bindparam("above", type_=BigInteger)
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where numbers lie among all documents, by so many of them that have equally many documents between them."""

    every: int
    marks: Sequence[int]

    def between(self, above: int, last: int) -> float:
        """About how many documents there are after the number ABOVE and up to LAST."""
        return self._place(last) - self._place(above)

    def after(self, above: int, documents: float) -> int:
        """About the number that so many DOCUMENTS after the number ABOVE go up to."""
        place = (self._place(above) + documents) / self._apart
        at = min(int(place), len(self.marks) - 2)
        low, high = self.marks[at : at + 2]
        return low + int((high - low) * (place - at))

    def rough(self, documents: float) -> bool:
        """Whether so many DOCUMENTS are too few to tell where among them a number lies."""
        return documents < _FEW_MARKS * self._apart or not self.marks

    def _place(self, number: int) -> float:
        at = bisect_right(self.marks, number)
        if at in (0, len(self.marks)):
            return self.every * bool(at)
        low, high = self.marks[at - 1 : at + 1]
        return (at - 1 + (number - low) / (high - low)) * self._apart

    @property
    def _apart(self) -> float:
        """How many documents lie between two marks."""
        return self.every / max(1, len(self.marks) - 1)


def expected(db: Connection, question: Question) -> float:
    """About which share of all documents answers QUESTION; 0 only if none can."""
    every = max(1, places(db).every)
    # The forms of a word stand in much the same documents.
    counts = (max(_having(db, phrase) for phrase in group) for group in question.wanted)
    return prod(min(1.0, count / every) for count in counts)


def places(db: Connection) -> Places:
    """Where numbers lie."""
    known = _known(db)
    if Places not in known:
        marks = read(db, _MARKS)
        known[Places] = Places(read(db, _EVERY)[0].documents, marks[0].numbers if marks else ())
    found: Places = known[Places]
    return found


def first_after(db: Connection, above: int) -> int:
    """The number of the newest document after the number ABOVE, or the next one if there is none."""
    known = _known(db)
    if above not in known:
        known[above] = read(db, _FIRST, {"above": above})[0].number or above + 1
    return int(known[above])


def _having(db: Connection, phrase: Phrase) -> int:
    """How many documents have every term of PHRASE, at most."""
    *whole, last = phrase.terms
    begun = _documents(db, last, last + _LAST * phrase.prefix)
    return min([begun, *(_documents(db, term, term) for term in whole)])


def _documents(db: Connection, start: str, end: str) -> int:
    known = _known(db)
    if (start, end) not in known:
        known[start, end] = read(db, _HAVING, {"start": start, "end": end})[0].documents or 0
    return int(known[start, end])


def _known(db: Connection) -> dict[Any, Any]:
    return remembered(db, "common", MOST_REMEMBERED)
