"""Series: how many records of an actor, and of a pair, begin in each month, and their scores.

To draw the months of a busy pair, each event of the rarer of them would be looked at. A series is named as a query asks
for it: `actor=x`, or `source=x&target=y`. What goes both ways between two at once, as a meeting does, is `mutual=x&y`
as well, so that both ways together can be told.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Connection

from app.loading import kept_sums
from app.loading.drafts import Parts
from app.models.events import SIDED

# An event of more actors than these has too many pairs: it counts in none, and its actors are `crowd=x` instead.
MOST_PAIRED = 50
# How many, how many of them scored, and their scores, by month and by the intervals from months on that dates fit.
Months = dict[str, list[int]]
Pair = tuple[str, str]


def key_of(kind: str, name: str) -> str:
    """The key of the series NAME of records of KIND among all that is summed up."""
    return f"{kind}?{name}"


def mutual(a: str, b: str) -> str:
    """The series of what goes both ways between A and B."""
    return "mutual={}&{}".format(*sorted((a, b)))


def names_of(actors: Collection[str], pairs: Collection[Pair]) -> Iterator[str]:
    """The series that a record counts in which is of ACTORS, and goes between PAIRS."""
    yield from (f"actor={actor}" for actor in actors)
    if len(actors) > MOST_PAIRED:
        yield from (f"crowd={actor}" for actor in actors)
    for source, target in pairs:
        yield f"source={source}&target={target}"
        if source < target and (target, source) in pairs:
            yield mutual(source, target)


def pairs_of(participants: Parts) -> set[Pair]:
    """Who acted on whom in an event of PARTICIPANTS: nobody, as it were, in one of too many actors."""
    if len(participants) > MOST_PAIRED and len({one["actor_id"] for one in participants}) > MOST_PAIRED:
        return set()
    sources = {one["actor_id"] for one in participants if one["side"] in SIDED["source"]}
    targets = {one["actor_id"] for one in participants if one["side"] in SIDED["target"]}
    return {(source, target) for source in sources for target in targets}


# What the keys of all crowds begin with.
CROWDS = key_of("event", "crowd=")


class Series:
    """What is to be added to each series of records of KIND."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._months: defaultdict[str, Months] = defaultdict(dict)

    def count(self, names: Iterator[str], month: str, counts: tuple[int, int, int]) -> None:
        """Add COUNTS to MONTH in the series of NAMES."""
        for name in names:
            add(self._months[name], month, counts)

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept."""
        kept_sums.add(db, {key_of(self._kind, name): months for name, months in self._months.items()}, _added)


def add(months: Months, month: str, counts: Collection[int], times: int = 1) -> None:
    """Add COUNTS, so many TIMES, to MONTH of MONTHS."""
    there = months.get(month, (0, 0, 0))
    months[month] = [one + times * other for one, other in zip(there, counts, strict=True)]


def _added(stored: Months, change: Months) -> Months:
    """STORED, which may be long, and CHANGE, without months in which nothing is any more."""
    for month, counts in change.items():
        add(stored, month, counts)
        if not stored[month][0]:
            del stored[month]
    return stored
