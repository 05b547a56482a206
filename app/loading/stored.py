"""Stored records as the drafts that they were written from, and how many others belong to them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, func, select, union

from app.dialects.keys import among_many as among
from app.loading.drafts import Draft
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Base,
    Carrier,
    Event,
    EventCode,
    Evidence,
    Figure,
    Mention,
    Participant,
    Place,
    Relation,
    Statement,
    StatementTopic,
)

# For each table of records, the columns by which rows of other tables belong to one. The order is that of references.
PARTS: dict[type[Any], tuple[Any, ...]] = {
    Actor: (ActorName.actor_id, ActorCode.actor_id, ActorRole.actor_id),
    Place: (),
    Article: (ArticleAgency.article_id,),
    Event: (
        EventCode.event_id,
        Participant.event_id,
        Figure.event_id,
        Account.event_id,
        Evidence.event_id,
        Relation.event_id,
    ),
    Statement: (
        Addressee.statement_id,
        Carrier.statement_id,
        StatementTopic.statement_id,
        Mention.statement_id,
        Evidence.statement_id,
        Relation.statement_id,
    ),
}
RECORDS = tuple(PARTS)
Tally = dict[str, dict[str, int]]


def read_back(db: Connection, table: type[Any], ids: Collection[str]) -> Iterator[Draft]:
    """The records IDS of TABLE as they are stored."""
    query = select(*table.__table__.columns).where(among(table.id, ids)).order_by(table.id)
    found = {row["id"]: Draft(table, dict(row), dataset=row["dataset_id"]) for row in db.execute(query).mappings()}
    for owner in PARTS[table]:
        order = (owner.class_.position,) if hasattr(owner.class_, "position") else ()
        rows = select(*owner.class_.__table__.columns).where(among(owner, ids)).order_by(owner, *order)
        for row in db.execute(rows).mappings():
            found[row[owner.key]].parts[owner.class_].append(row)
    yield from found.values()


def counted(db: Connection, table: type[Any], ids: Collection[str]) -> Tally:
    """How many other records belong to the records IDS of TABLE, by id and kind."""
    found: Tally = defaultdict(dict)
    for name, rows in _counting(db, table, ids):
        for key, number in rows:
            found[key][name] = number
    return found


def counted_in(drafts: Iterable[Draft]) -> dict[type[Base], Tally]:
    """The same for new records, which only DRAFTS can name yet."""
    found: dict[type[Base], Tally] = {table: defaultdict(lambda: defaultdict(int)) for table in PARTS}
    articles, events = found[Article], found[Event]
    for draft in drafts:
        if draft.table is Statement:
            articles[draft.row["article_id"]]["statements"] += 1
            events[draft.row["event_id"]]["statements"] += 1
        evidence = draft.parts.get(Evidence, ())
        for row in evidence:
            articles[row["article_id"]]["evidence"] += 1
        if draft.table is Event:
            for key in {row["article_id"] for row in (*evidence, *draft.parts.get(Account, ()))}:
                articles[key]["events"] += 1
    return found


def _counting(db: Connection, table: type[Any], ids: Collection[str]) -> Iterator[tuple[str, Iterable[Any]]]:
    if table is Event:
        yield "statements", _each(db, Statement.event_id, ids)
    if table is Article:
        yield "statements", _each(db, Statement.article_id, ids)
        yield "evidence", _each(db, Evidence.article_id, ids)
        yield "events", _telling(db, ids)


def _each(db: Connection, column: Any, ids: Collection[str]) -> Iterable[Any]:
    return db.execute(select(column, func.count()).where(among(column, ids)).group_by(column))


def _telling(db: Connection, articles: Collection[str]) -> Iterable[Any]:
    """How many events each of ARTICLES tells, by an account or by evidence."""
    telling = union(
        select(Account.article_id, Account.event_id).where(among(Account.article_id, articles)),
        select(Evidence.article_id, Evidence.event_id).where(
            among(Evidence.article_id, articles), Evidence.event_id.is_not(None)
        ),
    ).subquery()
    return db.execute(select(telling.c.article_id, func.count()).group_by(telling.c.article_id))
