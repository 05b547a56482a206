"""Facets: the most frequent values of several dimensions at once, each as if it were not filtered itself."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import (
    CTE,
    CompoundSelect,
    Connection,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from app.answering.paging import answer, read_meta
from app.answering.views import View, view_of
from app.asking.filters import with_ids
from app.asking.listing import Resource
from app.asking.parameters import asking, documented
from app.asking.past import reading
from app.asking.values import chosen, several
from app.codes import codes, types_of
from app.dialects.keys import KEYS, among
from app.http.describing import answers
from app.http.routing import Read
from app.loading.summing import NONE
from app.records.analysis import FacetsOut
from app.records.envelope import Detail
from app.resources.analysis.activity import activity_of, is_of_one_actor
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS, Dimension, found_for, keyed, keyless, without
from app.resources.analysis.parameters import at_most, view_parameters
from app.resources.analysis.questions import ask
from app.resources.analysis.summaries import Everything, everything_of
from app.resources.events import EVENTS
from app.resources.statements import STATEMENTS

MOST_VALUES = 100
Json = dict[str, Any]


def _parameters(name: str, resource: Resource, dimensions: Mapping[str, Dimension], *usual: str) -> type[Any]:
    facets = Field(usual, description="What to count by.", examples=[",".join(usual)])
    return view_parameters(
        name,
        resource,
        facets=(several(chosen(tuple(dimensions))), facets),
        facet_size=at_most(MOST_VALUES, 10, "So many values of each; selected ones always come with them."),
    )


EventFacets = _parameters("EventFacets", EVENTS, OF_EVENTS, "type", "country", "actor")
StatementFacets = _parameters("StatementFacets", STATEMENTS, OF_STATEMENTS, "act", "speaker", "topic")


@dataclass(frozen=True, slots=True)
class _Found:
    """The values that are shown, the sum of all, and how many records have none."""

    shown: dict[str, int]
    total: int
    missing: int


router = APIRouter(prefix="/v1", tags=["analysis"], route_class=Read)


@router.get("/events/facets", responses=answers(Detail[FacetsOut]), openapi_extra=documented(EventFacets))
def read_events_facets(request: Request, asked: Any = asking(EventFacets)) -> Response:
    """Count events by the values of several facets, each ignoring its own filter."""
    return _answer(request, EVENTS, asked, OF_EVENTS)


@router.get("/statements/facets", responses=answers(Detail[FacetsOut]), openapi_extra=documented(StatementFacets))
def read_statements_facets(request: Request, asked: Any = asking(StatementFacets)) -> Response:
    """Count statements by the values of several facets, each ignoring its own filter."""
    return _answer(request, STATEMENTS, asked, OF_STATEMENTS)


def _answer(request: Request, resource: Resource, asked: Any, dimensions: Mapping[str, Dimension]) -> Response:
    with reading(request.state.engine, asked) as db:
        asked = with_ids(db, resource.filters, asked)
        view = view_of(db, resource, asked)
        found = _found(db, view, {name: dimensions[name] for name in asked.facets})
        data = {name: _facet(db, asked, dimensions[name], found[name]) for name in asked.facets}
        meta = read_meta(db)
    return answer(orjson.dumps(data), meta)


def _found(db: Connection, view: View, dimensions: Mapping[str, Dimension]) -> dict[str, _Found]:
    """What VIEW has of each of DIMENSIONS: from sums that are kept, or else counted, together where nothing differs."""
    activity, found = activity_of(db, view), dict[str, _Found]()
    views: dict[str, View] = {}
    sums_of: dict[str, Everything | None] = {}
    alike: defaultdict[str, list[Dimension]] = defaultdict(list)
    for name, dimension in dimensions.items():
        free = without(view, dimension)
        lifted = "" if free is view else dimension.filtered_by
        if lifted not in sums_of:
            sums_of[lifted] = everything_of(db, free)
        alone = activity if is_of_one_actor(free) else {}
        sums = everything.by(name) if (everything := sums_of[lifted]) else alone.get(name)
        if sums is not None:
            found[name] = _best(sums, view.asked.facet_size, _selected(view.asked, dimension))
            continue
        views[lifted] = free
        alike[lifted].append(dimension)
    for lifted, together in alike.items():
        found |= _counted(db, views[lifted], together, view.asked)
    return found


def _facet(db: Connection, asked: Any, dimension: Dimension, found: _Found) -> Json:
    selected = _selected(asked, dimension)
    counts = found.shown | dict.fromkeys(sorted((selected & _given(asked, dimension)) - found.shown.keys()), 0)
    labels = dimension.labels(db, list(counts))
    return {
        "values": [
            {"value": key, "label": labels[key], "count": count, "selected": key in selected}
            for key, count in counts.items()
        ],
        "other": found.total - sum(found.shown.values()),
        "missing": found.missing,
    }


def _best(sums: Mapping[str, int], size: int, selected: frozenset[str]) -> _Found:
    """The SIZE most frequent values of SUMS and those SELECTED."""
    counts = dict(sums)
    missing = counts.pop(NONE, 0)
    least = sorted(counts.values())[-size] if len(counts) > size else 0
    ranked = sorted((-n, key) for key, n in counts.items() if n >= least or key in selected)
    shown = {key: -n for place, (n, key) in enumerate(ranked) if place < size or key in selected}
    return _Found(shown, sum(counts.values()), missing)


def _counted(db: Connection, view: View, dimensions: Sequence[Dimension], asked: Any) -> dict[str, _Found]:
    """The most frequent values of each of DIMENSIONS in VIEW and those that ASKED chooses."""
    selected = {one.name: _selected(asked, one) for one in dimensions}
    size, keys = asked.facet_size, sorted(frozenset().union(*selected.values()))
    ranked: defaultdict[str, list[Any]] = defaultdict(list)
    for row in ask(db, view, _ranked, tuple(dimensions), size=size, keys=keys):
        ranked[row.facet].append(row)
    found = {}
    for name, wanted in selected.items():
        rows = sorted(ranked[name], key=lambda row: row.rank)
        missing = sum(row.n for row in rows if row.key is None)
        shown = {row.key: row.n for row in rows if row.key is not None and (row.rank <= size or row.key in wanted)}
        found[name] = _Found(shown, int(rows[0].total) - missing if rows else 0, missing)
    return found


def _ranked(view: View, dimensions: Sequence[Dimension]) -> CompoundSelect[Any]:
    """The `size` most frequent values of each of DIMENSIONS, those among `keys` and the missing one, with their sum."""
    found = found_for(view, dimensions)
    return union_all(*(_ranked_of(found, one, view.asked) for one in dimensions))


def _ranked_of(found: CTE, dimension: Dimension, asked: Any) -> Select[Any]:
    rows = keyed(found, dimension, asked)
    one = union_all(rows, keyless(found, dimension, asked)).subquery() if dimension.several else rows.subquery()
    groups = select(one.c.key, func.count().label("n")).group_by(one.c.key).subquery()
    first = (groups.c.key.is_(None), groups.c.n.desc(), groups.c.key)
    rank = func.row_number().over(order_by=first).label("rank")
    ranked = select(groups, rank, func.sum(groups.c.n).over().label("total")).subquery()
    most, chosen = ranked.c.rank <= bindparam("size", type_=Integer()), among(ranked.c.key, KEYS)
    return select(literal(dimension.name).label("facet"), ranked).where(or_(most, ranked.c.key.is_(None), chosen))


def _given(asked: Any, dimension: Dimension) -> frozenset[str]:
    name = dimension.filtered_by
    return frozenset((*getattr(asked, name), *getattr(asked, f"{name}__all", ())))


def _selected(asked: Any, dimension: Dimension) -> frozenset[str]:
    """The values of DIMENSION that ASKED chooses: a class chooses its types, and types no class."""
    given = _given(asked, dimension)
    if dimension.name == "type":
        return frozenset(type_ for one in given for type_ in types_of(one))
    return given & frozenset(codes("event-classes")) if dimension.name == "class" else given
