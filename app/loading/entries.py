"""Entries of the index: the words of a record and its names, made from its document."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

from app.folding import APART, indexed, name_words, whole
from app.models.search import BETWEEN_FIELDS, number_of
from app.names import latin, sound
from app.searching import text_index
from app.searching.search_fields import TABLES, Field, fields_of

# These limits are those of a tsvector with places, which was once the index on PostgreSQL. Words beyond them are found,
# but not within phrases.
MOST_PLACES = 16_000
MOST_PLACES_OF_A_WORD = 250
_LONGEST_NAME = 200
_PROPER = ("person", "state")
Row = dict[str, Any]
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc](?=\w)")


class Indexed(NamedTuple):
    """A field as the index has it: its words in order, with APART for those beyond the limits, and their stems."""

    title: bool
    words: Sequence[str]
    forms: Sequence[str]


class Entry(NamedTuple):
    """What the index has for a record: a row of search_document, if its kind is searched, its terms, and its names."""

    document: Row | None
    terms: set[str]
    names: list[Row]


def entry_of(kind: str, key: str, body: Row, day: date | None) -> Entry:
    """The entry of the record KEY of KIND. BODY is its document with its parts; DAY goes into its number."""
    named = [{"kind": kind, "record_id": key, **row} for row in names_of(body)] if kind in ("actor", "place") else []
    if kind not in TABLES:
        return Entry(None, set(), named)
    document = _Document(kind)
    for text in fields_of(kind, body):
        document.add(text)
    row = {"number": _number(kind, key, day), "record_id": key, **document.columns()}
    return Entry(row, document.terms(), named)


def terms_of(row: Any) -> set[str]:
    """The terms of a row of search_document."""
    return {term for name in text_index.COLUMNS for term in row[name].split() if term != APART}


def names_of(record: Row) -> Iterator[Row]:
    """The rows of search_name for an actor or a place: each name from each of its words on."""
    named = [(name, language, True) for language, name in record["names"].items()]
    named += [(alias["name"], alias["language"], True) for alias in record.get("aliases", ())]
    named += [(f"{scheme}:{code}", None, False) for scheme, code in record.get("codes", {}).items()]
    named += [(record["id"], None, False)]
    proper = record.get("kind", "state") in _PROPER
    # People also type O'Brien as Obrien.
    read = dict.fromkeys((one, spelling) for one in named for spelling in (one[0], _APOSTROPHE.sub("", one[0])))
    for position, ((name, language, spelled), spelling) in enumerate(read):
        found = name_words(spelling)
        for part in range(len(found)):
            if part and not spelled and ":" not in name:
                break
            yield {
                "position": position,
                "part": part,
                "name": name,
                "language": language,
                "folded": " ".join(found[part:])[:_LONGEST_NAME],
                "word": found[part],
                "latin": latin(found[part]) if spelled else "",
                "sound": sound(found[part]) if spelled else "",
                "proper": proper and spelled,
            }


class _Document:
    """The words of one record, gathered field by field."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.fields: list[Indexed] = []
        self.rest: dict[str, None] = {}
        self.places = 0

    def add(self, field: Field) -> None:
        """Take in the words of FIELD."""
        found = indexed(field.text, field.language)
        placed = [word for word, _ in found]
        # With fewer words than this in all, none can occur too often.
        if self.places + len(placed) > MOST_PLACES_OF_A_WORD:
            placed = self._within_limits(placed)
        self.places += len(placed) + 1
        stems = dict.fromkeys([form for _, forms in found for form in forms])
        if field.title and (term := whole(placed)):
            stems[term] = None
        self.fields.append(Indexed(field.title, placed, list(stems)))

    def _within_limits(self, words: list[str]) -> list[str]:
        """WORDS, with APART for each that is beyond the limits."""
        often, placed = Counter(chain.from_iterable(field.words for field in self.fields)), []
        for place, word in enumerate(words, self.places + 1):
            if place > MOST_PLACES or often[word] >= MOST_PLACES_OF_A_WORD:
                self.rest[word] = None
                placed.append(APART)
            else:
                often[word] += 1
                placed.append(word)
        return placed

    def terms(self) -> set[str]:
        found = set(self.rest).union(*(field.words for field in self.fields), *(field.forms for field in self.fields))
        found.discard(APART)
        return found

    def columns(self) -> dict[str, str]:
        title = [field for field in self.fields if field.title]
        body = [field for field in self.fields if not field.title]
        return {
            "kind": self.kind,
            "title": BETWEEN_FIELDS.join([" ".join(field.words) for field in title]),
            "title_forms": BETWEEN_FIELDS.join([" ".join(field.forms) for field in title]),
            "body": BETWEEN_FIELDS.join([" ".join(field.words) for field in body]),
            "body_forms": BETWEEN_FIELDS.join([" ".join(field.forms) for field in body]),
            "rest": BETWEEN_FIELDS.join(self.rest),
        }


def _number(kind: str, key: str, day: date | None) -> int:
    """The number of a document, which depends on nothing else in the database."""
    digest = blake2b(f"{kind}/{key}".encode(), digest_size=8).digest()
    return number_of(kind, day.toordinal() if day else 0, int.from_bytes(digest))
