"""Files of tasks in JSON. Each task is read by itself, so a damaged one does not lose the others."""

from collections.abc import Callable, Iterable
from typing import Any

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.shape import AnnotatedText, Given, Read
from app.importing.records import Skipped

# The errors that come of values that do not have the expected shape.
DAMAGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_MOST_SHOWN = 500


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


def in_words(error: Exception) -> str:
    """ERROR, which is one of DAMAGE, for a person."""
    if isinstance(error, KeyError):
        return f"there is no {error.args[0]}"
    return "one of its values is of another kind, such as a number where a list is wanted"
