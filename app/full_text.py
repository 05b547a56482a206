"""What a query means in the texts of a database: the terms that each of its words stands for, and who answers it.

A word stands for itself, for its stems, and in Arabic for what remains without particles and article, or comes to stand
behind them; forms that the texts do not have are left out, and proper names are never cut: وكيري finds كيري, because
that is a word of the texts, and nothing finds كيري by taking it for ك and a verb.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from sqlalchemy import ColumnElement, Connection, Select, select

from app import folding, likeness
from app.dialects import among
from app.filters import Filter
from app.folding import Word
from app.models import SearchDocument, SearchName, SearchTerm
from app.models.search import numbers_of
from app.query_text import FullText, Query, Unit
from app.search_fields import TABLES
from app.text_index import Phrase, Question, numbers

MOST_PHRASES = 64
_EXAMPLES = {
    "event": "Aleppo ceasefire",
    "statement": '"war crimes" -veto',
    "actor": "lavrov",
    "article": "suspen* OR гуманитар*",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A query as the texts understand it. `likely`: actors whose names only sound as asked, with how alike they are."""

    wanted: tuple[tuple[tuple[Phrase, ...], ...], ...]
    unwanted: tuple[Phrase, ...]
    likely: tuple[tuple[str, float], ...] = ()

    def question(self, kind: str, *, titled: bool = False) -> Question:
        """The same for the index."""
        groups = tuple(tuple(phrase for unit in group for phrase in unit) for group in self.wanted)
        return Question(kind, groups, self.unwanted, titled)


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
    """Records of KIND that answer QUERY, which is resolved."""
    found: Resolved = query.resolved
    key = TABLES[kind].id
    if found.likely and kind == "actor":
        return among(key, [actor for actor, _ in found.likely])
    return key.in_(hits(found.question(kind)))  # type: ignore[no-any-return]


def hits(question: Question) -> Select[str]:
    """The ids of the records that answer QUESTION."""
    first, behind = numbers_of(question.kind)
    return select(SearchDocument.record_id).where(SearchDocument.number.in_(numbers(question, first - 1, behind - 1)))


def resolve(db: Connection, query: Query, kinds: Sequence[str]) -> Query:
    """QUERY with what the texts in DB make of it, for records of KINDS."""
    units = [unit for group in query.wanted for unit in group] + list(query.unwanted)
    forms = _forms(db, {word for unit in units for word in unit.words if not word.pair})
    resolved = Resolved(
        tuple(tuple(_phrases(unit, forms) for unit in group) for group in query.wanted),
        tuple(phrase for unit in query.unwanted for phrase in _phrases(unit, forms)),
    )
    strict = (hits(resolved.question(kind)).limit(1) for kind in kinds)
    if "actor" in kinds and not any(db.execute(query).first() for query in strict):
        resolved = replace(resolved, likely=tuple(likeness.actors_like(db, _names(query))))
    return replace(query, resolved=resolved)


@dataclass(frozen=True, slots=True)
class _Forms:
    """What a word may be in the texts: itself with its particles, and its stems."""

    written: tuple[str, ...]
    stems: tuple[str, ...]


def _forms(db: Connection, words: Collection[Word]) -> dict[str, _Forms]:
    texts = {word.text for word in words}
    stems = {text: folding.stems(text) for text in texts}
    bases = {text: [text, *folding.cuts(text)] for text in texts}
    behind = {base: folding.prefixed(base) for listed in bases.values() for base in listed}
    asked = {*behind, *(one for listed in behind.values() for one in listed)}
    known = _known(db, {*asked, *(one for listed in stems.values() for one in listed)})
    names = _proper(db, {one for one in asked if folding.script(one) == "ARABIC"} & (known | texts))
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


def _known(db: Connection, terms: Collection[str]) -> set[str]:
    return set(db.scalars(select(SearchTerm.term).where(among(SearchTerm.term, sorted(terms)))))


def _proper(db: Connection, words: Collection[str]) -> set[str]:
    """Those of WORDS that stand in a proper name."""
    if not words:
        return set()
    return set(db.scalars(select(SearchName.word).where(among(SearchName.word, sorted(words)), SearchName.proper)))


def _phrases(unit: Unit, forms: dict[str, _Forms]) -> tuple[Phrase, ...]:
    """What UNIT looks for in the index; any of it will do."""
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
    """The last word is the sign that ends a run of pairs: in a text, the run may go on."""
    return words[-1].pair and words[-2].pair and words[-2].end == words[-1].end


def _names(query: Query) -> list[str]:
    """The single words of a query that could be a name; none if it is more than words."""
    if query.unwanted or any(len(group) > 1 for group in query.wanted):
        return []
    units = [unit for group in query.wanted for unit in group]
    alone = all(len(unit.words) == 1 and unit.loose and not unit.prefix and not unit.words[0].pair for unit in units)
    return [unit.words[0].text for unit in units] if alone else []
