"""Dyads: what one actor did and said to another, in all and by the year in which it begins, kept by every write.

A write adds what is new and takes away what was, like other sums. Only the first and the last day cannot be had by
subtraction: if what began on them is gone, they are looked up among what is left of that year.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select
from sqlalchemy.orm import aliased

from app import bulk
from app.dialects.keys import among_rows
from app.loading.series import MOST_PAIRED, pairs_of
from app.models import Addressee, Dyad, Participant, Statement
from app.models.events import SIDED

# The year of what is summed up over all.
ALL_YEARS = ""
CLASSES = (1, 2, 3, 4)
# The sums of a pair, in the order of their columns.
SUMS = ("events", *(f"class_{one}" for one in CLASSES), "scored", "score", "cooperative", "conflictual", "statements")
_KEY = (Dyad.year, Dyad.source_id, Dyad.target_id)
Key = tuple[str, str, str]
Pair = tuple[str, str]
Parts = Collection[Mapping[str, Any]]
# How many, how many of them scored, and their scores.
Counts = tuple[int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """What goes between two in records of a kind.

    `pairs` of a record come from its row and its rows of `parts`, and it counts for its `sums`. The columns `first` and
    `last` are the days on which it begins, of which those of a pair are found by `days`.
    """

    parts: Any
    pairs: Callable[[Mapping[str, Any], Parts], Collection[Pair]]
    sums: Callable[[Mapping[str, Any], Counts], list[int]]
    first: str
    last: str
    days: Callable[[Pair], tuple[Any, Select[Any]]]


@dataclass(slots=True)
class _Change:
    """What is to be added to a dyad, and the days on which something came and went."""

    sums: list[int] = field(default_factory=lambda: [0] * len(SUMS))
    came: set[date] = field(default_factory=set)
    went: set[date] = field(default_factory=set)


class Dyads:
    """What is to be added to the dyads by records of a kind."""

    def __init__(self, between: Between) -> None:
        self.between = between
        self._changes: defaultdict[Key, _Change] = defaultdict(_Change)

    def count(self, row: Mapping[str, Any], parts: Parts, counts: Counts) -> None:
        """Add the record of ROW and PARTS as COUNTS, which are below zero if it goes."""
        if not (pairs := self.between.pairs(row, parts)):
            return
        day, sums = row["start_on"], self.between.sums(row, counts)
        years = (ALL_YEARS,) if day is None else (ALL_YEARS, _year(day))
        for source, target in pairs:
            for year in years if source != target else ():
                change = self._changes[year, source, target]
                change.sums = [one + other for one, other in zip(change.sums, sums, strict=True)]
                if day is not None:
                    (change.came if counts[0] > 0 else change.went).add(day)

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept: first the years, of which all consists."""
        for whole in (False, True):
            self._add(db, {key: change for key, change in self._changes.items() if (key[0] == ALL_YEARS) is whole})

    def _add(self, db: Connection, changes: Mapping[Key, _Change]) -> None:
        if not changes:
            return
        known = among_rows(_KEY, changes)
        stored = {(row["year"], row["source_id"], row["target_id"]): dict(row) for row in _stored(db, known)}
        if stored:
            db.execute(delete(Dyad).where(known))
        rows = (self._added(db, stored.get(key) or _nothing(key), change) for key, change in changes.items())
        bulk.put(db, Dyad, [row for row in rows if row["events"] or row["statements"]])

    def _added(self, db: Connection, row: dict[str, Any], change: _Change) -> dict[str, Any]:
        """The dyad ROW with CHANGE."""
        first, last = self.between.first, self.between.last
        sums = {name: row[name] + number for name, number in zip(SUMS, change.sums, strict=True)}
        days = change.came | {day for day in (row[first], row[last]) if day}
        span = (min(days), max(days)) if days else (None, None)
        if not change.came.issuperset(change.went.intersection(span)):
            span = self._span(db, row, span)
        return {**row, **sums, first: span[0], last: span[1]}

    def _span(self, db: Connection, row: Mapping[str, Any], within: Any) -> tuple[date | None, date | None]:
        """The first and the last day of the dyad ROW as it is now, neither of which is outside of WITHIN."""
        year, source, target = (row[column.key] for column in _KEY)
        if year == ALL_YEARS:
            keys = [(f"{one:04}", source, target) for one in range(within[0].year, within[1].year + 1)]
            table = Dyad.__table__.columns
            query: Select[Any] = select(func.min(table[self.between.first]), func.max(table[self.between.last]))
            query = query.where(among_rows(_KEY, keys))
        else:
            day, query = self.between.days((source, target))
            query = query.where(day.between(date(int(year), 1, 1), date(int(year), 12, 31)))
        first, last = db.execute(query).one()
        return first, last


def _year(day: date) -> str:
    return day.isoformat()[:4]


def _stored(db: Connection, known: Any) -> Any:
    return db.execute(select(*Dyad.__table__.columns).where(known)).mappings()


def _nothing(key: Key) -> dict[str, Any]:
    row = dict.fromkeys((column.key for column in Dyad.__table__.columns), None)
    return {**row, **dict.fromkeys(SUMS, 0), **dict(zip((column.key for column in _KEY), key, strict=True))}


def _sums_of_event(row: Mapping[str, Any], counts: Counts) -> list[int]:
    number, scored, score = counts
    classes = (number * (row["quad_class"] == one) for one in CLASSES)
    warm = (row["goldstein"] or 0) > 0
    return [number, *classes, scored, score, score * warm, score * (not warm), 0]


def _sums_of_statement(_row: Mapping[str, Any], counts: Counts) -> list[int]:
    return [*([0] * (len(SUMS) - 1)), counts[0]]


def _told(row: Mapping[str, Any], addressees: Parts) -> Collection[Pair]:
    """Who spoke to whom in a statement: its speaker, and whom it was made for, to each of ADDRESSEES."""
    speakers = {one for one in (row["speaker_id"], row["on_behalf_of_id"]) if one}
    return {(speaker, one["actor_id"]) for speaker in speakers for one in addressees}


def _acting(pair: Pair) -> tuple[Any, Select[Any]]:
    one, other, each = aliased(Participant), aliased(Participant), aliased(Participant)
    many = select(func.count(each.actor_id.distinct())).where(each.event_id == one.event_id).scalar_subquery()
    query: Any = select(func.min(one.start_on), func.max(one.start_on)).select_from(one)
    return one.start_on, query.join(other, other.event_id == one.event_id).where(
        *(one.actor_id == pair[0], one.side.in_(SIDED["source"])),
        *(other.actor_id == pair[1], other.side.in_(SIDED["target"])),
        many <= MOST_PAIRED,
    )


def _speaking(pair: Pair) -> tuple[Any, Select[Any]]:
    day = Addressee.start_on
    by = or_(Statement.speaker_id == pair[0], Statement.on_behalf_of_id == pair[0])
    query: Any = select(func.min(day), func.max(day)).select_from(Addressee)
    return day, query.join(Statement, Statement.id == Addressee.statement_id).where(Addressee.actor_id == pair[1], by)


ACTED = Between(Participant, lambda _row, parts: pairs_of(parts), _sums_of_event, "acted_first", "acted_last", _acting)
SAID = Between(Addressee, _told, _sums_of_statement, "said_first", "said_last", _speaking)
