"""Timelines: how many events or statements began in each day, week, month, quarter or year."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection, Select

from app.answering.paging import answer, read_meta
from app.answering.views import View, rows, view_of
from app.asking.filters import with_ids
from app.asking.listing import Resource
from app.asking.parameters import asking, documented
from app.asking.past import reading
from app.asking.values import chosen
from app.errors import Invalid, ParameterError
from app.http.describing import answers
from app.http.routing import Read
from app.records.analysis import TimelineOut
from app.records.envelope import Detail
from app.resources.analysis.counting import DATED_EVENT, DATED_STATEMENT, KEYLESS, grouped, grouping, summed, summing
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS, Dimension, found_for, keyed
from app.resources.analysis.layout import Json, Layout, fitting, timeline
from app.resources.analysis.parameters import INTERVAL, at_most, view_parameters
from app.resources.analysis.questions import ask
from app.resources.analysis.series import series_of
from app.resources.analysis.summaries import everything_of
from app.resources.analysis.tallies import Tallies
from app.resources.events import EVENTS
from app.resources.statements import STATEMENTS

MOST_GROUPS = 50
GROUPS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A kind of record that is counted by time: what it may be grouped by, and the columns that place and score it."""

    resource: Resource
    dimensions: Mapping[str, Dimension]
    columns: Sequence[Any]


def _parameters(name: str, counted: Counted) -> type[Any]:
    names = tuple(counted.dimensions)
    group_by = Field(None, description="A series for each value of this.", examples=[names[0]])
    return view_parameters(
        name,
        counted.resource,
        interval=INTERVAL,
        group_by=(chosen(names) | None, group_by),
        group_size=at_most(
            MOST_GROUPS,
            GROUPS,
            f"With `group_by`: so many groups, {GROUPS} if left out; the rest are one, `other`.",
            sent=False,
        ),
    )


_EVENTS = Counted(EVENTS, OF_EVENTS, DATED_EVENT)
_STATEMENTS = Counted(STATEMENTS, OF_STATEMENTS, DATED_STATEMENT)
EventTimeline = _parameters("EventTimeline", _EVENTS)
StatementTimeline = _parameters("StatementTimeline", _STATEMENTS)

router = APIRouter(prefix="/v1", tags=["analysis"], route_class=Read)


@router.get("/events/timeline", responses=answers(Detail[TimelineOut]), openapi_extra=documented(EventTimeline))
def read_events_timeline(request: Request, asked: Any = asking(EventTimeline)) -> Response:
    """Count events by time, with their mean Goldstein score, at will in groups."""
    return _answer(request, _EVENTS, asked)


@router.get("/statements/timeline", responses=answers(Detail[TimelineOut]), openapi_extra=documented(StatementTimeline))
def read_statements_timeline(request: Request, asked: Any = asking(StatementTimeline)) -> Response:
    """Count statements by time, at will in groups."""
    return _answer(request, _STATEMENTS, asked)


def _answer(request: Request, counted: Counted, asked: Any) -> Response:
    if asked.group_by is None and asked.group_size is not None:
        message = "is a number of groups, and there are none: add `group_by`"
        raise Invalid([ParameterError("group_size", str(asked.group_size), message)])
    draw = _alone if asked.group_by is None else _in_groups
    with reading(request.state.engine, asked) as db:
        view = View(counted.resource, with_ids(db, counted.resource.filters, asked))
        data = fitting(view.asked, partial(draw, db, counted, view))
        meta = read_meta(db)
    return answer(orjson.dumps(data), meta)


def _alone(db: Connection, counted: Counted, view: View, interval: str) -> Json:
    whole = _whole(db, counted, view, interval)
    return timeline(whole, whole, Layout(interval, view.asked.date))


def _in_groups(db: Connection, counted: Counted, view: View, interval: str) -> Json:
    asked = view.asked
    dimension, groups = counted.dimensions[asked.group_by], asked.group_size or GROUPS
    tallies = grouped(_ask(db, view, _grouping, counted, dimension, interval, groups), interval, groups)
    # A record of several groups counts in each, but once in all.
    whole = _whole(db, counted, view, interval) if dimension.several else tallies
    labels = dimension.labels(db, [key for _, key in tallies if key is not None])
    return timeline(tallies, whole, Layout(interval, asked.date, dimension.name, labels.__getitem__))


def _whole(db: Connection, counted: Counted, view: View, interval: str) -> Tallies:
    everything = everything_of(db, view)
    found = everything.by_time(interval) if everything else series_of(db, view, interval)
    return found or summed(_ask(db, view, _summing, counted, interval), interval)


def _ask(db: Connection, view: View, make: Callable[..., Select[Any]], *more: Any) -> Any:
    """What MAKE finds of VIEW; only now it is looked up whose records are fewest."""
    return ask(db, view_of(db, view.resource, view.asked), make, *more)


def _summing(view: View, counted: Counted, interval: str) -> Select[Any]:
    return summing(rows(view, *counted.columns, KEYLESS), interval)


def _grouping(view: View, counted: Counted, dimension: Dimension, interval: str, groups: int) -> Select[Any]:
    found = found_for(view, [dimension], *counted.columns)
    columns = (found.c[column.key] for column in counted.columns)
    return grouping(keyed(found, dimension, view.asked, *columns), interval, groups)
