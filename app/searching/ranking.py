"""Relevance: an order of our own, the same on both databases.

A record's score is between 0 and 1. It has 0.1 for having all the words, and what the best of the fields that name it
(label, gist, title, name, alias) earns by the share of the asked words that the field has:

- 0.6 times that share,
- up to 0.3 times that share, the more the fewer other words the field has.

A word counts fully if it stands there as it was asked, and four fifths in another form (stem, particle, beginning).
Records with equal scores are ordered by date, newest first, then by id.

Three groups of hits are scored:

- the newest 100 (500 for actors, who have no date);
- of the older ones, the newest 100 that have a field of just the asked words;
- of the older ones, the newest 100 with every word in the fields that name them. These are left out if at least half of
  the newest score 0.58, which is the least for a field with all the words.

All other hits come after these, newest first.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from app.dialects.keys import among
from app.models import SearchDocument
from app.models.search import BETWEEN_FIELDS, age_of
from app.searching.full_text import Resolved
from app.searching.newest import ALL, TITLES, newest
from app.searching.text_index import Phrase, Question, numbers, within

SCORED, SCORED_ACTORS = 100, 500
# The score of an unscored hit in a cursor.
UNSCORED = -1.0
_OTHER_FORM = 0.8
_FOUND, _NAMING, _BREVITY = 0.1, 0.6, 0.3
_NAMED = _FOUND + _NAMING * _OTHER_FORM

# The groups of hits that are scored, and for each the number that it ends at; 0 if it has all there are. No ends at all
# if every hit is scored.
ANY, WHOLE, TITLED = "any", "whole", "titled"
Ends = dict[str, int]
# A place in the order: score, age (or the number of an unscored hit), id and ends.
Place = Sequence[Any]
# What to look for in a field whose words are separated by spaces, with what it is worth, the best first.
Needles = list[tuple[str, float]]


class Hit(NamedTuple):
    """A record that answers a query. Hits compare by relevance: the best one is the least."""

    behind: float
    age: int
    id: str
    number: int

    @property
    def score(self) -> float:
        return -self.behind


@dataclass(frozen=True, slots=True)
class Hits:
    """The records of `kind` that answer `resolved`; with `narrowed`, only those whose numbers it selects."""

    db: Connection
    kind: str
    resolved: Resolved
    narrowed: Select[Any] | None = None

    def page(self, limit: int, after: Place | None) -> tuple[list[Hit], Place | None]:
        """LIMIT hits after a place, the best first, and the place after which the next page begins, if there is one."""
        found, ends = self._scored_after(after)
        found = found[: limit + 1]
        if ends and len(found) <= limit:
            rest = self._unscored(after, ends).limit(limit + 1 - len(found))
            found += [_hit(row, UNSCORED) for row in self.db.execute(rest)]
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        return found[:limit], [last.score, last.number if last.score == UNSCORED else last.age, last.id, ends]

    def batches(self, size: int, after: Place | None) -> Generator[list[Hit], None, None]:
        """All hits after a place, the best first, at most SIZE at a time; only the scored ones are held in memory."""
        found, ends = self._scored_after(after)
        for start in range(0, len(found), size):
            yield found[start : start + size]
        if ends:
            with self.db.execute(self._unscored(after, ends), execution_options={"yield_per": size}) as rows:
                for batch in rows.partitions(size):
                    yield [_hit(row, UNSCORED) for row in batch]

    def _scored_after(self, after: Place | None) -> tuple[list[Hit], Ends]:
        """The scored hits after a place, the best first, and where their groups end."""
        found, ends = (self._scored_until(after[3]), after[3]) if after else self._scored()
        if after:
            passed = (-after[0], after[1], after[2])
            found = {hit for hit in found if after[0] != UNSCORED and hit[:3] > passed}
        return sorted(found), ends

    def _scored(self) -> tuple[set[Hit], Ends]:
        """The hits that are scored, and where their groups end."""
        most = SCORED_ACTORS if self.kind == "actor" else SCORED
        found = self._read(ANY, most=None if self._likely else most)
        if self._likely or len(found) < most:
            return set(found), {}
        last, ends = found[-1].number, {ANY: found[-1].number}
        half_named = 2 * sum(hit.score >= _NAMED for hit in found) >= most
        for which in (WHOLE,) if half_named else (WHOLE, TITLED):
            older = self._read(which, last, most=most)
            ends[which] = older[-1].number if len(older) == most else 0
            found += older
        return set(found), ends

    def _scored_until(self, ends: Ends) -> set[Hit]:
        """The hits that were scored when the groups ended at ENDS."""
        older = [hit for which in ends if which != ANY for hit in self._read(which, ends[ANY], ends[which])]
        return {*self._read(ANY, last=ends.get(ANY)), *older}

    def _unscored(self, after: Place | None, ends: Ends) -> Select[int, str]:
        """The hits that are not scored, after a place if one is given, newest first."""
        above = after[1] if after and after[0] == UNSCORED else ends[ANY]
        rest = self._matching(self.resolved.question(self.kind), above)
        for which in ends.keys() - {ANY}:
            if question := self._question(which):
                rest = rest.where(SearchDocument.number.not_in(self._numbers(question, above, ends[which])))
        return rest.order_by(SearchDocument.number).with_only_columns(SearchDocument.number, SearchDocument.record_id)

    def _read(
        self, which: str, above: int | None = None, last: int | None = None, most: int | None = None
    ) -> list[Hit]:
        """At most MOST hits of the group WHICH after the number ABOVE and up to LAST, newest first."""
        question = self._question(which)
        if question is None:
            return []
        if self._likely or self.narrowed is not None:
            query = self._matching(question, above, last).order_by(SearchDocument.number).limit(most)
            rows = self.db.execute(query.with_only_columns(*TITLES)).all()
        else:
            rows = newest(self.db, question, most or ALL, above, last or None)
        if likely := dict(self._likely):
            return [_hit(row, likely[row.record_id] * _NAMING) for row in rows]
        needles = _needles(self.resolved)
        return [_hit(row, _score(needles, row)) for row in rows]

    def _matching(self, question: Question, above: int | None = None, last: int | None = None) -> Select[Any]:
        rows = select(SearchDocument.number) if self.narrowed is None else self.narrowed
        if self._likely:
            likely = among(SearchDocument.record_id, [key for key, _ in self._likely])
            return rows.where(SearchDocument.kind == self.kind, likely)
        return rows.where(SearchDocument.number.in_(self._numbers(question, above, last)))

    def _numbers(self, question: Question, above: int | None, last: int | None) -> Select[int]:
        bounds = within(self.kind, above, last or None)
        return numbers(self.kind, question, bounds["above"], bounds["last"])

    def _question(self, which: str) -> Question | None:
        """The question that finds the hits of the group WHICH; None if there can be none."""
        if which == WHOLE:
            return self.resolved.whole_question(self.kind)
        return self.resolved.question(self.kind, titled=which == TITLED)

    @property
    def _likely(self) -> Sequence[tuple[str, float]]:
        return self.resolved.likely if self.kind == "actor" else ()


def _hit(row: Any, score: float) -> Hit:
    return Hit(-score, age_of(row.number), row.record_id, row.number)


def _needles(resolved: Resolved) -> list[Needles]:
    """What to look for, for each group of words: first as they were asked, then their other forms."""
    return [
        sorted((needle for phrases in group for needle in _needles_of(phrases)), key=lambda one: -one[1])
        for group in resolved.wanted
    ]


def _needles_of(phrases: tuple[Phrase, ...]) -> Iterator[tuple[str, float]]:
    for number, phrase in enumerate(phrases):
        words = " " + " ".join(phrase.terms)
        yield words + " ", _OTHER_FORM if number else 1.0
        if phrase.prefix:
            yield words, _OTHER_FORM


def _score(needles: list[Needles], row: Any) -> float:
    best = 0.0
    for words, forms in zip(row.title.split(BETWEEN_FIELDS), row.title_forms.split(BETWEEN_FIELDS), strict=False):
        text = f" {words} {forms} "
        share = 0.0
        for group in needles:
            for needle, worth in group:
                if needle in text:
                    share += worth
                    break
        if share:
            brevity = min(1, len(needles) / (words.count(" ") + 1))
            best = max(best, share / len(needles) * (_NAMING + _BREVITY * brevity))
    return round(_FOUND + best, 4)


def best(pages: Iterable[tuple[str, list[Hit]]], limit: int) -> list[tuple[str, Hit]]:
    """The best hits of several kinds, LIMIT of them."""
    every = [(kind, hit) for kind, hits in pages for hit in hits]
    return sorted(every, key=lambda one: (*one[1][:3], one[0]))[:limit]
