"""New records that look like stored ones. They are reported; nothing is decided about them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, Subquery, case, func, select, union_all

from app.dialects.keys import among
from app.dialects.overlapping import begun_before
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
    """Events of the same type on overlapping days with a participant in common: those that have the most in common."""
    actors = {row["actor_id"] for row in draft.parts[Participant]}
    row = draft.row
    if not actors or (row["start_on"] is None and row["end_on"] is None):
        return
    took_part = _took_part(actors, row["start_on"], row["end_on"])
    number = func.count(took_part.c.actor_id.distinct())
    in_common = number + case((Event.place_id == row["place_id"], 1), else_=0)
    like = select(Event.id, Event.start_on, Event.end_on, Event.place_id).join(
        took_part, took_part.c.event_id == Event.id
    )
    like = like.where(Event.type == row["type"], Event.id != draft.id).group_by(Event.id)
    rows = db.execute(like.order_by(in_common.desc(), Event.id).limit(MOST)).all()
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


def _took_part(actors: Collection[str], start: date | None, end: date | None) -> Subquery:
    """Who of ACTORS took part in which events that overlap the days from START to END, either of which may be open."""
    took_part = select(Participant.event_id, Participant.actor_id).where(among(Participant.actor_id, actors))
    begun = Participant.start_on
    bounds = [*([begun >= start] if start else []), *([begun <= end] if end else [])]
    earlier = (took_part.where(Participant.event_id.in_(ids)) for ids in begun_before(Event, start, begun=True))
    return union_all(took_part.where(begun.is_not(None), *bounds), *earlier).subquery()


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
