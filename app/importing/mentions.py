"""Mentions of events: evidence without words, in files of its own that may come before or after the events.

A mention is kept even if its event has not come yet, and becomes evidence as soon as it has.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby

from sqlalchemy import Connection, exists, func, select

from app import bulk
from app.dialects.keys import KEYS
from app.dialects.keys import among_many as among
from app.importing.identifiers import identifier
from app.importing.records import Found
from app.importing.resolving import Resolver
from app.loading.drafts import Draft, Row
from app.loading.past import Stamp
from app.loading.rendering import render
from app.loading.writing import Report, finish
from app.models import Article, Event, EventMention, Evidence, State
from app.reading.prepared import read

# The rows of mentions, by their event, document and sentence.
Mentions = Mapping[tuple[str, str, int], Row]
# Built once: an import seldom collects what statements leave behind, with all that they were given.
_MENTIONS = (
    select(EventMention.event_id, EventMention.article_id, EventMention.language)
    .where(among(EventMention.event_id, KEYS))
    .order_by(EventMention.event_id, EventMention.article_id, EventMention.sentence)
)
_OF_STORED = _MENTIONS.where(exists().where(Event.id == EventMention.event_id))


def mentions_of(found: Iterable[Found], names: Resolver) -> Mentions:
    """The rows of FOUND, whose names have been prepared."""
    rows: dict[tuple[str, str, int], Row] = {}
    for one in found:
        event, document = identifier(names.dataset, one.event), one.words.document
        key = event, names.id_of(document), one.words.sentence or 0
        rows[key] = {
            "event_id": key[0],
            "article_id": key[1],
            "sentence": key[2],
            "language": document.language,
        }
    return rows


def keep(db: Connection, mentions: Mentions, rows: int, report: Report) -> None:
    """Store those of MENTIONS, which came of ROWS, that are new; all are counted in REPORT.

    A mention comes again where two actors of an event are told of in one sentence, and is in then.
    """
    if not mentions:
        return
    known = select(EventMention.event_id, EventMention.article_id, EventMention.sentence)
    events = {event for event, _, _ in mentions}
    stored = {tuple(row) for row in db.execute(known.where(among(EventMention.event_id, events)))}
    new = [row for key, row in mentions.items() if key not in stored]
    bulk.put(db, EventMention, new)
    for counts, count in ((report.added, len(new)), (report.unchanged, rows - len(new))):
        if count:
            counts["mention"] = count


def complete(db: Connection, drafts: Collection[Draft]) -> None:
    """Give the events in DRAFTS evidence of their stored mentions; their digests stay those of the source."""
    events = {draft.id: draft for draft in drafts if draft.table is Event}
    if not events:
        return
    mentions = read(db, _MENTIONS, {"keys": [*events]})
    for event, found in groupby(mentions, lambda mention: str(mention.event_id)):
        draft = events[event]
        evidence, digest = draft.parts[Evidence], draft.digest
        told = {row["article_id"] for row in evidence}
        for _event, article, language in found:
            if article not in told:
                told.add(article)
                evidence.append(_evidence(event, len(evidence), article, language))
                draft.digest, draft.made = digest, None


def attach(db: Connection, events: Collection[str], report: Report, stamp: Stamp) -> None:
    """Make evidence of the mentions of stored EVENTS, if it is not there yet; changed records are counted in REPORT."""
    if not events:
        return
    mentions = read(db, _OF_STORED, {"keys": [*events]})
    if not mentions:
        return
    mentioned = {row.event_id for row in mentions}
    known = select(Evidence.event_id, Evidence.article_id).where(among(Evidence.event_id, mentioned))
    told = {tuple(row) for row in db.execute(known)}
    last = select(Evidence.event_id, func.max(Evidence.position)).where(among(Evidence.event_id, mentioned))
    positions = defaultdict(lambda: -1, ((row[0], row[1]) for row in db.execute(last.group_by(Evidence.event_id))))
    added: list[Row] = []
    for event, article, language in mentions:
        if (event, article) not in told:
            told.add((event, article))
            positions[event] += 1
            added.append(_evidence(event, positions[event], article, language))
    bulk.put(db, Evidence, added, valid_from=stamp.first)
    _render(db, added, report, stamp)


def _evidence(event: str, position: int, article: str, language: str | None) -> Row:
    nothing = ("field", "exact", "prefix", "suffix", "start_at", "end_at")
    row: Row = {"event_id": event, "position": position, "article_id": article, **dict.fromkeys(nothing)}
    return {**row, "language": language, "verified": False}


def _render(db: Connection, added: Sequence[Row], report: Report, stamp: Stamp) -> None:
    revision = db.scalars(select(State.revision)).one()
    for table, ids in ((Article, {row["article_id"] for row in added}), (Event, {row["event_id"] for row in added})):
        become = render(db, table, ids, revision, stamp)
        revision += len(become)
        kind = table.__tablename__
        report.changed[kind] = report.changed.get(kind, 0) + len(become)
    finish(db, revision, stamp)
