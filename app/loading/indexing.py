"""What searching reads, made from stored records: documents, terms and names.

Rendering calls `index` for what changed and writing `forget` for what is gone, so the index is never behind. Whoever
brings in many records at once may leave that out and call `rebuild` at the end.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import Connection, delete, literal, select, update

from app import bulk, text_index
from app.dialects.keys import among_many as among
from app.dialects.keys import among_numbers
from app.folding import APART, indexed, whole, words
from app.models import Place, SearchDocument, SearchIndex, SearchName, SearchTerm
from app.models.search import BETWEEN_FIELDS, number_of
from app.names import latin, sound
from app.search_fields import TABLES, Field, fields_of

# Grows with every change of what is folded how, or numbered; an index of another version is made anew.
FOLDING = 2
BATCH = 500
# PostgreSQL keeps 255 places of a term and none beyond 16383. A word past these is found, but not within a phrase, and
# so on SQLite too.
MOST_PLACES = 16_000
MOST_PLACES_OF_A_WORD = 250
_LONGEST_NAME = 200
_PROPER = ("person", "state")
Row = dict[str, Any]
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019\u02bc](?=\w)")


@dataclass(frozen=True, slots=True)
class Record:
    """A record to be indexed: its document with the parts in it, and the day that its number tells."""

    id: str
    body: dict[str, Any]
    day: date | None = None


@dataclass(slots=True)
class Entries:
    """What the index has for some records: documents with their vectors, names, and how many have each term."""

    documents: list[Row] = field(default_factory=list)
    vectors: list[str] = field(default_factory=list)
    names: list[Row] = field(default_factory=list)
    terms: Counter[str] = field(default_factory=Counter)


def index(db: Connection, kind: str, ids: Collection[str]) -> None:
    """Index the records IDS of KIND as they are stored now."""
    keys = sorted(ids)
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        forget(db, kind, some)
        if kind in (*TABLES, "place"):
            index_new(db, kind, list(_read(db, kind, some)))


def index_new(db: Connection, kind: str, records: Sequence[Record]) -> None:
    """Index RECORDS of KIND, which are not in the index."""
    entries = entries_of(kind, records, vectors=db.dialect.name == "postgresql")
    put_entries(db, entries)
    count_terms(db, entries.terms)


def entries_of(kind: str, records: Sequence[Record], *, vectors: bool) -> Entries:
    """What the index has for RECORDS of KIND; VECTORS if they are wanted."""
    found = Entries()
    for record in records if kind in TABLES else ():
        document = _Document(kind)
        for text in fields_of(kind, record.body):
            document.add(text)
        number = _number(kind, record.id, record.day)
        found.documents.append({"number": number, "record_id": record.id, **document.columns()})
        found.vectors.append(document.vector() if vectors else "")
        found.terms.update(document.terms())
    named = ((record.id, row) for record in records if kind in ("actor", "place") for row in _names(record.body))
    found.names += [{"kind": kind, "record_id": key, **row} for key, row in named]
    return found


def put_entries(db: Connection, entries: Entries) -> None:
    """Put ENTRIES into the index, but for their terms: many records have the same, and are counted at once."""
    if entries.documents:
        _make_unique(db, entries.documents)
        bulk.put(db, SearchDocument, entries.documents)
        text_index.put(db, entries.documents, entries.vectors)
    bulk.put(db, SearchName, entries.names)


def count_terms(db: Connection, terms: Counter[str]) -> None:
    """Add to the numbers of documents that have TERMS; of none less than nothing."""
    if not terms:
        return
    # In the order of their index, which so reads each of its pages once.
    counted = sorted(terms.items())
    heard = ["" if APART in term or term.isdigit() else sound(term) for term, _ in counted]
    text_index.count(db, [term for term, _ in counted], [number for _, number in counted], heard)
    if gone := [term for term, number in counted if number < 0]:
        db.execute(delete(SearchTerm).where(among(SearchTerm.term, gone), SearchTerm.documents <= 0))


def fields_changed(kind: str, before: Mapping[str, Any], doc: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Whether a record of KIND, stored as BEFORE, is to be found by other words or names now."""
    was, now = {**orjson.loads(before["doc"]), **orjson.loads(before["parts"])}, {**doc, **parts}
    if kind not in TABLES:
        return kind == "place" and list(_names(was)) != list(_names(now))
    named = kind == "actor" and list(_names(was)) != list(_names(now))
    return (
        named
        or was.get("date") != now.get("date")
        or was.get("published") != now.get("published")
        or (list(fields_of(kind, was)) != list(fields_of(kind, now)))
    )


def forget(db: Connection, kind: str, ids: Collection[str]) -> None:
    """Take the records IDS of KIND out of the index; those that are not in it are no matter."""
    where = (SearchDocument.kind == kind, among(SearchDocument.record_id, ids))
    found = db.execute(select(*SearchDocument.__table__.columns).where(*where)).mappings().all()
    if found:
        text_index.drop(db, [row["number"] for row in found])
        counted = Counter(term for row in found for term in terms_of(row))
        count_terms(db, Counter({term: -number for term, number in counted.items()}))
        db.execute(delete(SearchDocument).where(*where))
    db.execute(delete(SearchName).where(SearchName.kind == kind, among(SearchName.record_id, ids)))


def rebuild(db: Connection) -> None:
    """Make the whole index anew."""
    text_index.empty(db)
    for made in (SearchDocument, SearchTerm, SearchName):
        db.execute(delete(made))
    tables: dict[str, type[Any]] = {**TABLES, "place": Place}
    for kind, table in tables.items():
        last = ""
        while ids := list(db.scalars(select(table.id).where(table.id > last).order_by(table.id).limit(BATCH))):
            index(db, kind, ids)
            last = ids[-1]
    db.execute(update(SearchIndex).values(folding=FOLDING))


def refresh(db: Connection) -> None:
    """Make the index anew if it was made with another folding."""
    if db.scalar(select(SearchIndex.folding)) != FOLDING:
        rebuild(db)


def _read(db: Connection, kind: str, ids: Sequence[str]) -> Iterator[Record]:
    table: type[Any] = Place if kind == "place" else TABLES[kind]
    day = table.start_on if hasattr(table, "start_on") else literal(None)
    for row in db.execute(select(table.id, table.doc, table.parts, day.label("day")).where(among(table.id, ids))):
        yield Record(row.id, {**orjson.loads(row.doc), **orjson.loads(row.parts)}, row.day)


class _Document:
    """The words of one record, gathered field by field."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.fields: list[text_index.Indexed] = []
        self.often: Counter[str] = Counter()
        self.rest: dict[str, None] = {}
        self.places = 0

    def add(self, field: Field) -> None:
        """Take in the words of FIELD."""
        found = indexed(field.text, field.language)
        placed = [word for word, _ in found]
        # No word can stand more often than there are places.
        if self.places + len(placed) > MOST_PLACES_OF_A_WORD:
            placed = self._within_limits(placed)
        self.often.update(placed)
        self.places += len(placed) + 1
        stems = dict.fromkeys([form for _, forms in found for form in forms])
        if field.title and (term := whole(placed)):
            stems[term] = None
        self.fields.append(text_index.Indexed(field.title, placed, list(stems)))

    def _within_limits(self, words: list[str]) -> list[str]:
        """WORDS with a gap for each that has no place of its own."""
        often, placed = self.often.copy(), []
        for place, word in enumerate(words, self.places + 1):
            if place > MOST_PLACES or often[word] >= MOST_PLACES_OF_A_WORD:
                self.rest[word] = None
                placed.append(APART)
            else:
                often[word] += 1
                placed.append(word)
        return placed

    def terms(self) -> set[str]:
        return {*self.often, *self.rest, *(form for field in self.fields for form in field.forms)} - {APART}

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

    def vector(self) -> str:
        return text_index.vector(self.fields, self.rest)


def _number(kind: str, key: str, day: date | None) -> int:
    """The number of a document; it depends on nothing else in the database."""
    digest = blake2b(f"{kind}/{key}".encode(), digest_size=8).digest()
    return number_of(kind, day.toordinal() if day else 0, int.from_bytes(digest))


def _make_unique(db: Connection, found: list[dict[str, Any]]) -> None:
    """Give a row whose number is taken the next free one."""
    wanted = [row["number"] for row in found]
    taken = set(db.scalars(select(SearchDocument.number).where(among_numbers(SearchDocument.number, wanted))))
    for row in found:
        while row["number"] in taken:
            row["number"] += 1
            if db.scalar(select(SearchDocument.number).where(SearchDocument.number == row["number"])) is not None:
                taken.add(row["number"])
        taken.add(row["number"])


def terms_of(row: Any) -> set[str]:
    """The terms of a row of search_document."""
    return {term for name in text_index.COLUMNS for term in row[name].split() if term != APART}


def _names(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    named = [(name, language, True) for language, name in record["names"].items()]
    named += [(alias["name"], alias["language"], True) for alias in record.get("aliases", ())]
    named += [(f"{scheme}:{code}", None, False) for scheme, code in record.get("codes", {}).items()]
    named += [(record["id"], None, False)]
    proper = record.get("kind", "state") in _PROPER
    # O'Brien is also looked for as Obrien.
    read = dict.fromkeys((one, spelling) for one in named for spelling in (one[0], _APOSTROPHE.sub("", one[0])))
    for position, ((name, language, spelled), spelling) in enumerate(read):
        found = [word.text for word in words(spelling) if not (word.pair and word.end - word.start == 1)]
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
