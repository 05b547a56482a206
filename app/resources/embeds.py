"""What may be embedded in a record: parts of its own, and records that belong to it.

Each function takes ids and gives values by id, in one query, whatever the number of records.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, select, union

from app.codes import code_list
from app.dialects import among
from app.documents import hole
from app.models import Account, Article, Event, Evidence, Relation, Statement

Embedded = dict[str, list[Any]]


def parts_of(table: type[Any], name: str, db: Connection, ids: Sequence[str]) -> Embedded:
    """The part NAME of the records IDS of TABLE, as it was rendered."""
    rows = db.execute(select(table.id, table.parts).where(among(table.id, ids)))
    return {row.id: orjson.loads(row.parts)[name] for row in rows}


def event_evidence(db: Connection, ids: Sequence[str]) -> Embedded:
    """The evidence of events."""
    return parts_of(Event, "evidence", db, ids)


def statement_evidence(db: Connection, ids: Sequence[str]) -> Embedded:
    """The evidence of statements."""
    return parts_of(Statement, "evidence", db, ids)


def statement_relations(db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations that statements have."""
    return parts_of(Statement, "relations", db, ids)


def event_statements(db: Connection, ids: Sequence[str]) -> Embedded:
    """The statements that belong to events, in order of time."""
    order = (Statement.start_on.asc().nulls_last(), Statement.id)
    query = select(Statement.event_id, Statement.doc).where(among(Statement.event_id, ids)).order_by(*order)
    return _documents(db.execute(query))


def event_articles(db: Connection, ids: Sequence[str]) -> Embedded:
    """The articles that tell events."""
    telling = union(
        select(Evidence.event_id, Evidence.article_id).where(among(Evidence.event_id, ids)),
        select(Account.event_id, Account.article_id).where(among(Account.event_id, ids)),
    ).subquery()
    query = select(telling.c.event_id, Article.doc).join(Article, Article.id == telling.c.article_id)
    return _documents(db.execute(query.order_by(Article.start_on.asc().nulls_last(), Article.id)))


def statement_articles(db: Connection, ids: Sequence[str]) -> Embedded:
    """The articles that statements stand in."""
    query = select(Statement.id, Article.doc).join(Article, Article.id == Statement.article_id)
    return _documents(db.execute(query.where(among(Statement.id, ids))))


def event_relations(db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations that events have."""
    rows = db.execute(select(Event.id, Event.doc).where(among(Event.id, ids)))
    return {row.id: orjson.loads(row.doc)["relations"] for row in rows}


def inverse_relations(column: Any, db: Connection, ids: Sequence[str]) -> Embedded:
    """The relations that other records have to these, told from this side."""
    types = code_list("relation-types").codes
    order = (column, Relation.type, Relation.event_id.nulls_last(), Relation.statement_id, Relation.position)
    found: Embedded = defaultdict(list)
    query = select(column.label("key"), Relation.type, Relation.event_id, Relation.statement_id)
    for row in db.execute(query.where(among(column, ids)).order_by(*order)):
        target = hole("toevent", row.event_id) or hole("tostatement", row.statement_id)
        found[row.key].append({"type": types[row.type]["inverse"]["id"], "target": target})
    return found


def _documents(rows: Any) -> Embedded:
    found: Embedded = defaultdict(list)
    for key, doc in rows:
        found[key].append(orjson.loads(doc))
    return found
