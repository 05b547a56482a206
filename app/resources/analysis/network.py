"""The network: actors as nodes, and what went between them in events as weighted edges."""

from collections.abc import Sequence
from heapq import nsmallest
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import CTE, Connection, Select, func, select, true
from sqlalchemy.orm import aliased

from app.answering.paging import answer, read_meta
from app.answering.views import View, matching
from app.asking.filters import with_ids
from app.asking.parameters import asking, documented
from app.asking.past import reading
from app.dialects.keys import among
from app.http.describing import answers
from app.http.routing import Read
from app.loading.summing import NONE, SCORE
from app.models import Actor, Event, Participant
from app.records.analysis import NetworkOut
from app.records.envelope import Detail
from app.resources.analysis import graphs
from app.resources.analysis.pairs import standing_for, totals
from app.resources.analysis.parameters import ROLL_UP, at_most, view_parameters
from app.resources.analysis.questions import narrowed
from app.resources.analysis.summaries import Everything
from app.resources.analysis.tallies import mean
from app.resources.events import EVENTS

MOST_NODES = 500
MOST_EDGES = 5000
Json = dict[str, Any]

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
    responses=answers(None, media_type=graphs.GRAPHML),
    openapi_extra=documented(NetworkQuery),
)
def read_network_graphml(request: Request, asked: Any = asking(NetworkQuery)) -> Response:
    """Read the network as GraphML, for Gephi, networkx, igraph and yEd."""
    return Response(graphs.graphml(*_read(request, asked)), media_type=graphs.GRAPHML)


@router.get(
    ".gexf",
    response_class=Response,
    responses=answers(None, media_type=graphs.GEXF),
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
    counts = _kept_counts(db, asked)
    if counts is None:
        rows = db.execute(_busiest(asked)).all()
        counts, actors = {row.actor: row.events for row in rows}, rows[0].actors if rows else 0
    else:
        actors = len(counts)
    top = dict(nsmallest(asked.limit, counts.items(), key=lambda one: (-one[1], one[0])))
    named = select(Actor.id, Actor.name, Actor.kind, Actor.country).where(among(Actor.id, top))
    known = {row.id: row for row in db.execute(named)}
    nodes = [
        {"id": key, "label": known[key].name, "kind": known[key].kind, "country": known[key].country, "events": number}
        for key, number in top.items()
    ]
    return nodes, actors


def _kept_counts(db: Connection, asked: Any) -> dict[str, int] | None:
    """How many events each actor has of all, or of some days; None if that is not kept."""
    view = View(EVENTS, asked)
    counts = None if asked.roll_up or narrowed(view) else Everything(db, view).by("actor")
    return counts if counts is None else {actor: number for actor, number in counts.items() if number and actor != NONE}


def _busiest(asked: Any) -> Select[Any]:
    """The actors with most events, each with the number of all."""
    part = aliased(Participant)
    query = matching(EVENTS, asked, Event.id).select_from(Event).join(part, part.event_id == Event.id)
    query, who = standing_for(query, part.actor_id, asked.roll_up)
    took_part = query.add_columns(who.label("actor")).distinct().subquery()
    groups = select(took_part.c.actor, func.count().label("events")).group_by(took_part.c.actor).subquery()
    ranked = select(groups, func.count().over().label("actors")).order_by(groups.c.events.desc(), groups.c.actor)
    return ranked.limit(asked.limit)


def _edges(db: Connection, asked: Any, nodes: Sequence[str]) -> tuple[list[Json], int]:
    """The edges between NODES, and how many there are between all."""
    rows = db.execute(_heaviest(totals(db, asked, said=False), nodes)).all()
    edges = [
        {
            "source": row.source,
            "target": row.target,
            "events": int(row.events),
            "goldstein": mean(int(row.score or 0) / SCORE, int(row.scored)),
            "scored": int(row.scored),
            "first": row.first,
            "last": row.last,
        }
        for row in rows
        if row.source is not None
    ]
    return edges, rows[0].pairs


def _heaviest(pairs: CTE, nodes: Sequence[str]) -> Select[Any]:
    """The edges with most events between NODES, each with the number of all PAIRS; that alone if there are none."""
    every = select(func.count().label("pairs")).select_from(pairs).subquery()
    inside = select(pairs).where(among(pairs.c.source, nodes), among(pairs.c.target, nodes))
    edge = inside.order_by(pairs.c.events.desc(), pairs.c.source, pairs.c.target).limit(MOST_EDGES).subquery()
    query = select(every.c.pairs, edge).select_from(every.outerjoin(edge, true()))
    return query.order_by(edge.c.events.desc(), edge.c.source, edge.c.target)
