"""Facets: the most frequent values of several dimensions at once, each as if it were not filtered itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection, Integer, Select, bindparam, func, or_, select

from app.answering.paging import answer, read_meta
from app.asking.filters import with_ids
from app.asking.listing import Resource
from app.asking.parameters import asking, chosen, documented, several
from app.asking.past import reading
from app.codes import codes, types_of
from app.dialects.keys import KEYS, among
from app.http.openapi import answers
from app.http.routing import Read
from app.loading.kept_sums import Counts
from app.loading.summing import NONE
from app.records.envelope import Detail
from app.resources.analysis.activity import activity_of, is_of_one_actor
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS, Dimension, keyed, keyless, without
from app.resources.analysis.matching import View
from app.resources.analysis.parameters import at_most, view_parameters
from app.resources.analysis.questions import ask, narrowed, view_of
from app.resources.analysis.shapes import FacetsOut
from app.resources.analysis.summaries import Everything
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
        everything, activity = Everything(db, view), activity_of(db, view)
        data = {name: _facet(db, view, dimensions[name], everything, activity) for name in asked.facets}
        meta = read_meta(db)
    return answer(orjson.dumps(data), meta)


def _facet(db: Connection, view: View, dimension: Dimension, everything: Everything, activity: Counts) -> Json:
    asked, free = view.asked, without(view, dimension)
    selected = _selected(asked, dimension)
    alone = activity if is_of_one_actor(free) else {}
    sums = alone.get(dimension.name) if narrowed(free) else everything.by(dimension.name)
    found = _counted(db, free, dimension, selected) if sums is None else _best(sums, asked.facet_size, selected)
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


def _counted(db: Connection, view: View, dimension: Dimension, selected: frozenset[str]) -> _Found:
    """The most frequent values of DIMENSION in VIEW and those SELECTED."""
    rows = ask(db, view, _ranked, dimension, size=view.asked.facet_size, keys=sorted(selected))
    shown = {row.key: row.n for row in sorted(rows, key=lambda row: row.rank) if row.key is not None}
    missing = sum(row.n for row in rows if row.key is None)
    total = int(rows[0].total) - missing if rows else 0
    return _Found(shown, total, ask(db, view, _without, dimension)[0].n if dimension.several else missing)


def _ranked(view: View, dimension: Dimension) -> Select[Any]:
    """The `size` most frequent values of DIMENSION, those among `keys` and the missing one, with the sum of all."""
    one = keyed(view, dimension).subquery()
    groups = select(one.c.key, func.count().label("n")).group_by(one.c.key).subquery()
    first = (groups.c.key.is_(None), groups.c.n.desc(), groups.c.key)
    rank = func.row_number().over(order_by=first).label("rank")
    ranked = select(groups, rank, func.sum(groups.c.n).over().label("total")).subquery()
    most, chosen = ranked.c.rank <= bindparam("size", type_=Integer()), among(ranked.c.key, KEYS)
    return select(ranked).where(or_(most, ranked.c.key.is_(None), chosen))


def _without(view: View, dimension: Dimension) -> Select[Any]:
    """How many records have no value of DIMENSION."""
    return select(func.count().label("n")).select_from(keyless(view, dimension).subquery())


def _given(asked: Any, dimension: Dimension) -> frozenset[str]:
    name = dimension.filtered_by
    return frozenset((*getattr(asked, name), *getattr(asked, f"{name}__all", ())))


def _selected(asked: Any, dimension: Dimension) -> frozenset[str]:
    """The values of DIMENSION that ASKED chooses: a class chooses its types, and types no class."""
    given = _given(asked, dimension)
    if dimension.name == "type":
        return frozenset(type_ for one in given for type_ in types_of(one))
    return given & frozenset(codes("event-classes")) if dimension.name == "class" else given
