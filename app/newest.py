"""The newest documents that answer a question, found the cheapest way that there is.

SQLite's index of words is in the order of the documents. PostgreSQL's has no order: it gives all hits, and each must be
visited to learn its number, which takes most of the time of a question. So for common words the newest documents are
tried one by one, and for rarer ones no more hits are visited than lie among so many of the newest documents as should
have enough of them. Where these have too few, all the others are asked, too.
"""

from collections.abc import Sequence
from functools import cache
from math import inf
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from app.models import SearchDocument
from app.prepared import read
from app.text_index import OPEN, Question, near, numbers, walked, within
from app.word_counts import expected, places

# Words are not as evenly spread as is reckoned with.
_ROOM = 2
# What it costs to compare an entry of the index of words, to list a number, and to visit a hit, which must often be
# read into memory first; to try a document costs 1.
_COMPARED, _LISTED, _VISITED = 0.3, 0.06, 8
_MOST, _DOCUMENTS = (bindparam(name, type_=BigInteger) for name in ("most", "documents"))
TITLES = (SearchDocument.number, SearchDocument.record_id, SearchDocument.title, SearchDocument.title_forms)
Asked = dict[str, Any]


def newest(
    db: Connection, question: Question, most: int, above: int | None = None, last: int | None = None
) -> Sequence[Any]:
    """The MOST newest documents that answer QUESTION, after the number ABOVE and up to LAST, in their order.

    Each has number, record_id, title and title_forms.
    """
    asked = {"question": question, "most": most, **within(question.kind, above, last)}
    return _gather(db, asked) if db.dialect.name == "sqlite" else _find(db, asked)


def _find(db: Connection, asked: Asked) -> Sequence[Any]:
    """What is ASKED of PostgreSQL."""
    question, most, above, last = asked["question"], asked["most"], asked["above"], asked["last"]
    share, rarest = expected(db, question)
    if not share:
        return []
    if question.titled:
        # How many documents have a word in their titles nobody counted.
        return _gather(db, asked)
    place = places(db)
    of_kind, left = place.between(*within(question.kind).values()), place.between(above, last)
    enough = min(left, _ROOM * most / share)
    walking = most / share
    gathering = _COMPARED * rarest + _VISITED * min(of_kind, share * place.every)
    nearing = _COMPARED * rarest + (_LISTED + _VISITED * share) * enough
    if place.rough(of_kind):
        nearing = inf
    if gathering <= min(walking, nearing):
        return _gather(db, asked)
    if walking <= nearing:
        return _walk(db, asked, int(_ROOM * walking))
    return _near(db, asked, last if enough == left else place.after(above, enough))


def _gather(db: Connection, asked: Asked) -> Sequence[Any]:
    """All that answer, in order."""
    return read(db, _gathered(asked["question"].kind), asked)


def _walk(db: Connection, asked: Asked, documents: int) -> Sequence[Any]:
    """The newest DOCUMENTS one by one."""
    rows = read(db, _WALKED, {**asked, "documents": documents})
    return rows if len(rows) == asked["most"] else _gather(db, asked)


def _near(db: Connection, asked: Asked, edge: int) -> Sequence[Any]:
    """Those up to the number EDGE, then the others."""
    rows = read(db, _nearer(asked["question"].kind), {**asked, "last": edge})
    missing = asked["most"] - len(rows)
    if missing and edge < asked["last"]:
        return [*rows, *_gather(db, {**asked, "above": edge, "most": missing})]
    return rows


def _titles(found: Select[int]) -> Select[int, str, str, str]:
    numbered = found.subquery()
    return select(*TITLES).join(numbered, SearchDocument.number == numbered.c.rowid).order_by(SearchDocument.number)


# In statements that are made once.
_WALKED = _titles(walked(*OPEN, _MOST, _DOCUMENTS))


@cache
def _gathered(kind: str) -> Select[int, str, str, str]:
    return _titles(numbers(kind, *OPEN, _MOST))


@cache
def _nearer(kind: str) -> Select[int, str, str, str]:
    return _titles(near(kind, *OPEN, _MOST))
