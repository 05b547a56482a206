"""Files of tasks in JSON, or in a table. Each task is read by itself, so a damaged one does not lose the others."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from app.importing.annotated_text.decoding import decoded, objects
from app.importing.annotated_text.shape import AnnotatedText, Given, Read, Unreadable
from app.importing.records import Skipped

# The errors that come of values that do not have the expected shape.
DAMAGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_MOST_SHOWN = 500
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def tasks_of(
    given: Given, what: str, read: Callable[[int, int, dict[str, Any]], Iterable[AnnotatedText | Skipped]]
) -> Read:
    """What READ makes of each object in the file GIVEN, by its line, its number and itself. WHAT names it in faults."""
    for number, found in enumerate(objects(given.data), 1):
        if isinstance(found, Skipped):
            yield found
            continue
        line, task = found
        try:
            yield from list(read(line, number, task))
        except DAMAGE as error:
            yield Skipped(line, f"is not a {what} as it should be: {in_words(error)}", str(task)[:_MOST_SHOWN])


def beside(said: dict[str, Any]) -> dict[str, str]:
    """What is SAID beside a text in words and numbers, or in lists of them, as text; objects are named, but empty."""
    given = {key: value for key, value in said.items() if value not in _NOTHING}
    listed = {key: value if isinstance(value, list) else [value] for key, value in given.items()}
    return {key: ", ".join(map(str, value)) if _plain(value) else "" for key, value in listed.items()}


def _plain(values: list[Any]) -> bool:
    return all(isinstance(one, str | int | float) for one in values)


def in_words(error: Exception) -> str:
    """ERROR, which is one of DAMAGE, for a person."""
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]}"
    return "one of its values is of another kind, such as a number where a list is wanted"


def rows_as_objects(given: Given) -> Given:
    """The rows of the table GIVEN as JSON objects, each on the line of its row; lists in cells are JSON."""
    delimiter = "\t" if given.name.lower().endswith(".tsv") else ","
    rows = csv.DictReader(io.StringIO(decoded(given.data), newline=""), delimiter=delimiter, restval="")
    made, line = "\n", 1
    try:
        for row in rows:
            cells = {name: _cell(cell) for name, cell in row.items() if isinstance(cell, str)}
            made += json.dumps(cells) + "\n" * (rows.line_num - line)
            line = rows.line_num
    except csv.Error as error:
        raise Unreadable(f"is not CSV that can be read: {error}", rows.line_num + 1) from None
    return replace(given, data=made.encode())


def _cell(text: str) -> Any:
    """TEXT, or the list that it is in JSON."""
    try:
        return json.loads(text) if text.startswith("[") else text
    except (ValueError, RecursionError):
        return text
