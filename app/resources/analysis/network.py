"""The network: actors as nodes, and what went between them in events as weighted edges."""

from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, Select, and_, case, func, select
from sqlalchemy.orm import aliased

from app.dialects.keys import among
from app.filters import with_ids
from app.models import Actor, Event, Participant
from app.openapi import answers
from app.paging import answer, read_meta
from app.parameters import asking, documented
from app.past import reading
from app.records.envelope import Detail
from app.resources.analysis import graphs
from app.resources.analysis.matching import matching
from app.resources.analysis.pairs import event_totals, standing_for
from app.resources.analysis.parameters import ROLL_UP, at_most, view_parameters
from app.resources.analysis.shapes import NetworkOut
from app.resources.analysis.tallies import Json, mean
from app.resources.events import EVENTS
from app.routing import Read

MOST_NODES = 500
MOST_EDGES = 5000

NetworkQuery = view_parameters(
    "Network",
    EVENTS,
    roll_up=ROLL_UP,
    limit=at_most(MOST_NODES, 100, "So many nodes, those with most events, and the edges between them."),
)

router = APIRouter(prefix="/v1/network", tags=["analysis"], route_class=Read)


@router.get("", responses=answers(Detail[NetworkOut]), openapi_extra=documented(NetworkQuery))
def read_network(request: Request, asked: Any = asking(NetworkQuery)) -> Response:
    """Read actors as nodes and what went between them as weighted edges."""
    network, meta = _read(request, asked)
    return answer(orjson.dumps(network), meta)


@router.get(
    ".graphml",
    response_class=Response,
    responses=answers(NetworkOut, media_type=graphs.GRAPHML),
    openapi_extra=documented(NetworkQuery),
)
def read_network_graphml(request: Request, asked: Any = asking(NetworkQuery)) -> Response:
    """Read the network as GraphML, for Gephi, networkx, igraph and yEd."""
    return Response(graphs.graphml(*_read(request, asked)), media_type=graphs.GRAPHML)


@router.get(
    ".gexf",
    response_class=Response,
    responses=answers(NetworkOut, media_type=graphs.GEXF),
    openapi_extra=documented(NetworkQuery),
)
def read_network_gexf(request: Request, asked: Any = asking(NetworkQuery)) -> Response:
    """Read the network as GEXF, for Gephi and networkx."""
    return Response(graphs.gexf(*_read(request, asked)), media_type=graphs.GEXF)


def _read(request: Request, asked: Any) -> tuple[Json, Json]:
    with reading(request.state.engine, asked) as db:
        asked = with_ids(db, EVENTS.filters, asked)
        nodes, actors = _nodes(db, asked)
        edges, pairs = _edges(db, asked, [node["id"] for node in nodes])
        meta = read_meta(db)
    omitted = {"nodes": actors - len(nodes), "edges": pairs - len(edges)}
    return {"nodes": nodes, "edges": edges, "truncated": any(omitted.values()), "omitted": omitted}, meta


def _nodes(db: Connection, asked: Any) -> tuple[list[Json], int]:
    """The actors with most events, and how many there are in all."""
    part, actor = aliased(Participant), aliased(Actor)
    query = matching(EVENTS, asked, Event.id).select_from(Event).join(part, part.event_id == Event.id)
    query, who = standing_for(query, part.actor_id, asked.roll_up)
    took_part = query.add_columns(who.label("actor")).distinct().subquery()
    groups = select(took_part.c.actor, func.count().label("events")).group_by(took_part.c.actor).subquery()
    ranked = select(groups, func.count().over().label("actors")).order_by(groups.c.events.desc(), groups.c.actor)
    top = ranked.limit(asked.limit).subquery()
    named = select(actor.id, actor.name, actor.kind, actor.country, top.c.events, top.c.actors)
    rows = db.execute(named.join(top, top.c.actor == actor.id).order_by(top.c.events.desc(), actor.id)).all()
    shown = ("kind", "country", "events")
    nodes = [{"id": row.id, "label": row.name, **{name: getattr(row, name) for name in shown}} for row in rows]
    return nodes, rows[0].actors if rows else 0


def _edges(db: Connection, asked: Any, nodes: Sequence[str]) -> tuple[list[Json], int]:
    """The edges between NODES, and how many there are between all."""
    rows = db.execute(_heaviest(asked, nodes)).all()
    edges = [
        {
            "source": row.source,
            "target": row.target,
            "events": row.events,
            "goldstein": mean(row.score, row.scored),
            "scored": row.scored,
            "first": row.first,
            "last": row.last,
        }
        for row in rows
        if row.inside
    ]
    return edges, rows[0].pairs if rows else 0


def _heaviest(asked: Any, nodes: Sequence[str]) -> Select[Any]:
    """The edges with most events, those between NODES before all others, each with the number of all."""
    pair = event_totals(asked)
    inside = case((and_(among(pair.c.source, nodes), among(pair.c.target, nodes)), 1), else_=0).label("inside")
    one = select(pair, inside, func.count().over().label("pairs")).subquery()
    order = (one.c.inside.desc(), one.c.events.desc(), one.c.source, one.c.target)
    return select(one).order_by(*order).limit(MOST_EDGES)
