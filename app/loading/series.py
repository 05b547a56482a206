"""Series: how many events of an actor, and of a pair, begin in each month, and their scores.

To draw the months of a busy pair, each event of the rarer of them would be looked at. A series is named as a query asks
for it: `actor=x`, or `source=x&target=y`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection

from app.loading import kept_sums
from app.models.events import SIDED

# An event of more actors than these has too many pairs: it counts in none, and its actors are `crowd=x` instead.
MOST_PAIRED = 50
# How many, how many of them scored, and their scores, by month and by the intervals from months on that dates fit.
Months = dict[str, list[int]]


def key_of(name: str) -> str:
    """The key of the series NAME among all that is summed up."""
    return f"event?{name}"


def names_of(participants: Collection[Mapping[str, Any]]) -> Iterator[str]:
    """The series that an event of PARTICIPANTS counts in."""
    actors = {one["actor_id"] for one in participants}
    yield from (f"actor={actor}" for actor in actors)
    if len(actors) > MOST_PAIRED:
        yield from (f"crowd={actor}" for actor in actors)
    yield from (f"source={source}&target={target}" for source, target in pairs_of(participants))


def pairs_of(participants: Collection[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Who acted on whom in an event of PARTICIPANTS: nobody, as it were, in one of too many actors."""
    on = {side: {one["actor_id"] for one in participants if one["side"] in sides} for side, sides in SIDED.items()}
    if len({one["actor_id"] for one in participants}) > MOST_PAIRED:
        return []
    return [(source, target) for source in on["source"] for target in on["target"]]


# What the keys of all crowds begin with.
CROWDS = key_of("crowd=")


class Series:
    """What is to be added to each series."""

    def __init__(self) -> None:
        self._months: defaultdict[str, Months] = defaultdict(dict)

    def count(self, participants: Collection[Mapping[str, Any]], month: str, counts: tuple[int, int, int]) -> None:
        """Add COUNTS to MONTH in all series of an event of PARTICIPANTS."""
        for name in names_of(participants):
            _add(self._months[name], month, counts)

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept."""
        kept_sums.add(db, {key_of(name): months for name, months in self._months.items()}, _added)


def _add(months: Months, month: str, counts: Collection[int]) -> None:
    there = months.get(month)
    months[month] = [*counts] if there is None else [one + other for one, other in zip(there, counts, strict=True)]


def _added(stored: Months, change: Months) -> Months:
    """STORED, which may be long, and CHANGE, without months in which nothing is any more."""
    for month, counts in change.items():
        _add(stored, month, counts)
        if not stored[month][0]:
            del stored[month]
    return stored
