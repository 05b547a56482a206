"""The JSON of records that stand in the database, made anew where something that it counts was written.

Everything that is written ends in `bodies_of`, whichever way it came, so a record has one shape. A record takes a new
revision exactly when its JSON changes.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection, Select, bindparam, func, literal, select, union_all, update

from app import bulk
from app.dialects import among_many as among
from app.loading.bodies import Bodies, Json, bodies_of
from app.loading.indexing import fields_changed, index
from app.loading.past import Stamp, keep
from app.loading.stored import counted, read_back
from app.models import Actor, Article, Base, Change, Dataset, Event, Place, Statement

# What tells a record's history, not its content.
HISTORY = ("revision", "created_at", "updated_at")


def render(db: Connection, table: type[Base], ids: Collection[str], revision: int, stamp: Stamp) -> dict[str, str]:
    """Render the records IDS of TABLE anew; those whose JSON changed take the numbers after REVISION.

    Returns what became of each that changed: insert or update.
    """
    kind = table.__tablename__
    changed: list[Json] = []
    become: dict[str, str] = {}
    unlike: list[str] = []
    for row, (doc, parts) in _rendered(db, table, ids):
        if row["doc"] and content(row["doc"]) == content(dump(doc)) and row["parts"] == dump(parts):
            continue
        became = "update" if row["doc"] else "insert"
        number = revision + len(changed) + 1
        if became == "insert" or fields_changed(kind, row, doc, parts):
            unlike.append(row["id"])
        become[row["id"]] = became
        whole = doc | history(kind, row["id"], number, row["created_at"], stamp.at)
        changed.append({"key": row["id"], "doc": dump(whole), "parts": dump(parts), "revision": number})
    if changed:
        known = [key for key, operation in become.items() if operation == "update"]
        keep(db, table, among(table.id, known), stamp)  # type: ignore[attr-defined]
        values: dict[str, Any] = {name: bindparam(name) for name in ("doc", "parts", "revision")}
        values |= {"updated_at": stamp.at, "valid_from": stamp.first}
        db.execute(update(table).where(table.id == bindparam("key")).values(values), changed)  # type: ignore[attr-defined]
        number_changes(db, kind, become, revision, stamp)
        index(db, kind, unlike)
    return become


def history(kind: str, key: str, revision: int, created_at: datetime, updated_at: datetime) -> Json:
    """What the document of a record ends with."""
    return {
        "revision": revision,
        "created_at": instant(created_at),
        "updated_at": instant(updated_at),
        "url": f"/v1/{kind}s/{key}",
    }


def number_changes(db: Connection, kind: str, become: dict[str, str], revision: int, stamp: Stamp) -> None:
    """Note what has BECOME of records of KIND, under the numbers after REVISION."""
    bulk.put(
        db,
        Change,
        [
            {"revision": number, "operation": operation, "record_id": key}
            for number, (key, operation) in enumerate(become.items(), revision + 1)
        ],
        kind=kind,
        at=stamp.at,
        key_name=stamp.by,
    )


@lru_cache(maxsize=1_000)
def instant(at: datetime) -> str:
    """A moment as it is served: UTC, with Z."""
    return at.isoformat().replace("+00:00", "Z")


def dump(value: Json) -> str:
    """VALUE as it is stored."""
    return orjson.dumps(value).decode()


def content(doc: str) -> Json:
    """What a stored document says, without its history."""
    return {key: value for key, value in orjson.loads(doc).items() if key not in (*HISTORY, "url")}


def _rendered(db: Connection, table: type[Base], ids: Collection[str]) -> Iterator[tuple[Json, Bodies]]:
    """The records IDS in their order, each with what its JSON is now."""
    if table is Dataset:
        yield from _datasets(db, ids)
        return
    counts = counted(db, table, ids)
    for draft in read_back(db, table, ids):
        yield draft.row, bodies_of(draft, counts.get(draft.id, {}))


def _tally(table: Any, datasets: Collection[str]) -> Select[Any]:
    named = literal(f"{table.__tablename__}s").label("kind")
    return (
        select(func.count(), table.dataset_id, named)
        .where(among(table.dataset_id, datasets))
        .group_by(table.dataset_id)
    )


def _datasets(db: Connection, ids: Collection[str]) -> Iterator[tuple[Json, Bodies]]:
    counted = union_all(*(_tally(table, ids) for table in (Actor, Article, Event, Place, Statement)))
    counts = {(row.dataset_id, row.kind): row[0] for row in db.execute(counted)}
    query = select(*Dataset.__table__.columns).where(among(Dataset.id, ids)).order_by(Dataset.id)
    for row in db.execute(query).mappings():
        names = ("title", "publisher", "license", "attribution", "homepage", "version")
        kinds = ("actors", "articles", "events", "places", "statements")
        doc = {"id": row["id"]} | {name: row[name] for name in names}
        yield dict(row), (doc | {"counts": {kind: counts.get((row["id"], kind), 0) for kind in kinds}}, {})
