"""Names as they are being typed: what begins so, then what is spelled or sounds like it.

Actors and places come from the table of names by its indexes; codes are few and stay in memory.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, select

from app.codes import LISTS, code_list
from app.dialects import among
from app.folding import cuts, words
from app.likeness import after, names_like
from app.models import SearchName
from app.names import latin

RECORDS = ("actor", "place")
MOST_ROWS = 500
# How well a name fits, the best first: it is just that, it begins so, one of its words does, it is like it.
WHOLE, BEGINS, WITHIN, LIKE = range(4)
_ALIKE = 80
_SHORTEST_LIKE = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that fits; `likeness` is of 100."""

    kind: str
    id: str
    matched: str
    language: str | None
    fit: int
    likeness: float = 100

    @property
    def order(self) -> tuple[Any, ...]:
        return (self.fit, -self.likeness, KINDS.index(self.kind), self.language is None, len(self.matched), self.id)


def suggestions(db: Connection, text: str, kinds: Sequence[str], limit: int) -> list[Suggestion]:
    """Up to LIMIT records and codes of KINDS whose names may be the TEXT that is being typed, the best first."""
    typed = [word.text for word in words(text) if not (word.pair and word.end - word.start == 1)] or [text.strip()]
    found = [one for kind in kinds if kind in RECORDS for one in _beginning(db, kind, typed)]
    found += _codes(typed, kinds)
    chosen = _one_each(found)
    if len(chosen) < limit:
        chosen = _one_each([*found, *(one for kind in kinds if kind in RECORDS for one in _alike(db, kind, typed))])
    return chosen[:limit]


def code_kind(name: str) -> str:
    """What a code of the list NAME is: event_type for event-types."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", code_list(name).name).lower()


def _beginning(db: Connection, kind: str, typed: list[str]) -> list[Suggestion]:
    """Names of KIND that begin as TYPED; else whose words do in another order, else without an Arabic particle."""
    found = _begun(db, kind, " ".join(typed))
    if not found and len(typed) > 1:
        each = [{one.id: one for one in _begun(db, kind, word)} for word in typed]
        found = [one for key, one in each[0].items() if all(key in others for others in each)]
    if not found and len(typed) == 1:
        found = [one for cut in cuts(typed[0]) for one in _begun(db, kind, cut)]
    return found


def _begun(db: Connection, kind: str, start: str) -> list[Suggestion]:
    query = select(*SearchName.__table__.columns).where(
        SearchName.kind == kind, SearchName.folded >= start, SearchName.folded < after(start)
    )
    order = (SearchName.folded, SearchName.record_id, SearchName.position, SearchName.part)
    return [
        Suggestion(kind, row.record_id, row.name, row.language, _fit(row.folded, start, row.part if row.sound else 0))
        for row in db.execute(query.order_by(*order).limit(MOST_ROWS))
    ]


def _fit(name: str, start: str, part: int) -> int:
    if part:
        return WITHIN
    return WHOLE if name == start else BEGINS


def _alike(db: Connection, kind: str, typed: list[str]) -> list[Suggestion]:
    """Names of KIND that have something like every word of TYPED, of which the last may be but begun."""
    likely = [word for word in typed if len(word) >= _SHORTEST_LIKE]
    if len(likely) < len(typed):
        return []
    each = [names_like(db, kind, word) for word in likely[:-1]]
    whole = names_like(db, kind, likely[-1])
    each.append({**names_like(db, kind, likely[-1], begun=True), **whole})
    keys = set.intersection(*(set(one) for one in each))
    scores = {key: sum(one[key] for one in each) / len(each) for key in keys}
    best = sorted(scores, key=lambda key: (-scores[key], key))[:MOST_ROWS]
    named = select(*SearchName.__table__.columns).where(
        SearchName.kind == kind, among(SearchName.record_id, best), SearchName.sound != ""
    )
    spelled = latin(likely[-1])
    nearest: dict[str, tuple[float, Any]] = {}
    for row in db.execute(named.order_by(SearchName.record_id, SearchName.position, SearchName.part)):
        likeness = fuzz.ratio(spelled, row.latin)
        if likeness > nearest.get(row.record_id, (-1,))[0]:
            nearest[row.record_id] = likeness, row
    return [Suggestion(kind, key, row.name, row.language, LIKE, scores[key]) for key, (_, row) in nearest.items()]


def _codes(typed: list[str], kinds: Sequence[str]) -> Iterable[Suggestion]:
    start = " ".join(typed)
    for kind, code, name, language, folded in _named_codes():
        if kind not in kinds:
            continue
        if folded.startswith(start):
            yield Suggestion(kind, code, name, language, _fit(folded, start, 0))
        elif f" {start}" in folded:
            yield Suggestion(kind, code, name, language, WITHIN)
        elif len(start) > _SHORTEST_LIKE and (likeness := fuzz.ratio(start, folded)) >= _ALIKE:
            yield Suggestion(kind, code, name, language, LIKE, likeness)


@cache
def _named_codes() -> list[tuple[str, str, str, str | None, str]]:
    """Every name of every code: kind, code, name, language, folded name."""
    found: list[tuple[str, str, str, str | None, str]] = []
    for one in LISTS:
        for code, about in code_list(one).codes.items():
            names = [(name, language) for language, name in about["label"].items()] + [(code, None)]
            for name, language in names:
                found.append((code_kind(one), code, name, language, " ".join(word.text for word in words(name))))
    return found


def _one_each(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The best fitting name of each record, the best first."""
    best: dict[tuple[str, str], Suggestion] = {}
    for one in sorted(found, key=lambda one: one.order):
        best.setdefault((one.kind, one.id), one)
    return list(best.values())


KINDS = (*RECORDS, *(code_kind(name) for name in LISTS))
