"""Rendering the JSON of stored records anew, after something that it shows was written.

However records are written, their JSON is made by `bodies_of`, so it has one shape. A record takes a new revision
exactly when its JSON changes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import CompoundSelect, Connection, bindparam, func, literal, select, union_all, update

from app import bulk
from app.dates import instant
from app.dialects.columns import to_json
from app.dialects.keys import among_many as among
from app.loading.bodies import Bodies, Json, bodies_of
from app.loading.indexing import fields_changed, index
from app.loading.past import Stamp, keep
from app.loading.stored import counted, read_back
from app.models import Actor, Article, Base, Change, Dataset, Event, Place, Statement

_COUNTED: dict[str, type[Any]] = {table.__tablename__: table for table in (Actor, Article, Event, Place, Statement)}
# The fields that belong to a record's history, not to its content.
HISTORY = ("revision", "created_at", "updated_at")
# How many records data sets have gained or lost, by the data set's id and the record's kind.
Gained = Mapping[tuple[str, str], int]


def render(db: Connection, table: type[Base], ids: Collection[str], revision: int, stamp: Stamp) -> dict[str, str]:
    """Render the records IDS of TABLE anew. Those whose JSON changed take the numbers after REVISION.

    Returns the operation, insert or update, for each that changed.
    """
    return _store(db, table, _rendered(db, table, ids), revision, stamp) if ids else {}


def render_datasets(db: Connection, gained: Gained, revision: int, stamp: Stamp) -> dict[str, str]:
    """The same for the data sets in GAINED. Their counts are added to, which is quicker than counting all records."""
    return _store(db, Dataset, _datasets(db, {key for key, _ in gained}, gained), revision, stamp)


def _store(
    db: Connection, table: type[Base], rendered: Iterable[tuple[Json, Bodies]], revision: int, stamp: Stamp
) -> dict[str, str]:
    kind = table.__tablename__
    changed: list[Json] = []
    become: dict[str, str] = {}
    unlike: list[str] = []
    for row, (doc, parts) in rendered:
        if row["doc"] and content(row["doc"]) == content(to_json(doc)) and row["parts"] == to_json(parts):
            continue
        became = "update" if row["doc"] else "insert"
        number = revision + len(changed) + 1
        if became == "insert" or fields_changed(kind, row, doc, parts):
            unlike.append(row["id"])
        become[row["id"]] = became
        whole = doc | history(kind, row["id"], number, row["created_at"], stamp.at)
        changed.append({"key": row["id"], "doc": to_json(whole), "parts": to_json(parts), "revision": number})
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
    """The end of a record's document."""
    return {
        "revision": revision,
        "created_at": instant(created_at),
        "updated_at": instant(updated_at),
        "url": f"/v1/{kind}s/{key}",
    }


def number_changes(db: Connection, kind: str, become: dict[str, str], revision: int, stamp: Stamp) -> None:
    """Note in the table of changes what has BECOME of records of KIND, with the numbers after REVISION."""
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


def joined(doc: str, more: Json) -> str:
    """DOC, which is JSON, with MORE at its end."""
    return f"{doc[:-1]},{to_json(more)[1:]}"


def content(doc: str) -> Json:
    """The content of a stored document, without its history."""
    return {key: value for key, value in orjson.loads(doc).items() if key not in (*HISTORY, "url")}


def _rendered(db: Connection, table: type[Base], ids: Collection[str]) -> Iterator[tuple[Json, Bodies]]:
    """The records IDS in order, each with the JSON that it has now."""
    if table is Dataset:
        yield from _datasets(db, ids)
        return
    counts = counted(db, table, ids)
    for draft in read_back(db, table, ids):
        yield draft.row, bodies_of(draft, counts.get(draft.id, {}))


def _tallies(datasets: Collection[str]) -> CompoundSelect[Any]:
    """How many records of each kind DATASETS have."""
    return union_all(
        *(
            select(func.count(), table.dataset_id, literal(kind).label("kind"))
            .where(among(table.dataset_id, datasets))
            .group_by(table.dataset_id)
            for kind, table in _COUNTED.items()
        )
    )


def _datasets(db: Connection, ids: Collection[str], gained: Gained | None = None) -> Iterator[tuple[Json, Bodies]]:
    query = select(*Dataset.__table__.columns).where(among(Dataset.id, ids)).order_by(Dataset.id)
    rows = db.execute(query).mappings().all()
    counted = {row["id"] for row in rows if gained is None or not row["doc"]}
    counts = {(row.dataset_id, row.kind): row[0] for row in db.execute(_tallies(counted))} if counted else {}
    for row in rows:
        key, names = row["id"], ("title", "publisher", "license", "attribution", "homepage", "version")
        had = {} if key in counted else orjson.loads(row["doc"])["counts"]
        more = counts if key in counted else gained or {}
        doc = {"id": key} | {name: row[name] for name in names}
        doc["counts"] = {f"{kind}s": had.get(f"{kind}s", 0) + more.get((key, kind), 0) for kind in _COUNTED}
        yield dict(row), (doc, {})
