"""The chain of an event: what led to it and what followed, by its relations and theirs, in order of time."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import create_model
from sqlalchemy import Connection, Select, and_, func, literal, or_, select, union_all

from app.answering.paging import answer, read_meta
from app.asking.ids import present
from app.asking.parameters import Reading, asking, documented
from app.asking.past import AS_OF, reading
from app.dialects.keys import among
from app.documents import span
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Event, Relation, Statement
from app.records.analysis import ChainOut
from app.records.envelope import Detail
from app.resources.analysis.parameters import at_most

MOST_DEPTH = 6
MOST_NODES = 500
Json = dict[str, Any]
# The kind of a record and its id.
Node = tuple[str, str]

ChainQuery = create_model(
    "ChainQuery",
    __base__=Reading,
    depth=at_most(MOST_DEPTH, 3, "How many relations away from the event."),
    limit=at_most(MOST_NODES, 200, "So many nodes, the nearest."),
    as_of=AS_OF,
)
_ENDS = (
    (Relation.event_id, Relation.statement_id),
    (Relation.to_event_id, Relation.to_statement_id),
)

router = APIRouter(prefix="/v1/events", tags=["analysis"], route_class=Read)


@router.get("/{id}/chain", responses=answers(Detail[ChainOut], "event"), openapi_extra=documented(ChainQuery))
def read_event_chain(request: Request, id: str = record_path("event"), asked: Any = asking(ChainQuery)) -> Response:
    """Read what led to an event and what followed, as a graph in order of time."""
    with reading(request.state.engine, asked) as db:
        present(db, "event", id)
        depths, truncated = _reached(db, id, asked.depth, asked.limit)
        data = {
            "root": id,
            "depth": asked.depth,
            "nodes": _nodes(db, depths),
            "edges": _edges(db, depths),
            "truncated": truncated,
        }
        meta = read_meta(db)
    return answer(orjson.dumps(data), meta)


def _reached(db: Connection, root: str, depth: int, limit: int) -> tuple[dict[Node, int], bool]:
    """How far from ROOT each record is that is within DEPTH, and whether there were more than LIMIT.

    One query a step, not a recursive one, which could not be bounded alike on both databases: a war may have a
    thousand parts.
    """
    found: dict[Node, int] = {("event", root): 0}
    last: Collection[Node] = list(found)
    for step in range(1, depth + 1):
        room = limit - len(found)
        rows = db.execute(_neighbours(last, found).limit(room + 1)).all()
        last = [(row.kind, row.id) for row in rows[:room]]
        found |= dict.fromkeys(last, step)
        if len(rows) > room:
            return found, True
        if not last:
            break
    return found, False


def _neighbours(nodes: Iterable[Node], known: Iterable[Node]) -> Select[Any]:
    """The records that one of NODES relates to, or that relate to it, without those KNOWN; events first, by id."""
    given, passed = _by_kind(nodes), _by_kind(known)
    branches = []
    for near, far in (_ENDS, _ENDS[::-1]):
        touching = or_(among(near[0], given["event"]), among(near[1], given["statement"]))
        for kind, column in zip(("event", "statement"), far, strict=True):
            fresh = and_(column.is_not(None), ~among(column, passed[kind]))
            branches.append(select(literal(kind).label("kind"), column.label("id")).where(touching, fresh))
    one = union_all(*branches).subquery()
    return select(one.c.kind, one.c.id).distinct().order_by(one.c.kind, one.c.id)


def _nodes(db: Connection, depths: dict[Node, int]) -> list[Json]:
    ids = _by_kind(depths)
    rows: list[tuple[str, Any]] = []
    for kind, table, type_, label in (
        ("event", Event, Event.type, Event.label),
        ("statement", Statement, Statement.act, Statement.gist),
    ):
        columns = (table.id, type_.label("type"), label.label("label"), table.start_on, table.end_on, table.precision)
        rows += [(kind, row) for row in db.execute(select(*columns).where(among(table.id, ids[kind])))]
    return [_node(kind, row, depths[kind, row.id]) for kind, row in sorted(rows, key=_in_time)]


def _in_time(one: tuple[str, Any]) -> tuple[Any, ...]:
    """Where a record stands in time: what is known as a latest bound at the bound, what is not known at all last."""
    kind, row = one
    day = row.start_on or row.end_on
    return (day is None, day and day.isoformat(), row.start_on is None, kind, row.id)


def _node(kind: str, row: Any, depth: int) -> Json:
    return {
        "id": row.id,
        "kind": kind,
        "type": row.type,
        "label": row.label,
        "date": span(row.start_on, row.end_on, row.precision),
        "depth": depth,
        "url": f"/v1/{kind}s/{row.id}",
    }


def _edges(db: Connection, nodes: Iterable[Node]) -> list[Json]:
    """The relations whose both ends are among NODES."""
    ids = _by_kind(nodes)
    ends = [or_(among(event, ids["event"]), among(statement, ids["statement"])) for event, statement in _ENDS]
    columns = (Relation.event_id, Relation.statement_id, Relation.to_event_id, Relation.to_statement_id)
    order = (func.coalesce(Relation.event_id, Relation.statement_id), Relation.statement_id, Relation.position)
    query = select(*columns, Relation.type).where(*ends).order_by(*order)
    return [_edge(row) for row in db.execute(query)]


def _edge(row: Any) -> Json:
    return {
        "source": row.event_id or row.statement_id,
        "source_kind": "event" if row.event_id else "statement",
        "target": row.to_event_id or row.to_statement_id,
        "target_kind": "event" if row.to_event_id else "statement",
        "type": row.type,
    }


def _by_kind(nodes: Iterable[Node]) -> dict[str, Sequence[str]]:
    found: dict[str, list[str]] = {"event": [], "statement": []}
    for kind, key in nodes:
        found[kind].append(key)
    return dict(found)
