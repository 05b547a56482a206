"""Timelines: how many events or statements began in each day, week, month, quarter or year."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection

from app.filters import with_ids
from app.openapi import answers
from app.paging import Resource, answer, read_meta
from app.parameters import asking, chosen, documented
from app.past import look_back
from app.records import Detail
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS, Dimension, keyed
from app.resources.analysis.matching import matching
from app.resources.analysis.parameters import INTERVAL, at_most, view_parameters
from app.resources.analysis.shapes import TimelineOut
from app.resources.analysis.tallies import (
    DATED_EVENT,
    DATED_STATEMENT,
    Json,
    Layout,
    refuse_long,
    summed,
    tallied,
    timeline,
)
from app.resources.events import EVENTS
from app.resources.statements import STATEMENTS

MOST_GROUPS = 50


def _parameters(name: str, resource: Resource, dimensions: Mapping[str, Dimension]) -> type[Any]:
    group_by = Field(None, description="A series for each value of this.", examples=[next(iter(dimensions))])
    return view_parameters(
        name,
        resource,
        interval=INTERVAL,
        group_by=(chosen(tuple(dimensions)) | None, group_by),
        group_size=at_most(MOST_GROUPS, 10, "So many groups; the rest are one, `other`."),
    )


EventTimeline = _parameters("EventTimeline", EVENTS, OF_EVENTS)
StatementTimeline = _parameters("StatementTimeline", STATEMENTS, OF_STATEMENTS)

router = APIRouter(prefix="/v1", tags=["analysis"])


@router.get("/events/timeline", responses=answers(Detail[TimelineOut]), openapi_extra=documented(EventTimeline))
def read_events_timeline(request: Request, asked: Any = asking(EventTimeline)) -> Response:
    """Count events by time, with their mean Goldstein score, at will in groups."""
    return _answer(request, EVENTS, asked, OF_EVENTS, DATED_EVENT)


@router.get("/statements/timeline", responses=answers(Detail[TimelineOut]), openapi_extra=documented(StatementTimeline))
def read_statements_timeline(request: Request, asked: Any = asking(StatementTimeline)) -> Response:
    """Count statements by time, at will in groups."""
    return _answer(request, STATEMENTS, asked, OF_STATEMENTS, DATED_STATEMENT)


def _answer(
    request: Request, resource: Resource, asked: Any, dimensions: Mapping[str, Dimension], columns: Sequence[Any]
) -> Response:
    refuse_long(asked.interval, asked.date)
    with request.state.engine.connect() as db:
        look_back(db, asked)
        asked = with_ids(db, resource.filters, asked)
        if asked.group_by is None:
            whole = summed(db, matching(resource, asked, *columns), asked.interval)
            data = timeline(whole, whole, Layout(asked.interval, asked.date))
        else:
            data = _in_groups(db, resource, asked, dimensions[asked.group_by], columns)
        meta = read_meta(db)
    return answer(orjson.dumps(data), meta)


def _in_groups(db: Connection, resource: Resource, asked: Any, dimension: Dimension, columns: Sequence[Any]) -> Json:
    tallies = tallied(db, keyed(resource, dimension, asked, *columns), asked.interval, asked.group_size)
    # A record of several groups counts in each, but once in all.
    once = matching(resource, asked, *columns)
    whole = summed(db, once, asked.interval) if dimension.several else tallies
    labels = dimension.labels(db, [key for _, key in tallies if key is not None])
    return timeline(tallies, whole, Layout(asked.interval, asked.date, dimension.name, labels.__getitem__))
