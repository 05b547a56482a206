"""JSON objects from numbered lines: one on each line, spread over many, in an array, or in the list of an API's answer.

A broken object is a Skipped with its line; the objects after it are read nevertheless.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from app.importing.identifiers import clean
from app.importing.records import Line, Skipped
from app.importing.rows import MISSING, NO_NAMES, Row, begun, column, csv_rows, renamed, skipped, table_rows

LONGEST = 20_000_000
LISTS = ("data", "Result", "results", "rows")
NESTED = (
    "an object of nothing but objects, as pandas writes the columns of a table; wanted is an object for each row: "
    "to_json(..., orient='records')"
)
_COMMA = re.compile(r",\s*\}$")
# A string that is never closed ends with the text, or it would be looked for again from each of its quotation marks.
_STRING_OR_NAN = re.compile(r'"(?:\\.|[^"\\])*"?|NaN')
_TOKENS = re.compile(r'\\.|["{}\]]')
_WRAPPED = re.compile(rf'"(?:{"|".join(LISTS)})"\s*:\s*\[\s*$')

Found = tuple[int, str, dict[str, Any]]


def is_json(text: str) -> bool:
    """Whether TEXT, which begins a file, begins an object or an array."""
    return text.lstrip()[:1] in {"{", "["}


def objects(lines: Iterable[Line]) -> Iterator[Found | Skipped]:
    """Every object, with the line that it begins on and its text."""
    scanner = _Scanner()
    for number, text in lines:
        if not scanner.open and text[:1] == "{" and (whole := _whole(text)) is not None:
            yield from _listed(number, text, whole)
        else:
            yield from scanner.line(number, text)
    yield from scanner.end()


def exported_rows(
    lines: Iterable[Line], required: Collection[str], quoted: str, former: Mapping[str, str]
) -> Iterator[Row | Skipped]:
    """The rows of a table that may have been exported as JSON, or else as `table_rows` reads it."""
    first, source = begun(lines)
    if not is_json(first):
        yield from table_rows(source, required, quoted=quoted, former=former)
        return
    for found in objects(source):
        yield found if isinstance(found, Skipped) else object_row(found, required, former)


def object_row(found: Found, required: Collection[str], former: Mapping[str, str]) -> Row:
    """FOUND as a row of a table; what is REQUIRED and not there is empty, and FORMER headings are the present ones."""
    line, text, record = found
    names = renamed([*map(column, record)], former)
    cells = dict(zip(names, map(text_of, record.values()), strict=True))
    return Row(line, text, dict.fromkeys(required, "") | cells)


def _object_cells(
    lines: Iterable[Line], headings: Sequence[str], former: Mapping[str, str]
) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    """The values under HEADINGS of every object, however its keys are capitalised, in that order, as text."""
    for found in objects(lines):
        if isinstance(found, Skipped):
            yield found
        else:
            line, text, record = found
            names = renamed([name.casefold() for name in record], former)
            given = dict(zip(names, map(text_of, record.values()), strict=True))
            yield line, text, [given.get(one, "") for one in headings]


def exported_cells(
    lines: Iterable[Line],
    required: Collection[str],
    headings: Sequence[str],
    former: Mapping[str, str] = NO_NAMES,
) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    """The cells under HEADINGS of a table that was exported as JSON, or as CSV under a header with all of REQUIRED.

    A cell is empty if its heading is missing. FORMER headings are read as the present ones, unless those are there too.
    """
    first, source = begun(lines)
    if is_json(first):
        yield from _object_cells(source, headings, former)
        return
    for row in csv_rows(source, required, former=former):
        yield row if isinstance(row, Skipped) else (row.line, row.text, [row.cells.get(one, "") for one in headings])


def text_of(value: object) -> str:
    """VALUE as text; empty for what is MISSING, and for what is neither text nor a number.

    1.0 is 1, for pandas gives whole numbers a fraction in a column of which some are missing.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = clean(str(value))
    return "" if text in MISSING else text


def _parsed(text: str) -> Any:
    """What the JSON TEXT holds; NaN, which Python writes for what is missing, is nothing. Raises JSONDecodeError."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return orjson.loads(_STRING_OR_NAN.sub(lambda found: "null" if found[0] == "NaN" else found[0], text))


def _whole(text: str) -> dict[str, Any] | None:
    try:
        found = _parsed(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _listed(number: int, text: str, whole: dict[str, Any]) -> Iterator[Found | Skipped]:
    """The objects in WHOLE, if it is an answer of an API; else WHOLE itself."""
    inner = next((whole[name] for name in LISTS if isinstance(whole.get(name), list)), None)
    if inner is None:
        nested = whole and all(isinstance(value, dict) for value in whole.values())
        yield skipped(number, NESTED, text) if nested else (number, text, whole)
        return
    for one in inner:
        row = orjson.dumps(one).decode()
        yield (number, row, one) if isinstance(one, dict) else skipped(number, "no JSON object", row)


class _Scanner:
    """Cuts lines into objects by their braces.

    `base` is 1 inside the list of an API's answer, and 0 elsewhere; what follows the list in the answer is no row.
    """

    def __init__(self) -> None:
        self.after = False
        self.depth = self.base = self.size = self.start = self.column = 0
        self.parts: list[str] = []
        self.before = ""

    @property
    def open(self) -> bool:
        """Whether an object, or a list of them, has begun and not ended."""
        return self.depth > 0

    def line(self, number: int, text: str) -> Iterator[Found | Skipped]:
        """The objects that end in a line."""
        if self.depth > self.base and not self.after and self._begins_anew(text):
            yield self._broken("an object is not closed before the next one begins")
        idle = not self.open
        yield from self._tokens(number, text)
        if self.depth > self.base and self.size > LONGEST:
            yield self._broken(f"an object is longer than {LONGEST} characters")
        if idle and "{" not in text and text.strip(" \t\r[],"):
            yield skipped(number, "no JSON", text)
        self.before = text.rstrip() or self.before

    def _tokens(self, number: int, text: str) -> Iterator[Found | Skipped]:
        # Strings in JSON have no line breaks, so each line begins outside of one.
        begun, inside = 0, False
        for token in _TOKENS.finditer(text):
            sign = token[0]
            if sign == '"':
                inside = not inside
            elif inside or len(sign) > 1:
                continue
            elif self.after or sign == "]":
                self._follows(sign)
            elif sign == "{":
                begun = self._opens(number, text, token.start(), begun)
            elif self.depth:
                self.depth -= 1
                if self.depth == self.base:
                    yield from self._ended(text[begun : token.end()])
                elif self.depth < self.base:
                    self.base = 0
        if not self.after and (self.depth > self.base or (self.depth and not self.base)):
            self.parts.append(text[begun:])
            self.size += len(text) + 1

    def _follows(self, sign: str) -> None:
        """Take SIGN for the end of the list of an answer, or for what follows it there."""
        if self.after:
            self.depth += (sign == "{") - (sign == "}")
            self.after = self.depth > 0
            self.base = int(self.after)
        else:
            self.after = self.depth == self.base == 1

    def _opens(self, number: int, text: str, at: int, begun: int) -> int:
        """Count a brace that opens at AT; returns where the object begins in this line."""
        nested = self.depth > self.base
        if nested and self.base == 0 and self.depth == 1 and self._wrapper(text[begun:at]):
            self.base, nested = 1, False
        self.depth += 1
        if nested:
            return begun
        self.parts, self.size, self.start = [], 0, number
        self.column = at if not text[:at].strip() else -1
        return at

    def _wrapper(self, text: str) -> bool:
        return len(self.parts) < 100 and bool(_WRAPPED.search("\n".join([*self.parts, text])))  # noqa: PLR2004

    def _begins_anew(self, text: str) -> bool:
        """Whether TEXT begins an object in the column of the open one; what is inside that is indented further."""
        at = len(text) - len(text.lstrip())
        if text[at : at + 1] != "{" or at != self.column:
            return False
        # Without indentation, objects inside begin at the margin too, but do not end on the same line.
        return at > 0 or bool(_whole(text)) or not self.before.endswith(("[", ",", ":", "{"))

    def _ended(self, last: str) -> Iterator[Found | Skipped]:
        text = "\n".join([*self.parts, last])
        self.parts, self.size = [], 0
        try:
            # People who write JSON by hand leave a comma behind the last value.
            found: dict[str, Any] = _parsed(_COMMA.sub("}", text))
        except orjson.JSONDecodeError as error:
            yield skipped(self.start, f"no JSON: {error}", text)
        else:
            yield from _listed(self.start, text, found)

    def _broken(self, why: str) -> Skipped:
        text = "\n".join(self.parts)
        self.parts, self.size, self.depth = [], 0, self.base
        return skipped(self.start, why, text)

    def end(self) -> Iterator[Skipped]:
        """The object that was begun and never ended, if there is one."""
        if self.depth > self.base and not self.after:
            yield self._broken("the file ends before the object does")
