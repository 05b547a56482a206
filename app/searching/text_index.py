"""The text index, SQLite's FTS5 or PostgreSQL's GIN: all of searching that differs between the two.

Both index the words of `search_document`, and do not split or fold words themselves. On PostgreSQL `search_text` is a
view of that table. Its vector is stored in the indexes alone, and has three kinds of terms: all words; the words of
titles once more, behind a mark, because an index knows no fields; and the spans of days that the document is of.
Whether words stand next to each other is looked up in the texts of the documents that have them all.

A question consists of groups of phrases of folded words. These have only letters, digits and marks, and are quoted, so
that nothing that a client sends is read as the engine's language.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

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

from app.dialects.keys import array
from app.dialects.planning import row_limit
from app.models.search import KINDS, numbers_of

COLUMNS = ("title", "title_forms", "body", "body_forms", "rest")
_TITLE = "{title title_forms}"
# The mark before the terms of titles; among the words of a document it stands after those of the titles.
_TITLED = "^"
_SQLITE_ROWS = ", ".join(COLUMNS)
CONDENSED = 2_000
# On SQLite, only `rowid` and the words can be asked for.
TEXT = table("search_text", column("rowid", BigInteger), *map(column, ("record_id", "title", "title_forms")))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms of the index next to each other; with `prefix`, the last is only the beginning of one."""

    terms: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """A question for documents of `kind`: of each group of `wanted` one phrase must occur, of `unwanted` none may.

    If `titled`, the wanted phrases must occur in the fields that name the record.
    """

    kind: str
    wanted: tuple[tuple[Phrase, ...], ...]
    unwanted: tuple[Phrase, ...] = ()
    titled: bool = False


def numbers(kind: str, question: Any, above: Any, last: Any, most: Any = None) -> Select[int]:
    """The numbers of the documents of KIND that answer QUESTION, after ABOVE and up to LAST; the newest MOST if given.

    For a statement that is built once, QUESTION, ABOVE and LAST are those of `OPEN`.
    """
    found = select(TEXT.c.rowid).where(matches(question), _Between(*_literal(kind), above, last))
    return found if most is None else found.order_by(_Number()).limit(row_limit(most))


def within(kind: str, above: int | None = None, last: int | None = None) -> dict[str, int]:
    """The range of numbers after ABOVE and up to LAST, by default that of all numbers of KIND."""
    first, behind = numbers_of(kind)
    return {"above": first - 1 if above is None else above, "last": behind - 1 if last is None else last}


def put(db: Connection, numbers: Collection[int]) -> None:
    """Index the documents with these NUMBERS, which are in search_document already."""
    if db.dialect.name == "sqlite":
        _for_each(db, f"INSERT INTO search_text (rowid, {_SQLITE_ROWS}) SELECT number, {_SQLITE_ROWS}", numbers)


def drop(db: Connection, removed: Collection[int]) -> None:
    """Take documents out of the index, while they are still in search_document."""
    if db.dialect.name == "sqlite":
        taken = f"INSERT INTO search_text (search_text, rowid, {_SQLITE_ROWS}) SELECT 'delete', number, {_SQLITE_ROWS}"
        _for_each(db, taken, removed)


def empty(db: Connection) -> None:
    """Take everything out of the index."""
    if db.dialect.name == "sqlite":
        db.execute(text("INSERT INTO search_text (search_text) VALUES ('delete-all')"))


def settle(db: Connection) -> None:
    """Let PostgreSQL merge recently written words into its indexes; until then each question reads all of them."""
    if db.dialect.name == "postgresql":
        for kind in KINDS:
            db.execute(text(f"SELECT gin_clean_pending_list('ix_search_text_{kind}')"))


def condense(db: Connection) -> bool:
    """Let SQLite merge the parts that its index grew by, each of which every question reads; whether some are left.

    Some CONDENSED pages are written, which takes a tenth of a second. FTS5 remembers what it has begun.
    """
    if db.dialect.name != "sqlite":
        return False
    connection: Any = db.connection.driver_connection
    before = connection.total_changes
    db.execute(text("INSERT INTO search_text (search_text, rank) VALUES ('merge', :pages)"), {"pages": -CONDENSED})
    # The command itself counts as one change.
    return bool(connection.total_changes - before > 1)


def count(db: Connection, terms: Sequence[str], documents: Sequence[int], sounds: Sequence[str]) -> None:
    """Add DOCUMENTS to the numbers of documents that have TERMS, whose SOUNDS are given too, in one statement."""
    given = {"terms": array(terms), "documents": array(documents), "sounds": array(sounds)}
    if db.dialect.name == "sqlite":
        rows = "SELECT t.value ->> 0, t.value ->> 1, t.value ->> 2 FROM json_each(:rows) AS t WHERE true"
        given = {"rows": orjson.dumps(list(zip(terms, documents, sounds, strict=True))).decode()}
    else:
        rows = "SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:documents AS integer[]), CAST(:sounds AS text[]))"
    adding = "ON CONFLICT (term) DO UPDATE SET documents = search_term.documents + excluded.documents"
    db.execute(text(f"INSERT INTO search_term (term, documents, sound) {rows} {adding}"), given)


def _for_each(db: Connection, statement: str, given: Collection[int]) -> None:
    rows = " FROM search_document WHERE number IN (SELECT value FROM json_each(:numbers))"
    db.execute(text(statement + rows), {"numbers": orjson.dumps(list(given)).decode()})


class _QuestionText(TypeDecorator[Question]):
    """A question in the language of the engine."""

    impl = SqlText
    cache_ok = True

    def process_bind_param(self, value: Question | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return _fts5(value) if dialect.name == "sqlite" else array([_tsquery(value), _order(value)])


class _Matches(FunctionElement[Any]):
    # Not declared as boolean, or SQLAlchemy would write `= 1` behind it, which FTS5 does not take.
    inherit_cache = True


def matches(question: Question | BindParameter[Question]) -> ColumnElement[bool]:
    """The condition that a document answers QUESTION."""
    given = isinstance(question, BindParameter)
    return _Matches(question if given else bindparam(None, question, type_=_QuestionText(), unique=True))


def open_question(name: str) -> BindParameter[Question]:
    """A question that is the parameter NAME of a statement."""
    return bindparam(name, type_=_QuestionText())


# Question, above and last as parameters of a statement, for `numbers`.
OPEN = (open_question("question"), bindparam("above", type_=BigInteger), bindparam("last", type_=BigInteger))


@compiles(_Matches, "sqlite")
def _matches_in_sqlite(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text MATCH {question}"


@compiles(_Matches, "postgresql")
def _matches_in_postgresql(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    (question,) = (compiler.process(part, **options) for part in element.clauses)
    has_terms = f"search_text.vector @@ CAST((CAST({question} AS text[]))[1] AS tsquery)"
    order = f"(CAST({question} AS text[]))[2]"
    return f"{has_terms} AND ({order} = '' OR search_text.words ~ {order})"


class _Between(FunctionElement[Any]):
    # Not declared as boolean, as above.
    inherit_cache = True


@compiles(_Between, "sqlite")
def _between_in_sqlite(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    _, _, above, last = (compiler.process(part, **options) for part in element.clauses)
    return f"search_text.rowid > {above} AND search_text.rowid <= {last}"


@compiles(_Between, "postgresql")
def _between_in_postgresql(element: _Between, compiler: SQLCompiler, **options: Any) -> str:
    # Each kind has an index of its own. `+ 0` keeps the planner from the index of numbers: it would walk that one, in
    # the hope of soon meeting a document with the words, however rare they are.
    first, behind, above, last = (compiler.process(part, **options) for part in element.clauses)
    kind = f"search_text.rowid >= {first} AND search_text.rowid < {behind}"
    return f"{kind} AND search_text.rowid + 0 > {above} AND search_text.rowid + 0 <= {last}"


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
    """The terms that QUESTION asks for, in whatever order, as a tsquery."""

    def phrase(one: Phrase, mark: str = "") -> str:
        return "(" + " & ".join(f"'{mark}{term}'" for term in one.terms) + ":*" * one.prefix + ")"

    mark = _TITLED if question.titled else ""
    groups = ["(" + " | ".join(phrase(one, mark) for one in group) + ")" for group in question.wanted]
    return " & ".join([*groups, *(f"!{phrase(one)}" for one in question.unwanted if len(one.terms) == 1)])


def _order(question: Question) -> str:
    """A regular expression that finds the phrases of QUESTION among the words of a document; empty if it has none."""

    def either(phrases: Iterable[Phrase]) -> str:
        return "(" + "|".join(f" {' '.join(one.terms)}{'' if one.prefix else ' '}" for one in phrases) + ")"

    start = f"[^{_TITLED}]*" if question.titled else ".*"
    wanted = [f"(?={start}{either(group)})" for group in question.wanted if any(len(one.terms) > 1 for one in group)]
    unwanted = [f"(?!.*{either([one])})" for one in question.unwanted if len(one.terms) > 1]
    return "".join(["^", *wanted, *unwanted]) if wanted or unwanted else ""
