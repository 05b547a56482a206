"""Names that are not spelled as anybody has them: who sounds like it, and how alike the spellings are."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from rapidfuzz import fuzz
from sqlalchemy import Connection, bindparam, select

from app.models import SearchName, SearchTerm
from app.names import latin, sound
from app.prepared import read

# How alike two spellings must be, of 100: less where they sound the same.
ALIKE = 75
ALIKE_IN_SOUND = 50
# Names this much less alike than the best one are left out.
BEHIND_THE_BEST = 12
MOST_NAMES = 3000
MOST_TERMS = 2000
MOST_SUGGESTIONS = 5
_PREFIX = 2
# Comes before every letter of a sound.
_FIRST = " "

# The names of a kind whose words sound between two skeletons.
_HEARD = (
    select(SearchName.record_id, SearchName.latin, SearchName.name, SearchName.language)
    .where(
        SearchName.kind == bindparam("kind"),
        SearchName.sound >= bindparam("start"),
        SearchName.sound < bindparam("end"),
    )
    .order_by(SearchName.sound, SearchName.record_id, SearchName.position, SearchName.part)
    .limit(MOST_NAMES)
)


class Name(NamedTuple):
    """A name of a record that is like what was asked, and how much so, of 100."""

    likeness: float
    name: str
    language: str | None


def actors_like(db: Connection, words: Sequence[str]) -> list[tuple[str, float]]:
    """The actors whose names have something like every one of WORDS, the likest first, each with its likeness of 1."""
    each = [names_like(db, "actor", word) for word in words]
    keys = set.intersection(*(set(one) for one in each)) if each else set()
    scores = {key: sum(one[key].likeness for one in each) / len(words) for key in keys}
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    return [(key, round(score / 100, 4)) for key, score in ranked if score >= ranked[0][1] - BEHIND_THE_BEST]


def names_like(db: Connection, kind: str, word: str, *, begun: bool = False) -> dict[str, Name]:
    """The records of KIND with a word in their names that sounds like WORD, or else is spelled like it.

    BEGUN: the word may be but begun.
    """
    wanted, heard = latin(word), sound(word)
    if not heard:
        return {}
    end = after(heard) if begun else heard + _FIRST
    same = read(db, _HEARD, {"kind": kind, "start": heard, "end": end})
    if found := _likest(same, wanted, ALIKE_IN_SOUND, begun=begun):
        return found
    near = read(db, _HEARD, {"kind": kind, "start": heard[0], "end": after(heard[0])})
    return _likest(near, wanted, ALIKE, begun=begun)


def terms_like(db: Connection, word: str) -> list[str]:
    """Words of the texts that are like WORD, the likest first."""
    heard = sound(word)
    columns = select(SearchTerm.term).order_by(SearchTerm.sound, SearchTerm.term)
    found: set[str] = set()
    if heard:
        found |= set(db.scalars(columns.where(SearchTerm.sound == heard).limit(MOST_TERMS)))
    for size in range(_PREFIX + 1, 0, -1):
        start = word[:size]
        near = select(SearchTerm.term).where(SearchTerm.term >= start, SearchTerm.term < after(start))
        near = near.where(SearchTerm.sound != "").order_by(SearchTerm.term)
        found |= set(db.scalars(near.limit(MOST_TERMS)))
    scored = [(fuzz.ratio(word, term), fuzz.ratio(latin(word), latin(term)), term) for term in found - {word}]
    likely = sorted((-max(plain, spoken), -plain, term) for plain, spoken, term in scored)
    return [term for score, _, term in likely if -score >= ALIKE][:MOST_SUGGESTIONS]


def after(start: str) -> str:
    """The first text that comes after all that begin with START."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def _likest(rows: Sequence[Any], wanted: str, least: float, *, begun: bool) -> dict[str, Name]:
    """Of each record the likest of its names in ROWS, if it is like what is WANTED at all."""
    found: dict[str, Name] = {}
    size = len(wanted)
    for row in rows:
        spelled = row.latin
        likeness = fuzz.ratio(wanted, spelled[:size] if begun else spelled, score_cutoff=least)
        known = found.get(row.record_id)
        if likeness and (known is None or likeness > known.likeness):
            found[row.record_id] = Name(likeness, row.name, row.language)
    return found
