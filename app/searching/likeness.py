"""Names that nobody has in this spelling: whose name sounds like it, and how alike the spellings are."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter

from rapidfuzz import fuzz
from sqlalchemy import Connection, select

from app.models import SearchTerm
from app.names import latin, sound
from app.searching.beginnings import after
from app.searching.sounds import Named, Spelling, heard

# How alike two spellings must be, of 100; less if they sound the same.
ALIKE = 75
ALIKE_IN_SOUND = 50
# Names that are less alike than the best one by more than this are left out.
BEHIND_THE_BEST = 12
MOST_TERMS = 2000
MOST_SUGGESTIONS = 5
_PREFIX = 2


def actors_like(db: Connection, words: Sequence[str]) -> list[tuple[str, float]]:
    """The actors whose names have something like every one of WORDS, the likest first, with a likeness of up to 1."""
    each = [{key: likeness for key, (likeness, _) in names_like(db, "actor", word).items()} for word in words]
    keys = set.intersection(*(set(one) for one in each)) if each else set()
    scores = {key: sum(one[key] for one in each) / len(words) for key in keys}
    ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
    return [(key, round(score / 100, 4)) for key, score in ranked if score >= ranked[0][1] - BEHIND_THE_BEST]


def names_like(
    db: Connection, kind: str, word: str, *, begun: bool = False, enough: int | None = None
) -> dict[str, tuple[float, Named]]:
    """Records of KIND with a word in their names that sounds like WORD, or else is spelled like it.

    Each comes with its likeness and its likest name, the first of several. With BEGUN, WORD may be only the beginning
    of one. If ENOUGH is given, so many records will do: the likest, and among equals those with the shortest names.
    """
    found: dict[str, tuple[float, Named]] = {}
    for likeness, spelled in groupby(_spellings_like(db, kind, word, begun=begun), key=itemgetter(0)):
        for named in _first_names([one for _, one in spelled])[:enough]:
            found.setdefault(named.id, (likeness, named))
        if enough is not None and len(found) >= enough:
            break
    return found


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


def _spellings_like(db: Connection, kind: str, word: str, *, begun: bool) -> list[tuple[float, Spelling]]:
    """Spellings in names of KIND, the likest first, each with its likeness."""
    wanted, start = latin(word), sound(word)
    if not start:
        return []
    same = (one for one in heard(db, kind, start) if begun or one.sound == start)
    return _likest(same, wanted, ALIKE_IN_SOUND, begun=begun) or _likest(
        heard(db, kind, start[0]), wanted, ALIKE, begun=begun
    )


def _first_names(spelled: Sequence[Spelling]) -> Sequence[Named]:
    """The first name of each record that has one of the words SPELLED, the shortest names first."""
    if len(spelled) == 1:
        return spelled[0].names
    found: dict[str, Named] = {}
    for _, same in groupby(spelled, key=attrgetter("sound")):
        for named in sorted((named for one in same for named in one.names), key=attrgetter("position")):
            found.setdefault(named.id, named)
    return sorted(found.values())


def _likest(some: Iterable[Spelling], wanted: str, least: float, *, begun: bool) -> list[tuple[float, Spelling]]:
    """Those of SOME spellings that are like WANTED by at least LEAST, the likest first, each with its likeness."""
    size = len(wanted) if begun else None
    scored = ((fuzz.ratio(wanted, one.latin[:size], score_cutoff=least), one) for one in some)
    return sorted((one for one in scored if one[0]), key=lambda one: -one[0])
