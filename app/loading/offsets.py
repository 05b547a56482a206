"""Finding words in a text."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

CONTEXT = 32
# To count on, in a text of one letter, takes a second for each hundred thousand.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Selector:
    """Words of a text (W3C TextQuoteSelector and TextPositionSelector), in code points, `end` exclusive."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


class NotFound(ValueError):
    """The words are not in the text."""


class Ambiguous(ValueError):
    """The words are in the text more than once."""


def locate(text: str, exact: str, prefix: str = "", suffix: str = "", occurrence: int | None = None) -> Selector:
    """The place of EXACT in TEXT, chosen among several by the words around it or by its ordinal.

    Raises NotFound or Ambiguous, with a message for a person.
    """
    found = islice(starts_of(text, prefix + exact + suffix), max(occurrence or 0, MOST_COUNTED))
    starts = [at + len(prefix) for at in found]
    if not starts:
        if prefix or suffix:
            raise NotFound("these words, between this prefix and suffix, are not in the text")
        raise NotFound("these words are not in the text")
    if occurrence is None and len(starts) > 1:
        times = f"{MOST_COUNTED} times or more" if len(starts) == MOST_COUNTED else f"{len(starts)} times"
        raise Ambiguous(f"these words are in the text {times}; add a prefix, a suffix or an occurrence")
    if occurrence is not None and occurrence > len(starts):
        raise NotFound(f"the text has these words {len(starts)} times, not {occurrence}")
    start = starts[(occurrence or 1) - 1]
    return select(text, start, start + len(exact))


def select(text: str, start: int, end: int) -> Selector:
    """The words of TEXT from START to END, with a little of the text around them."""
    return Selector(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start, end)


def starts_of(text: str, words: str) -> Iterator[int]:
    """Every place of TEXT at which WORDS begin."""
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
