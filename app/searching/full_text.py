"""What a query means in the texts of a database: the terms that its words stand for, and the records that have them.

A word stands for itself and for its stems. An Arabic word also stands for itself with and without particles and the
article. Forms that do not occur in the texts are left out, and proper names are never cut: وكيري finds كيري, because
that is a word of the texts, but كيري is not taken for ك before a verb.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from sqlalchemy import ColumnElement, Connection, Select, select

from app import folding
from app.asking.filters import Filter
from app.dialects.keys import KEYS, among
from app.folding import Word
from app.models import SearchDocument, SearchName, SearchTerm
from app.reading.prepared import read
from app.reading.remembering import remembered
from app.searching import likeness
from app.searching.newest import newest
from app.searching.query_text import FullText, Query, Unit
from app.searching.search_fields import TABLES
from app.searching.text_index import Phrase, Question, numbers, within

MOST_PHRASES = 64
# Some hundreds of bytes each.
MOST_REMEMBERED = 20_000
_EXAMPLES = {
    "event": "Aleppo ceasefire",
    "statement": '"war crimes" -veto',
    "actor": "lavrov",
    "article": "suspen* OR гуманитар*",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query in terms of the index.

    `whole` is the term for a field that has just these words and no others; `likely` are the actors whose names only
    sound like what was asked, each with its likeness.
    """

    wanted: tuple[tuple[tuple[Phrase, ...], ...], ...]
    unwanted: tuple[Phrase, ...]
    whole: str | None = None
    likely: tuple[tuple[str, float], ...] = ()

    def question(self, kind: str, *, titled: bool = False) -> Question:
        """The same as a question to the index."""
        groups = tuple(tuple(phrase for unit in group for phrase in unit) for group in self.wanted)
        return Question(kind, groups, self.unwanted, titled)

    def whole_question(self, kind: str) -> Question | None:
        """The question for records with a field of just these words; None if there is no term for that."""
        return Question(kind, ((Phrase((self.whole,)),),)) if self.whole else None


def filter_of(kind: str) -> Filter:
    """The filter `q` of the records of KIND."""
    return Filter(
        "q",
        "With these words, whatever their script, accents, endings or particles: all of them, in any order. "
        '`"..."` is a phrase, `-word` leaves out, `word*` begins so, `OR` takes either.'
        + (" A name that no actor bears finds those that sound like it." * (kind == "actor")),
        _EXAMPLES[kind],
        lambda query: condition(kind, query),
        type=FullText,
        several=False,
        resolve=lambda db, query: resolve(db, query, [kind]),
    )


def condition(kind: str, query: Query) -> ColumnElement[bool]:
    """The condition on records of KIND that they answer QUERY, which is resolved."""
    found: Resolved = query.resolved
    key = TABLES[kind].id
    if found.likely and kind == "actor":
        return among(key, [actor for actor, _ in found.likely])
    return key.in_(hits(found.question(kind)))  # type: ignore[no-any-return]


def hits(question: Question) -> Select[str]:
    """The ids of the records that answer QUESTION."""
    bounds = within(question.kind)
    found = numbers(question.kind, question, bounds["above"], bounds["last"])
    return select(SearchDocument.record_id).where(SearchDocument.number.in_(found))


def resolve(db: Connection, query: Query, kinds: Sequence[str]) -> Query:
    """QUERY with what it means in the texts of DB, for records of KINDS."""
    units = [unit for group in query.wanted for unit in group] + list(query.unwanted)
    forms = _forms(db, {word.text for unit in units for word in unit.words if not word.pair})
    resolved = Resolved(
        tuple(tuple(_phrases(unit, forms) for unit in group) for group in query.wanted),
        tuple(phrase for unit in query.unwanted for phrase in _phrases(unit, forms)),
        _whole(query),
    )
    if "actor" in kinds and not any(newest(db, resolved.question(kind), 1) for kind in kinds):
        resolved = replace(resolved, likely=tuple(likeness.actors_like(db, _names(query))))
    return replace(query, resolved=resolved)


@dataclass(frozen=True, slots=True)
class _Forms:
    """What a word may be in the texts: itself, with and without particles, and its stems."""

    written: tuple[str, ...]
    stems: tuple[str, ...]


def _forms(db: Connection, texts: Collection[str]) -> Mapping[str, _Forms]:
    """What each of the folded words TEXTS may be."""
    known: dict[str, _Forms] = remembered(db, "words", MOST_REMEMBERED)
    if missing := {text for text in texts if text not in known}:
        known |= _read(db, missing)
    return known


def _read(db: Connection, texts: Collection[str]) -> dict[str, _Forms]:
    stems = {text: folding.stems(text) for text in texts}
    bases = {text: [text, *folding.cuts(text)] for text in texts}
    behind = {base: folding.prefixed(base) for listed in bases.values() for base in listed}
    asked = {*behind, *(one for listed in behind.values() for one in listed)}
    known = _chosen(db, _KNOWN, {*asked, *(one for listed in stems.values() for one in listed)})
    names = _chosen(db, _PROPER, {one for one in asked if folding.script(one) == "ARABIC"} & {*known, *texts})
    return {
        text: _Forms(
            (text, *_written(text, bases[text], behind, known, names)),
            tuple(one for one in stems[text] if one in known),
        )
        for text in texts
    }


def _written(
    text: str, bases: list[str], behind: dict[str, list[str]], known: set[str], names: set[str]
) -> Iterable[str]:
    """The words of the texts that differ from TEXT by particles or the article."""
    found: dict[str, None] = {}
    for base in bases:
        if base != text and text in names and base != folding.without_article(text):
            continue
        for one in (base, *behind[base]):
            cut = one not in (text, base, "ال" + base)
            if one in known and one != text and not (cut and one in names):
                found[one] = None
    return found


# The words of the texts, and those of them that occur in proper names.
_KNOWN = select(SearchTerm.term.label("word")).where(among(SearchTerm.term, KEYS))
_PROPER = select(SearchName.word).where(among(SearchName.word, KEYS), SearchName.proper).distinct()


def _chosen(db: Connection, those: Select[str], words: Collection[str]) -> set[str]:
    """Those of WORDS that the query THOSE finds."""
    return {row.word for row in read(db, those, {"keys": sorted(words)})} if words else set()


def _phrases(unit: Unit, forms: Mapping[str, _Forms]) -> tuple[Phrase, ...]:
    """What UNIT looks for in the index: any of these phrases will do."""
    words = unit.words
    if len(words) == 1 and not words[0].pair and not unit.prefix:
        own = forms[words[0].text]
        return tuple(Phrase((term,)) for term in (own.written + own.stems if unit.loose else own.written))
    if len(words) == 1:
        start = words[0].text
        starts = [start, "ال" + start] if folding.script(start) == "ARABIC" else [start]
        return tuple(Phrase((one,), prefix=True) for one in starts)
    placed = words[:-1] if _last_sign(words) else words
    choices = [(word.text,) if word.pair else forms[word.text].written for word in placed]
    if unit.prefix and placed[-1] is words[-1]:
        choices[-1] = (placed[-1].text,)
        return tuple(Phrase(terms, prefix=True) for terms in islice(product(*choices), MOST_PHRASES))
    return tuple(Phrase(terms) for terms in islice(product(*choices), MOST_PHRASES))


def _last_sign(words: Sequence[Word]) -> bool:
    """Whether the last word is the sign that ends a run of pairs; in a text, such a run may go on."""
    return words[-1].pair and words[-2].pair and words[-2].end == words[-1].end


def _whole(query: Query) -> str | None:
    """The term for a field of just the words of QUERY; None if QUERY has more than words."""
    units = _units(query)
    words = [word.text for unit in units for word in unit.words]
    return folding.whole(words) if words and not any(unit.prefix for unit in units) else None


def _units(query: Query) -> list[Unit]:
    """What must occur, all of it; empty if QUERY also has alternatives or leaves something out."""
    simple = not query.unwanted and all(len(group) == 1 for group in query.wanted)
    return [unit for group in query.wanted for unit in group] if simple else []


def _names(query: Query) -> list[str]:
    """The single words of QUERY, which could be a name; empty if QUERY has more than words."""
    units = _units(query)
    alone = all(len(unit.words) == 1 and unit.loose and not unit.prefix and not unit.words[0].pair for unit in units)
    return [unit.words[0].text for unit in units] if alone else []
