"""Days written with strokes (04/05/2001), of which the rows of a file tell together whether the day or month is first.

Spreadsheets write days as their country does, whatever the source wrote.
"""

import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import chain

from app.importing.cells import day
from app.importing.records import Skipped
from app.importing.rows import Row, skipped

# So many rows are read ahead for one that tells.
LOOKED_AT = 10_000
_STROKES = re.compile(r"(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?: .*)?", re.ASCII)
_MONTHS = 12
_NAMES = {True: "day/month/year", False: "month/day/year"}


def in_order(
    rows: Iterable[Row | Skipped], columns: Sequence[str], *, day_first: bool = False
) -> Iterator[Row | Skipped]:
    """ROWS with the days in COLUMNS that are written with strokes as YYYY-MM-DD.

    The first row that fits one order only tells that of all; if there is none, DAY_FIRST does, and the first row has a
    remark. A row that does not fit is a Skipped.
    """
    source = iter(rows)
    first, told = yield from _looked_at(source, columns)
    order = day_first if told is None else told
    doubtful = told is None
    for row in chain(first, source):
        if isinstance(row, Skipped) or not (written := _written(row, columns)):
            yield row
            continue
        days = {column: day(text, day_first=order) for column, text in written.items()}
        if wrong := next((column for column in written if days[column] is None), None):
            why = f"{written[wrong][:40]} is not a day of the calendar ({wrong}), read as {_NAMES[order]}"
            yield skipped(row.line, why, row.text)
            continue
        text = next(iter(written.values()))
        remarks = (f"days like {text} were read as {_NAMES[order]}; no row tells",) if doubtful else ()
        doubtful = False
        yield row._replace(cells=row.cells | {column: str(one) for column, one in days.items()}, remarks=remarks)


def _looked_at(
    source: Iterator[Row | Skipped], columns: Sequence[str]
) -> Generator[Skipped, None, tuple[list[Row], bool | None]]:
    """The rows up to one that tells the order, and whether the day comes first in it; None if none tells.

    No further than the first row if that has no strokes. What is skipped meanwhile is not held, for it may be endless.
    """
    first: list[Row] = []
    seen = False
    for row in source:
        if isinstance(row, Skipped):
            yield row
            continue
        first.append(row)
        written = _written(row, columns)
        told = {order for text in written.values() if (order := _order(text)) is not None}
        if len(told) == 1:
            return first, told.pop()
        seen |= bool(written)
        if not seen or len(first) == LOOKED_AT:
            break
    return first, None


def _written(row: Row, columns: Sequence[str]) -> dict[str, str]:
    """The days with strokes in COLUMNS of ROW."""
    given = {column: row.cells.get(column, "") for column in columns}
    return {column: text for column, text in given.items() if "/" in text and _STROKES.fullmatch(text)}


def _order(text: str) -> bool | None:
    """Whether the day comes first in TEXT; None if both or neither may."""
    found = _STROKES.fullmatch(text)
    first, second = (int(found[1]) > _MONTHS, int(found[2]) > _MONTHS) if found else (False, False)
    return None if first == second else first
