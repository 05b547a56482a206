"""Estimates for PostgreSQL: how many documents a question may find, and how their numbers are spread."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, cast, func, literal_column, select, table
from sqlalchemy.dialects.postgresql import REGCLASS

from app.models import SearchDocument, SearchTerm
from app.models.search import KINDS
from app.reading.prepared import read, read_one
from app.reading.remembering import remembered
from app.searching.beginnings import after
from app.searching.text_index import Phrase, Question, within

MOST_REMEMBERED = 20_000

# The documents that have a term of a range; one with several of the terms counts several times.
_HAVING = select(func.sum(SearchTerm.documents).label("documents")).where(
    SearchTerm.term >= bindparam("start"), SearchTerm.term <= bindparam("end")
)
# About how many rows there are in a table, or in an index, of which each kind has its own.
_EVERY = (
    select(literal_column("CAST(reltuples AS bigint)", BigInteger).label("documents"))
    .where(literal_column("oid") == cast(bindparam("relation"), REGCLASS))
    .select_from(table("pg_class"))
)
# The first and the last number of a kind.
_ENDS = select(func.min(SearchDocument.number).label("first"), func.max(SearchDocument.number).label("last")).where(
    SearchDocument.number > bindparam("above", type_=BigInteger),
    SearchDocument.number <= bindparam("last", type_=BigInteger),
)
# Numbers between which there are equally many documents of all kinds: PostgreSQL's histogram.
_MARKS: Select[Any] = (
    select(literal_column("CAST(CAST(histogram_bounds AS text) AS bigint[])").label("numbers"))
    .where(literal_column("schemaname = current_schema() AND tablename = 'search_document' AND attname = 'number'"))
    .select_from(table("pg_stats"))
)


@dataclass(frozen=True, slots=True)
class Places:
    """Some numbers of a kind, the first and the last among them, and how many documents come before each."""

    numbers: Sequence[int]
    behind: Sequence[float]

    def between(self, above: int, last: int) -> float:
        """About how many documents there are after the number ABOVE and up to LAST."""
        return _between(self.numbers, self.behind, last) - _between(self.numbers, self.behind, above)

    def after(self, above: int, documents: float) -> int:
        """About the number of the last of so many DOCUMENTS after the number ABOVE."""
        return int(_between(self.behind, self.numbers, _between(self.numbers, self.behind, above) + documents))


def _between(known: Sequence[float], values: Sequence[float], one: float) -> float:
    """About the value for ONE, interpolated between the VALUES for some KNOWN."""
    at = min(max(bisect_right(known, one), 1), len(known) - 1)
    low, high = known[at - 1 : at + 1]
    return values[at - 1] + (values[at] - values[at - 1]) * (one - low) / (high - low)


def expected(db: Connection, question: Question) -> float:
    """About which share of all documents answers QUESTION; 0 only if none does."""
    every = max(1, _every(db, "search_document"))
    # The forms of a word occur in much the same documents, so their numbers are not added up.
    counts = (max(_having(db, phrase) for phrase in group) for group in question.wanted)
    return prod(min(1.0, count / every) for count in counts)


def places(db: Connection, kind: str) -> Places | None:
    """How the numbers of KIND are spread; None if there are too few to tell."""
    known = _known(db)
    if kind not in known:
        known[kind] = _places(db, kind)
    found: Places | None = known[kind]
    return found


def _places(db: Connection, kind: str) -> Places | None:
    every, *counted = (_every(db, name) for name in ("search_document", *(f"ix_search_text_{one}" for one in KINDS)))
    before, count = sum(counted[: KINDS.index(kind)]), counted[KINDS.index(kind)]
    marks, ends = read_one(db, _MARKS), read_one(db, _ENDS, within(kind))
    if marks is None or not marks.numbers or count <= 0 or ends.first == ends.last:
        return None
    apart = every / (len(marks.numbers) - 1)
    placed = [(number, place * apart - before) for place, number in enumerate(marks.numbers)]
    inside = [(number, behind) for number, behind in placed if ends.first < number < ends.last and 0 < behind < count]
    numbers, behind = zip((ends.first, 0), *inside, (ends.last, count), strict=True)
    return Places(numbers, behind)


def _every(db: Connection, relation: str) -> int:
    known = _known(db)
    if relation not in known:
        known[relation] = read(db, _EVERY, {"relation": relation})[0].documents
    return int(known[relation])


def _having(db: Connection, phrase: Phrase) -> int:
    """How many documents have every term of PHRASE, at most."""
    *whole, last = phrase.terms
    begun = _documents(db, last, after(last) if phrase.prefix else last)
    return min([begun, *(_documents(db, term, term) for term in whole)])


def _documents(db: Connection, start: str, end: str) -> int:
    known = _known(db)
    if (start, end) not in known:
        known[start, end] = read(db, _HAVING, {"start": start, "end": end})[0].documents or 0
    return int(known[start, end])


def _known(db: Connection) -> dict[Any, Any]:
    return remembered(db, "common", MOST_REMEMBERED)
