"""The text index, SQLite's FTS5 or PostgreSQL's tsvector: the lines of searching that differ between them.

Both get the same words in the same order from us (app/loading/indexing.py) and neither its own idea of a word. A
question is groups of phrases of folded words: letters, digits and marks, quoted, so that no text of a client is ever
read as the engine's language.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    TypeDecorator,
    bindparam,
    column,
    select,
    table,
    text,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.bulk import put_tuples
from app.folding import APART
from app.models.search import numbers_of

COLUMNS = ("title", "title_forms", "body", "body_forms", "rest")
_TITLE = "{title title_forms}"
_TITLED = "^"
_SQLITE_ROWS = ", ".join(COLUMNS)
TEXT = table("search_text", column("rowid", BigInteger))


class Indexed(NamedTuple):
    """A field as the index has it: its words in their order, APART for one without a place, and their stems."""

    title: bool
    words: Sequence[str]
    forms: Sequence[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms of the index next to each other; with `prefix`, the last one only begins so."""

    terms: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Documents of `kind`: of each group of `wanted` one phrase must occur, of `unwanted` none may.

    `titled`: the wanted ones must occur in the fields that name the record.
    """

    kind: str
    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()
    titled: bool = False


def numbers(question: Question, at_least: int = 0, below: int | None = None, newest: int | None = None) -> Select[int]:
    """The numbers of the documents that answer QUESTION, in the range given; only the NEWEST, if that is said."""
    first, behind = numbers_of(question.kind)
    found = select(TEXT.c.rowid).where(
        _matches(question), TEXT.c.rowid >= max(first, at_least), TEXT.c.rowid < (behind if below is None else below)
    )
    return found if newest is None else found.order_by(TEXT.c.rowid.desc()).limit(newest)


def put(db: Connection, found: Sequence[dict[str, Any]], vectors: Iterable[str]) -> None:
    """Index documents, which stand in search_document already; VECTORS are the same for PostgreSQL."""
    numbers = [row["number"] for row in found]
    if db.dialect.name == "sqlite":
        _for_each(db, f"INSERT INTO search_text (rowid, {_SQLITE_ROWS}) SELECT number, {_SQLITE_ROWS}", numbers)
        return
    put_tuples(db, "search_text", ("rowid", "vector"), list(zip(numbers, vectors, strict=True)))


def drop(db: Connection, removed: Sequence[int]) -> None:
    """Take documents out of the index; they still stand in search_document."""
    if db.dialect.name == "sqlite":
        taken = f"INSERT INTO search_text (search_text, rowid, {_SQLITE_ROWS}) SELECT 'delete', number, {_SQLITE_ROWS}"
        _for_each(db, taken, removed)
        return
    db.execute(text("DELETE FROM search_text WHERE rowid = ANY(:numbers)"), {"numbers": list(removed)})


def empty(db: Connection) -> None:
    """Take everything out of the index."""
    sqlite = db.dialect.name == "sqlite"
    every = "INSERT INTO search_text (search_text) VALUES ('delete-all')" if sqlite else "DELETE FROM search_text"
    db.execute(text(every))


def count(db: Connection, terms: Sequence[str], documents: Sequence[int], sounds: Sequence[str]) -> None:
    """Add to the numbers of documents that have TERMS, all in one statement."""
    given: dict[str, Any] = {"terms": list(terms), "documents": list(documents), "sounds": list(sounds)}
    if db.dialect.name == "sqlite":
        rows = "SELECT t.value ->> 0, t.value ->> 1, t.value ->> 2 FROM json_each(:rows) AS t WHERE true"
        given = {"rows": orjson.dumps(list(zip(terms, documents, sounds, strict=True))).decode()}
    else:
        rows = "SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:documents AS integer[]), CAST(:sounds AS text[]))"
    adding = "ON CONFLICT (term) DO UPDATE SET documents = search_term.documents + excluded.documents"
    db.execute(text(f"INSERT INTO search_term (term, documents, sound) {rows} {adding}"), given)


def vector(fields: Iterable[Indexed], rest: Iterable[str]) -> str:
    """FIELDS, and the words of REST that have no place, as PostgreSQL writes a tsvector.

    A word of a title stands there twice, for the index knows nothing of weights and would look into every document.
    """
    places, titled, before = dict.fromkeys(rest, ""), dict[str, str](), 0
    for field in fields:
        for found in (places, titled) if field.title else (places,):
            found.update(dict.fromkeys(field.forms, ":1"))
            for place, word in enumerate(field.words, before + 1):
                if word != APART:
                    found[word] = f"{at},{place}" if (at := found.get(word)) else f":{place}"
        before += len(field.words) + 1
    titles = [f"'{_TITLED}{term}'{at}" for term, at in titled.items()]
    return " ".join([f"'{term}'{at}" for term, at in places.items()] + titles)


def _for_each(db: Connection, statement: str, given: Collection[int]) -> None:
    rows = " FROM search_document WHERE number IN (SELECT value FROM json_each(:numbers))"
    db.execute(text(statement + rows), {"numbers": orjson.dumps(list(given)).decode()})


class _QuestionText(TypeDecorator[Question]):
    """A question in the language of the engine."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Question | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return _fts5(value) if dialect.name == "sqlite" else _tsquery(value)


class _Matches(FunctionElement[Any]):
    # No boolean: SQLite would be asked whether the match equals 1, and can only match.
    inherit_cache = True


def _matches(question: Question) -> ColumnElement[bool]:
    return _Matches(bindparam(None, question, type_=_QuestionText(), unique=True))


@compiles(_Matches, "sqlite")
def _matches_in_sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text MATCH {question}"


@compiles(_Matches, "postgresql")
def _matches_in_postgresql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text.vector @@ CAST({question} AS tsquery)"


def _fts5(question: Question) -> str:
    def phrase(one: Phrase) -> str:
        return '"' + " ".join(one.terms) + '"' + ("*" if one.prefix else "")

    def group(phrases: Iterable[Phrase]) -> str:
        return "(" + " OR ".join(map(phrase, phrases)) + ")"

    wanted = " AND ".join(map(group, question.wanted))
    if question.titled:
        wanted = f"{_TITLE} : ({wanted})"
    return f"({wanted}) NOT {group(question.unwanted)}" if question.unwanted else wanted


def _tsquery(question: Question) -> str:
    def phrase(one: Phrase, mark: str = "") -> str:
        return "(" + " <-> ".join(f"'{mark}{term}'" for term in one.terms) + ":*" * one.prefix + ")"

    mark = _TITLED if question.titled else ""
    groups = ["(" + " | ".join(phrase(one, mark) for one in group) + ")" for group in question.wanted]
    return " & ".join([*groups, *(f"!{phrase(one)}" for one in question.unwanted)])
