"""Relevance: an order of our own, the same on both databases.

A record's score, between 0 and 1, is 0.1 for having all the words, and the best that one of the fields that name it
(label, gist, title, name, alias) earns by the share of the asked words that it has:

- 0.6 of that share,
- 0.3 of the same, the more the fewer words the field has beside them.

A word counts whole as it was asked, and four fifths as another form of it (stem, particle, beginning). Equal scores go
by date, newest first, then by id. Scored are the newest 100 hits, and of the older ones the newest 100 with every word
in the fields that name them; what is left comes after these, newest first.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from app.dialects import among
from app.full_text import Resolved
from app.models import SearchDocument
from app.models.search import BETWEEN_FIELDS, age_of, numbers_of
from app.prepared import read
from app.text_index import QUESTION, Phrase, numbers

SCORED = 100
_ALL = 1 << 62
# How an unscored hit and its place among its like stand in a cursor.
UNSCORED = -1.0
_OTHER_FORM = 0.8
_FOUND, _NAMING, _BREVITY = 0.1, 0.6, 0.3

# A place in the order: score, age, id, and the last number that was scored, in general and for titles.
Place = Sequence[Any]
# What to look for in a field whose words stand between spaces, and what it is worth, the most first.
Needles = list[tuple[str, float]]


class Hit(NamedTuple):
    """A record that answers a query. Hits compare by relevance, the best one is the least."""

    behind: float
    age: int
    id: str
    number: int

    @property
    def score(self) -> float:
        return -self.behind


_TEXTS = (SearchDocument.number, SearchDocument.record_id, SearchDocument.title, SearchDocument.title_forms)
_found = numbers(QUESTION, *(bindparam(name, type_=BigInteger) for name in ("above", "last", "most"))).subquery()
_NEWEST = select(*_TEXTS).join(_found, SearchDocument.number == _found.c.rowid).order_by(SearchDocument.number)


@dataclass(frozen=True, slots=True)
class Hits:
    """Who answers `resolved` among the records of `kind`, or among those that `narrowed` selects, by number."""

    db: Connection
    kind: str
    resolved: Resolved
    narrowed: Select[Any] | None = None

    def page(self, limit: int, after: Place | None) -> tuple[list[Hit], Place | None]:
        """LIMIT hits after a place, the best first, and the place where the next page begins, if there is one."""
        found, last, titled_last = self._scored_after(after)
        found = found[: limit + 1]
        if last and len(found) <= limit:
            rest = self._unscored(after, last, titled_last).limit(limit + 1 - len(found))
            found += [_hit(row, UNSCORED) for row in self.db.execute(rest)]
        if len(found) <= limit:
            return found, None
        end = found[limit - 1]
        return found[:limit], [end.score, end.number if end.score == UNSCORED else end.age, end.id, last, titled_last]

    def batches(self, size: int, after: Place | None) -> Generator[list[Hit], None, None]:
        """All hits after a place, the best first, at most SIZE at a time: no more than the scored ones are held."""
        found, last, titled_last = self._scored_after(after)
        for start in range(0, len(found), size):
            yield found[start : start + size]
        if last:
            rest = self._unscored(after, last, titled_last)
            with self.db.execute(rest, execution_options={"yield_per": size}) as rows:
                for batch in rows.partitions(size):
                    yield [_hit(row, UNSCORED) for row in batch]

    def _scored_after(self, after: Place | None) -> tuple[list[Hit], int, int]:
        """The scored hits after a place, the best first, and up to which numbers all are scored."""
        found, last, titled_last = self._scored(*after[3:]) if after else self._scored()
        found.sort()
        if after:
            passed = (-after[0], after[1], after[2])
            found = [hit for hit in found if after[0] != UNSCORED and hit[:3] > passed]
        return found, last, titled_last

    def _scored(self, last: int | None = None, titled_last: int | None = None) -> tuple[list[Hit], int, int]:
        """The scored hits, and the numbers up to which all are, in general and with every word in a title.

        Without these the newest hits are taken, and 0 stands for all of them.
        """
        rows, last = self._newest(last)
        if last:
            titled, titled_last = self._newest(titled_last, above=last, titled=True)
            rows = [*rows, *titled]
        if likely := self._likely:
            return [_hit(row, likely[row.record_id] * _NAMING) for row in rows], last, 0
        needles = _needles(self.resolved)
        hits = [_hit(row, _score(needles, row)) for row in rows]
        return hits, last, titled_last or 0

    def _newest(self, last: int | None, above: int = 0, *, titled: bool = False) -> tuple[Sequence[Any], int]:
        """Hits after ABOVE and up to LAST, or else the newest, and up to which number these are all."""
        most = SCORED if last is None and not self._likely else None
        if self.narrowed is None and not self._likely:
            rows = read(self.db, _NEWEST, self._asked(above, last, titled=titled) | {"most": most or _ALL})
        else:
            query = self._matching(above, last, titled=titled).order_by(SearchDocument.number).limit(most)
            rows = self.db.execute(query.with_only_columns(*_TEXTS)).all()
        return rows, (rows[-1].number if len(rows) == most else 0) if last is None else last

    def _asked(self, above: int = 0, last: int | None = None, *, titled: bool = False) -> dict[str, Any]:
        """What the index is asked: the question, and the range of numbers."""
        first, behind = numbers_of(self.kind)
        question = self.resolved.question(self.kind, titled=titled)
        return {"question": question, "above": above or first - 1, "last": last or behind - 1}

    def _matching(self, above: int = 0, last: int | None = None, *, titled: bool = False) -> Select[Any]:
        rows = select(SearchDocument.number) if self.narrowed is None else self.narrowed
        if self._likely:
            return rows.where(SearchDocument.kind == self.kind, among(SearchDocument.record_id, list(self._likely)))
        return rows.where(SearchDocument.number.in_(numbers(**self._asked(above, last, titled=titled))))

    def _unscored(self, after: Place | None, last: int, titled_last: int) -> Select[int, str]:
        """The hits that have no score, from the first or after a place, newest first."""
        above = after[1] if after and after[0] == UNSCORED else last
        scored = numbers(**self._asked(above, titled_last, titled=True))
        rest = self._matching(above).where(SearchDocument.number.not_in(scored)).order_by(SearchDocument.number)
        return rest.with_only_columns(SearchDocument.number, SearchDocument.record_id)

    @property
    def _likely(self) -> dict[str, float]:
        return dict(self.resolved.likely) if self.kind == "actor" else {}


def _hit(row: Any, score: float) -> Hit:
    return Hit(-score, age_of(row.number), row.record_id, row.number)


def _needles(resolved: Resolved) -> list[Needles]:
    """What to look for of each group of words: as they were asked first, then their other forms."""
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
