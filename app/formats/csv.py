"""CSV (RFC 4180, UTF-8, with a header): the columns of a record, lists joined.

Text is always quoted, and what a spreadsheet would run as a formula is made harmless. Numbers, days and codes are never
quoted. So the characters of a row need not be looked at, which makes this several times as fast as the csv module.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from app.formats.columns import Column, Lists, table_of
from app.formats.result import Format, Result

SEPARATOR = "; "
# How a formula begins in a spreadsheet; some take the wide forms too.
_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_QUOTE = '"'


def write(result: Result) -> Iterator[bytes]:
    table = table_of(result.kind, tuple(result.fields))
    yield ",".join(column.name for column in table.columns).encode() + b"\r\n"
    writers = [_writer(column) for column in table.columns]
    for batch in result.batches:
        yield _rows([write(values) for write, values in zip(writers, table.read(batch), strict=True)])


def _rows(columns: Sequence[Sequence[str]]) -> bytes:
    """The cells of COLUMNS as lines, joined in one step with the separators between them."""
    width = 2 * len(columns)
    text = [*[","] * (width - 1), "\r\n"] * len(columns[0])
    for place, cells in enumerate(columns):
        text[2 * place :: width] = cells
    return "".join(text).encode()


def _writer(column: Column) -> Callable[[Any], Sequence[str]]:
    """A function from the values of COLUMN to its cells."""
    if column.many:
        return _lists
    if column.type is bool:
        return lambda values: ["" if value is None else "true" if value else "false" for value in values]
    if column.type in (int, float):
        return lambda values: ["" if value is None else str(value) for value in values]
    if column.type in (date, datetime) or column.coded:
        return lambda values: [value or "" for value in values]
    return lambda values: [_text(value) if value else "" for value in values]


def _lists(lists: Lists) -> list[str]:
    if not lists.members:
        return [""] * len(lists.lengths)
    members = iter(["" if one is None else str(one) for one in lists.members])
    return [_text(SEPARATOR.join(islice(members, length))) if length else "" for length in lists.lengths]


def _text(value: str) -> str:
    safe = f"'{value}" if value[:1] in _FORMULA else value
    return f'"{safe.replace(_QUOTE, _QUOTE * 2)}"' if _QUOTE in safe else f'"{safe}"'


FORMAT = Format(
    ending="csv",
    name="CSV",
    media_type="text/csv; charset=utf-8; header=present",
    kinds=("event", "statement", "actor", "article", "place"),
    write=write,
    options=("fields",),
)
