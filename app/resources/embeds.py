"""What may be embedded in a record: its own parts, and records that belong to it.

Each function takes ids and returns lists of values by id, with one query however many ids there are.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, select, union

from app.codes import code_list
from app.dialects.keys import KEYS, among
from app.documents import hole
from app.models import Account, Article, Event, Evidence, Relation, Statement
from app.reading.prepared import read

Embedded = dict[str, list[Any]]
_TOLD = union(
    select(Evidence.event_id, Evidence.article_id).where(among(Evidence.event_id, KEYS)),
    select(Account.event_id, Account.article_id).where(among(Account.event_id, KEYS)),
).subquery()
# Statements that are built once; the ids are the parameter `keys`.
_EVENT_STATEMENTS = (
    select(Statement.event_id, Statement.doc)
    .where(among(Statement.event_id, KEYS))
    .order_by(Statement.start_on.asc().nulls_last(), Statement.id)
)
_EVENT_ARTICLES = (
    select(_TOLD.c.event_id, Article.doc)
    .join(Article, Article.id == _TOLD.c.article_id)
    .order_by(Article.start_on.asc().nulls_last(), Article.id)
)
_STATEMENT_ARTICLES = (
    select(Statement.id, Article.doc).join(Article, Article.id == Statement.article_id).where(among(Statement.id, KEYS))
)
_EVENT_PARTS = select(Event.id, Event.parts).where(among(Event.id, KEYS))
_STATEMENT_PARTS = select(Statement.id, Statement.parts).where(among(Statement.id, KEYS))
_EVENT_DOCUMENTS = select(Event.id, Event.doc).where(among(Event.id, KEYS))


def event_evidence(db: Connection, ids: Sequence[str]) -> Embedded:
    """The evidence of events."""
    return _parts(db, _EVENT_PARTS, ids, "evidence")


def statement_evidence(db: Connection, ids: Sequence[str]) -> Embedded:
    """The evidence of statements."""
    return _parts(db, _STATEMENT_PARTS, ids, "evidence")


def statement_relations(db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations that statements have."""
    return _parts(db, _STATEMENT_PARTS, ids, "relations")


def event_statements(db: Connection, ids: Sequence[str]) -> Embedded:
    """The statements that belong to events, in the order of their dates."""
    return _documents(read(db, _EVENT_STATEMENTS, {"keys": ids}))


def event_articles(db: Connection, ids: Sequence[str]) -> Embedded:
    """The articles that tell events."""
    return _documents(read(db, _EVENT_ARTICLES, {"keys": ids}))


def statement_articles(db: Connection, ids: Sequence[str]) -> Embedded:
    """The articles that have the statements."""
    return _documents(read(db, _STATEMENT_ARTICLES, {"keys": ids}))


def event_relations(db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations that events have."""
    rows = read(db, _EVENT_DOCUMENTS, {"keys": ids})
    return {row.id: orjson.loads(row.doc)["relations"] for row in rows}


def inverse_relations(column: Any, db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations of other records to these, seen from this side: `followed_by` for `follows`."""
    types = code_list("relation-types").codes
    found: Embedded = defaultdict(list)
    for row in read(db, _relations_to(column), {"keys": ids}):
        target = hole("toevent", row.event_id) or hole("tostatement", row.statement_id)
        found[row.key].append({"type": types[row.type]["inverse"]["id"], "target": target})
    return found


@cache
def _relations_to(column: Any) -> Select[str, str, str, str]:
    order = (column, Relation.type, Relation.event_id.nulls_last(), Relation.statement_id, Relation.position)
    query = select(column.label("key"), Relation.type, Relation.event_id, Relation.statement_id)
    return query.where(among(column, KEYS)).order_by(*order)


def _parts(db: Connection, query: Select[str, str], ids: Sequence[str], name: str) -> Embedded:
    """The part NAME of the records IDS, as it was rendered."""
    return {row.id: orjson.loads(row.parts)[name] for row in read(db, query, {"keys": ids})}


def _documents(rows: Any) -> Embedded:
    found: Embedded = defaultdict(list)
    for key, doc in rows:
        found[key].append(orjson.loads(doc))
    return found
