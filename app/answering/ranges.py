"""Pages of rows: ranges of indexes, read one after another by statements built once for each form of a page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Date, Integer, Select, bindparam, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from app.answering.along import FOR_PAGES, naming, rarest_first
from app.answering.earlier import begun_earlier
from app.answering.few import Few, few
from app.asking.conditions import earliest
from app.asking.cursors import typed
from app.asking.listing import Resource
from app.asking.ordering import Leg, SortKey, legs, sorted_apart
from app.asking.shapes import Shape, shape_of
from app.dates import Span
from app.dialects.columns import utf8
from app.dialects.keys import KEYS, among, open_keys
from app.dialects.planning import row_limit
from app.reading.prepared import read

# How many forms of pages are kept; each takes some tens of kilobytes.
MOST_FORMS = 256
# If a filter names more actors than this, the newest records are tried one after another instead.
MOST_ALONG = 10
_LAST_WRITTEN = "-updated_at"
_LIMIT = row_limit(bindparam("limit", type_=Integer()))
_ENDS, _EARLIER = ("first_day", "last_day"), "earlier"


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of RESOURCE that ASKED wants: those that come AFTER the one with these values in the order.

    DAYS narrows the range that is read, if the order is that of days. A day or an instant in AFTER may be text, as it
    is in a cursor. LEAD is the filter along whose rows the page is read; ASKED then names one actor in it. FEW has
    the ids of all records that may be wanted, if they are few. If the range is LOOSE, it reaches to whatever may have
    begun earlier than the days; otherwise that is looked up.
    """

    resource: Resource
    asked: Any
    after: Sequence[Any] | None
    days: Span | None
    lead: str | None = None
    few: Few | None = None
    loose: bool = False


@dataclass(frozen=True, slots=True)
class _Form:
    """A page without its values: which values of the cursor are `missing`, and which ends of the days are given."""

    resource: Resource
    shape: Shape
    sort: tuple[str, ...]
    missing: tuple[bool, ...] | None
    ended: tuple[bool, bool]
    lead: str | None
    listed: bool
    loose: bool


def first_rows(db: Connection, page: Page, most: int) -> list[Any]:
    """At most MOST rows of PAGE, each with `id`, `doc` and the values that it is sorted by."""
    if found := _few(db, page):
        return _first_rows(db, replace(page, few=found), most) if found.ids else []
    pages = _along(db, page)
    if len(pages) == 1:
        return _first_rows(db, pages[0], most)
    rows = {row.id: row for one in pages for row in _first_rows(db, one, most)}
    return newest_first(rows.values())[:most]


def newest_first(rows: Iterable[Any]) -> list[Any]:
    """ROWS newest first, those of one day by id, those without a day last."""
    return sorted(sorted(rows, key=lambda row: row.id), key=lambda row: str(row.key_0 or ""), reverse=True)


def _few(db: Connection, page: Page) -> Few | None:
    asked = page.asked
    if asked.sort[0].removeprefix("-") == "updated_at":
        # The order itself has what has changed since.
        asked = asked.model_copy(update={"updated_since": None})
    return few(db, page.resource, asked, along=asked.sort == (page.resource.sort,))


def _along(db: Connection, page: Page) -> list[Page]:
    """PAGE in its usual order, read along the rows of each actor that is named: by the filter of the rarest of them."""
    part, asked = page.resource.part, page.asked
    names = naming(part, asked) if part and asked.sort == (page.resource.sort,) else []
    if leads := [name for name in names if len(getattr(asked, name)) <= MOST_ALONG]:
        lead = leads[0] if len(leads) == 1 else rarest_first(db, page.resource, asked, leads, FOR_PAGES)[0]
        actors = getattr(asked, lead)
        each = [asked.model_copy(update={lead: (one,)}) for one in actors] if len(actors) > 1 else [asked]
        return [replace(page, asked=one, lead=lead) for one in each]
    return [page]


def _first_rows(db: Connection, page: Page, most: int) -> list[Any]:
    found = _read(db, page, most)
    # If an actor took part in an event twice, it is found twice, one after the other.
    rows = list({row.id: row for row in found}.values())
    if len(rows) < len(found) == most:
        rows += _first_rows(db, replace(page, after=found[-1][2:]), most - len(rows))
    return rows


def _read(db: Connection, page: Page, most: int) -> list[Any]:
    shape = shape_of(page.resource.filters, page.asked)
    after = typed(page.after, order_of(page.resource, page.asked.sort)) if page.after else ()
    missing = tuple(one is None for one in after) or None
    ends = (page.days.start, page.days.end) if page.days else (None, None)
    ended = ends[0] is not None, ends[1] is not None
    form = _Form(page.resource, shape, page.asked.sort, missing, ended, page.lead, page.few is not None, page.loose)
    values = {
        **shape.values,
        **dict(zip(_ENDS, ends, strict=True)),
        **{f"after_{at}": one for at, one in enumerate(after)},
        "keys": page.few and page.few.ids,
    }
    rows: list[Any] = []
    for leg in _kept(form) if shape.keepable else _legs(form):
        if leg.before and page.days and _EARLIER not in values:
            values[_EARLIER] = begun_earlier(db, page.resource.table, page.days)
            if values[_EARLIER] is None:
                return _read(db, replace(page, loose=True), most)
        given = {**values, "limit": most - len(rows)}
        rows += read(db, leg.query, given) if shape.keepable else db.execute(leg.query, given)
        if len(rows) == most:
            break
    return rows


def reach(table: Any, start: Any, end: Any) -> tuple[Any, Any]:
    """The days between which records of TABLE begin that have any day from START to END."""
    return None if start is None else earliest(table.start_on, table.end_on, start), end


def bounds(
    table: Any, start: Any, end: Any, earlier: Sequence[str] | BindParameter[Any] | None
) -> tuple[tuple[Any, Any], ColumnElement[bool] | None]:
    """The range of an order of days, and what is before it, of records of TABLE that have any day from START to END.

    EARLIER has the ids of those that had begun before START; without them, the range reaches to what may have.
    """
    if start is None or earlier is None:
        return reach(table, start, end), None
    return (start, end), among(table.id, earlier)


@lru_cache(maxsize=MOST_FORMS)
def order_of(resource: Resource, sort: tuple[str, ...]) -> Sequence[SortKey]:
    """The columns that SORT names, and the id, which breaks ties; of what was written last, downwards.

    A load gives all that it writes one instant, and an index is read either way.
    """
    keys = [SortKey(resource.sorts[name.removeprefix("-")], name.startswith("-")) for name in sort]
    tie = SortKey(resource.table.id, descending=sort[-1] == _LAST_WRITTEN)
    return keys if any(key.column is resource.table.id for key in keys) else [*keys, tie]


def is_of_days(resource: Resource, sort: tuple[str, ...]) -> bool:
    """Whether the order that SORT names begins with the days of RESOURCE."""
    return order_of(resource, sort)[0].column is getattr(resource.table, "start_on", None)


def is_newest_first(resource: Resource, sort: tuple[str, ...]) -> bool:
    """The same, and newest first."""
    return is_of_days(resource, sort) and order_of(resource, sort)[0].descending


@cache
def doc_of(resource: Resource) -> ColumnElement[bytes]:
    """The stored JSON of RESOURCE's records."""
    return utf8(resource.table.doc).label("doc")


def columns_of(resource: Resource, order: Sequence[SortKey]) -> Sequence[Any]:
    """The columns of a row of RESOURCE: `id`, `doc` and those of ORDER."""
    keys = (_as_stored(key.column).label(f"key_{at}") for at, key in enumerate(order))
    return resource.table.id, doc_of(resource), *keys


@lru_cache(maxsize=MOST_FORMS)
def _kept(form: _Form) -> list[Leg]:
    return list(_legs(form))


def _legs(form: _Form) -> Iterator[Leg]:
    table, asked = form.resource.table, form.shape.opened()
    query, order = _led(form, asked) or _plain(form, asked, order_of(form.resource, form.sort))
    ends = zip(_ENDS, form.ended, strict=True)
    start, end = (bindparam(name, type_=Date()) if there else None for name, there in ends)
    after = form.missing and [
        None if missing else bindparam(f"after_{at}", type_=key.column.type)
        for at, (missing, key) in enumerate(zip(form.missing, order, strict=True))
    ]
    earlier = None if form.listed or form.loose else open_keys(_EARLIER)
    for leg in legs(query, order, after, *bounds(table, start, end, earlier)):
        found = sorted_apart(leg.query.where(among(table.id, KEYS)), order) if form.listed else leg.query
        yield Leg(found.limit(_LIMIT), leg.before)


def _plain(form: _Form, asked: Any, order: Sequence[SortKey]) -> tuple[Select[Any], Sequence[SortKey]]:
    return form.resource.matching(asked, *columns_of(form.resource, order)), order


def _as_stored(column: Any) -> Any:
    """COLUMN; a day unconverted, so that on SQLite it is the text that a cursor has."""
    return type_coerce(column, NullType()) if isinstance(column.type, Date) else column


def _led(form: _Form, asked: Any) -> tuple[Select[Any], Sequence[SortKey]] | None:
    """The records of one actor in their usual order, read along the actor's rows; None if no actor leads.

    A record in which the actor has several rows comes several times.
    """
    part, name = form.resource.part, form.lead
    if part is None or name is None:
        return None
    rows: Any = aliased(part.table)
    owner = getattr(rows, part.owner)
    actor = getattr(asked, name)
    along = [SortKey(rows.start_on, descending=True), SortKey(owner, descending=False)]
    query, order = _plain(form, asked.model_copy(update={name: ()}), along)
    asks = part.filters[name](rows, lambda column: column == actor)
    return query.where(owner == form.resource.table.id, *asks), order
