"""The rows that a list answers with: in an order or by relevance, a page of them or all."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Select, select

from app.answering.by_day import all_by_day, is_by_day, page_by_day
from app.answering.earlier import begun_earlier
from app.answering.ranges import Page, bounds, doc_of, first_rows, is_of_days, order_of
from app.answering.views import count_of, view_of
from app.asking.cursors import Cursor, typed
from app.asking.filters import narrowing, with_ids
from app.asking.listing import RELEVANCE, Resource
from app.asking.ordering import Leg, SortKey, batches, legs
from app.dates import Span
from app.dialects.keys import KEYS, among
from app.documents import picked
from app.errors import Invalid, ParameterError
from app.models import SearchDocument
from app.reading.prepared import read
from app.searching.ranking import Hits
from app.searching.spelling import nearest_query

Rows = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A question to a list. `asked` has its order, ids and words resolved; `after` is what its cursor says."""

    resource: Resource
    asked: Any
    cursor: Cursor
    after: list[Any] | None

    @property
    def ranked(self) -> bool:
        return bool(self.asked.sort == (RELEVANCE,))

    @property
    def order(self) -> Sequence[SortKey]:
        """The columns that `sort` names, and the id, which breaks ties."""
        return order_of(self.resource, self.asked.sort)

    @property
    def days(self) -> Span | None:
        """The days that are asked for, if the order is that of days."""
        return getattr(self.asked, "date", None) if is_of_days(self.resource, self.asked.sort) else None

    @property
    def page(self) -> Page:
        """The same question, to be read in the order of an index."""
        return Page(self.resource, self.asked, self.after, self.days)

    def matching(self, *columns: Any) -> Select[Any]:
        """COLUMNS of the records that are asked for."""
        return self.resource.matching(self.asked, *columns)


def question(db: Connection, resource: Resource, asked: Any, secret: str) -> Question:
    """What ASKED wants of RESOURCE's list. Raises Invalid, or BadRequest for the cursor of another query."""
    asked = with_ids(db, resource.filters, _with_order(resource, asked))
    cursor = Cursor(secret, f"/v1/{resource.kind}s", asked)
    return Question(resource, asked, cursor, None if asked.cursor is None else cursor.load(asked.cursor))


def page_rows(db: Connection, wanted: Question) -> tuple[Rows, Sequence[Any] | None]:
    """A page of the rows that are WANTED, and the place of its last one if there are more."""
    limit = wanted.asked.limit
    if not limit:
        return [], None
    if wanted.ranked:
        found, place = _hits(db, wanted).page(limit, wanted.after)
        return _rows_of(db, wanted.resource, [hit.id for hit in found]), place
    page = wanted.page
    rows = (page_by_day if is_by_day(page) else first_rows)(db, page, limit + 1)
    return rows[:limit], rows[limit - 1][2:] if len(rows) > limit else None


def all_rows(
    db: Connection, wanted: Question, size: int, *conditions: ColumnElement[bool]
) -> Generator[Rows, None, None]:
    """The rows that are WANTED and meet CONDITIONS: all, or as many as its limit says, at most SIZE at a time."""
    if wanted.ranked:
        return _all_ranked(db, wanted, size, conditions)
    if is_by_day(wanted.page):
        return _all_by_day(db, wanted, size, conditions)
    queries = (leg.query.where(*conditions) for leg in _legs(db, wanted))
    return batches(db, queries, size, wanted.asked.limit)


def total(db: Connection, wanted: Question) -> int:
    """How many there are, whatever the page."""
    return db.scalar(count_of(view_of(db, wanted.resource, wanted.asked))) or 0


def suggestion(db: Connection, wanted: Question) -> str | None:
    """The `q` nearest to the given one that would find something under the same filters."""
    resource, asked = wanted.resource, wanted.asked
    key = resource.table.id
    return nearest_query(db, asked.q, lambda query: resource.matching(asked.model_copy(update={"q": query}), key))


def documents(db: Connection, wanted: Question, rows: Rows) -> list[bytes]:
    """The stored JSON of ROWS, its holes unfilled, with the chosen fields only and the parts that `include` names."""
    asked = wanted.asked
    included: tuple[str, ...] = getattr(asked, "include", ())
    if not (included or asked.fields):
        return [row.doc for row in rows]
    ids = [row.id for row in rows]
    embedded = {name: wanted.resource.includes[name](db, ids) for name in included}
    docs = []
    for row in rows:
        doc = picked(orjson.loads(row.doc), asked.fields)
        doc |= {name: values.get(row.id, []) for name, values in embedded.items()}
        docs.append(orjson.dumps(doc))
    return docs


def _with_order(resource: Resource, asked: Any) -> Any:
    """ASKED with its order: with `q` that is relevance, unless another one is asked for. Raises Invalid."""
    if not resource.searched:
        return asked
    if asked.q is not None and "sort" not in asked.model_fields_set:
        return asked.model_copy(update={"sort": (RELEVANCE,)})
    if RELEVANCE in asked.sort and (asked.q is None or len(asked.sort) > 1):
        message = "relevance is an order of what `q` finds" if asked.q is None else "relevance stands alone"
        raise Invalid([ParameterError("sort", ",".join(asked.sort), message, list(resource.sorts))])
    return asked


def _legs(db: Connection, wanted: Question) -> Iterator[Leg]:
    """Queries that read the whole result, one range of an index after another."""
    resource, order, days = wanted.resource, wanted.order, wanted.days
    query = wanted.matching(resource.table.id, doc_of(resource))
    after = wanted.after and typed(wanted.after, order)
    if days is None:
        return legs(query, order, after)
    earlier = begun_earlier(db, resource.table, days)
    return legs(query, order, after, *bounds(resource.table, days.start, days.end, earlier))


def _hits(db: Connection, wanted: Question) -> Hits:
    """The hits of the question, to be ranked."""
    resource, asked = wanted.resource, wanted.asked
    if not narrowing([one for one in resource.filters if one.name != "q"], asked):
        return Hits(db, resource.kind, asked.q.resolved)
    rest = asked.model_copy(update={"q": None})
    rows = resource.matching(rest, SearchDocument.number)
    of_kind = rows.where(SearchDocument.kind == resource.kind, SearchDocument.record_id == resource.table.id)
    return Hits(db, resource.kind, asked.q.resolved, of_kind)


def _all_ranked(
    db: Connection, wanted: Question, size: int, conditions: Sequence[ColumnElement[bool]]
) -> Generator[Rows, None, None]:
    left = wanted.asked.limit
    if left == 0:
        return
    with closing(_hits(db, wanted).batches(size, wanted.after)) as found:
        for hits in found:
            rows = _rows_of(db, wanted.resource, [hit.id for hit in hits], *conditions)[:left]
            yield rows
            left = left and left - len(rows)
            if left == 0:
                return


def _all_by_day(
    db: Connection, wanted: Question, size: int, conditions: Sequence[ColumnElement[bool]]
) -> Generator[Rows, None, None]:
    with closing(all_by_day(db, wanted.page, size, conditions)) as found:
        rows = islice(chain.from_iterable(found), wanted.asked.limit)
        while batch := list(islice(rows, size)):
            yield batch


def _rows_of(db: Connection, resource: Resource, ids: Sequence[str], *conditions: ColumnElement[bool]) -> Rows:
    """The rows of IDS that meet CONDITIONS, in the order of IDS."""
    query = _by_ids(resource)
    found = db.execute(query.where(*conditions), {"keys": ids}) if conditions else read(db, query, {"keys": ids})
    rows = {row.id: row for row in found}
    return [rows[key] for key in ids if key in rows]


@cache
def _by_ids(resource: Resource) -> Select[str, bytes]:
    return select(resource.table.id, doc_of(resource)).where(among(resource.table.id, KEYS))
