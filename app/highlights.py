"""Where in a record's texts the words of a query stand: offsets in code points, never markup."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.folding import Word, forms, words
from app.full_text import Resolved
from app.search_fields import Field, fields_of
from app.text_index import Phrase

Ranges = list[tuple[int, int]]


def highlights(kind: str, record: dict[str, Any], resolved: Resolved) -> list[dict[str, Any]]:
    """The fields of a RECORD with all its parts that have words of the query, the names first, each with its ranges."""
    phrases = [phrase for group in resolved.wanted for unit in group for phrase in unit]
    found = ((field, _ranges(field, phrases)) for field in fields_of(kind, record))
    return [{"field": field.path, "ranges": ranges} for field, ranges in found if ranges]


def _ranges(field: Field, phrases: Sequence[Phrase]) -> Ranges:
    single = {phrase.terms[0] for phrase in phrases if len(phrase.terms) == 1 and not phrase.prefix}
    longer = [phrase for phrase in phrases if len(phrase.terms) > 1 or phrase.prefix]
    placed = list(words(field.text))
    found = [
        (word.start, word.end)
        for word in placed
        if word.text in single or forms(word, field.text, field.language) & single
    ]
    for phrase in longer:
        found += _spans(placed, phrase)
    return list(_merged(sorted(found)))


def _spans(placed: Sequence[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    size = len(phrase.terms)
    for at, first in enumerate(placed[: len(placed) - size + 1]):
        if _begins(first.text, phrase, 0) and all(_begins(placed[at + n].text, phrase, n) for n in range(1, size)):
            # Of a pair that only begins as asked, the other sign was not asked for.
            last = placed[at + size - 1]
            lone = last.pair and phrase.prefix and len(phrase.terms[-1]) == 1
            yield first.start, min(last.end, last.start + 1) if lone else last.end


def _begins(term: str, phrase: Phrase, number: int) -> bool:
    wanted = phrase.terms[number]
    return term.startswith(wanted) if phrase.prefix and number == len(phrase.terms) - 1 else term == wanted


def _merged(ranges: Ranges) -> Iterator[tuple[int, int]]:
    """RANGES, which are in order, those that overlap as one."""
    start, end = -1, -1
    for one in ranges:
        if one[0] >= end:
            if end >= 0:
                yield start, end
            start, end = one
        end = max(end, one[1])
    if end >= 0:
        yield start, end
