"""Where in a record's texts the words of a query stand: offsets in code points, never markup."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from app.folding import Word, indexed, runs, words
from app.searching.full_text import Resolved
from app.searching.search_fields import Field, fields_of
from app.searching.text_index import Phrase

Ranges = list[tuple[int, int]]
Highlights = Callable[[str, dict[str, Any]], list[dict[str, Any]]]


def highlighter(resolved: Resolved) -> Highlights:
    """A function from a kind and a record with all its parts to the fields that have words of the query.

    Each field comes with its ranges, the names first. Every word that occurs in the texts is analysed once.
    """
    phrases = [phrase for group in resolved.wanted for unit in group for phrase in unit]
    single = {phrase.terms[0] for phrase in phrases if len(phrase.terms) == 1 and not phrase.prefix}
    longer = [phrase for phrase in phrases if len(phrase.terms) > 1 or phrase.prefix]

    @cache
    def meant(run: str, language: str | None) -> bool:
        return any(word in single or not single.isdisjoint(stems) for word, stems in indexed(run, language))

    def ranges(field: Field) -> Ranges:
        found = [run.span() for run in runs(field.text) if meant(run[0], field.language)] if single else []
        if longer:
            placed = list(words(field.text))
            found += [span for phrase in longer for span in _spans(placed, phrase)]
        return list(_merged(sorted(found)))

    def highlights(kind: str, record: dict[str, Any]) -> list[dict[str, Any]]:
        found = ((field, ranges(field)) for field in fields_of(kind, record))
        return [{"field": field.path, "ranges": spans} for field, spans in found if spans]

    return highlights


def _spans(placed: Sequence[Word], phrase: Phrase) -> Iterator[tuple[int, int]]:
    size = len(phrase.terms)
    for at, first in enumerate(placed[: len(placed) - size + 1]):
        if _begins(first.text, phrase, 0) and all(_begins(placed[at + n].text, phrase, n) for n in range(1, size)):
            # If only the first sign of a pair was asked for, the other is not marked.
            last = placed[at + size - 1]
            lone = last.pair and phrase.prefix and len(phrase.terms[-1]) == 1
            yield first.start, min(last.end, last.start + 1) if lone else last.end


def _begins(term: str, phrase: Phrase, number: int) -> bool:
    wanted = phrase.terms[number]
    return term.startswith(wanted) if phrase.prefix and number == len(phrase.terms) - 1 else term == wanted


def _merged(ranges: Ranges) -> Iterator[tuple[int, int]]:
    """RANGES, which are in order, with those that overlap joined."""
    start, end = -1, -1
    for one in ranges:
        if one[0] >= end:
            if end >= 0:
                yield start, end
            start, end = one
        end = max(end, one[1])
    if end >= 0:
        yield start, end
