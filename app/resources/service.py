"""The service itself: its health, version, limits and metrics."""

from contextlib import suppress
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.answering.paging import answer, read_meta
from app.asking.listing import DEFAULT_LIMIT, MAX_LIMIT
from app.asking.parameters import MOST_VALUES, Parameters, asking
from app.errors import Unavailable
from app.http.describing import answers
from app.http.rate_limit import SECONDS
from app.http.routing import Read
from app.metrics import MEDIA_TYPE
from app.models import Actor, Article, Dataset, Event, Place, Statement
from app.models.base import LONGEST_ID
from app.reading.readers import reader
from app.records.envelope import Detail
from app.records.service import HealthOut, LimitsOut, ServiceOut
from app.resources.analysis import chain, dyads, facets, network, timelines
from app.resources.analysis.tallies import MOST_POINTS
from app.resources.suggest import DEFAULT_SUGGESTIONS, MOST_SUGGESTIONS, MOST_TYPED
from app.resources.writing.bodies import MOST_BYTES
from app.resources.writing.committing import KEPT_FOR, MOST_KEY
from app.schema import Schema, schema_of
from app.searching.query_text import MOST_CHARACTERS, MOST_WORDS

router = APIRouter(tags=["service"], route_class=Read)


@router.get("/v1/meta", responses=answers(Detail[ServiceOut]))
def read_service(request: Request, _asked: Any = asking(Parameters)) -> Response:
    """Read the version of the service and of its data, how much there is, and how to cite it."""
    with reader(request.state.engine) as db:
        meta = read_meta(db)
        datasets = [orjson.loads(doc) for doc in db.scalars(select(Dataset.doc).order_by(Dataset.id))]
    kinds = (Actor, Article, Event, Place, Statement)
    counts = {f"{kind.__tablename__}s": 0 for kind in kinds}
    for dataset in datasets:
        counts = {name: number + dataset["counts"][name] for name, number in counts.items()}
    body = {
        "name": "Dragoman",
        "version": __version__,
        **meta,
        "counts": counts,
        "datasets": [one["id"] for one in datasets],
    }
    return answer(orjson.dumps(body), meta)


@router.get("/v1/limits", responses=answers(Detail[LimitsOut]))
def read_limits(request: Request, _asked: Any = asking(Parameters)) -> Response:
    """Read every limit that a client can meet."""
    with reader(request.state.engine) as db:
        meta = read_meta(db)
    settings = request.state.settings
    body = {
        "limit": {"default": DEFAULT_LIMIT, "maximum": MAX_LIMIT},
        "timeline": {"maximum_points": MOST_POINTS, "maximum_groups": timelines.MOST_GROUPS},
        "facets": {"maximum_values": facets.MOST_VALUES},
        "dyads": {"maximum": dyads.MOST_DYADS},
        "network": {"maximum_nodes": network.MOST_NODES, "maximum_edges": network.MOST_EDGES},
        "chain": {"maximum_depth": chain.MOST_DEPTH, "maximum_nodes": chain.MOST_NODES},
        "values": {"maximum": MOST_VALUES},
        "id": {"maximum_characters": LONGEST_ID},
        "q": {"maximum_characters": MOST_CHARACTERS, "maximum_words": MOST_WORDS},
        "suggest": {
            "default": DEFAULT_SUGGESTIONS,
            "maximum": MOST_SUGGESTIONS,
            "maximum_characters": MOST_TYPED,
        },
        "rate": {"requests": settings.rate_limit or None, "seconds": SECONDS},
        "query": {"seconds": settings.query_seconds},
        "streams": {"maximum_at_once": settings.streams_at_once},
        "body": {"maximum_bytes": MOST_BYTES},
        "idempotency": {"seconds": int(KEPT_FOR.total_seconds()), "maximum_characters": MOST_KEY},
    }
    return answer(orjson.dumps(body), meta)


@router.get("/healthz", responses=answers(HealthOut))
async def read_health(_asked: Any = asking(Parameters)) -> Response:
    """Say that the process answers."""
    return _status(b"ok")


@router.get("/metrics", response_class=Response, responses=answers(None, media_type="text/plain"))
def read_metrics(request: Request, _asked: Any = asking(Parameters)) -> Response:
    """Read the counts of the service, for Prometheus."""
    metrics = request.state.metrics
    with suppress(DBAPIError), reader(request.state.engine) as db:
        metrics.revision.set(read_meta(db)["revision"])
    return Response(metrics.text(), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


@router.get("/readyz", responses=answers(HealthOut))
def read_readiness(request: Request, _asked: Any = asking(Parameters)) -> Response:
    """Say whether the database can be reached and has the schema of this version."""
    with reader(request.state.engine) as db:
        schema = schema_of(db)
    if schema is not Schema.CURRENT:
        raise Unavailable(schema.value)
    return _status(b"ready")


def _status(status: bytes) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(b'{"status":"%b"}' % status, media_type="application/json", headers=headers)
