"""A few records written anew or taken away: what a client sends goes the way of a folder.

The records that an edit concerns are put into a small folder, together with what other articles say of the same
events; it is checked, drafted and written like any other. So an event stays whole when one of its articles changes.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.loading import annotated, recalling
from app.loading.checking import Around, check
from app.loading.drafting import drafts_of
from app.loading.drafts import Draft
from app.loading.faults import Fault, Refused
from app.loading.folder import Folder, Source
from app.loading.lone import told
from app.loading.planning import Removal
from app.loading.reading import Sheet
from app.loading.references import references
from app.loading.stored import RECORDS
from app.loading.ties import ACYCLIC, ancestors, leading_on
from app.models import Actor, Article, Event, Merge, Place, Statement

STORED = "stored"
_PARENTS: dict[str, type[Any]] = {"actors": Actor, "places": Place}


@dataclass(frozen=True, slots=True)
class Sent(Sheet):
    """What a client sent, told by its own paths: it lies deeper in the folder that it is checked in.

    `under` is where; `places` says which item of a list each was before an event's were parted by article.
    """

    under: tuple[str | int, ...] = ()
    places: dict[str, list[int]] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        return Sheet.line(self, self._own(path))

    def fault(self, path: Sequence[str | int], message: str, found: object = None, **more: Sequence[str]) -> Fault:
        own = self._own(path)
        return Sheet.fault(replace(self, under=(), places={}), own, message, found, **more)

    def _own(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        own = tuple(path[len(self.under) :]) if tuple(path[: len(self.under)]) == self.under else ()
        if len(own) > 1 and own[0] in self.places and isinstance(own[1], int):
            return (own[0], self.places[str(own[0])][own[1]], *own[2:])
        return own


@dataclass
class Edit:
    """What shall be: records in the annotated form with the sheets they came on, and the ids that go.

    `tellings` are whole: an event has none but those. `articles` are headers only; what they tell stands beside them.
    """

    sheet: Sheet
    actors: list[annotated.Actor] = field(default_factory=list)
    places: list[annotated.Place] = field(default_factory=list)
    article: annotated.Article | None = None
    tellings: recalling.Tellings = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    statement: tuple[str, annotated.Statement] | None = None
    removed: dict[type[Any], set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(frozen=True, slots=True)
class Prepared:
    """An edit that was checked: its faults, or else what to write."""

    faults: list[Fault]
    drafts: list[Draft]
    removal: Removal


def nothing(file: str = STORED) -> Sheet:
    """A sheet for what came on none."""
    mark = yaml.Mark(file, 0, 0, 0, "", 0)
    return Sheet(file, None, yaml.ScalarNode("tag:yaml.org,2002:null", "", mark, mark))


def put_article(db: Connection, article: annotated.Article, sheet: Sheet) -> Edit:
    """ARTICLE as it came on SHEET, new or instead of the one of its id."""
    edit = _without_article(db, article.id, sheet, {event.id for event in article.events})
    edit.article = article
    edit.removed[Article] = set()
    edit.removed[Statement] -= {statement.id for statement in article.statements}
    for event in article.events:
        edit.tellings.setdefault(event.id, {})[article.id] = event
        edit.removed[Event].discard(event.id)
    return edit


def put_actor(_db: Connection, actor: annotated.Actor, sheet: Sheet) -> Edit:
    """ACTOR as it came on SHEET."""
    return Edit(_under(sheet, ("actors", 0)), actors=[actor])


def put_place(_db: Connection, place: annotated.Place, sheet: Sheet) -> Edit:
    """PLACE as it came on SHEET."""
    return Edit(_under(sheet, ("places", 0)), places=[place])


def put_event(db: Connection, event: annotated.LoneEvent, sheet: Sheet) -> Edit:
    """EVENT as it came on SHEET, with all that articles say of it. Raises Refused."""
    stored = recalling.tellings_of(db, [event.id]).get(event.id, {})
    parts = (*event.evidence, *event.accounts, *event.figures)
    definers = [event.article, *(key for key, told in stored.items() if told.defines), *(one.article for one in parts)]
    definer = next(filter(None, definers), None)
    if definer is None:
        raise Refused([sheet.fault((), "does not say which article it stands in: give `article`", event.id)])
    edit = Edit(nothing())
    edit.tellings[event.id] = {}
    for article, (telling, places) in told(event, definer).items():
        edit.tellings[event.id][article] = telling
        edit.sheets[article] = _under(sheet, ("events", 0), places)
    _require_articles(db, sheet, edit.tellings[event.id])
    return edit


def put_statement(db: Connection, statement: annotated.LoneStatement, sheet: Sheet) -> Edit:
    """STATEMENT as it came on SHEET. Raises Refused."""
    stored = db.scalar(select(Statement.article_id).where(Statement.id == statement.id))
    article = statement.article or stored or statement.id.rpartition("-s")[0]
    _require_articles(db, sheet, [article])
    edit = Edit(nothing(), statement=(article, statement))
    edit.sheets[article] = _under(sheet, ("statements", 0))
    return edit


def delete(table: type[Any], key: str) -> Edit:
    """No record KEY of TABLE."""
    edit = Edit(nothing())
    edit.removed[table] = {key}
    return edit


def _under(sheet: Sheet, under: tuple[str | int, ...], places: dict[str, list[int]] | None = None) -> Sent:
    return Sent(sheet.file, sheet.content, sheet.root, under, places or {})


def _require_articles(db: Connection, sheet: Sheet, ids: Collection[str]) -> None:
    unknown = set(ids) - set(db.scalars(select(Article.id).where(among(Article.id, ids))))
    if unknown:
        raise Refused([sheet.fault(("article",), "there is no article of this id", key) for key in sorted(unknown)])


def delete_article(db: Connection, key: str) -> Edit:
    """No article KEY, none of its statements, and no event that only it tells."""
    return _without_article(db, key, nothing(), set())


def _without_article(db: Connection, key: str, sheet: Sheet, told_anew: set[str]) -> Edit:
    """What is left of the events of article KEY, and of those TOLD_ANEW, without it."""
    edit = Edit(sheet)
    edit.removed[Article] = {key}
    edit.removed[Statement] = set(db.scalars(select(Statement.id).where(Statement.article_id == key)))
    events = {*recalling.told_in(db, [key]), *told_anew}
    for event, stored in recalling.tellings_of(db, events).items():
        others = {article: telling for article, telling in stored.items() if article != key}
        own = stored.get(key)
        if others and own is not None and own.defines:
            # What the event is outlives the article that said so: the next that tells it says it from now on.
            heir = min(others)
            others[heir] = own.model_copy(update=_beside_definition(others[heir]))
        if others:
            edit.tellings[event] = others
        else:
            edit.removed[Event].add(event)
    return edit


def _beside_definition(telling: annotated.Event) -> dict[str, Any]:
    return {name: getattr(telling, name) for name in ("figures", "accounts", "relations", "evidence")}


def prepare(db: Connection, edit: Edit) -> Prepared:
    """EDIT checked and drafted, as the data in DB are now."""
    folder = _folder_of(db, edit)
    known = _known(db, folder, edit)
    around = _around(db, folder, known["actor"])
    faults = [fault for fault in check(folder, known, around) if fault.file != STORED]
    removal = Removal({table: ids for table, ids in edit.removed.items() if ids})
    if faults:
        return Prepared(faults, [], removal)
    wanted = _wanted(edit)
    drafts = drafts_of(folder, known["statement"], around.actors)
    kept = [draft for draft in drafts if draft.id in wanted[draft.table]]
    return Prepared(list(_merged(db, edit, kept)), kept, removal)


def _merged(db: Connection, edit: Edit, drafts: Sequence[Draft]) -> Iterator[Fault]:
    """Ids of DRAFTS that became part of other records: written to, they would be torn in two."""
    query = select(Merge.kind, Merge.loser_id, Merge.winner_id)
    for row in db.execute(query.where(among(Merge.loser_id, [draft.id for draft in drafts]))):
        if any(draft.table.__tablename__ == row.kind and draft.id == row.loser_id for draft in drafts):
            message = f"was merged into {row.winner_id}; name that {row.kind} instead"
            yield edit.sheet.fault((), message, row.loser_id, nearest=[row.winner_id])


def _wanted(edit: Edit) -> dict[Any, set[str]]:
    """The records that EDIT writes; the others of its folder only tell of the same events."""
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
    # What came is last, so that it, not what was there, is told of a contradiction.
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
        {},
    )


def _source(
    edit: Edit, header: annotated.Article, told: list[annotated.Event], said: annotated.Statement | None
) -> Source[annotated.Article]:
    article = header.model_copy(update={"events": told, "statements": [said] if said else []})
    return Source(edit.sheets.get(header.id, nothing()), article)


def _known(db: Connection, folder: Folder, edit: Edit) -> dict[str, set[str]]:
    """Which of the ids that FOLDER names are stored and stay."""
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
        {
            name: ancestors(db, table, [one.parent for one in listed[name] if one.parent])  # type: ignore[attr-defined]
            for name, table in _PARENTS.items()
        },
        {kind: leading_on(db, kind, _targets(folder, kind)) for kind in ACYCLIC},
    )


def _targets(folder: Folder, kind: str) -> set[str]:
    records = (record for source in folder.articles for record in source.content.records)
    return {relation.target for record in records for relation in record.relations if relation.type == kind}
