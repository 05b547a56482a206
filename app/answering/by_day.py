"""What a search finds, newest day first: read as far as it is wanted, instead of being gathered and sorted.

Documents are numbered in the order of days, so the newest hits are found at once, however many there are.
"""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, select, type_coerce

from app.answering.ranges import Page, columns_of, first_rows, is_newest_first, newest_first, order_of, reach
from app.asking.cursors import typed
from app.dialects.keys import among
from app.models.search import day_of, last_of_day, numbers_of, numbers_of_day
from app.searching.newest import ALL, newest
from app.searching.text_index import Question

# How many hits are looked through at a time, and for one page, at most.
_MOST, _PATIENCE = 5_000, 20_000
# Every id sorts before this character.
_LAST_ID = "~"


def is_by_day(page: Page) -> bool:
    """Whether PAGE is of a search, and in the order of days, newest first."""
    if getattr(page.asked, "q", None) is None:
        return False
    rest = order_of(page.resource, page.asked.sort)[1:]
    by_id = [(key.column, key.descending) for key in rest] == [(page.resource.table.id, False)]
    return by_id and is_newest_first(page.resource, page.asked.sort)


def page_by_day(db: Connection, page: Page, most: int) -> list[Any]:
    """At most MOST rows of PAGE. If hardly any hit meets the other filters, the database seeks the rest of them."""
    rows: list[Any] = []
    looked_through = 0
    for hits, found in _by_day(db, page, most):
        rows += found
        looked_through += len(hits)
        if len(rows) >= most:
            break
        if looked_through >= _PATIENCE:
            behind = replace(page, after=[day_of(hits[-1].number), _LAST_ID])
            rows += first_rows(db, behind, most - len(rows))
            break
    return rows[:most]


def all_by_day(
    db: Connection, page: Page, size: int, conditions: Sequence[ColumnElement[bool]]
) -> Generator[Sequence[Any], None, None]:
    """The rows of PAGE that meet CONDITIONS: at first those among about SIZE hits, then among more and more."""
    for _, found in _by_day(db, page, size, conditions):
        yield found


def _by_day(
    db: Connection, page: Page, most: int, conditions: Sequence[ColumnElement[bool]] = ()
) -> Iterator[tuple[Sequence[Any], Sequence[Any]]]:
    """The hits of some whole days at a time, with those of them that are rows of PAGE."""
    rest = page.asked.model_copy(update={"q": None})
    columns = columns_of(page.resource, order_of(page.resource, page.asked.sort))
    query = page.resource.matching(rest, *columns).where(*conditions)
    question = page.asked.q.resolved.question(page.resource.kind)
    for span in _spans(db, page):
        for hits in _whole_days(db, question, span, most):
            found = db.execute(query.where(among(page.resource.table.id, [hit.record_id for hit in hits]))).all()
            yield hits, [row for row in newest_first(found) if not _is_passed(row, page.after)]


def _whole_days(db: Connection, question: Question, span: tuple[int, int], most: int) -> Iterator[Sequence[Any]]:
    """The hits in a SPAN of numbers, newest first: about MOST, then more and more, always up to the end of a day."""
    above, last = span
    while above < last:
        hits = list(newest(db, question, most, above, last))
        above = last_of_day(hits[-1].number) if len(hits) == most else last
        if len(hits) == most:
            hits += newest(db, question, ALL, hits[-1].number, above)
        if hits:
            yield hits
        most = min(most * 2, _MOST)


def _spans(db: Connection, page: Page) -> Iterator[tuple[int, int]]:
    """The spans of numbers that PAGE lies in: that of its days, and that of records without a day.

    Each span is after the first number and up to the second.
    """
    table, kind = page.resource.table, page.resource.kind
    first, behind = numbers_of(kind)
    start, end = (page.days.start, page.days.end) if page.days else (None, None)
    undated = numbers_of_day(kind, None)[0] - 1, behind - 1
    newest_day = typed(page.after, order_of(page.resource, page.asked.sort))[0] if page.after else end
    if page.after and newest_day is None:
        yield undated
        return
    above = first - 1 if newest_day is None else numbers_of_day(kind, newest_day)[0] - 1
    if start is None:
        yield above, behind - 1
        return
    earliest: date | None = db.scalar(select(type_coerce(reach(table, start, None)[0], Date())))
    yield above, numbers_of_day(kind, earliest)[1]
    yield undated


def _is_passed(row: Any, after: Sequence[Any] | None) -> bool:
    """Whether ROW, which is not of a newer day, comes no later than the row with the values AFTER of a cursor."""
    return after is not None and str(row.key_0 or "") == str(after[0] or "") and row.id <= after[1]
