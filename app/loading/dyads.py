"""Dyads: what one actor did and said to another, in all and by the year in which it begins, kept by every write.

A write adds what is new and takes away what was, like other sums. Only the first and the last day cannot be had by
subtraction: if what began on them is gone, they are looked up among what is left of that year.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from operator import add
from typing import Any

from sqlalchemy import Connection, Date, Select, bindparam, delete, func, or_, select
from sqlalchemy.orm import aliased

from app import bulk
from app.dialects.keys import among_rows
from app.loading.drafts import Parts
from app.loading.series import MOST_PAIRED, Pair, pairs_of
from app.models import Addressee, Dyad, Participant, Statement
from app.models.events import SIDED
from app.reading.prepared import read_one

# The year of what is summed up over all.
ALL_YEARS = ""
CLASSES = (1, 2, 3, 4)
# The sums of a pair, in the order of their columns.
SUMS = ("events", *(f"class_{one}" for one in CLASSES), "scored", "score", "cooperative", "conflictual", "statements")
_COLUMNS = Dyad.__table__.columns
_KNOWN = among_rows(Dyad.year, Dyad.source_id, Dyad.target_id)
# Taken out and read in one statement, so that each key is looked up once.
_TAKEN = delete(Dyad).where(_KNOWN).returning(*_COLUMNS)
_NOTHING = {**dict.fromkeys(_COLUMNS.keys()), **dict.fromkeys(SUMS, 0)}
Key = tuple[str, str, str]
# How many, how many of them scored, and their scores.
Counts = tuple[int, int, int]
_SOURCE: Any = bindparam("source")
_TARGET: Any = bindparam("target")


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """What goes between two in records of a kind.

    `pairs` of a record come from its row and its rows of `parts`, and it counts for its `sums`, of which `number` says
    how many there are. The columns `first` and `last` have the days on which they begin; `span` finds those of a pair.
    """

    parts: Any
    pairs: Callable[[Mapping[str, Any], Parts], Collection[Pair]]
    sums: Callable[[Mapping[str, Any], Counts], list[int]]
    number: str
    first: str
    last: str
    span: Select[Any]


@dataclass(slots=True)
class _Change:
    """What is to be added to a dyad, and the days on which something came and went."""

    sums: list[int]
    came: set[date] = field(default_factory=set)
    went: set[date] = field(default_factory=set)

    @property
    def is_none(self) -> bool:
        """Whether all is as it was, as after an edit of something else."""
        return self.came == self.went and not any(self.sums)


class Dyads:
    """What is to be added to the dyads by records of a kind."""

    def __init__(self, between: Between) -> None:
        self.between = between
        self._changes: dict[Key, _Change] = {}

    def count(self, row: Mapping[str, Any], pairs: Collection[Pair], counts: Counts) -> None:
        """Add the record of ROW, which went between PAIRS, as COUNTS, which are below zero if it goes."""
        if not pairs:
            return
        day, sums = row["start_on"], self.between.sums(row, counts)
        years = (ALL_YEARS,) if day is None else (ALL_YEARS, key_of_year(day.year))
        for source, target in pairs:
            for year in years if source != target else ():
                key = year, source, target
                if (change := self._changes.get(key)) is None:
                    change = self._changes[key] = _Change(sums)
                else:
                    change.sums = [*map(add, change.sums, sums)]
                if day is not None:
                    (change.came if counts[0] > 0 else change.went).add(day)

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept: first the years, of which all consists."""
        changes = {key: change for key, change in self._changes.items() if not change.is_none}
        for whole in (False, True):
            self._add(db, {key: change for key, change in changes.items() if (key[0] == ALL_YEARS) is whole})

    def _add(self, db: Connection, changes: Mapping[Key, _Change]) -> None:
        if not changes:
            return
        keys = {"rows": sorted(changes)}
        # By its first three columns, which are its key; a row that SQLAlchemy names by itself is slow.
        stored = {row[:3]: dict(zip(_COLUMNS.keys(), row, strict=True)) for row in db.execute(_TAKEN, keys)}
        rows = (self._added(db, stored.get(key) or _nothing(*key), changes[key]) for key in keys["rows"])
        bulk.put(db, Dyad, [row for row in rows if row["events"] or row["statements"]])

    def _added(self, db: Connection, row: Mapping[str, Any], change: _Change) -> dict[str, Any]:
        """The dyad ROW with CHANGE."""
        first, last = self.between.first, self.between.last
        sums = {name: row[name] + number for name, number in zip(SUMS, change.sums, strict=True)}
        days = change.came | ({row[first], row[last]} - {None}) if sums[self.between.number] else None
        span = (min(days), max(days)) if days else (None, None)
        if not change.came.issuperset(change.went.intersection(span)):
            span = self._span(db, row, span)
        return {**row, **sums, first: span[0], last: span[1]}

    def _span(self, db: Connection, row: Mapping[str, Any], within: Any) -> tuple[date | None, date | None]:
        """The first and the last day of the dyad ROW as it is now, neither of which is outside of WITHIN."""
        year, pair = row["year"], {"source": row["source_id"], "target": row["target_id"]}
        if year == ALL_YEARS:
            years = map(key_of_year, range(within[0].year, within[1].year + 1))
            keys = [(one, *pair.values()) for one in years]
            days = _COLUMNS[self.between.first], _COLUMNS[self.between.last]
            return read_one(db, _spanning(*days), {"rows": keys})  # type: ignore[no-any-return]
        days_of_year = {"begin": date(int(year), 1, 1), "end": date(int(year), 12, 31)}
        return read_one(db, self.between.span, {**pair, **days_of_year})  # type: ignore[no-any-return]


@cache
def _spanning(first: Any, last: Any) -> Select[Any]:
    """The first and the last day of some dyads."""
    return _span_of(first, last).where(_KNOWN)


def key_of_year(year: int) -> str:
    """What a dyad of YEAR has as its year; keys are in the order of years."""
    return f"{year:04}"


def _nothing(year: str, source: str, target: str) -> dict[str, Any]:
    return {**_NOTHING, "year": year, "source_id": source, "target_id": target}


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


def _acting() -> Select[Any]:
    one, other, each = aliased(Participant), aliased(Participant), aliased(Participant)
    many = select(func.count(each.actor_id.distinct())).where(each.event_id == one.event_id).scalar_subquery()
    return _in_year(one.start_on).where(
        *(one.actor_id == _SOURCE, one.side.in_(SIDED["source"])),
        *(other.actor_id == _TARGET, other.side.in_(SIDED["target"]), other.event_id == one.event_id),
        many <= MOST_PAIRED,
    )


def _speaking() -> Select[Any]:
    by = or_(Statement.speaker_id == _SOURCE, Statement.on_behalf_of_id == _SOURCE)
    to = (Addressee.actor_id == _TARGET, Addressee.statement_id == Statement.id)
    return _in_year(Addressee.start_on).where(*to, by)


def _in_year(day: Any) -> Select[Any]:
    begin, end = (bindparam(name, type_=Date()) for name in ("begin", "end"))
    return _span_of(day, day).where(day.between(begin, end))


def _span_of(first: Any, last: Any) -> Select[Any]:
    return select(func.min(first, type_=Date).label("first"), func.max(last, type_=Date).label("last"))


ACTED = Between(
    Participant, lambda _row, parts: pairs_of(parts), _sums_of_event, "events", "acted_first", "acted_last", _acting()
)
SAID = Between(Addressee, _told, _sums_of_statement, "statements", "said_first", "said_last", _speaking())
