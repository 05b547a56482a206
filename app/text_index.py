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
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    TypeDecorator,
    bindparam,
    column,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy import Text as SqlText
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from app.bulk import put_tuples
from app.dialects.keys import array
from app.folding import APART
from app.models.search import KINDS, numbers_of

COLUMNS = ("title", "title_forms", "body", "body_forms", "rest")
_TITLE = "{title title_forms}"
_TITLED = "^"
_SQLITE_ROWS = ", ".join(COLUMNS)
TEXT = table("search_text", column("rowid", BigInteger), column("vector"))


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


def numbers(kind: str, question: Any, above: Any, last: Any, most: Any = None) -> Select[int]:
    """The numbers of the documents of KIND that answer QUESTION, after ABOVE and up to LAST, the MOST newest of them.

    In a statement that is made once, what follows the kind is `OPEN`.
    """
    found = select(TEXT.c.rowid).where(_matches(question), _Between(*_literal(kind), above, last))
    return found if most is None else found.order_by(_Number()).limit(most)


def near(kind: str, question: Any, above: Any, last: Any, most: Any) -> Select[int]:
    """The same for PostgreSQL, where of all hits only those between ABOVE and LAST are visited."""
    found = select(TEXT.c.rowid).where(_matches(question), _Near(*_literal(kind), above, last))
    return found.order_by(_Number()).limit(most)


def walked(question: Any, above: Any, last: Any, most: Any, documents: Any) -> Select[int]:
    """The same for PostgreSQL, where so many DOCUMENTS, from the newest on, are tried one by one.

    If there are MOST, they are the newest of all.
    """
    tried = select(TEXT.c.rowid, TEXT.c.vector).where(TEXT.c.rowid > above, TEXT.c.rowid <= last)
    newest = tried.order_by(TEXT.c.rowid).limit(documents).subquery("search_text")
    return select(newest.c.rowid).where(_matches(question)).order_by(newest.c.rowid).limit(most)


def within(kind: str, above: int | None = None, last: int | None = None) -> dict[str, int]:
    """The range of the numbers of KIND, or of those of them after ABOVE and up to LAST."""
    first, behind = numbers_of(kind)
    return {"above": first - 1 if above is None else above, "last": behind - 1 if last is None else last}


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


def settle(db: Connection) -> None:
    """Let PostgreSQL put in order the words that were written of late: until then each question reads them all."""
    if db.dialect.name == "postgresql":
        for kind in KINDS:
            db.execute(text(f"SELECT gin_clean_pending_list('ix_search_text_{kind}')"))


def count(db: Connection, terms: Sequence[str], documents: Sequence[int], sounds: Sequence[str]) -> None:
    """Add to the numbers of documents that have TERMS, all in one statement."""
    given = {"terms": array(terms), "documents": array(documents), "sounds": array(sounds)}
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
    # What stands there several times PostgreSQL makes one by itself.
    found, titles, before = [f" '{word}'" for word in rest], list[str](), 0
    for field in fields:
        terms = [f" '{form}':1" for form in field.forms]
        terms += [f" '{word}':{place}" for place, word in enumerate(field.words, before + 1) if word != APART]
        found += terms
        titles += terms if field.title else ()
        before += len(field.words) + 1
    return "".join(found) + "".join(titles).replace(" '", f" '{_TITLED}")


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


def _matches(question: Question | BindParameter[Question]) -> ColumnElement[bool]:
    given = isinstance(question, BindParameter)
    return _Matches(question if given else bindparam(None, question, type_=_QuestionText(), unique=True))


# What a statement that is made once gives to `numbers`.
OPEN = (
    bindparam("question", type_=_QuestionText()),
    bindparam("above", type_=BigInteger),
    bindparam("last", type_=BigInteger),
)


@compiles(_Matches, "sqlite")
def _matches_in_sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text MATCH {question}"


@compiles(_Matches, "postgresql")
def _matches_in_postgresql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text.vector @@ CAST({question} AS tsquery)"


class _Between(FunctionElement[Any]):
    # No boolean, as above.
    inherit_cache = True


@compiles(_Between, "sqlite")
def _between_in_sqlite(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    _, _, above, last = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text.rowid > {above} AND search_text.rowid <= {last}"


@compiles(_Between, "postgresql")
def _between_in_postgresql(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    # Each kind has an index of its own. The one of the numbers must not be used: the planner would walk it, in the hope
    # of soon meeting words that are rare.
    first, behind, above, last = (compiler.process(part, **options) for part in element.clauses)
    kind = f"search_text.rowid >= {first} AND search_text.rowid < {behind}"
    return f"{kind} AND search_text.rowid + 0 > {above} AND search_text.rowid + 0 <= {last}"


class _Near(_Between):
    inherit_cache = True


@compiles(_Near, "postgresql")
def _near_in_postgresql(element: _Near, compiler: SQLCompiler, **options: Any) -> str:
    # Here both are used, each for what the other does not tell. The planner joins no indexes that answer to the same
    # conditions: so those of the kind are not the very ones of its index, which follow from them all the same.
    first, behind, above, last = (compiler.process(part, **options) for part in element.clauses)
    kind = f"search_text.rowid > {first} AND search_text.rowid <= {behind} - 1"
    return f"{kind} AND search_text.rowid > {above} AND search_text.rowid <= {last}"


def _literal(kind: str) -> list[ColumnElement[int]]:
    return [literal_column(str(number)) for number in numbers_of(kind)]


class _Number(FunctionElement[int]):
    type = BigInteger()
    inherit_cache = True


@compiles(_Number, "sqlite")
def _number_in_sqlite(_element: _Number, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_text.rowid"


@compiles(_Number, "postgresql")
def _number_in_postgresql(_element: _Number, _compiler: SQLCompiler, **_options: Any) -> str:
    return "search_text.rowid + 0"


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
