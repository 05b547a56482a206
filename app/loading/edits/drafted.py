"""Stored records as drafts, row by row, as merges move them and put them back."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from typing import Any, get_type_hints

import orjson
from sqlalchemy import Connection, select

from app.dialects.keys import among_many as among
from app.loading.drafts import Draft, Row
from app.loading.stored import PARTS
from app.models import Base, Event
from app.models.base import Record

# A record, or a part of one, as JSON.
Content = dict[str, Any]
# Columns that writing sets by itself.
_SET = {*get_type_hints(Record), "dataset_id", "valid_from"} - {"id"}


def drafts_from(db: Connection, table: type[Any], ids: Collection[str]) -> dict[str, Draft]:
    """The records IDS of TABLE as they are stored."""
    if not ids:
        return {}
    # The country of an event is set from its place.
    hidden = _SET | ({"country"} if table is Event else set())
    columns = [column for column in table.__table__.columns if column.name not in hidden]
    rows = db.execute(select(*columns).where(among(table.id, ids)).order_by(table.id)).mappings()
    drafts = {row["id"]: Draft(table, dict(row)) for row in rows}
    for owner in PARTS[table]:
        for key, parts in _parts(db, owner, ids).items():
            drafts[key].parts[owner.class_] = parts
    return drafts


def _parts(db: Connection, owner: Any, ids: Collection[str]) -> dict[str, list[Row]]:
    table = owner.class_.__table__
    # Numbers that only tell rows apart are given anew. Evidence and relations have two columns for an owner, one empty.
    hidden = {"id", "valid_from", *({"event_id", "statement_id"} if "id" in table.columns else ())} - {owner.key}
    columns = [column for column in table.columns if column.name not in hidden]
    order = table.columns.position if "position" in table.columns else table.columns.scheme
    found: dict[str, list[Row]] = defaultdict(list)
    for row in db.execute(select(*columns).where(among(owner, ids)).order_by(owner, order)).mappings():
        found[row[owner.key]].append(dict(row))
    return found


def packed(draft: Draft) -> Content:
    """DRAFT as JSON."""
    parts = {table.__tablename__: rows for table, rows in draft.parts.items() if rows}
    made: Content = orjson.loads(orjson.dumps({"row": draft.row, "parts": parts}))
    return made


def unpacked(table: type[Any], content: Content) -> Draft:
    """CONTENT, made by `packed`, as a draft of TABLE."""
    draft = Draft(table, _typed(table, content["row"]))
    for owner in PARTS[table]:
        part = owner.class_
        if rows := content["parts"].get(part.__tablename__):
            draft.parts[part] = [_typed(part, row) for row in rows]
    return draft


def _typed(table: type[Base], row: Row) -> Row:
    days = _days(table)
    return {name: date.fromisoformat(value) if value and name in days else value for name, value in row.items()}


@cache
def _days(table: type[Base]) -> frozenset[str]:
    """The columns of TABLE that are days."""
    return frozenset(column.name for column in table.__table__.columns if column.type.python_type is date)


def numbered(rows: Iterable[Row]) -> list[Row]:
    """ROWS without repetitions, numbered anew."""
    kept: dict[bytes, Row] = {}
    for row in rows:
        kept.setdefault(content(row), row)
    return [{**row, "position": place} if "position" in row else row for place, row in enumerate(kept.values())]


def content(row: Row) -> bytes:
    """ROW without its place among others, the same for rows that say the same."""
    plain = {name: value for name, value in row.items() if name != "position"}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)
