"""Files of tasks as JSON: each is read by itself, and one that is damaged does not lose the others."""

from collections.abc import Callable, Iterable
from typing import Any

from app.importing.annotated_text.decoding import objects
from app.importing.annotated_text.shape import AnnotatedText, Given, Read
from app.importing.records import Skipped

# What reading a value of another shape than expected ends in.
DAMAGE = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_MOST_SHOWN = 500


def tasks_of(
    given: Given, what: str, read: Callable[[int, int, dict[str, Any]], Iterable[AnnotatedText | Skipped]]
) -> Read:
    """What READ makes of each object of the file GIVEN, from its line, its number and itself; WHAT is it called."""
    for number, found in enumerate(objects(given.data), 1):
        if isinstance(found, Skipped):
            yield found
            continue
        line, task = found
        try:
            yield from list(read(line, number, task))
        except DAMAGE as error:
            yield Skipped(
                line, f"is no {what} as it should be: {type(error).__name__}: {error}", str(task)[:_MOST_SHOWN]
            )
