"""Checking and drafting an edit, in the same way as a folder.

The records of an edit are put into a small folder, together with what other articles tell of the same events. It is
checked, drafted and written like any other folder, so an event stays whole when one of its articles changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, or_, select

from app.dialects.keys import among
from app.loading import annotated
from app.loading.checking import Around, check
from app.loading.coding import UNCODED, coded
from app.loading.drafting import drafts_of
from app.loading.drafts import Draft
from app.loading.edits import recalling
from app.loading.edits.drafted import drafts_from
from app.loading.edits.editing import Edit
from app.loading.edits.sent import STORED, nothing
from app.loading.faults import Fault
from app.loading.folder import Folder, Source
from app.loading.planning import Removal
from app.loading.references import references
from app.loading.stored import RECORDS
from app.loading.ties import ACYCLIC, ancestors, leading_on
from app.models import (
    Actor,
    ActorCode,
    Article,
    Event,
    EventCode,
    Evidence,
    ImportedFile,
    Merge,
    Place,
    Statement,
)

# Ids of records by their table.
Ids = dict[Any, set[str]]
_PARENTS: dict[str, type[Any]] = {"actors": Actor, "places": Place}


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edit that was checked: its faults or, if it has none, what to write."""

    faults: list[Fault]
    drafts: list[Draft]
    removal: Removal


def prepare(db: Connection, edit: Edit) -> Prepared:
    """EDIT, checked against the data in DB and drafted."""
    wanted = _wanted(edit)
    _keep_unverified(db, edit, wanted)
    folder = _folder_of(db, edit)
    known = _known(db, folder, edit)
    around = _around(db, folder, known["actor"])
    found = check(folder, known, around, imported=_is_of_import(db, edit, wanted))
    # What was sent as one list is checked for each article that tells some of it.
    faults = [fault for fault, _same in groupby(found) if fault.file != STORED]
    removal = Removal({table: ids for table, ids in edit.removed.items() if ids})
    if faults:
        return Prepared(faults, [], removal)
    drafts = drafts_of(folder, known["statement"], around.actors)
    kept = [draft for draft in drafts if draft.id in wanted[draft.table]]
    _keep_untold(db, kept)
    return Prepared(list(_merged(db, edit, kept)), kept, removal)


def _keep_unverified(db: Connection, edit: Edit, wanted: Ids) -> None:
    """Let what EDIT, which writes WANTED, repeats of the evidence that an import brought stay as it is stored."""
    bare = select(Evidence.event_id, Evidence.statement_id).where(
        or_(among(Evidence.event_id, wanted[Event]), among(Evidence.statement_id, wanted[Statement])),
        Evidence.verified.is_(False),
    )
    owners = {key for row in db.execute(bare) for key in row}
    if not owners:
        return
    tellings = recalling.tellings_of(db, owners & wanted[Event])
    said = recalling.statements(db, owners & wanted[Statement])
    for event, stored in tellings.items():
        edit.tellings[event] = {
            article: recalling.with_unverified(telling, stored.get(article))
            for article, telling in edit.tellings[event].items()
        }
    if edit.article is not None:
        own = edit.article.id
        events = [recalling.with_unverified(one, tellings.get(one.id, {}).get(own)) for one in edit.article.events]
        statements = [
            recalling.with_unverified(one, said[one.id][1]) if one.id in said else one
            for one in edit.article.statements
        ]
        edit.article = edit.article.model_copy(update={"events": events, "statements": statements})
    if edit.statement is not None and edit.statement[1].id in said:
        article, statement = edit.statement
        edit.statement = (article, recalling.with_unverified(statement, said[statement.id][1]))


def _is_of_import(db: Connection, edit: Edit, wanted: Ids) -> bool:
    """Whether what EDIT changes of WANTED was imported, and less is asked of it.

    An article of ours may tell imported events.
    """
    imports = select(ImportedFile.dataset_id)
    changed = {Article: wanted[Article]} if edit.article else wanted
    return any(
        db.scalar(select(table.id).where(among(table.id, ids), table.dataset_id.in_(imports)).limit(1)) is not None
        for table, ids in changed.items()
        if ids
    )


def _keep_untold(db: Connection, drafts: Sequence[Draft]) -> None:
    """Let events keep what no article can say of them.

    That is their source's own codes and numbers, how these score while the type is the same, and that an event was on
    some of its days and not on all.
    """
    events = {draft.id: draft for draft in drafts if draft.table is Event}
    rows = db.execute(
        select(Event.id, Event.originals, Event.measures, Event.precision).where(among(Event.id, events.keys()))
    )
    untold = [row.id for row in rows if row.originals or row.measures or row.precision == "range"]
    for key, stored in drafts_from(db, Event, untold).items():
        draft = events[key]
        draft.row |= {name: stored.row[name] for name in UNCODED if name != "goldstein_table"}
        if stored.row["type"] == draft.row["type"] and stored.row["originals"]:
            draft.row |= {name: stored.row[name] for name in (*coded(draft.row["type"]), "goldstein_table")}
        draft.parts[EventCode] = stored.parts[EventCode]
        if stored.row["precision"] == "range" and all(
            stored.row[day] == draft.row[day] for day in ("start_on", "end_on")
        ):
            draft.row["precision"] = "range"


def _merged(db: Connection, edit: Edit, drafts: Sequence[Draft]) -> Iterator[Fault]:
    """Faults for DRAFTS with ids that were merged into other records, which must not become two again."""
    defined = [event.id for event in edit.article.events] if edit.article else []
    query = select(Merge.kind, Merge.loser_id, Merge.winner_id)
    for row in db.execute(query.where(among(Merge.loser_id, [draft.id for draft in drafts]))):
        if any(draft.table.__tablename__ == row.kind and draft.id == row.loser_id for draft in drafts):
            message = f"was merged into {row.winner_id}; name that {row.kind} instead"
            at = ("events", defined.index(row.loser_id), "id") if row.loser_id in defined else ()
            yield edit.sheet.fault(at, message, row.loser_id, nearest=[row.winner_id])


def _wanted(edit: Edit) -> Ids:
    """The records that EDIT writes. The others in its folder are there only to check and draft these."""
    statements = edit.article.statements if edit.article else []
    said = {statement.id for statement in statements}
    return {
        Actor: {actor.id for actor in edit.actors},
        Place: {place.id for place in edit.places},
        Article: {edit.article.id} if edit.article else set(),
        Event: set(edit.tellings),
        Statement: said | ({edit.statement[1].id} if edit.statement else set()),
    }


def _folder_of(db: Connection, edit: Edit) -> Folder:
    by_article: dict[str, list[annotated.Event]] = defaultdict(list)
    for tellings in edit.tellings.values():
        for article, telling in tellings.items():
            by_article[article].append(telling)
    said = {edit.statement[0]: edit.statement[1]} if edit.statement else {}
    own = edit.article.id if edit.article else None
    headers = recalling.bare_articles(db, {*by_article, *said} - {own})
    # What was sent comes last, so that it gets the fault if it contradicts what is stored.
    sources = [_source(edit, header, by_article[key], said.get(key)) for key, header in sorted(headers.items())]
    if edit.article is not None:
        sources.append(Source(edit.sheet, edit.article))
    return Folder(
        None,
        Source(edit.sheet, annotated.Actors.model_construct(actors=edit.actors)),
        Source(edit.sheet, annotated.Places.model_construct(places=edit.places)),
        sources,
        "",
        [],
        edit.loose,
    )


def _source(
    edit: Edit, header: annotated.Article, told: list[annotated.Event], said: annotated.Statement | None
) -> Source[annotated.Article]:
    article = header.model_copy(update={"events": told, "statements": [said] if said else []})
    return Source(edit.sheets.get(header.id, nothing()), article)


def _known(db: Connection, folder: Folder, edit: Edit) -> dict[str, set[str]]:
    """Those of the ids that FOLDER names which are stored and stay, by kind."""
    named = references(folder)
    return {
        table.__tablename__: set(db.scalars(select(table.id).where(among(table.id, named[table.__tablename__]))))
        - edit.removed[table]
        for table in RECORDS
    }


def _around(db: Connection, folder: Folder, actors: Collection[str]) -> Around:
    speakers = {one.speaker for source in folder.articles for one in source.content.statements if one.speaker}
    own = {actor.id for actor in folder.actors.content.actors}
    listed = {"actors": folder.actors.content.actors, "places": folder.places.content.places}
    return Around(
        recalling.actors(db, (speakers & set(actors)) - own),
        _codes_of_others(db, folder.actors.content.actors),
        {
            name: ancestors(db, table, [one.parent for one in listed[name] if one.parent])  # type: ignore[attr-defined]
            for name, table in _PARENTS.items()
        },
        {kind: leading_on(db, kind, _targets(folder, kind)) for kind in ACYCLIC},
    )


def _codes_of_others(db: Connection, actors: Sequence[annotated.Actor]) -> dict[tuple[str, str], str]:
    """Which of the codes of ACTORS other actors have."""
    codes = {code for actor in actors for code in actor.codes.values()}
    others = select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id).where(
        among(ActorCode.code, codes), ActorCode.actor_id.not_in([actor.id for actor in actors])
    )
    return {(row.scheme, row.code): row.actor_id for row in db.execute(others)}


def _targets(folder: Folder, kind: str) -> set[str]:
    records = (record for source in folder.articles for record in source.content.records)
    return {relation.target for record in records for relation in record.relations if relation.type == kind}
