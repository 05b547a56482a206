"""Names that are not spelled as anybody has them: who sounds like it, and how alike the spellings are."""

from collections.abc import Sequence

from rapidfuzz import fuzz
from sqlalchemy import Connection, Row, Select, select

from app.models import SearchName, SearchTerm
from app.names import latin, sound

# How alike two spellings must be, of 100: less where they sound the same.
ALIKE = 75
ALIKE_IN_SOUND = 50
# Names this much less alike than the best one are left out.
BEHIND_THE_BEST = 12
MOST_NAMES = 3000
MOST_TERMS = 2000
MOST_SUGGESTIONS = 5
_PREFIX = 2


def actors_like(db: Connection, words: Sequence[str]) -> list[tuple[str, float]]:
    """The actors whose names have something like every one of WORDS, the likest first, each with its likeness of 1."""
    found: dict[str, float] | None = None
    for word in words:
        likely = dict(names_like(db, "actor", word))
        found = likely if found is None else {key: found[key] + likely[key] for key in found.keys() & likely.keys()}
    if not found:
        return []
    ranked = sorted(((key, score / len(words)) for key, score in found.items()), key=lambda one: (-one[1], one[0]))
    return [(key, round(score / 100, 4)) for key, score in ranked if score >= ranked[0][1] - BEHIND_THE_BEST]


def names_like(db: Connection, kind: str, word: str, *, begun: bool = False) -> dict[str, float]:
    """The records of KIND with a word in their names that is like WORD, with the likeness; BEGUN if it is not all."""
    wanted, heard = latin(word), sound(word)
    if not heard:
        return {}
    same = _between(kind, heard) if begun else _named(kind).where(SearchName.sound == heard)
    if found := _scored(db.execute(same.limit(MOST_NAMES)).all(), wanted, ALIKE_IN_SOUND, begun=begun):
        return found
    return _scored(db.execute(_between(kind, heard[0]).limit(MOST_NAMES)).all(), wanted, ALIKE, begun=begun)


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


def _named(kind: str) -> Select[str, str]:
    columns = select(SearchName.record_id, SearchName.latin).where(SearchName.kind == kind)
    return columns.order_by(SearchName.sound, SearchName.record_id, SearchName.position, SearchName.part)


def _between(kind: str, start: str) -> Select[str, str]:
    return _named(kind).where(SearchName.sound >= start, SearchName.sound < after(start))


def after(start: str) -> str:
    """The first text that comes after all that begin with START."""
    return start[:-1] + chr(ord(start[-1]) + 1)


def _scored(rows: Sequence[Row[str, str]], wanted: str, least: float, *, begun: bool) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, spelled in rows:
        score = fuzz.ratio(wanted, spelled[: len(wanted)] if begun else spelled)
        if score >= least and score > found.get(key, 0):
            found[key] = score
    return found
