"""Relevance: an order of our own, the same on both databases.

A record's score, between 0 and 1, is made of what share of the asked words one field has:

- 0.6 of the best share of a field that names the record (label, gist, title, name, alias),
- 0.3 of the same, the more the fewer words the field has beside them,
- 0.1 of the best share of any other field (only its beginning is looked at: 2,000 characters of a record).

A word counts whole as it was asked, and four fifths as another form of it (stem, particle, beginning). Equal scores go
by date, newest first, then by id. Scored are the newest 500 hits, and of the older ones the newest 500 with every word
in the fields that name them; what is left comes after these, newest first.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.dialects import among
from app.full_text import Resolved
from app.models import SearchDocument
from app.models.search import BETWEEN_FIELDS, day_of, numbers_of
from app.text_index import Phrase, numbers

SCORED = 500
SCORED_CHARACTERS = 2000
# How an unscored hit and its place among its like stand in a cursor.
UNSCORED = -1.0
_OTHER_FORM = 0.8
_NAMING, _BREVITY, _BODY = 0.6, 0.3, 0.1

# A place in the order: score, day, id, and the lowest number that was scored, in general and for titles.
Place = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that answers a query."""

    id: str
    score: float
    number: int

    @property
    def order(self) -> tuple[float, int, str]:
        return -self.score, -day_of(self.number), self.id


@dataclass(frozen=True, slots=True)
class Hits:
    """Who answers `resolved` among the records of `kind` that `rows` selects, not all of them if `narrowed`."""

    db: Connection
    kind: str
    resolved: Resolved
    rows: Select[Any]
    narrowed: bool = False

    def page(self, limit: int, after: Place | None) -> tuple[list[Hit], Place | None]:
        """LIMIT hits after a place, the best first, and the place where the next page begins, if there is one."""
        found, floor, titled_floor = self._scored_after(after)
        found = found[: limit + 1]
        if floor and len(found) <= limit:
            rest = self._unscored(after, floor, titled_floor).limit(limit + 1 - len(found))
            found += _unscored_hits(self.db.execute(rest))
        if len(found) <= limit:
            return found, None
        last = found[limit - 1]
        place = last.number if last.score == UNSCORED else day_of(last.number)
        return found[:limit], [last.score, place, last.id, floor, titled_floor]

    def batches(self, size: int, after: Place | None) -> Generator[list[Hit], None, None]:
        """All hits after a place, the best first, at most SIZE at a time: no more than the scored ones are held."""
        found, floor, titled_floor = self._scored_after(after)
        for start in range(0, len(found), size):
            yield found[start : start + size]
        if floor:
            rest = self._unscored(after, floor, titled_floor)
            with self.db.execute(rest, execution_options={"yield_per": size}) as rows:
                for batch in rows.partitions(size):
                    yield _unscored_hits(batch)

    def _scored_after(self, after: Place | None) -> tuple[list[Hit], int, int]:
        """The scored hits after a place, the best first, and from which numbers on all are scored."""
        found, floor, titled_floor = self._scored(*after[3:]) if after else self._scored()
        found.sort(key=lambda hit: hit.order)
        if after:
            passed = (-after[0], -after[1], after[2])
            found = [hit for hit in found if after[0] != UNSCORED and hit.order > passed]
        return found, floor, titled_floor

    def _scored(self, floor: int | None = None, titled_floor: int | None = None) -> tuple[list[Hit], int, int]:
        """The scored hits, and the numbers from which on all are, in general and with every word in a title.

        Without these the newest hits are taken, and 0 stands for all of them.
        """
        rows, floor = self._newest(floor)
        if floor:
            titled, titled_floor = self._newest(titled_floor, below=floor, titled=True)
            rows += titled
        likely = dict(self.resolved.likely) if self.kind == "actor" else {}
        needles = [[_needles(phrases) for phrases in group] for group in self.resolved.wanted]
        scores = [likely[row.record_id] * _NAMING if likely else _score(needles, row) for row in rows]
        hits = [Hit(row.record_id, score, row.number) for row, score in zip(rows, scores, strict=True)]
        return hits, floor, titled_floor or 0

    def _newest(self, floor: int | None, below: int | None = None, *, titled: bool = False) -> tuple[list[Any], int]:
        """Hits from FLOOR on, or else the newest, and from which number on these are all."""
        most = SCORED if floor is None else None
        query = self._matching(floor or 0, below, most, titled=titled).with_only_columns(*_TEXTS)
        rows = list(self.db.execute(query.order_by(SearchDocument.number.desc()).limit(most)))
        return rows, (rows[-1].number if len(rows) == most else 0) if floor is None else floor

    def _matching(
        self, at_least: int = 0, below: int | None = None, newest: int | None = None, *, titled: bool = False
    ) -> Select[Any]:
        if self.resolved.likely and self.kind == "actor":
            return self.rows.where(among(SearchDocument.record_id, [key for key, _ in self.resolved.likely]))
        question = self.resolved.question(self.kind, titled=titled)
        # Among rows that other filters leave, the newest hits are not the newest hits of all.
        most = None if self.narrowed else newest
        return self.rows.where(SearchDocument.number.in_(numbers(question, at_least, below, most)))

    def _unscored(self, after: Place | None, floor: int, titled_floor: int) -> Select[int, str]:
        """The hits that have no score, from the first or after a place, newest first."""
        below = after[1] if after and after[0] == UNSCORED else floor
        titled = numbers(self.resolved.question(self.kind, titled=True), titled_floor, below)
        rest = self._matching(below=below).where(SearchDocument.number.not_in(titled))
        newest = rest.order_by(SearchDocument.number.desc())
        return newest.with_only_columns(SearchDocument.number, SearchDocument.record_id)


def _unscored_hits(rows: Iterable[Any]) -> list[Hit]:
    return [Hit(row.record_id, UNSCORED, row.number) for row in rows]


def documents_of(kind: str) -> Select[Any]:
    """All records of KIND, for Hits."""
    first, behind = numbers_of(kind)
    return select(SearchDocument.number).where(SearchDocument.number >= first, SearchDocument.number < behind)


_TEXTS = (
    SearchDocument.number,
    SearchDocument.record_id,
    SearchDocument.title,
    SearchDocument.title_forms,
    func.substr(SearchDocument.body, 1, SCORED_CHARACTERS).label("body"),
    func.substr(SearchDocument.body_forms, 1, SCORED_CHARACTERS).label("body_forms"),
)
# What to look for in a field whose words stand between spaces, and what it is worth.
Needles = list[tuple[str, float]]


def _needles(phrases: tuple[Phrase, ...]) -> Needles:
    found: Needles = []
    for number, phrase in enumerate(phrases):
        words = " " + " ".join(phrase.terms)
        found.append((words + " ", _OTHER_FORM if number else 1.0))
        if phrase.prefix:
            found.append((words, _OTHER_FORM))
    return found


def _score(needles: list[list[Needles]], row: Any) -> float:
    naming = max(
        share * (_NAMING + _BREVITY * min(1, len(needles) / (words.count(" ") + 1)))
        for words, share in _shares(needles, row.title, row.title_forms)
    )
    body = max((share for _, share in _shares(needles, row.body, row.body_forms)), default=0)
    return round(naming + _BODY * body, 4)


def _shares(needles: list[list[Needles]], words: str, forms: str) -> Iterator[tuple[str, float]]:
    """Each field's words, and the share of the asked ones that it has."""
    for field, stems in zip(words.split(BETWEEN_FIELDS), forms.split(BETWEEN_FIELDS), strict=False):
        text = f" {field} {stems} "
        yield field, sum(max(_worth(unit, text) for unit in group) for group in needles) / len(needles)


def _worth(unit: Needles, text: str) -> float:
    return next((worth for needle, worth in unit if needle in text), 0.0)


def best(pages: Iterable[tuple[str, list[Hit]]], limit: int) -> list[tuple[str, Hit]]:
    """The best hits of several kinds, LIMIT of them."""
    every = [(kind, hit) for kind, hits in pages for hit in hits]
    return sorted(every, key=lambda one: (*one[1].order, one[0]))[:limit]
