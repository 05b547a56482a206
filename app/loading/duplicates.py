"""New records that look like stored ones. They are reported; nothing is decided about them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from app.dialects.keys import among
from app.loading.drafts import Draft
from app.models import Article, Event, Participant

MOST = 5


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
        ids = [draft.id for draft in drafts if draft.table is table]
        stored = set(db.scalars(select(table.id).where(among(table.id, ids))))
        for draft in drafts:
            if draft.table is table and draft.id not in stored:
                found += sorted(search(db, draft), key=lambda one: (-len(one.reasons), one.of))[:MOST]
    return found


def _events_like(db: Connection, draft: Draft) -> Iterator[Duplicate]:
    """Events of the same type on overlapping days with a participant in common."""
    actors = {row["actor_id"] for row in draft.parts[Participant]}
    row = draft.row
    if not actors or (row["start_on"] is None and row["end_on"] is None):
        return
    columns = (Event.id, Event.start_on, Event.end_on, Event.place_id)
    took_part = select(Participant.event_id).where(among(Participant.actor_id, actors))
    like = select(*columns).where(Event.type == row["type"], Event.id != draft.id, Event.id.in_(took_part))
    rows = db.execute(like.where(_overlapping(row["start_on"], row["end_on"]))).all()
    of_both = select(Participant.event_id, Participant.actor_id).where(
        among(Participant.event_id, [one.id for one in rows]), among(Participant.actor_id, actors)
    )
    shared = {(one.event_id, one.actor_id) for one in db.execute(of_both)}
    for one in rows:
        both = sorted(actor for event, actor in shared if event == one.id)
        reasons = [f"same type: {row['type']}", f"overlapping date: {one.start_on or '..'}/{one.end_on or '..'}"]
        reasons += [f"same participant: {actor}" for actor in both]
        if row["place_id"] is not None and one.place_id == row["place_id"]:
            reasons.append(f"same place: {one.place_id}")
        yield Duplicate(draft.id, one.id, reasons)


def _overlapping(start: date | None, end: date | None) -> Any:
    conditions: list[Any] = [or_(Event.start_on.is_not(None), Event.end_on.is_not(None))]
    if end is not None:
        conditions.append(or_(Event.start_on <= end, Event.start_on.is_(None)))
    if start is not None:
        conditions.append(or_(Event.end_on >= start, Event.end_on.is_(None)))
    return and_(*conditions)


def _articles_like(db: Connection, draft: Draft) -> Iterator[Duplicate]:
    """Articles from the same address, or with the same text."""
    found: dict[str, list[str]] = {}
    for column, words in ((Article.source_url, "same address"), (Article.text_sha256, "same text")):
        value = draft.row[column.key]
        if value is not None:
            for key in db.scalars(select(Article.id).where(column == value, Article.id != draft.id).limit(MOST)):
                found.setdefault(key, []).append(words)
    for key, reasons in found.items():
        yield Duplicate(draft.id, key, reasons)
