"""Files of tasks in JSON, or in a table. Each task is read by itself, so a damaged one does not lose the others."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from app.importing.annotated_text.decoding import decoded
from app.importing.annotated_text.shape import AnnotatedText, Given, Read, Unreadable, stem
from app.importing.records import Skipped

# The errors that come of values that do not have the expected shape.
DAMAGE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
_MOST_SHOWN = 500
_NOTHING: tuple[Any, ...] = (None, "", [], {})


def tasks_of(
    tasks: Iterable[tuple[int, Any] | Skipped],
    what: str,
    read: Callable[[int, int, dict[str, Any]], Iterable[AnnotatedText | Skipped]],
) -> Read:
    """What READ makes of each of TASKS, by its line, its number and itself. WHAT names it in faults."""
    for number, found in enumerate(tasks, 1):
        if isinstance(found, Skipped):
            yield found
            continue
        line, task = found
        try:
            yield from list(read(line, number, task))
        except DAMAGE as error:
            yield Skipped(line, f"is not a {what} as it should be: {in_words(error)}", str(task)[:_MOST_SHOWN])


def name_of(given: Given, task: dict[str, Any], number: int) -> str:
    """What TASK of the file GIVEN is called: by its id, or by its NUMBER."""
    return f"{stem(given.name)}-{number if task.get('id') is None else task['id']}"


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


def rows_of(given: Given) -> list[tuple[int, dict[str, Any]]]:
    """The rows of the table GIVEN, each with its line; lists in cells are JSON. Raises Unreadable."""
    delimiter = "\t" if given.name.lower().endswith(".tsv") else ","
    rows = csv.DictReader(io.StringIO(decoded(given.data), newline=""), delimiter=delimiter, restval="")
    found, last = [], 1
    try:
        for row in rows:
            found.append((last + 1, {name: _cell(cell) for name, cell in row.items() if isinstance(cell, str)}))
            last = rows.line_num
    except csv.Error as error:
        raise Unreadable(f"is not CSV that can be read: {error}", rows.line_num + 1) from None
    return found


def _cell(text: str) -> Any:
    """TEXT, or the list that it is in JSON."""
    try:
        return json.loads(text) if text.startswith("[") else text
    except (ValueError, RecursionError):
        return text
