"""The views: timelines, facets, dyads, networks, chains."""

from datetime import date
from typing import Literal

from pydantic import Field, RootModel

from app.dates import Interval
from app.records.base import Out
from app.records.references import ActorRef, DateOut


class PointOut(Out):
    """One bucket of a timeline."""

    start: date
    end: date = Field(description="Inclusive.")
    count: int
    goldstein: float | None = Field(description="Mean of those scored, to three decimals; null where none is.")
    scored: int


class SeriesOut(Out):
    """The points of one group."""

    key: str | None
    label: str
    group: Literal["all", "value", "other", "missing"] = Field(
        description="Everything, one value, the values beyond `group_size` together, or what has no value."
    )
    count: int = Field(description="All of this group, also those in no point.")
    imprecise: int
    undated: int
    points: list[PointOut]


class TimelineOut(Out):
    """Counts by time."""

    interval: Interval
    group_by: str | None
    total: int = Field(description="All that match: those in points, `imprecise` and `undated`.")
    imprecise: int = Field(description="Known less exactly than the interval; in no point.")
    undated: int = Field(description="Of which no date is known; in no point.")
    series: list[SeriesOut]


class ValueOut(Out):
    """A value of a facet, with how many the list would find by it."""

    value: str
    label: str
    count: int
    selected: bool


class FacetOut(Out):
    """The most frequent values, and any that are selected; `other` sums the counts of the rest."""

    values: list[ValueOut]
    other: int
    missing: int = Field(description="How many have no value.")


class DyadCounts(Out):
    """What went from the one to the other."""

    events: int
    statements: int
    by_quad_class: dict[str, int] = Field(description="Events by class, 1 to 4; 1 and 2 cooperate, 3 and 4 conflict.")


class ScoresOut(Out):
    """Goldstein scores of events, to three decimals."""

    sum: float | None
    mean: float | None
    scored: int
    cooperative: float | None = Field(description="Sum of the scores above 0.")
    conflictual: float | None = Field(description="Sum of the scores below 0.")


class DyadOut(Out):
    """What one actor did and said to another."""

    source: ActorRef
    target: ActorRef
    counts: DyadCounts
    goldstein: ScoresOut
    first: date | None = Field(description="The first day on which a dated event or statement began.")
    last: date | None


class DyadDetails(Out):
    """A pair in both directions, and its events and statements by time."""

    forward: DyadOut
    backward: DyadOut
    timeline: TimelineOut
    statements_timeline: TimelineOut


class NodeOut(Out):
    """An actor in a network."""

    id: str
    label: str
    kind: str
    country: str | None
    events: int = Field(description="Matching events in which it took part, in any role.")


class EdgeOut(Out):
    """What went from one actor to another."""

    source: str
    target: str
    events: int
    goldstein: float | None = Field(description="Mean of those scored, to three decimals.")
    scored: int
    first: date | None
    last: date | None


class OmittedOut(Out):
    """How much was cut."""

    nodes: int
    edges: int


class NetworkOut(Out):
    """Actors and what went between them."""

    nodes: list[NodeOut]
    edges: list[EdgeOut]
    truncated: bool
    omitted: OmittedOut


class ChainNodeOut(Out):
    """An event, or a statement whose `type` is its speech act and whose `label` is its gist."""

    id: str
    kind: Literal["event", "statement"]
    type: str
    label: str
    date: DateOut
    depth: int = Field(description="How many relations away from the root.")
    url: str


class ChainEdgeOut(Out):
    """A relation as it is stored: the source responds to, follows or ends the target."""

    source: str
    source_kind: Literal["event", "statement"]
    target: str
    target_kind: Literal["event", "statement"]
    type: str


class ChainOut(Out):
    """What led to an event and what followed, in order of time."""

    root: str
    depth: int
    nodes: list[ChainNodeOut]
    edges: list[ChainEdgeOut]
    truncated: bool


class FacetsOut(RootModel[dict[str, FacetOut]]):
    """The asked facets, by name."""
