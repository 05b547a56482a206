"""Ids: which records there are, which of them codes name, and what to say of one that is not there."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, select

from app.dates import instant
from app.dialects.keys import KEYS, among
from app.errors import Gone, Moved, NotFound
from app.models import Actor, ActorCode, Article, Change, Dataset, Event, Place, Statement
from app.nearest import nearest
from app.reading.prepared import read

RECORDS: dict[str, type[Any]] = {
    "actor": Actor,
    "article": Article,
    "dataset": Dataset,
    "event": Event,
    "place": Place,
    "statement": Statement,
}
# An unknown id is compared with so many ids before it and after it, and ten times as many from the start.
NEIGHBOURS = 200


def ids_of(db: Connection, kind: str, values: Sequence[str]) -> dict[str, str]:
    """The ids of the records of KIND that VALUES name, which are ids, or codes of actors; without those unknown."""
    found = {row.id: row.id for row in read(db, _known(kind), {"keys": values})}
    coded = [value for value in values if value not in found and ":" in value]
    if kind == "actor" and coded:
        named = (ActorCode.scheme + ":" + ActorCode.code).label("named")
        found |= {
            row.named: row.actor_id for row in db.execute(select(named, ActorCode.actor_id).where(among(named, coded)))
        }
    return found


@cache
def _known(kind: str) -> Select[str]:
    key = RECORDS[kind].id
    return select(key).where(among(key, KEYS))


def is_there(db: Connection, kind: str, key: str) -> bool:
    """Whether there is a record KEY of KIND."""
    return db.scalar(select(RECORDS[kind].id).where(RECORDS[kind].id == key)) is not None


def present(db: Connection, kind: str, key: str) -> None:
    """Raise NotFound, Gone or Moved unless there is a record KEY."""
    if not is_there(db, kind, key):
        raise missing(db, kind, key)


def missing(db: Connection, kind: str, key: str) -> Exception:
    """The error for a record that is not there: it was merged into another, was deleted, or never existed."""
    last, change = key, _newest_change(db, kind, key)
    passed = {key}
    while change is not None and change.operation == "merge" and change.into_id not in passed:
        last = change.into_id
        passed.add(last)
        if is_there(db, kind, last):
            return Moved(kind, key, last)
        change = _newest_change(db, kind, last)
    if change is not None and change.operation == "delete":
        merged = "" if last == key else f" It had become {last!r}."
        return Gone(f"The {kind} {key!r} was deleted.{merged}", deleted_at=instant(change.at), revision=change.revision)
    return NotFound(kind, key, nearest_ids(db, kind, key))


def nearest_ids(db: Connection, kind: str, value: str) -> list[str]:
    """The ids of records of KIND that look like VALUE, among its neighbours and the first ids of the table."""
    key = RECORDS[kind].id
    before = select(key).where(key < value).order_by(key.desc()).limit(NEIGHBOURS)
    after = select(key).where(key >= value).order_by(key).limit(NEIGHBOURS)
    start = select(key).order_by(key).limit(NEIGHBOURS * 10)
    choices = {row.id for query in (before, after, start) for row in db.execute(query)}
    return list(dict.fromkeys([*became(db, kind, value), *nearest(value, sorted(choices))]))


def became(db: Connection, kind: str, value: str) -> list[str]:
    """The id of the record that the record VALUE of KIND was merged into, if it was."""
    into = select(Change.into_id).where(Change.kind == kind, Change.record_id == value, Change.operation == "merge")
    return list(db.scalars(into.order_by(Change.revision.desc()).limit(1)))


def _newest_change(db: Connection, kind: str, key: str) -> Any:
    query = select(Change.at, Change.revision, Change.operation, Change.into_id)
    newest = query.where(Change.kind == kind, Change.record_id == key).order_by(Change.revision.desc()).limit(1)
    return db.execute(newest).one_or_none()
