"""Activity: in how many events of each type an actor takes part, and how many statements of each act it makes.

To count them for the busiest actor, each of its events would be looked at.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.loading import kept_sums

Parts = Collection[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Doing:
    """What actors do in records of a kind: `code` is the column that says it, `actors` whose doing a record is."""

    code: str
    actors: Callable[[Mapping[str, Any], Parts], Collection[str]]

    def key_of(self, actor: str) -> str:
        """The key of what ACTOR does among all that is summed up."""
        return f"{self.code}?actor={actor}"


class Activity:
    """How often each actor is to be counted with each code."""

    def __init__(self, doing: Doing) -> None:
        self.doing = doing
        self._counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def count(self, row: Mapping[str, Any], parts: Parts, step: int) -> None:
        """Add STEP for the record of ROW and PARTS."""
        code = row[self.doing.code]
        for actor in self.doing.actors(row, parts):
            self._counts[actor][code] += step

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept."""
        kept_sums.add(db, {self.doing.key_of(actor): codes for actor, codes in self._counts.items()}, _added)


def _added(stored: dict[str, int], change: Mapping[str, int]) -> dict[str, int]:
    """STORED and CHANGE, without codes that count nothing any more."""
    for code, number in change.items():
        stored[code] = stored.get(code, 0) + number
    return {code: number for code, number in stored.items() if number}


ACTING = Doing("type", lambda _row, participants: {one["actor_id"] for one in participants})
SPEAKING = Doing("act", lambda row, _parts: {row["speaker_id"]} - {None})
