"""The words of an event's evidence, for exports in formats that have a place for its articles only.

They are a list of `{"article": 1, "exact": ..., "prefix": ..., "suffix": ..., "start": ..., "end": ...}`, where
`article` is the number, from 1, of the article that the words are in.
"""

from collections.abc import Sequence
from typing import Any, TypeGuard

from app.importing.records import Document, Words

Json = dict[str, Any]
_TEXTS = ("exact", "prefix", "suffix")
# No text is longer, and databases count no higher.
_MOST = 1 << 31


def documents_of(evidence: Sequence[Words]) -> list[Document]:
    """The articles of EVIDENCE, each once."""
    return list(dict.fromkeys(words.document for words in evidence))


def worded(evidence: Sequence[Words]) -> list[Json]:
    """EVIDENCE as it is exported."""
    places = {document: number for number, document in enumerate(documents_of(evidence), 1)}
    return [
        {"article": places[words.document]}
        | {name: value for name in (*_TEXTS, "start", "end") if (value := getattr(words, name)) is not None}
        for words in evidence
    ]


def unworded(given: Any, documents: Sequence[Document]) -> tuple[Words, ...]:
    """The evidence that is GIVEN for DOCUMENTS, and a piece without words for each document that has none."""
    found = [words for one in given for words in _read(one, documents)] if isinstance(given, list) else []
    told = {words.document for words in found}
    return (*found, *(Words(document) for document in documents if document not in told))


def _read(one: Any, documents: Sequence[Document]) -> list[Words]:
    number = one.get("article") if isinstance(one, dict) else None
    if not _is_count(number) or not 0 < number <= len(documents):
        return []
    exact, prefix, suffix = (text if isinstance(text := one.get(name), str) else None for name in _TEXTS)
    start, end = one.get("start"), one.get("end")
    if not (exact and _is_count(start) and _is_count(end) and start < end):
        start = end = None
    return [Words(documents[number - 1], exact or None, start, end, prefix=prefix, suffix=suffix)]


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST
