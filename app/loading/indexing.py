"""The index that searching reads, made from stored records: documents, terms and names.

Rendering calls `index` for what changed, and removing calls `forget`, so the index is never behind. Code that writes
the tables directly, such as restoring a dump, calls `rebuild` at the end.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection, delete, literal, select, update

from app import bulk
from app.dialects.keys import among_many as among
from app.dialects.keys import among_numbers
from app.documents import unfilled
from app.folding import APART
from app.loading.entries import Entry, entry_of, names_of, terms_of
from app.models import Place, SearchDocument, SearchIndex, SearchName, SearchTerm
from app.names import sound
from app.searching import text_index
from app.searching.search_fields import TABLES, fields_of

# To be raised with every change in how words are folded or documents numbered: an older index is then made anew.
FOLDING = 2
BATCH = 500
# The kinds of records that are found by their words or by their names, with their tables.
_INDEXED: dict[str, type[Any]] = {**TABLES, "place": Place}


def index(db: Connection, kind: str, ids: Collection[str]) -> None:
    """Index the records IDS of KIND as they are stored now."""
    keys = sorted(ids)
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        forget(db, kind, some)
        if kind in _INDEXED:
            entries = list(_entries(db, kind, some))
            put_entries(db, entries)
            count_terms(db, terms_in(entries))


def put_entries(db: Connection, entries: Sequence[Entry]) -> None:
    """Put ENTRIES into the index, except their terms, which are counted for many records at once."""
    documents = [entry.document for entry in entries if entry.document]
    if documents:
        _make_unique(db, documents)
        bulk.put(db, SearchDocument, documents)
        text_index.put(db, [row["number"] for row in documents])
    bulk.put(db, SearchName, [row for entry in entries for row in entry.names])


def terms_in(entries: Iterable[Entry]) -> Counter[str]:
    """How many of ENTRIES have each term."""
    return Counter(chain.from_iterable(entry.terms for entry in entries))


def count_terms(db: Connection, terms: Counter[str]) -> None:
    """Add to the numbers of documents that have TERMS, which may be negative; terms that none has any more go."""
    if not terms:
        return
    # In the order of their index, so that each of its pages is read once.
    counted = sorted(terms.items())
    heard = ["" if APART in term or term.isdigit() else sound(term) for term, _ in counted]
    text_index.count(db, [term for term, _ in counted], [number for _, number in counted], heard)
    if gone := [term for term, number in counted if number < 0]:
        db.execute(delete(SearchTerm).where(among(SearchTerm.term, gone), SearchTerm.documents <= 0))


def fields_changed(kind: str, before: Mapping[str, Any], doc: dict[str, Any], parts: dict[str, Any]) -> bool:
    """Whether a record of KIND, stored as BEFORE, is found by other words, names or days with DOC and PARTS."""
    was, now = unfilled(before["doc"], before["parts"]), {**doc, **parts}
    if kind not in TABLES:
        return kind == "place" and list(names_of(was)) != list(names_of(now))
    named = kind == "actor" and list(names_of(was)) != list(names_of(now))
    return (
        named
        or was.get("date") != now.get("date")
        or was.get("published") != now.get("published")
        or (list(fields_of(kind, was)) != list(fields_of(kind, now)))
    )


def forget(db: Connection, kind: str, ids: Collection[str]) -> None:
    """Take the records IDS of KIND out of the index, as far as they are in it."""
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
    for kind, table in _INDEXED.items():
        last = ""
        while ids := list(db.scalars(select(table.id).where(table.id > last).order_by(table.id).limit(BATCH))):
            index(db, kind, ids)
            last = ids[-1]
    while text_index.condense(db):
        pass
    db.execute(update(SearchIndex).values(folding=FOLDING))


def refresh(db: Connection) -> None:
    """Make the index anew if it was made with another folding."""
    if db.scalar(select(SearchIndex.folding)) != FOLDING:
        rebuild(db)


def _entries(db: Connection, kind: str, ids: Sequence[str]) -> Iterator[Entry]:
    table = _INDEXED[kind]
    day = table.start_on if hasattr(table, "start_on") else literal(None)
    for row in db.execute(select(table.id, table.doc, table.parts, day.label("day")).where(among(table.id, ids))):
        yield entry_of(kind, row.id, unfilled(row.doc, row.parts), row.day)


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
