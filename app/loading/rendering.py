"""The JSON of records, made from their rows: `doc` as lists serve it, `parts` as details add to it.

Everything that is written ends here, whichever way it came, so a record has one shape. A record takes a new revision
exactly when its JSON changes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, func, literal, select, union, union_all, update
from sqlalchemy import insert as insert_into

from app.dialects import among
from app.documents import evidence_body, hole, relation_body, span
from app.loading.indexing import index
from app.loading.past import Stamp, keep
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
    Change,
    Dataset,
    Event,
    Evidence,
    Figure,
    Mention,
    Participant,
    Place,
    Relation,
    Statement,
    StatementTopic,
)

Json = dict[str, Any]
Bodies = dict[str, tuple[Json, Json]]
Render = Callable[[Connection, Collection[str]], Bodies]
# What tells a record's history, not its content.
HISTORY = ("revision", "created_at", "updated_at")


def render(db: Connection, table: type[Base], ids: Collection[str], revision: int, stamp: Stamp) -> dict[str, str]:
    """Render the records IDS of TABLE anew; those whose JSON changed take the numbers after REVISION.

    Returns what became of each that changed: insert or update.
    """
    kind = table.__tablename__
    columns = select(table.id, table.doc, table.parts, table.created_at)  # type: ignore[attr-defined]
    stored = {row.id: row for row in db.execute(columns.where(among(table.id, ids)))}  # type: ignore[attr-defined]
    bodies = RENDERERS[table](db, ids)
    changed: list[Json] = []
    for key in sorted(bodies):
        row, (doc, parts) = stored[key], bodies[key]
        if row.doc and _content(row.doc) == _content(_dump(doc)) and row.parts == _dump(parts):
            continue
        number = revision + len(changed) + 1
        doc |= {
            "revision": number,
            "created_at": instant(row.created_at),
            "updated_at": instant(stamp.at),
            "url": f"/v1/{kind}s/{key}",
        }
        changed.append({"key": key, "doc": _dump(doc), "parts": _dump(parts), "revision": number})
    if not changed:
        return {}
    become = {row["key"]: "update" if stored[row["key"]].doc else "insert" for row in changed}
    if known := [key for key, operation in become.items() if operation == "update"]:
        keep(db, table, among(table.id, known), stamp.first)  # type: ignore[attr-defined]
    values: dict[str, Any] = {name: bindparam(name) for name in ("doc", "parts", "revision")}
    values |= {"updated_at": stamp.at, "valid_from": stamp.first}
    db.execute(update(table).where(table.id == bindparam("key")).values(values), changed)  # type: ignore[attr-defined]
    about = {"at": stamp.at, "key_name": stamp.by, "kind": kind}
    changes = [
        {"revision": row["revision"], "operation": become[row["key"]], "record_id": row["key"]} for row in changed
    ]
    db.execute(insert_into(Change), [about | change for change in changes])
    index(db, kind, become)
    return become


def instant(at: datetime) -> str:
    """A moment as it is served: UTC, with Z."""
    return at.isoformat().replace("+00:00", "Z")


def _dump(value: Json) -> str:
    return orjson.dumps(value).decode()


def _content(doc: str) -> Json:
    return {key: value for key, value in orjson.loads(doc).items() if key not in (*HISTORY, "url")}


def _grouped(db: Connection, query: Select[Any], owner: str) -> dict[str, list[Any]]:
    """The rows of QUERY by the record they belong to; QUERY is ordered by it."""
    return {key: list(rows) for key, rows in groupby(db.execute(query), key=lambda row: getattr(row, owner))}


def _parts(db: Connection, table: Any, owner: str, ids: Collection[str]) -> dict[str, list[Any]]:
    column = getattr(table, owner)
    query = select(*table.__table__.columns).where(among(column, ids)).order_by(column, table.position)
    return defaultdict(list, _grouped(db, query, owner))


def _counts(db: Connection, column: Any, ids: Collection[str]) -> dict[str, int]:
    rows = db.execute(select(column, func.count()).where(among(column, ids)).group_by(column))
    return defaultdict(int, iter(rows))


def _rows(db: Connection, table: type[Base], ids: Collection[str]) -> Iterable[Any]:
    return db.execute(select(*table.__table__.columns).where(among(table.id, ids)).order_by(table.id))  # type: ignore[attr-defined]


def _actors(db: Connection, ids: Collection[str]) -> Bodies:
    names = _parts(db, ActorName, "actor_id", ids)
    roles = _parts(db, ActorRole, "actor_id", ids)
    coded = select(*ActorCode.__table__.columns).where(among(ActorCode.actor_id, ids))
    codes = defaultdict(list, _grouped(db, coded.order_by(ActorCode.actor_id, ActorCode.scheme), "actor_id"))
    bodies: Bodies = {}
    for row in _rows(db, Actor, ids):
        doc = {
            "id": row.id,
            "kind": row.kind,
            "name": row.name,
            "names": {name.language: name.spelling for name in names[row.id] if name.kind == "name"},
            "country": row.country,
            "parent": hole("actor", row.parent_id),
            "codes": {code.scheme: code.code for code in codes[row.id]},
            "dataset": row.dataset_id,
        }
        parts = {
            "aliases": [
                {"name": name.spelling, "language": name.language} for name in names[row.id] if name.kind == "alias"
            ],
            "roles": [
                {
                    "title": role.title,
                    "organisation": hole("actor", role.organisation_id),
                    "from": role.held_from,
                    "to": role.held_to,
                }
                for role in roles[row.id]
            ],
            "note": row.note,
        }
        bodies[row.id] = doc, parts
    return bodies


def _places(db: Connection, ids: Collection[str]) -> Bodies:
    return {
        row.id: (
            {
                "id": row.id,
                "name": row.name,
                "names": row.names,
                "country": row.country,
                "lat": row.lat,
                "lon": row.lon,
                "precision": row.precision,
                "parent": hole("place", row.parent_id),
                "geonames": row.geonames,
                "dataset": row.dataset_id,
            },
            {},
        )
        for row in _rows(db, Place, ids)
    }


def _told_events(db: Connection, articles: Collection[str]) -> dict[str, int]:
    """How many events each of ARTICLES tells, by an account or by evidence."""
    telling = union(
        select(Account.article_id, Account.event_id).where(among(Account.article_id, articles)),
        select(Evidence.article_id, Evidence.event_id).where(
            among(Evidence.article_id, articles), Evidence.event_id.is_not(None)
        ),
    ).subquery()
    rows = db.execute(select(telling.c.article_id, func.count()).group_by(telling.c.article_id))
    return defaultdict(int, iter(rows))


def _articles(db: Connection, ids: Collection[str]) -> Bodies:
    agencies = _parts(db, ArticleAgency, "article_id", ids)
    statements = _counts(db, Statement.article_id, ids)
    events = _told_events(db, ids)
    evidence = _counts(db, Evidence.article_id, ids)
    bodies: Bodies = {}
    for row in _rows(db, Article, ids):
        doc = {
            "id": row.id,
            "publisher": hole("actor", row.publisher_id),
            "agency": [hole("actor", agency.actor_id) for agency in agencies[row.id]],
            "title": row.title,
            "titles": row.titles,
            "language": row.language,
            "published": span(row.start_on, row.end_on, row.precision),
            "source_url": row.source_url,
            "text_kind": row.text_kind,
            "rights": row.rights,
            "counts": {"events": events[row.id], "statements": statements[row.id], "evidence": evidence[row.id]},
            "dataset": row.dataset_id,
        }
        served = row.rights == "served"
        bodies[row.id] = doc, {"text": row.text if served else None, "text_sha256": row.text_sha256, "notes": row.notes}
    return bodies


def _events(db: Connection, ids: Collection[str]) -> Bodies:
    participants = _parts(db, Participant, "event_id", ids)
    figures = _parts(db, Figure, "event_id", ids)
    accounts = _parts(db, Account, "event_id", ids)
    evidence = _parts(db, Evidence, "event_id", ids)
    relations = _parts(db, Relation, "event_id", ids)
    statements = _counts(db, Statement.event_id, ids)
    bodies: Bodies = {}
    for row in _rows(db, Event, ids):
        articles = {one.article_id for one in evidence[row.id]} | {one.article_id for one in accounts[row.id]}
        doc = {
            "id": row.id,
            "type": row.type,
            "label": row.label,
            "labels": row.labels,
            "summary": row.summary,
            "date": span(row.start_on, row.end_on, row.precision),
            "place": hole("place", row.place_id),
            "participants": [
                {
                    "actor": hole("actor", part.actor_id),
                    "role": part.role,
                    "on_behalf_of": hole("actor", part.on_behalf_of_id),
                }
                for part in participants[row.id]
            ],
            "status": row.status,
            "codes": {
                "cameo": row.cameo,
                "plover": row.plover,
                "quad_class": row.quad_class,
                "goldstein": row.goldstein,
            },
            "figures": _figures(figures[row.id]),
            "relations": [relation_body(relation) for relation in relations[row.id]],
            "counts": {
                "articles": len(articles),
                "evidence": len(evidence[row.id]),
                "statements": statements[row.id],
                "accounts": len(accounts[row.id]),
            },
            "dataset": row.dataset_id,
        }
        parts = {
            "evidence": [evidence_body(one) for one in evidence[row.id]],
            "accounts": [
                {
                    "actor": hole("actor", account.actor_id),
                    "article": hole("article", account.article_id),
                    "stance": account.stance,
                    "note": account.note,
                    "differs": account.differs,
                }
                for account in accounts[row.id]
            ],
        }
        bodies[row.id] = doc, parts
    return bodies


def _figures(rows: list[Any]) -> list[Json]:
    """Equal figures of several articles are one, with all of them."""
    found: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for row in rows:
        found[row.kind, row.value, row.qualifier, row.unit].append(row.article_id)
    return [
        {
            "kind": kind,
            "value": int(value) if value == int(value) else value,
            "qualifier": qualifier,
            "unit": unit,
            "articles": [hole("article", article) for article in dict.fromkeys(articles)],
        }
        for (kind, value, qualifier, unit), articles in found.items()
    ]


def _statements(db: Connection, ids: Collection[str]) -> Bodies:
    addressees = _parts(db, Addressee, "statement_id", ids)
    carriers = _parts(db, Carrier, "statement_id", ids)
    topics = _parts(db, StatementTopic, "statement_id", ids)
    mentions = _parts(db, Mention, "statement_id", ids)
    evidence = _parts(db, Evidence, "statement_id", ids)
    relations = _parts(db, Relation, "statement_id", ids)
    bodies: Bodies = {}
    for row in _rows(db, Statement, ids):
        articles = {row.article_id} | {one.article_id for one in evidence[row.id]}
        doc = {
            "id": row.id,
            "speaker": hole("actor", row.speaker_id),
            "role": row.role,
            "on_behalf_of": hole("actor", row.on_behalf_of_id),
            "addressees": [hole("actor", one.actor_id) for one in addressees[row.id]],
            "date": span(row.start_on, row.end_on, row.precision),
            "medium": row.medium,
            "venue": hole("actor", row.venue_id),
            "directness": row.directness,
            "act": row.act,
            "gist": row.gist,
            "gists": row.gists,
            "quote": row.quote_text
            and {
                "text": row.quote_text,
                "language": row.quote_language,
                "is_translation": row.quote_is_translation,
                "translation": row.quote_translation,
            },
            "topics": [one.topic for one in topics[row.id]],
            "conditional": row.conditional,
            "condition": row.condition,
            "event": hole("event", row.event_id),
            "about": [hole("event", one.event_id) for one in mentions[row.id]],
            "reported_via": [hole("actor", one.actor_id) for one in carriers[row.id]],
            "utterance": row.utterance,
            "article": hole("article", row.article_id),
            "counts": {"articles": len(articles), "evidence": len(evidence[row.id])},
            "dataset": row.dataset_id,
        }
        parts = {
            "evidence": [evidence_body(one) for one in evidence[row.id]],
            "relations": [relation_body(relation) for relation in relations[row.id]],
            "note": row.note,
        }
        bodies[row.id] = doc, parts
    return bodies


def _tally(table: Any, datasets: Collection[str]) -> Select[Any]:
    named = literal(f"{table.__tablename__}s").label("kind")
    return (
        select(func.count(), table.dataset_id, named)
        .where(among(table.dataset_id, datasets))
        .group_by(table.dataset_id)
    )


def _datasets(db: Connection, ids: Collection[str]) -> Bodies:
    counted = union_all(*(_tally(table, ids) for table in (Actor, Article, Event, Place, Statement)))
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for number, dataset, kind in db.execute(counted):
        counts[dataset][kind] = number
    names = ("actors", "articles", "events", "places", "statements")
    return {
        row.id: (
            {
                "id": row.id,
                "title": row.title,
                "publisher": row.publisher,
                "license": row.license,
                "attribution": row.attribution,
                "homepage": row.homepage,
                "version": row.version,
                "counts": {name: counts[row.id].get(name, 0) for name in names},
            },
            {},
        )
        for row in _rows(db, Dataset, ids)
    }


RENDERERS: dict[type[Base], Render] = {
    Dataset: _datasets,
    Actor: _actors,
    Place: _places,
    Article: _articles,
    Event: _events,
    Statement: _statements,
}
