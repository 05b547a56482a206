"""New records that look like stored ones. They are reported; nothing is decided about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Date,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    select,
    union_all,
)

from app.dialects.columns import Slug
from app.dialects.keys import KEYS, among, open_keys
from app.dialects.overlapping import begun_before
from app.dialects.planning import row_limit
from app.loading.drafts import Draft
from app.models import Article, Dataset, Event, Participant
from app.reading.prepared import read

MOST = 5
_ACTORS = open_keys("actors")
_BEGIN, _UNTIL = (bindparam(name, type_=Date()) for name in ("begin", "until"))
_SHARED = select(Participant.event_id, Participant.actor_id).where(
    among(Participant.event_id, KEYS), among(Participant.actor_id, _ACTORS)
)
_TWIN = union_all(
    *(
        select(Article.id, literal(reason).label("reason")).where(column == bindparam(column.key))
        for column, reason in ((Article.source_url, "same address"), (Article.text_sha256, "same text"))
    )
).subquery()
_ALIKE = (
    select(_TWIN.c.id, func.min(_TWIN.c.reason).label("first"), func.max(_TWIN.c.reason).label("last"))
    .where(_TWIN.c.id != bindparam("id"))
    .group_by(_TWIN.c.id)
    .order_by(func.count().desc(), _TWIN.c.id)
    .limit(row_limit(MOST))
)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The new record `id` is like the stored record `of`, for these reasons."""

    id: str
    of: str
    reasons: list[str]


def duplicates(db: Connection, drafts: Sequence[Draft]) -> list[Duplicate]:
    """The stored records that new ones among DRAFTS look like: a few for each, those with the most reasons first."""
    found: list[Duplicate] = []
    for table, search in ((Event, _events_like), (Article, _articles_like)):
        for draft in _new(db, table, drafts):
            found += sorted(search(db, draft), key=lambda one: -len(one.reasons))[:MOST]
    return found


def duplicates_elsewhere(db: Connection, drafts: Sequence[Draft], dataset: str) -> list[Duplicate]:
    """The events of other data sets that new ones among DRAFTS, which are coded data for DATASET, look like.

    All who took part in a new one must have taken part in the other: of one day and actor, coded data have thousands.
    """
    others = db.scalars(select(Dataset.doc).where(Dataset.id != dataset))
    if not any(orjson.loads(doc)["counts"]["events"] for doc in others):
        return []
    return [one for draft in _new(db, Event, drafts) for one in _events_like(db, draft, dataset)]


def _new(db: Connection, table: type[Any], drafts: Sequence[Draft]) -> list[Draft]:
    """Those of DRAFTS that are of TABLE and not stored."""
    drafted = [draft for draft in drafts if draft.table is table]
    stored = set(db.scalars(select(table.id).where(among(table.id, [draft.id for draft in drafted]))))
    return [draft for draft in drafted if draft.id not in stored]


def _events_like(db: Connection, draft: Draft, beyond: str | None = None) -> Iterator[Duplicate]:
    """Events of the same type on overlapping days with a participant in common: those that have the most in common.

    With BEYOND, only those with all participants in common, of data sets other than that.
    """
    row, actors = draft.row, {one["actor_id"] for one in draft.parts[Participant]}
    start, end = row["start_on"], row["end_on"]
    if not actors or (start is None and end is None):
        return
    values = {"actors": actors, "id": draft.id, "type": row["type"], "place": row["place_id"]}
    values |= {name: value for name, value in (("begin", start), ("until", end)) if value is not None}
    values |= {} if beyond is None else {"beyond": beyond, "number": len(actors)}
    rows = read(db, _like(start is not None, end is not None, beyond is not None), values)
    found = {"keys": [one.id for one in rows], "actors": actors}
    shared = {(one.event_id, one.actor_id) for one in read(db, _SHARED, found)} if rows else set()
    for one in rows:
        reasons = [f"same type: {row['type']}", f"overlapping date: {one.start_on or '..'}/{one.end_on or '..'}"]
        reasons += [f"same participant: {actor}" for event, actor in sorted(shared) if event == one.id]
        if row["place_id"] is not None and one.place_id == row["place_id"]:
            reasons.append(f"same place: {one.place_id}")
        yield Duplicate(draft.id, one.id, reasons)


@cache
def _like(begins: bool, ends: bool, beyond: bool) -> Select[*tuple[Any, ...]]:
    """What overlaps days that have a beginning or an end, or both; BEYOND a data set, with so many in common."""
    took_part = _took_part(begins, ends)
    number = func.count(took_part.c.actor_id.distinct())
    in_common = number + case((Event.place_id == bindparam("place", type_=Slug), 1), else_=0)
    # Of those with as much in common, who are of the very same days come first.
    days = and_(Event.start_on == _BEGIN, Event.end_on == _UNTIL) if begins and ends else false()
    like = (
        select(Event.id, Event.start_on, Event.end_on, Event.place_id)
        .join(took_part, took_part.c.event_id == Event.id)
        .where(Event.type == bindparam("type"), Event.id != bindparam("id"))
        .group_by(Event.id)
        .order_by(in_common.desc(), case((days, 0), else_=1), Event.id)
        .limit(row_limit(MOST))
    )
    if beyond:
        like = like.where(Event.dataset_id != bindparam("beyond")).having(number == bindparam("number"))
    return like


def _took_part(begins: bool, ends: bool) -> Subquery:
    """Who of some actors took part in which events of the days."""
    took_part = select(Participant.event_id, Participant.actor_id).where(among(Participant.actor_id, _ACTORS))
    begun = Participant.start_on
    bounds = [*([begun >= _BEGIN] if begins else []), *([begun <= _UNTIL] if ends else [])]
    earlier = (
        took_part.where(Participant.event_id.in_(ids))
        for ids in begun_before(Event, _BEGIN if begins else None, begun=True)
    )
    return union_all(took_part.where(begun.is_not(None), *bounds), *earlier).subquery()


def _articles_like(db: Connection, draft: Draft) -> Iterator[Duplicate]:
    """Articles from the same address, or with the same text: those first that have both in common."""
    wanted = {"id": draft.id, **{name: draft.row[name] for name in ("source_url", "text_sha256")}}
    for row in read(db, _ALIKE, wanted):
        yield Duplicate(draft.id, row.id, sorted({row.first, row.last}))
