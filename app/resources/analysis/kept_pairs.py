"""Sums of pairs that writing keeps (app/loading/dyads.py), and what they leave to be counted.

They are kept for all, and for what begins in a year. So of some days the whole years are added up, and what began on
the days beside them, or had begun before, is counted as ever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select, union_all

from app.answering.views import Rows
from app.asking.conditions import has_begun
from app.asking.filters import narrowing
from app.dates import Span
from app.dialects.days import earlier, later
from app.dialects.keys import among
from app.dialects.overlapping import begun_before
from app.loading.dyads import ALL_YEARS, SUMS, key_of_year
from app.loading.series import CROWDS
from app.models import Dyad, Summary
from app.reading.prepared import looks_back
from app.resources.events import FILTERS

# What pairs themselves are narrowed by.
_OF_PAIRS = ("source", "target")
_YEARS = (date.min.year, date.max.year)
# An event of too many actors counts for no pair.
_CROWDED = select(exists(select(Summary.key).where(Summary.key > CROWDS, Summary.key < f"{CROWDS}~")))


@dataclass(frozen=True, slots=True)
class Kept:
    """The sums of the pairs that `asked` wants: of all, or of `years` from the first to the last."""

    asked: Any
    years: tuple[int, int] | None

    def sums(self, within: Sequence[str] | None, *, said: bool) -> Select[Any]:
        """A row for each pair WITHIN some actors, and for each of the years: `source`, `target`, SUMS, `first`, `last`.

        What was SAID counts, or pairs are those of events alone.
        """
        source, target = Dyad.source_id.label("source"), Dyad.target_id.label("target")
        query = select(source, target, *_sums(), *_days(said=said)).where(self._in_years())
        for name, column in zip(_OF_PAIRS, (Dyad.source_id, Dyad.target_id), strict=True):
            for wanted in (getattr(self.asked, name), within):
                query = query.where(among(column, wanted)) if wanted else query
        return query if said else query.where(Dyad.events > 0)

    def left(self, table: Any) -> Rows:
        """The ids of what of TABLE is of the days that are asked for, and of none of the years."""
        days = self.asked.date
        beside = (select(table.id).where(table.start_on.between(*span)) for span in self._beside(days))
        return union_all(*begun_before(table, days.start, has_begun(days)), *beside)

    def _in_years(self) -> ColumnElement[bool]:
        if self.years is None:
            return Dyad.year == ALL_YEARS
        first, last = map(key_of_year, self.years)
        return and_(Dyad.year >= first, Dyad.year <= last)

    def _beside(self, days: Span) -> Iterator[tuple[date, date]]:
        first, last = self.years or _YEARS
        if days.start and days.start.year < first:
            yield days.start, date(first - 1, 12, 31)
        if days.end and days.end.year > last:
            yield date(last + 1, 1, 1), days.end


def kept_of(db: Connection, asked: Any) -> Kept | None:
    """What is kept of the pairs that ASKED wants; None if that is nothing, or of other data than these."""
    rest = asked.model_copy(update={"date": None, **dict.fromkeys(_OF_PAIRS, ())})
    if asked.roll_up or narrowing(FILTERS, rest) or looks_back(db):
        return None
    years = asked.date and _whole_years(asked.date)
    if years and years[0] > years[1]:
        return None
    return None if db.scalar(_CROWDED) else Kept(asked, years)


def _whole_years(days: Span) -> tuple[int, int]:
    """The first and the last year of which all is in DAYS."""
    first, last = _YEARS
    if days.start:
        first = days.start.year + (days.start != date(days.start.year, 1, 1))
    if days.end:
        last = days.end.year - (days.end != date(days.end.year, 12, 31))
    return first, last


def _sums() -> Iterator[ColumnElement[Any]]:
    """SUMS of a dyad, a score where there is one."""
    scores = {
        "score": case((Dyad.scored > 0, Dyad.score)),
        "cooperative": func.nullif(Dyad.cooperative, 0),
        "conflictual": func.nullif(Dyad.conflictual, 0),
    }
    return (scores.get(name, getattr(Dyad, name)).label(name) for name in SUMS)


def _days(*, said: bool) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """The first and the last day of a dyad's events, and of what was SAID."""
    first: Any = Dyad.acted_first
    last: Any = Dyad.acted_last
    if said:
        first = earlier(func.coalesce(first, Dyad.said_first), func.coalesce(Dyad.said_first, first))
        last = later(func.coalesce(last, Dyad.said_last), func.coalesce(Dyad.said_last, last))
    return first.label("first"), last.label("last")
