"""How a timeline is laid out: its buckets, its groups in their order, and a point for each bucket of each group."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import orjson

from app.dates import MONTHS, Span, start_of
from app.errors import Invalid
from app.resources.analysis.buckets import buckets, end_of, how_many
from app.resources.analysis.tallies import MOST_POINTS, Group, Spot, Tallies, Tally, refuse_many

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a timeline is laid out: by which INTERVAL, over which days at least, and how its groups are called."""

    interval: str
    span: Span | None = None
    group_by: str | None = None
    labels: Callable[[str], str] = str


def timeline(tallies: Tallies, whole: Tallies, layout: Layout) -> Json:
    """TALLIES as they are served; WHOLE counts each record once, whatever its groups."""
    starts = _starts(tallies, layout)
    refuse_many(len(starts) * len(tallies) > MOST_POINTS, layout.interval)
    nothing = {start: _nothing(layout.interval, start) for start in starts}
    totals = _merged(whole.values())
    return {
        "interval": layout.interval,
        "group_by": layout.group_by,
        "total": sum(tally.count for tally in totals.values()),
        "imprecise": totals[None].count,
        "undated": totals[False].count,
        "series": [_series(group, tallies[group], nothing, layout) for group in _ordered(tallies)],
    }


def fitting(asked: Any, draw: Callable[[str], Json]) -> Json:
    """What DRAW gives for the interval of ASKED; if it was left out, for the first from months on that fits."""
    intervals = [asked.interval] if asked.interval else [*MONTHS]
    for interval in intervals[:-1]:
        with suppress(Invalid):
            _refuse_long(interval, asked.date)
            return draw(interval)
    _refuse_long(intervals[-1], asked.date)
    return draw(intervals[-1])


def _refuse_long(interval: str, span: Span | None) -> None:
    """Raise Invalid if SPAN alone has more buckets than are served, before anything is counted."""
    if span and span.start and span.end:
        many = how_many(interval, start_of(interval, span.start), span.end) > MOST_POINTS
        refuse_many(many, interval)


def _merged(groups: Iterable[Mapping[Spot, Tally]]) -> Mapping[Spot, Tally]:
    merged: dict[Spot, Tally] = defaultdict(Tally)
    for tallies in groups:
        for spot, tally in tallies.items():
            merged[spot].count += tally.count
    return merged


def _starts(tallies: Tallies, layout: Layout) -> list[date]:
    """The buckets of the span, or from the first to the last that counts; before the span only those that count."""
    used = {spot for group in tallies.values() for spot in group if isinstance(spot, date)}
    span = layout.span
    first = start_of(layout.interval, span.start) if span and span.start else min(used, default=None)
    last = start_of(layout.interval, span.end) if span and span.end else max(used, default=None)
    if first is None or last is None:
        return sorted(used)
    refuse_many(how_many(layout.interval, first, last) > MOST_POINTS, layout.interval)
    return sorted({*used, *buckets(layout.interval, first, last)})


def _ordered(tallies: Tallies) -> list[Group]:
    """Values with most first, then `other`, then `missing`."""
    last = ("all", "value", "other", "missing")
    sizes = {group: sum(tally.count for tally in found.values()) for group, found in tallies.items()}
    return sorted(tallies, key=lambda group: (last.index(group[0]), -sizes[group], group[1] or ""))


def _series(group: Group, tallies: Mapping[Spot, Tally], nothing: Mapping[date, Any], layout: Layout) -> Json:
    name, key = group
    no = Tally()
    points = {spot: _point(layout.interval, spot, tally) for spot, tally in tallies.items() if isinstance(spot, date)}
    return {
        "key": "other" if name == "other" else key,
        "label": name if key is None else layout.labels(key),
        "group": name,
        "count": sum(tally.count for tally in tallies.values()),
        "imprecise": tallies.get(None, no).count,
        "undated": tallies.get(False, no).count,
        "points": list({**nothing, **points}.values()),
    }


@lru_cache(maxsize=MOST_POINTS)
def _nothing(interval: str, start: date) -> orjson.Fragment:
    """The point of START at which nothing was, as most of a rare pair are: written out once."""
    return orjson.Fragment(orjson.dumps(_point(interval, start, Tally())))


def _point(interval: str, start: date, tally: Tally) -> Json:
    end = end_of(interval, start)
    return {"start": start, "end": end, "count": tally.count, "goldstein": tally.mean, "scored": tally.scored}
