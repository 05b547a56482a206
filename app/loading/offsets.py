"""Finding words in a text."""

from dataclasses import dataclass

CONTEXT = 32


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
    starts = [at + len(prefix) for at in starts_of(text, prefix + exact + suffix)]
    if not starts:
        if prefix or suffix:
            raise NotFound("these words, between this prefix and suffix, are not in the text")
        raise NotFound("these words are not in the text")
    if occurrence is None and len(starts) > 1:
        raise Ambiguous(f"these words are in the text {len(starts)} times; add a prefix, a suffix or an occurrence")
    if occurrence is not None and occurrence > len(starts):
        raise NotFound(f"the text has these words {len(starts)} times, not {occurrence}")
    start = starts[(occurrence or 1) - 1]
    return select(text, start, start + len(exact))


def select(text: str, start: int, end: int) -> Selector:
    """The words of TEXT from START to END, with a little of the text around them."""
    return Selector(text[start:end], text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT], start, end)


def starts_of(text: str, words: str) -> list[int]:
    """Every place of TEXT at which WORDS begin."""
    found, at = [], text.find(words)
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    return found
