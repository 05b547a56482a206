"""The newest documents that answer a question, found as cheaply as each database allows.

SQLite's index of words is in the order of the documents. PostgreSQL's has no order: it gives all hits, and each must be
visited to learn its number, which takes most of the time of a question. So PostgreSQL is asked first for the hits of
the newest days, as many days as should have enough hits, and then for those of more days if there were too few.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from app.models import SearchDocument
from app.models.search import spans
from app.reading.prepared import read
from app.searching.text_index import OPEN, TEXT, Phrase, Question, matches, numbers, open_question, within
from app.searching.word_counts import Places, expected, places

# A margin, since words are not spread as evenly as is assumed.
_ROOM = 2
# If the documents looked through have too few hits, so many times as many are looked through next.
_MORE = 8
# Looking up whether a hit is of the wanted days takes as long as visiting so many hits.
_LOOKED_UP = 3
# More than there can be: asks for all.
ALL = 1 << 62
_MOST = bindparam("most", type_=BigInteger)
TITLES = (SearchDocument.number, SearchDocument.record_id, SearchDocument.title, SearchDocument.title_forms)
Asked = dict[str, Any]


def newest(
    db: Connection, question: Question, most: int, above: int | None = None, last: int | None = None
) -> Sequence[Any]:
    """At most MOST of the newest documents that answer QUESTION, newest first.

    Only those after the number ABOVE and up to LAST. Each has `number`, `record_id`, `title` and `title_forms`.
    """
    asked = {"question": question, "most": most, **within(question.kind, above, last)}
    if db.dialect.name == "sqlite":
        return read(db, _in_sqlite(question.kind), asked)
    share = expected(db, question)
    if not share:
        return []
    # Nobody has counted how many documents have a word in their titles.
    return _all(db, asked) if question.titled else _found(db, asked, most / share)


def _found(db: Connection, asked: Asked, documents: float) -> Sequence[Any]:
    """What is ASKED of PostgreSQL, if so many of the newest DOCUMENTS should have enough hits."""
    kind, most = asked["question"].kind, asked["most"]
    place = places(db, kind)
    if place is None:
        return _all(db, asked)
    above, last = max(asked["above"], place.numbers[0] - 1), min(asked["last"], place.numbers[-1])
    found: list[Any] = []
    near = _ROOM * documents
    while len(found) < most and above < last:
        left = {**asked, "above": above, "most": most - len(found)}
        days, edge = _days(place, above, last, near)
        if not days:
            return [*found, *_all(db, left)]
        of_days = Question(kind, (tuple(Phrase((day,)) for day in days),))
        found += read(db, _of_days(kind), {**left, "days": of_days, "last": edge})
        above, near = edge, near * _MORE
    return found


def _days(place: Places, above: int, last: int, documents: float) -> tuple[list[str], int]:
    """Spans of days with about so many DOCUMENTS after ABOVE, and the number that they end at, LAST at most.

    No spans if they would hold so much of everything that it is cheaper to read all.
    """
    edge = min(last, place.after(above, documents))
    if place.between(above, edge) * _LOOKED_UP >= place.behind[-1]:
        return [], last
    days, end = spans(above + 1, edge)
    return days, min(end, last)


def _all(db: Connection, asked: Asked) -> Sequence[Any]:
    return read(db, _in_postgresql(asked["question"].kind), asked)


# Statements that are built once for each kind.
@cache
def _in_sqlite(kind: str) -> Select[int, str, str, str]:
    numbered = numbers(kind, *OPEN, _MOST).subquery()
    return select(*TITLES).join(numbered, SearchDocument.number == numbered.c.rowid).order_by(SearchDocument.number)


@cache
def _in_postgresql(kind: str) -> Select[int, str, str, str]:
    named = (TEXT.c.record_id, TEXT.c.title, TEXT.c.title_forms)
    return numbers(kind, *OPEN, _MOST).with_only_columns(TEXT.c.rowid.label("number"), *named)


@cache
def _of_days(kind: str) -> Select[int, str, str, str]:
    return _in_postgresql(kind).where(matches(open_question("days")))
