"""Suggestions while a name is being typed: names that begin like this, then names that look or sound like it.

Actors and places come from indexes of the table of names. Codes are few, and stay in memory.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from rapidfuzz import fuzz, process
from sqlalchemy import Connection

from app.codes import LISTS, code_list
from app.folding import cuts, name_words, words
from app.models import SearchName
from app.reading.prepared import read
from app.searching.beginnings import after, names_begun
from app.searching.likeness import names_like

RECORDS = ("actor", "place")
MOST_ROWS = 500
# How well a name fits, the best first: it is what was typed, begins with it, has a word that does, or is like it.
WHOLE, BEGINS, WITHIN, LIKE = range(4)
_ALIKE = 80
_SHORTEST_LIKE = 3


class Suggestion(NamedTuple):
    """A name that fits. Suggestions compare by how well they fit: the best one is the least."""

    fit: int
    unlike: float
    place: int
    nameless: bool
    length: int
    id: str
    matched: str
    kind: str
    language: str | None


def _suggestion(kind: str, named: tuple[str, str, str | None], fit: int, likeness: float = 100) -> Suggestion:
    """A suggestion of KIND; NAMED is an id, a name and its language (None for a code)."""
    key, matched, language = named
    return Suggestion(fit, -likeness, _PLACES[kind], language is None, len(matched), key, matched, kind, language)


_BEGUN = names_begun(
    SearchName.folded,
    (
        SearchName.record_id,
        SearchName.name,
        SearchName.language,
        SearchName.folded,
        SearchName.part,
        SearchName.sound,
    ),
    MOST_ROWS,
)


def suggestions(db: Connection, text: str, kinds: Sequence[str], limit: int) -> list[Suggestion]:
    """Up to LIMIT records and codes of KINDS whose names may be the TEXT that is being typed, the best first."""
    typed = name_words(text) or text.split()
    if not typed:
        return []
    records = [kind for kind in kinds if kind in RECORDS]
    found = [one for kind in records for one in _beginning(db, kind, typed)]
    found += _codes(typed, kinds)
    chosen = _one_each(found)
    if records and len(chosen) < limit:
        chosen = _one_each([*chosen, *(one for kind in records for one in _alike(db, kind, typed, limit))])
    return chosen[:limit]


def code_kind(name: str) -> str:
    """The kind of the codes in the list NAME: `event_type` for event-types."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code_list(name).name).lower()


def _beginning(db: Connection, kind: str, typed: list[str]) -> list[Suggestion]:
    """Names of KIND that begin as TYPED; else those whose words do in any order; else without an Arabic particle."""
    found = _begun(db, kind, " ".join(typed))
    if not found and len(typed) > 1:
        each = [{one.id: one for one in _begun(db, kind, word)} for word in typed]
        found = [one for key, one in each[0].items() if all(key in others for others in each)]
    if not found and len(typed) == 1:
        found = [one for cut in cuts(typed[0]) for one in _begun(db, kind, cut)]
    return found


def _begun(db: Connection, kind: str, start: str) -> list[Suggestion]:
    rows = read(db, _BEGUN, {"kind": kind, "start": start, "end": after(start)})
    return [
        _suggestion(
            kind, (row.record_id, row.name, row.language), _fit(row.folded, start, row.part if row.sound else 0)
        )
        for row in rows
    ]


def _fit(name: str, start: str, part: int) -> int:
    if part:
        return WITHIN
    return WHOLE if name == start else BEGINS


def _alike(db: Connection, kind: str, typed: list[str], limit: int) -> list[Suggestion]:
    """Names of KIND that have something like every word of TYPED, the last of which may be unfinished."""
    if any(len(word) < _SHORTEST_LIKE for word in typed):
        return []
    # For a single word, the likest are known without looking at the others.
    enough = limit if len(typed) == 1 else None
    each = [
        names_like(db, kind, word, begun=number == len(typed), enough=enough) for number, word in enumerate(typed, 1)
    ]
    return [
        _suggestion(kind, (last.id, last.name, last.language), LIKE, sum(one[key][0] for one in each) / len(each))
        for key, (_, last) in each[-1].items()
        if all(key in one for one in each)
    ]


def _codes(typed: list[str], kinds: Sequence[str]) -> Iterable[Suggestion]:
    start = " ".join(typed)
    for kind in kinds:
        named, folded = _named_codes().get(kind, ((), ()))
        for one, name in zip(named, folded, strict=True):
            if start in name and (fit := _fit_in(name, start)) is not None:
                yield _suggestion(kind, one, fit)
        if len(start) > _SHORTEST_LIKE:
            for name, likeness, at in process.extract_iter(start, folded, scorer=fuzz.ratio, score_cutoff=_ALIKE):
                if _fit_in(name, start) is None:
                    yield _suggestion(kind, named[at], LIKE, likeness)


def _fit_in(name: str, start: str) -> int | None:
    """How well NAME fits, if START is the beginning of one of its words; None if it is not."""
    if name.startswith(start):
        return _fit(name, start, 0)
    return WITHIN if f" {start}" in name else None


@cache
def _named_codes() -> Mapping[str, tuple[Sequence[tuple[str, str, str | None]], Sequence[str]]]:
    """Every name of every code, by kind: code, name and language; and these names folded."""
    found: dict[str, tuple[list[tuple[str, str, str | None]], list[str]]] = {}
    for one in LISTS:
        named = [
            (code, name, language)
            for code, about in code_list(one).codes.items()
            for name, language in [*((name, key) for key, name in about["label"].items()), (code, None)]
        ]
        found[code_kind(one)] = named, [" ".join(word.text for word in words(name)) for _, name, _ in named]
    return found


def _one_each(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The best fitting name of each record, the best first."""
    best: dict[tuple[str, str], Suggestion] = {}
    for one in sorted(found):
        best.setdefault((one.kind, one.id), one)
    return list(best.values())


KINDS = (*RECORDS, *(code_kind(name) for name in LISTS))
_PLACES = {kind: number for number, kind in enumerate(KINDS)}
