"""Tallies: how many records, and their scores, at each place of a timeline, by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.dates import INTERVALS
from app.errors import Invalid, ParameterError

# An answer has at most this many points, over all its series.
MOST_POINTS = 10_000
# Sums of scores are the same on both databases up to rounding.
DECIMALS = 3
ALL = ("all", None)


@dataclass(slots=True)
class Tally:
    """How many, how many of them scored, and the sum of their scores."""

    count: int = 0
    scored: int = 0
    score: float = 0.0

    @property
    def mean(self) -> float | None:
        """The mean score, if there is one."""
        return mean(self.score, self.scored)


# The tally of a group and value in a bucket; the bucket is None for `imprecise` and False for `undated`.
Group = tuple[str, str | None]
Spot = date | bool | None
Line = Mapping[Spot, Tally]
Tallies = Mapping[Group, Line]


def mean(score: float | None, scored: int) -> float | None:
    """The mean of SCORED scores whose sum is SCORE, rounded the same on both databases."""
    # What rounds to -0, which they would print differently, is 0.
    return round(round(score or 0.0, DECIMALS) / scored, DECIMALS) + 0.0 if scored else None


def refuse_many(many: bool, interval: str) -> None:
    """Raise Invalid if there are more points of INTERVAL than are served, as MANY says; it names longer ones."""
    if not many:
        return
    coarser = INTERVALS[INTERVALS.index(interval) + 1 :]
    instead = ["a longer interval"] if coarser else []
    words = ", ".join([*instead, "a smaller group_size", "a narrower date"])
    message = f"makes more than {MOST_POINTS} points (buckets times series); choose {words}"
    raise Invalid([ParameterError("interval", interval, message, coarser, coarser[:1])])
