r"""Records as JSON with holes, rendered when they are written and filled when they are read.

Where a record refers to another, its stored JSON has a hole that names it (`"\u001aactor/sergey-lavrov"`), and reading
puts the reference there. So a page is stored rows joined by commas, and a new name of an actor is one row written,
however many records mention the actor.
"""

import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select

from app.dates import Span
from app.dialects.keys import KEYS, among
from app.models import Actor, Article, Event, Place, Statement
from app.observing import spent
from app.reading.prepared import read
from app.reading.remembering import remembered

MARK = "\x1a"
# What no record may hold: control characters, one of which is MARK (PostgreSQL has no NUL), and halves of characters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_HOLE = re.compile(rb'"\\u001a([^"]+)"')

# Some three hundred bytes each.
MOST_REMEMBERED = 20_000
Fragments = dict[bytes, bytes]


def hole(kind: str, key: str | None) -> str | None:
    """What stands in a document for a reference of KIND to the record KEY."""
    return None if key is None else f"{MARK}{kind}/{key}"


def held(document: str) -> Iterator[tuple[str, str]]:
    """The kind and the id of each record that DOCUMENT, JSON as it is stored, refers to."""
    for found in _HOLE.findall(document.encode()):
        kind, _, key = found.decode().partition("/")
        yield kind, key


def span(start: date | None, end: date | None, precision: str) -> dict[str, str | None]:
    """A date as it is served."""
    return {
        "start": start.isoformat() if start else None,
        "end": end.isoformat() if end else None,
        "precision": precision,
    }


def span_of(served: Mapping[str, Any]) -> Span:
    """SERVED, a date as it is served, as it was before."""
    start, end = (date.fromisoformat(served[name]) if served[name] else None for name in ("start", "end"))
    return Span(start, end, served["precision"])


def evidence_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence as it is served; ROW is one of the table."""
    return {
        "article": hole("article", row["article_id"]),
        "exact": row["exact"],
        "prefix": row["prefix"],
        "suffix": row["suffix"],
        "start": row["start_at"],
        "end": row["end_at"],
        "language": row["language"],
        "field": row["field"],
        "verified": row["verified"],
    }


def relation_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """A relation as the record that has it serves it."""
    target = hole("toevent", row["to_event_id"]) or hole("tostatement", row["to_statement_id"])
    return {"type": row["type"], "target": target}


def unfilled(doc: str, parts: str) -> dict[str, Any]:
    """The record with the stored JSON DOC and PARTS as details have it, its holes unfilled."""
    return {**orjson.loads(doc), **orjson.loads(parts)}


def picked(doc: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """DOC with only its id and FIELDS; all of it if there are no FIELDS."""
    return {name: value for name, value in doc.items() if name in fields or name == "id"} if fields else doc


def fill(db: Connection, body: bytes) -> bytes:
    """BODY with every hole filled. Takes one query for each kind of reference that is not remembered."""
    since = time.perf_counter()
    filled = references_of(db).fill(body) if _HOLE.search(body) else body
    spent("fill", since)
    return filled


class Referred(SimpleNamespace):
    """A reference as an object. The one that stands for no reference has every name, with None as its value."""


def _named(hole: str) -> bytes:
    """What HOLE names, as it stands in JSON."""
    return orjson.dumps(hole.removeprefix(MARK))[1:-1]


class _Objects(dict[str | None, Referred]):
    """What holes stand for, as objects. Raises KeyError for one that has not been read yet."""

    def __init__(self, known: Fragments) -> None:
        super().__init__({None: Referred(**dict.fromkeys(_NAMES))})
        self._known = known

    def __missing__(self, hole: str) -> Referred:
        text = self._known[_named(hole)]
        self[hole] = found = Referred(**orjson.loads(text))
        return found


class References:
    """What holes stand for, as one transaction sees it; each is read once."""

    def __init__(self, db: Connection, known: Fragments | None = None) -> None:
        self._db = db
        self._known: Fragments = {} if known is None else known
        self._objects = _Objects(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def fill(self, body: bytes) -> bytes:
        """BODY with every hole filled."""
        pieces = _HOLE.split(body)
        holes = pieces[1::2]
        try:
            pieces[1::2] = map(self._known.__getitem__, holes)
        except KeyError:
            self._learn(set(holes))
            pieces[1::2] = map(self._known.__getitem__, holes)
        return b"".join(pieces)

    def objects(self, holes: Sequence[str | None]) -> list[Referred]:
        """What HOLES stand for, as objects; for None, the one without values."""
        try:
            return list(map(self._objects.__getitem__, holes))
        except KeyError:
            # Some have not been read yet.
            self._learn({_named(hole) for hole in holes if hole})
            return list(map(self._objects.__getitem__, holes))

    def _learn(self, named: set[bytes]) -> None:
        missing = self._unknown(named)
        if not missing:
            return
        # Only references to articles have holes of their own, which are read together with the other references.
        articles = {one for one in missing if one.startswith(b"article/")}
        printed = self._read(articles)
        text = b"\n".join(printed.values())
        self._known |= self._read((missing - articles) | self._unknown(_HOLE.findall(text)))
        self._known |= zip(printed, self.fill(text).split(b"\n"), strict=bool(printed))

    def _unknown(self, named: Iterable[bytes]) -> set[bytes]:
        return {one for one in named if one not in self._known}

    def _read(self, named: set[bytes]) -> Fragments:
        wanted: dict[bytes, set[bytes]] = defaultdict(set)
        for one in sorted(named):
            kind, _, key = one.partition(b"/")
            wanted[kind].add(key)
        found = {hole: text for kind, keys in wanted.items() for hole, text in _fragments(self._db, kind, keys).items()}
        # The bytes that orjson returns occupy a kilobyte or two, however short they are, so copies are kept instead.
        # JSON that orjson writes has no line breaks of its own.
        return dict(zip(found, b"\n".join(found.values()).split(b"\n"), strict=bool(found)))


def references_of(db: Connection) -> References:
    """What holes stand for, with all that earlier requests have read since the last change."""
    return References(db, remembered(db, "references", MOST_REMEMBERED))


def _fragments(db: Connection, kind: bytes, keys: set[bytes]) -> Fragments:
    """The references of KIND to the records KEYS, by the text of their holes."""
    query, shape = _REFERENCES[kind]
    # An id stands in the hole as it does in JSON, with its escapes.
    ids = sorted(orjson.loads(b'"%b"' % key) for key in keys)
    rows = (row._asdict() for row in read(db, query, {"keys": ids}))
    return {b"%b/%b" % (kind, orjson.dumps(row["id"])[1:-1]): orjson.dumps(shape(row)) for row in rows}


def _article(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "title": row["title"],
        "publisher": hole("actor", row["publisher_id"]),
        "url": f"/v1/articles/{row['id']}",
        "source_url": row["source_url"],
        "published": span(row["start_on"], row["end_on"], row["precision"]),
    }


def _chosen(key: Any, *columns: Any) -> Select[*tuple[Any, ...]]:
    """KEY and COLUMNS of the records of some keys, made once."""
    return select(key, *columns).where(among(key, KEYS))


_PRINTED = (Article.source_url, Article.start_on, Article.end_on, Article.precision)
_REFERENCES: dict[bytes, tuple[Select[*tuple[Any, ...]], Callable[[Any], dict[str, Any]]]] = {
    b"actor": (_chosen(Actor.id, Actor.name, Actor.kind, Actor.country), dict),
    b"place": (_chosen(Place.id, Place.name, Place.country, Place.lat, Place.lon, Place.precision), dict),
    b"event": (_chosen(Event.id, Event.type, Event.label), dict),
    b"toevent": (_chosen(Event.id, Event.label), lambda row: {"kind": "event", **row}),
    b"tostatement": (_chosen(Statement.id, Statement.gist.label("label")), lambda row: {"kind": "statement", **row}),
    b"article": (_chosen(Article.id, Article.title, Article.publisher_id, *_PRINTED), _article),
}
_NAMES = {column.name for query, _ in _REFERENCES.values() for column in query.selected_columns}
