"""Dyads: what one actor did and said to another, in sums."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import CTE, Connection, Select, func, select

from app.answering.paging import answer, next_url, read_meta
from app.asking.cursors import Cursor, typed
from app.asking.filters import with_ids
from app.asking.ids import missing
from app.asking.listing import CURSOR
from app.asking.ordering import SortKey, later
from app.asking.parameters import asking, documented
from app.asking.past import reading
from app.asking.values import chosen, several
from app.dates import MONTHS
from app.documents import fill, hole
from app.errors import Invalid, ParameterError
from app.http.describing import answers
from app.http.routing import Read
from app.loading.dyads import CLASSES, SUMS
from app.loading.summing import SCORE
from app.models import Actor
from app.records.analysis import DyadDetails, DyadOut
from app.records.envelope import Detail, Listing
from app.resources.analysis.counting import DATED_EVENT, KEYLESS, grouped, grouping, summed, summing
from app.resources.analysis.kept_pairs import kept_of
from app.resources.analysis.layout import Json, Layout, fitting, timeline
from app.resources.analysis.pairs import Within, event_pairs, statement_pairs, totals
from app.resources.analysis.parameters import INTERVAL, ROLL_UP, at_most, view_parameters
from app.resources.analysis.series import series_between
from app.resources.analysis.tallies import ALL, DECIMALS, Line, Tallies, mean
from app.resources.events import EVENTS

MOST_DYADS = 1000
SORTS = {"events": "events", "statements": "statements", "goldstein": "score", "first": "first", "last": "last"}
_ORDERS = chosen([*SORTS, *(f"-{name}" for name in SORTS)])

DyadQuery = view_parameters(
    "Dyads",
    EVENTS,
    roll_up=ROLL_UP,
    sort=(
        several(_ORDERS),
        Field(
            ("-events", "-statements"),
            description="Order, `-` for descending; `goldstein` is the sum. Missing values come last, ids break ties.",
            examples=["-events"],
        ),
    ),
    limit=at_most(MOST_DYADS, 50, "Pairs a page; `page.total` says how many there are."),
    cursor=CURSOR,
)
DyadDetail = view_parameters("Dyad", EVENTS, roll_up=ROLL_UP, interval=INTERVAL)

router = APIRouter(prefix="/v1/dyads", tags=["analysis"], route_class=Read)


@router.get("", responses=answers(Listing[DyadOut]), openapi_extra=documented(DyadQuery))
def list_dyads(request: Request, asked: Any = asking(DyadQuery)) -> Response:
    """List directed pairs of actors with what went from the one to the other in events and statements."""
    settings = request.state.settings
    with reading(request.state.engine, asked) as db:
        asked = with_ids(db, EVENTS.filters, asked)
        cursor = Cursor(settings.cursor_secret, request.url.path, asked)
        found = totals(db, asked)
        order = _order_of(found, asked)
        after = typed(cursor.load(asked.cursor), order) if asked.cursor else None
        rows = db.execute(_page(found, order, after, asked.limit + 1)).all()
        number = rows[0].pairs if rows else db.scalar(select(func.count()).select_from(found))
        more, rows = len(rows) > asked.limit, rows[: asked.limit]
        data = fill(db, orjson.dumps([_dyad(row, row.source, row.target) for row in rows]))
        meta = read_meta(db)
    following = next_url(settings.base_url, request, cursor.sign(_place(rows[-1], order))) if more else None
    return answer(data, meta, {"limit": asked.limit, "next": following, "total": number})


@router.get("/{a}/{b}", responses=answers(Detail[DyadDetails], "actor"), openapi_extra=documented(DyadDetail))
def read_dyad(
    request: Request,
    a: Annotated[str, Path(description="An actor's id.", examples=["united-states"])],
    b: Annotated[str, Path(description="The other's id.", examples=["russia"])],
    asked: Any = asking(DyadDetail),
) -> Response:
    """Read what two actors did and said to each other, in either direction and by time."""
    with reading(request.state.engine, asked) as db:
        _refuse_unpaired(db, a, b)
        asked = with_ids(db, EVENTS.filters, asked)
        data = fill(db, orjson.dumps(_between(db, a, b, asked)))
        meta = read_meta(db)
    return answer(data, meta)


def _order_of(found: CTE, asked: Any) -> list[SortKey]:
    """The sums that `sort` names, and the ids of both, which break ties."""
    named = [SortKey(found.c[SORTS[name.removeprefix("-")]], name.startswith("-")) for name in asked.sort]
    return [*named, SortKey(found.c.source, descending=False), SortKey(found.c.target, descending=False)]


def _page(found: CTE, order: Sequence[SortKey], after: Sequence[Any] | None, most: int) -> Select[Any]:
    query = select(found, select(func.count()).select_from(found).scalar_subquery().label("pairs"))
    query = query if after is None else query.where(later(order, after))
    return query.order_by(*(key.clause for key in order)).limit(most)


def _place(row: Any, order: Sequence[SortKey]) -> list[Any]:
    """Where in ORDER the pair ROW is; PostgreSQL adds whole numbers up to decimal ones."""
    values = (getattr(row, key.column.name) for key in order)
    return [int(value) if isinstance(value, Decimal) else value for value in values]


def _refuse_unpaired(db: Connection, a: str, b: str) -> None:
    known = set(db.scalars(select(Actor.id).where(Actor.id.in_((a, b)))))
    for actor in (a, b):
        if actor not in known:
            raise missing(db, "actor", actor)
    if a == b:
        raise Invalid([ParameterError("b", b, "is the same actor, and a pair has two")])


def _between(db: Connection, a: str, b: str, asked: Any) -> Json:
    found = totals(db, asked, (a, b))
    rows = {(row.source, row.target): row for row in db.execute(select(found))}
    pairs = kept_of(db, asked)
    of_all = pairs is not None and pairs.years is None

    def line(kind: str, pairs_of: Callable[[Any, Within], Select[Any]], interval: str) -> Json:
        if of_all and interval in MONTHS:
            ways = series_between(db, kind, (a, b), interval)
        else:
            ways = _counted(db, pairs_of(asked, (a, b)), interval, a)
        return _directed(ways, Layout(interval, asked.date, "direction"))

    def draw(interval: str) -> Json:
        return {
            "timeline": line("event", event_pairs, interval),
            "statements_timeline": line("statement", statement_pairs, interval),
        }

    return {
        "forward": _dyad(rows.get((a, b)), a, b),
        "backward": _dyad(rows.get((b, a)), b, a),
        **fitting(asked, draw),
    }


def _counted(db: Connection, pairs: Select[Any], interval: str, a: str) -> list[Line]:
    """What went forward from A in PAIRS of two, what went backward, and both."""
    pair = pairs.subquery()
    columns = [pair.c[column.name] for column in DATED_EVENT]
    once = select(pair.c.id, *columns, KEYLESS).distinct()
    by_source = select(pair.c.source.label("key"), *columns)
    both = summed(db.execute(summing(once, interval)).all(), interval)
    each = grouped(db.execute(grouping(by_source, interval, 2)).all(), interval, 2)
    forward = {key == a: line for (_, key), line in each.items()}
    return [forward.get(True, {}), forward.get(False, {}), both[ALL]]


def _directed(lines: list[Line], layout: Layout) -> Json:
    """All that went between two, then what went forward and what went backward."""
    forward, backward, both = lines
    groups: Tallies = {ALL: both, ("value", "forward"): forward, ("value", "backward"): backward}
    return timeline(groups, {ALL: both}, layout)


def _dyad(row: Any, source: str, target: str) -> Json:
    """A pair as it is served; ROW has its sums, or is None where nothing went that way."""
    sums = {name: getattr(row, name, None) for name in (*SUMS, "first", "last")}
    scored = int(sums["scored"] or 0)
    return {
        "source": hole("actor", source),
        "target": hole("actor", target),
        "counts": {
            "events": int(sums["events"] or 0),
            "statements": int(sums["statements"] or 0),
            "by_quad_class": {str(one): int(sums[f"class_{one}"] or 0) for one in CLASSES},
        },
        "goldstein": {
            "sum": _rounded(sums["score"]),
            "mean": mean(_rounded(sums["score"]), scored),
            "scored": scored,
            "cooperative": _rounded(sums["cooperative"]),
            "conflictual": _rounded(sums["conflictual"]),
        },
        "first": sums["first"],
        "last": sums["last"],
    }


def _rounded(score: int | None) -> float | None:
    return None if score is None else round(int(score) / SCORE, DECIMALS) + 0.0
