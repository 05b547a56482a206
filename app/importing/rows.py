"""Rows of delimited text with a header, from numbered lines, with all the quirks of files that people pass on.

A row that does not fit its header is a Skipped with its line; the rows after it are read nevertheless.
"""

import csv
import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import chain, islice
from types import MappingProxyType
from typing import NamedTuple

from app.importing.records import Line, Skipped

# A quoted cell that runs over more lines than this was opened by a stray quotation mark.
LONGEST = 200
# A header is looked for in so many lines.
PREAMBLE = 20
# How many characters of a header are shown, and of a skipped row are kept, so that it can be mended and imported again.
SHOWN = 500
KEPT = 1_000_000
# What programs write in cells that have nothing: R, pandas, databases.
MISSING = frozenset({"", "NA", "nan", "NaN", "None", "NULL", "null", "\\N"})
NO_NAMES: Mapping[str, str] = MappingProxyType({})
NO_CSV = "a cell in quotation marks is never closed, or is too long, or is broken by a carriage return"
# What may separate the cells of CSV. Spreadsheets write semicolons in countries that write decimal commas.
DELIMITERS = (",", ";", "\t", "|")
_WORDS = re.compile(r'[^\s."_]+')
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+", re.ASCII)


class Row(NamedTuple):
    """A row: the line on which it begins, its text as it came, its cells by column, and remarks for the report."""

    line: int
    text: str
    cells: dict[str, str]
    remarks: tuple[str, ...] = ()


def skipped(line: int, why: str, text: str) -> Skipped:
    """A Skipped for the row with TEXT."""
    return Skipped(line, why, text[:KEPT])


def begun(lines: Iterable[Line]) -> tuple[str, Iterator[Line]]:
    """The first of LINES that is not blank, or nothing, by which a layout is told; and the lines from that one on."""
    source = iter(lines)
    first = next((line for line in source if line[1].strip()), None)
    return (first[1], chain([first], source)) if first else ("", source)


def column(heading: str) -> str:
    """A heading as a name: `Event ID`, `event_id` and R's `Event.ID` are one."""
    return "_".join(_WORDS.findall(heading.casefold()))


def joined(names: Iterable[str]) -> dict[str, str]:
    """NAMES (`event_id`) by the headings that Stata, whose names have no blanks, makes of them (`eventid`)."""
    return {name.replace("_", ""): name for name in names}


def table_rows(
    lines: Iterable[Line],
    required: Collection[str],
    missing: frozenset[str] = MISSING,
    quoted: str | None = None,
    former: Mapping[str, str] = NO_NAMES,
) -> Iterator[Row | Skipped]:
    """Rows of tab-separated text or, if the header has no tab, of the same table written as CSV."""
    first, source = begun(lines)
    if "\t" in first:
        yield from tab_rows(source, required, missing, quoted, former)
    else:
        yield from csv_rows(source, required, missing, former)


def tab_rows(
    lines: Iterable[Line],
    required: Collection[str],
    missing: frozenset[str] = MISSING,
    quoted: str | None = None,
    former: Mapping[str, str] = NO_NAMES,
) -> Iterator[Row | Skipped]:
    """Rows of tab-separated text under a header, without blanks at the ends of cells.

    Cells that are one of MISSING are empty. If the cell of QUOTED, which never has a quotation mark of its own, is in
    quotes, so are all cells of the row. FORMER headings are read as the present ones, unless those are there too.
    """
    source = iter(lines)
    headings, first, before = _header(source, required, former)
    if first is None or _lacking(headings, required):
        yield from _no_header(first, headings, required)
        return
    yield from before
    width, mark = len(headings), headings.index(quoted) if quoted in headings else None
    numbered: bool | None = None
    for number, text in source:
        cells = text.split("\t")
        if len(cells) == 1 and not text.strip():
            continue
        if mark is not None and len(cells) > mark and cells[mark][:1] == '"':
            cells = _split(text, "\t") if len(cells) != width else [*map(_bare, cells)]
        elif '""' in text:
            cells = [*map(_undoubled, cells)]
        if numbered is None:
            numbered = _numbered(cells, headings)
        if len(cells) != width and not numbered:
            cells = _evened(cells, headings)
        if len(cells) != width + (numbered and len(cells) > width):
            yield _misfit(number, text, len(cells), width)
            continue
        bare = ["" if cell in missing else cell for cell in map(str.strip, cells[-width:])]
        if ".0" in text:
            bare = [*map(_counted, bare)]
        yield Row(number, text, dict(zip(headings, bare, strict=True)))


def csv_rows(
    lines: Iterable[Line],
    required: Collection[str],
    missing: frozenset[str] = MISSING,
    former: Mapping[str, str] = NO_NAMES,
) -> Iterator[Row | Skipped]:
    """Rows of CSV (RFC 4180, with any of DELIMITERS) under a header; cells may hold line breaks.

    Cells that are one of MISSING are empty. FORMER headings are read as the present ones, unless those are there too.
    """
    source = iter(lines)
    headings, first, before = _header(source, required, former)
    delimiter = _delimiter(first[1]) if first else ","
    if first is None or _lacking(headings, required):
        yield from _no_header(first, headings, required)
        return
    yield from before
    width, numbered = len(headings), None
    for number, text, found in _records(source, width, delimiter):
        if numbered is None and found:
            numbered = _numbered(found, headings)
        cells = _evened(found, headings) if found and len(found) != width and not numbered else found
        if cells is None:
            yield skipped(number, NO_CSV, text)
        elif len(cells) == width + bool(numbered and len(cells) > width):
            bare = ["" if cell in missing else cell for cell in map(str.strip, cells[-width:])]
            if ".0" in text:
                bare = [*map(_counted, bare)]
            if delimiter == ";":
                bare = [cell.replace(",", ".") if _DECIMAL_COMMA.fullmatch(cell) else cell for cell in bare]
            yield Row(number, text, dict(zip(headings, bare, strict=True)))
        elif cells:
            yield _misfit(number, text, len(cells), width)


def _records(source: Iterator[Line], width: int, delimiter: str) -> Iterator[tuple[int, str, list[str] | None]]:
    """Records, which may run over several lines. If one runs away, only its first line is bad (cells None)."""
    waiting: deque[Line] = deque()
    while True:
        taken: list[Line] = []
        try:
            cells = next(csv.reader(_feed(waiting, source, taken), delimiter=delimiter), None)
        except csv.Error:
            cells = []
        if not taken:
            return
        if len(taken) > 1 and (cells is None or len(cells) not in {width, width + 1}):
            waiting.extendleft(reversed(taken[1:]))
            yield *taken[0], None
            continue
        failed = not cells and taken[0][1].strip() != ""
        yield taken[0][0], "\n".join(text for _, text in taken), None if failed else cells or []


def _feed(waiting: deque[Line], source: Iterator[Line], taken: list[Line]) -> Iterator[str]:
    while len(taken) < LONGEST:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        taken.append(line)
        # The csv module refuses NUL.
        yield line[1].replace("\0", "") + "\n"


def _header(
    source: Iterator[Line], required: Collection[str], former: Mapping[str, str] = NO_NAMES
) -> tuple[list[str], Line | None, list[Skipped]]:
    """The headings, their line, and the lines before it: a title or notes, if all that is REQUIRED follows soon.

    If it does not, the first line is the header; what was read after it is lost.
    """
    before: list[Line] = []
    for line in islice((line for line in source if line[1].strip()), PREAMBLE):
        if not _lacking(headings := headings_of(line[1], former), required):
            return headings, line, [skipped(number, "it stands before the header", text) for number, text in before]
        before.append(line)
    return (headings_of(before[0][1], former), before[0], []) if before else ([], None, [])


def headings_of(text: str, former: Mapping[str, str] = NO_NAMES) -> list[str]:
    """The headings in TEXT, the first line of a table, as names; those in FORMER by the present ones."""
    return renamed([column(cell) for cell in _split(text, _delimiter(text))], former)


def renamed(headings: list[str], former: Mapping[str, str]) -> list[str]:
    """HEADINGS with the present ones in place of FORMER ones, unless those are there too."""
    return [now if (now := former.get(name, name)) not in headings else name for name in headings]


def _delimiter(header: str) -> str:
    """The delimiter that gives the most headings."""
    return max(DELIMITERS, key=lambda sign: len(_split(header, sign)))


def _split(text: str, delimiter: str) -> list[str]:
    """The cells of a line, some of which may be in quotation marks; none if it cannot be read."""
    try:
        return next(csv.reader([text.replace("\0", "")], delimiter=delimiter), [])
    except csv.Error:
        return []


def _lacking(headings: list[str], required: Collection[str]) -> list[str]:
    return [name for name in required if name not in headings]


def _no_header(first: Line | None, headings: list[str], required: Collection[str]) -> Iterator[Skipped]:
    if first is not None:
        has = ", ".join(headings)[:SHOWN]
        why = f"the header lacks {', '.join(_lacking(headings, required))}; it has {has}; the file was not read"
        yield skipped(first[0], why, first[1])


def _numbered(cells: list[str], headings: list[str]) -> bool:
    """Whether R wrote its row numbers in front, without a heading, as CELLS of the first row show.

    Where the first of HEADINGS is empty, it is that of row numbers, and what is too much stands at the end.
    """
    return len(cells) == len(headings) + 1 and headings[0] != "" and cells[0].strip().strip('"').isdigit()


def _evened(cells: list[str], headings: list[str]) -> list[str]:
    """As many CELLS as HEADINGS, if what is too much, or lacks, is empty: delimiters at the ends of lines."""
    more = len(cells) - len(headings)
    if more > 0 and not any(cells[-more:]):
        return cells[:-more]
    return [*cells, *headings[more:]] if more < 0 and not any(headings[more:]) else cells


def _misfit(number: int, text: str, found: int, width: int) -> Skipped:
    hint = ": is there a tab or a comma inside of the text?" if found > width else ": is it cut off?"
    return skipped(number, f"{found} cells under {width} headings{hint}", text)


def _counted(cell: str) -> str:
    """CELL without the `.0` that pandas gives to whole numbers in a column of which some are missing."""
    return cell[:-2] if cell.endswith(".0") and cell[:-2].isdigit() else cell


def _undoubled(cell: str) -> str:
    """CELL as it was before a program put only those in quotes that have quotation marks, and doubled these."""
    inside = cell[1:-1]
    quoted = len(cell) > 1 and cell[0] == cell[-1] == '"' and '"' not in inside.replace('""', "")
    return inside.replace('""', '"') if quoted and ('""' in inside or not inside) else cell


def _bare(cell: str) -> str:
    # CSV doubles quotation marks inside a cell; Dataverse writes a backslash before them.
    return cell[1:-1].replace('""', '"').replace('\\"', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell
