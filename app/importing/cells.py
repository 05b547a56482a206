"""What cells of event data mean: dates, numbers, points, and ids, each of which must belong to one event."""

import math
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import chain

from app.dates import Span
from app.importing.records import Skipped
from app.importing.rows import skipped

KEPT = 100_000
MOST = 2**31 - 1
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?", re.ASCII)
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", re.ASCII)
_SHORT = re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII)
_STROKES = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?: .*)?", re.ASCII)
_DOTS = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?: .*)?", re.ASCII)
_WORDS = re.compile(r"(\d{1,2})[ -]?([A-Za-z]{3,9})[ -]?(\d{4}|\d{2})(?: .*)?", re.ASCII)
# Of twelve digits those that begin with a year may be a time.
_MILLISECONDS = re.compile(r"-?(?:(?!19|20)\d{12}|\d{13})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
_NOTHING = frozenset({"", "na", "nan", "null", "none", "\\n"})
SHOWN = 40
EARLIEST = 1000  # an earlier year has lost digits: ACLED had 0025 for 2025
_CENTURY = 45  # two-digit years from here on, when the oldest data begin, are of the twentieth century


@lru_cache(maxsize=KEPT)
def day(text: str, *, day_first: bool = False) -> date | None:
    """The day that TEXT names, or None if it names none.

    TEXT may be 2018-06-01, 20180601, 950101, 1.6.2018, 1 June 2018, 1-Jun-18 or, of Stata, 01jun2018; all but the short
    one may be followed by a time. 06/01/2018 and 6/1/18 are 1 June, as Americans write it; with DAY_FIRST they are
    6 January. 1527811200000 is 1 June too: pandas writes the milliseconds since 1970 into JSON.
    """
    try:
        found = _day(text.strip(), day_first=day_first)
    except ValueError:
        return None
    return found if found and found.year >= EARLIEST else None


def _day(text: str, *, day_first: bool) -> date | None:
    if found := _ISO.fullmatch(text) or _PLAIN.fullmatch(text):
        return date(*map(int, found.groups()))
    if found := _SHORT.fullmatch(text):
        return date(_year(found[1]), int(found[2]), int(found[3]))
    if found := _DOTS.fullmatch(text) or (_STROKES.fullmatch(text) if day_first else None):
        return date(_year(found[3]), int(found[2]), int(found[1]))
    if found := _STROKES.fullmatch(text):
        return date(_year(found[3]), int(found[1]), int(found[2]))
    if found := _WORDS.fullmatch(text):
        # strptime's names of months depend on the locale; these do not.
        return date(_year(found[3]), MONTHS.index(found[2][:3].casefold()) + 1, int(found[1]))
    return (_EPOCH + timedelta(milliseconds=int(text))).date() if _MILLISECONDS.fullmatch(text) else None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (1900 if year >= _CENTURY else 2000)  # noqa: PLR2004


@lru_cache(maxsize=KEPT)
def on(text: str) -> Span | None:
    """The day that TEXT names, as a Span of one day."""
    found = day(text)
    return Span(found, found, "day") if found else None


def number(text: str) -> float | None:
    """TEXT as a finite number, or None."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in text else None


def whole(text: str) -> int | None:
    """TEXT as a whole number, from 0 to what a database can count to, or None."""
    found = int(text) if text.isascii() and text.isdigit() and len(text) < len(str(MOST)) + 1 else None
    return found if found is None or found <= MOST else None


def measured(name: str, text: str) -> tuple[float | None, tuple[str, ...]]:
    """TEXT as a number, and a remark if it is something else (`1,200`, `12+`), which is left out under its NAME."""
    found = number(text)
    if found is not None or text.strip().casefold() in _NOTHING:
        return found, ()
    return None, (f"{name} {text.strip()[:SHOWN]} is not a number and was left out",)


def counted(name: str, text: str) -> tuple[float | None, tuple[str, ...]]:
    """TEXT as a count, and a remark if it is something else.

    1.234, 1.000 and, of a table with decimal commas, 1,234 may be a thousand and more: nobody can tell.
    """
    if (plain := whole(text)) is not None:  # as nearly all are
        return float(plain), ()
    found, remarks = measured(name, text)
    if found is None or (found >= 0 and found.is_integer() and not _THOUSANDS.fullmatch(text.strip())):
        return found, remarks
    return None, (f"{name} {text.strip()[:SHOWN]} is not a count and was left out",)


def all_counted(given: Mapping[str, str]) -> tuple[dict[str, float | None], tuple[str, ...]]:
    """The texts GIVEN as counts, by their names, and a remark for each that is something else."""
    found = {name: counted(name, text) for name, text in given.items()}
    remarks = chain.from_iterable(remarks for _, remarks in found.values())
    return {name: count for name, (count, _) in found.items()}, tuple(remarks)


def score(text: str) -> tuple[float | None, tuple[str, ...]]:
    """TEXT as a Goldstein score, and a remark if it was no number or beyond the scale and left out."""
    found, remarks = measured("the score", text)
    if found is None or abs(found) <= 10:  # noqa: PLR2004 - the scale's end
        return found, remarks
    return None, (f"the score {text} is beyond -10 to 10 and was left out",)


def point(lat: str, lon: str) -> tuple[float | None, float | None, tuple[str, ...]]:
    """A latitude and a longitude, and a remark if they were left out. There is no place at 0,0."""
    if not lat and not lon:
        return None, None, ()
    north, east = number(lat), number(lon)
    if north is None or east is None or abs(north) > 90 or abs(east) > 180:  # noqa: PLR2004
        return None, None, (f"{lat},{lon} are not coordinates and were left out",)
    if north == east == 0:
        return None, None, ("coordinates 0,0 stand for an unknown place and were left out",)
    return north, east, ()


class Ids:
    """Remembers ids, to tell an id that two events have from a row that came twice.

    Whatever the size of the file, only the last KEPT ids are remembered.
    """

    def __init__(self) -> None:
        # Not a dict, in which finding the first key takes longer the more keys were removed before it.
        self._rows: OrderedDict[str, list[tuple[int, int]]] = OrderedDict()

    def key(self, id: str, line: int, text: str) -> tuple[str, tuple[str, ...]] | Skipped:
        """The key of the event, and a remark if ID was that of another event; Skipped if the same row came before."""
        rows, seen = self._rows, hash(text)
        before = rows.get(id)
        if before is None:
            if len(rows) >= KEPT:
                rows.popitem(last=False)
            rows[id] = [(line, seen)]
            return id, ()
        if same := next((first for first, content in before if content == seen), None):
            return skipped(line, f"the same as line {same}", text)
        before.append((line, seen))
        return f"{id}~{len(before)}", (f"id {id} was another event's on line {before[0][0]}",)
