"""Activity: what each actor does and says, counted by the codes of its events and of its statements.

To count them for the busiest actor, each of its events would be looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.loading import kept_sums
from app.loading.drafts import Parts
from app.loading.kept_sums import Counts


@dataclass(frozen=True, slots=True, eq=False)
class Doing:
    """What actors do in records of a kind: `actors` says whose doing a record is, `dimensions` what it is counted by.

    `name` is that of the filter that finds what an actor does.
    """

    name: str
    actors: Callable[[Mapping[str, Any], Parts], Iterable[str]]
    dimensions: tuple[str, ...]

    def key_of(self, actor: str) -> str:
        """The key of what ACTOR does among all that is summed up."""
        return f"activity?{self.name}={actor}"


class Activity:
    """What is to be added to what actors do in records of a kind."""

    def __init__(self, doing: Doing) -> None:
        self.doing = doing
        self._counts: defaultdict[str, Counts] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))

    def count(self, row: Mapping[str, Any], parts: Parts, values: Mapping[str, Iterable[str]], step: int) -> None:
        """Add STEP to each of VALUES, those of the record of ROW and PARTS by dimension, for each of its actors."""
        for actor in self.doing.actors(row, parts):
            counts = self._counts[actor]
            for dimension in self.doing.dimensions:
                found = counts[dimension]
                for value in values[dimension]:
                    found[value] += step

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept."""
        kept_sums.add(db, {self.doing.key_of(one): counts for one, counts in self._counts.items()}, kept_sums.added)


ACTING = Doing(
    "actor",
    lambda _row, participants: {one["actor_id"] for one in participants},
    ("type", "country", "status", "quad_class", "dataset"),
)
SPEAKING = Doing(
    "speaker",
    lambda row, _topics: () if row["speaker_id"] is None else (row["speaker_id"],),
    ("act", "medium", "directness", "language", "dataset", "topic"),
)
