"""Summaries: how many records begin in each day, month and year, by what views count them by.

A write takes away what its records counted for before it and adds what they count for after it, in its transaction: so
sums over everything are added up from some hundred rows, and are exact. A record counts on its first day alone; who
asks for days adds those that had begun before (app/resources/analysis/summaries.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, delete, exists, select

from app.dates import INTERVALS, start_of
from app.dialects.keys import KEYS, among_many
from app.loading import kept_sums
from app.loading.activity import ACTING, SPEAKING, Activity, Doing
from app.loading.drafts import Draft
from app.loading.dyads import ACTED, SAID, Between, Dyads
from app.loading.kept_sums import Counts
from app.loading.series import Series, names_of
from app.models import Dyad, Event, Participant, Statement, StatementTopic, Summary
from app.reading.prepared import read

# What a record counts under that has no value of a dimension.
NONE = ""
# Of what has no first day; that which has no day at all is UNDATED.
STARTLESS = ""
UNDATED = "undated"
# Scores are summed as whole numbers of this part, so that sums that come and go stay exact.
SCORE = 1_000_000_000
# Records that are read together.
AT_ONCE = 5_000
# Records that are summed up before what they change is written: what is kept of a busy actor is rewritten each time.
TOGETHER = 20_000
# What sums are made of beside the dimensions.
_COUNTED = {
    *("id", "start_on", "end_on", "precision", "goldstein", "quad_class"),
    *("actor_id", "side", "speaker_id", "on_behalf_of_id"),
}
# Counted by how exact a date is, as the intervals that it fits: how many records, how many with a score, the scores.
NUMBER, SCORED, SCORES = "n", "scored", "score"


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """How records of a table are summed up: by their own columns, and by those of their parts in `several`.

    `parts` says which dimensions are kept together. What has a `side` in its parts counts in series of its actors. What
    went `between` two in a record counts in dyads and in series of pairs, and what is somebody's `doing` in activity.
    """

    table: Any
    columns: Mapping[str, str]
    several: Any
    owner: str
    values: Mapping[str, str]
    parts: Mapping[str, tuple[str, ...]]
    between: Between
    doing: Doing

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)

    @property
    def sided(self) -> bool:
        return hasattr(self.several, "side")

    def part_of(self, dimension: str) -> str | None:
        """The part that has DIMENSION, if one has."""
        return next((part for part, dimensions in self.parts.items() if dimension in dimensions), None)


_DATES = (NUMBER, SCORED, SCORES)
KINDS = {
    "event": Kind(
        Event,
        {name: name for name in ("type", "country", "status", "quad_class")} | {"dataset": "dataset_id"},
        Participant,
        "event_id",
        {"actor": "actor_id", "role": "role"},
        {
            "dates": _DATES,
            "codes": ("type", "country", "status", "quad_class", "dataset", "role"),
            "actors": ("actor",),
        },
        ACTED,
        ACTING,
    ),
    "statement": Kind(
        Statement,
        {name: name for name in ("act", "medium", "directness", "language")}
        | {"dataset": "dataset_id", "speaker": "speaker_id"},
        StatementTopic,
        "statement_id",
        {"topic": "topic"},
        {
            "dates": _DATES,
            "codes": ("act", "medium", "directness", "language", "dataset", "topic"),
            "actors": ("speaker",),
        },
        SAID,
        SPEAKING,
    ),
}


class _Counted(NamedTuple):
    """As what a record was counted: how exact its date is, its number and scores, and its values by dimension."""

    exact: str
    sums: tuple[int, int, int]
    values: Mapping[str, Collection[str]]


class Sums:
    """Counts by day, of one kind of record."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.days: defaultdict[str, Counts] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))

    def draw(self, db: Connection, ids: Sequence[str], step: int = 1) -> None:
        """Count the stored records IDS, STEP each."""
        records, told = _stored(self.kind)
        for at in range(0, len(ids), AT_ONCE):
            some = ids[at : at + AT_ONCE]
            parts: defaultdict[str, defaultdict[Any, list[Any]]] = defaultdict(lambda: defaultdict(list))
            for table, query in told.items():
                for row in read(db, query, {"keys": some}):
                    parts[row.owner][table].append(row._asdict())
            for row in read(db, records, {"keys": some}):
                self.count(row._asdict(), parts[row.id], step)

    def count(self, row: Any, each: Mapping[Any, Collection[Any]], step: int = 1) -> _Counted:
        """Count a record, which has ROW and EACH of its parts by their tables, as STEP."""
        start, score = row["start_on"], row.get("goldstein")
        counts = self.days[start.isoformat() if start else STARTLESS]
        exact = _exactness(start, row["end_on"], row["precision"])
        sums = step, step * (score is not None), step * round((score or 0) * SCORE)
        for dimension, number in zip(_DATES, sums, strict=True):
            counts[dimension][exact] += number
        values = self._values(row, each.get(self.kind.several, ()))
        for dimension, some in values.items():
            found = counts[dimension]
            for value in some:
                found[value] += step
        return _Counted(exact, sums, values)

    def _values(self, row: Any, parts: Collection[Any]) -> dict[str, Collection[str]]:
        """What the record of ROW and PARTS counts under, by dimension."""
        own = ((dimension, row[column]) for dimension, column in self.kind.columns.items())
        found: dict[str, Collection[str]] = {name: (NONE if value is None else str(value),) for name, value in own}
        for dimension, column in self.kind.values.items():
            found[dimension] = {part[column] for part in parts} if parts else (NONE,)
        return found


class Additions(Sums):
    """What records of one kind add to all that is kept of them: summaries, series, dyads and activity."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind)
        self.series, self.dyads, self.activity = Series(kind.name), Dyads(kind.between), Activity(kind.doing)

    def count(self, row: Any, each: Mapping[Any, Collection[Any]], step: int = 1) -> _Counted:
        """Count a record, which has ROW and EACH of its parts by their tables, as STEP."""
        counted = super().count(row, each, step)
        parts = each.get(self.kind.several, ())
        pairs = self.kind.between.pairs(row, each.get(self.kind.between.parts, ()))
        actors = {part["actor_id"] for part in parts} if self.kind.sided else ()
        self.series.count(names_of(actors, pairs), _month(row["start_on"], counted.exact), counted.sums)
        self.dyads.count(row, pairs, counted.sums)
        self.activity.count(row, parts, counted.values, step)
        return counted

    def add(self, db: Connection) -> None:
        """Add what was counted to what is kept."""
        kept_sums.add(db, dict(self._changes()), kept_sums.added)
        self.series.add(db)
        self.dyads.add(db)
        self.activity.add(db)

    def _changes(self) -> Iterator[tuple[str, Counts]]:
        """What is to be added to each summary, by its key."""
        found: defaultdict[str, Counts] = defaultdict(dict)
        for day, counts in self.days.items():
            for bucket in {day[:7], day[:4]} - {STARTLESS}:
                kept_sums.merge(found[bucket], counts)
        for bucket, counts in {**found, **self.days}.items():
            for part, dimensions in self.kind.parts.items():
                some = {name: counts[name] for name in dimensions if any(counts.get(name, {}).values())}
                if some:
                    yield key_of(self.kind, part, bucket), some


class Difference:
    """What a write changes in the summaries."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.sums = {kind.table: Additions(kind) for kind in KINDS.values()}

    def take(self, table: type[Any], ids: Collection[str]) -> None:
        """Take away what the records IDS of TABLE count for as they stand."""
        self._draw(table, ids, -1)

    def give(self, table: type[Any], ids: Collection[str]) -> None:
        """Add what the records IDS of TABLE count for as they stand."""
        self._draw(table, ids, 1)

    def give_new(self, drafts: Iterable[Draft], countries: Mapping[Any, str | None]) -> None:
        """Add what DRAFTS, of which none was there before, count for; COUNTRIES are those of their places."""
        for draft in drafts:
            if draft.table in self.sums:
                sums = self.sums[draft.table]
                row = {**draft.row, "dataset_id": draft.dataset, "country": countries.get(draft.row.get("place_id"))}
                sums.count(row, draft.parts)

    def write(self) -> None:
        """Bring the summaries up to it."""
        for sums in self.sums.values():
            if sums.days:
                sums.add(self.db)

    def _draw(self, table: type[Any], ids: Collection[str], step: int) -> None:
        if ids and table in self.sums:
            self.sums[table].draw(self.db, sorted(ids), step)


def key_of(kind: Kind, part: str, bucket: str) -> str:
    """The key of a summary; a BUCKET is a year (2016), a month (2016-10), a day, or STARTLESS."""
    return f"{kind.name}/{part}/{bucket}"


def rebuild(db: Connection) -> None:
    """Make all summaries anew, day by day, so that most of them are written once."""
    db.execute(delete(Summary))
    db.execute(delete(Dyad))
    for kind in KINDS.values():
        ids = select(kind.table.id).order_by(kind.table.start_on.desc().nulls_last(), kind.table.id)
        for some in db.scalars(ids, execution_options={"yield_per": TOGETHER}).partitions():
            sums = Additions(kind)
            sums.draw(db, some)
            sums.add(db)


def refresh(db: Connection) -> None:
    """Make the summaries if there are none: whoever changes what they say empties their table by a migration."""
    if not db.scalar(select(exists(select(Summary.key)))):
        rebuild(db)


@cache
def _stored(kind: Kind) -> tuple[Select[Any], Mapping[Any, Select[Any]]]:
    """What is counted of some records, and of their parts by their tables."""
    names = {*_COUNTED, *kind.columns.values(), *kind.values.values()}
    records = select(*_columns(kind.table, names)).where(among_many(kind.table.id, KEYS))
    parts = {}
    for table in (kind.several, kind.between.parts):
        owner = getattr(table, kind.owner)
        parts[table] = select(owner.label("owner"), *_columns(table, names)).where(among_many(owner, KEYS))
    return records, parts


def _columns(table: Any, names: Collection[str]) -> list[Any]:
    return [column for column in table.__table__.columns if column.name in names]


@lru_cache(maxsize=10_000)
def _month(start: date | None, exact: str) -> str:
    """Where a series counts what begins on START: its month, and the intervals from months on that it fits."""
    return f"{start.isoformat()[:7] if start else STARTLESS}/{exact.lstrip('dw')}"


@lru_cache(maxsize=10_000)
def _exactness(start: date | None, end: date | None, precision: str) -> str:
    """The intervals that have a bucket for this date, each by its first letter."""
    if start is None:
        return UNDATED if end is None else ""
    if precision == "range":
        fit = [one for one in INTERVALS if end is not None and start_of(one, start) == start_of(one, end)]
    else:
        fit = [*INTERVALS[INTERVALS.index(precision) :]] if precision in INTERVALS else []
    return "".join(one[0] for one in fit)
