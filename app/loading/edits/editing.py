"""Edits of a few records, and what they mean for what other articles tell of the same events."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.loading import annotated
from app.loading.edits import lone, recalling
from app.loading.edits.sent import nothing, sent
from app.loading.faults import Refused
from app.loading.reading import Sheet
from app.models import Article, Event, Statement


@dataclass
class Edit:
    """What is to be written, in the annotated form with the sheets that it came on, and the ids to be removed.

    `tellings` are all that an event has. Each may have come on its own sheet, which `sheets` has by article. `loose`
    are ids of records that have faults of their own and are left out here, but which others may name.
    """

    sheet: Sheet
    actors: list[annotated.Actor] = field(default_factory=list)
    places: list[annotated.Place] = field(default_factory=list)
    article: annotated.Article | None = None
    tellings: recalling.Tellings = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    statement: tuple[str, annotated.Statement] | None = None
    loose: dict[str, set[str]] = field(default_factory=dict)
    removed: dict[type[Any], set[str]] = field(default_factory=lambda: defaultdict(set))


def put_article(db: Connection, article: annotated.Article, sheet: Sheet) -> Edit:
    """Write ARTICLE, which came on SHEET; it replaces one of the same id."""
    edit = _without_article(db, article.id, sheet, {event.id: event for event in article.events})
    edit.article = article
    edit.removed[Article] = set()
    edit.removed[Statement] -= {statement.id for statement in article.statements}
    for event in article.events:
        edit.tellings.setdefault(event.id, {})[article.id] = event
        edit.removed[Event].discard(event.id)
    return edit


def put_actor(_db: Connection, actor: annotated.Actor, sheet: Sheet) -> Edit:
    """Write ACTOR, which came on SHEET."""
    return Edit(sent(sheet, ("actors", 0)), actors=[actor])


def put_place(_db: Connection, place: annotated.Place, sheet: Sheet) -> Edit:
    """Write PLACE, which came on SHEET."""
    return Edit(sent(sheet, ("places", 0)), places=[place])


def put_event(db: Connection, event: lone.LoneEvent, sheet: Sheet) -> Edit:
    """Write EVENT, which came on SHEET with all that articles tell of it. Raises Refused."""
    stored = recalling.tellings_of(db, [event.id]).get(event.id, {})
    parts = (*event.evidence, *event.accounts, *event.figures)
    definers = [event.article, *(key for key, told in stored.items() if told.defines), *(one.article for one in parts)]
    definer = next(filter(None, definers), None)
    if definer is None:
        raise Refused([sheet.fault(("article",), "does not say which article tells it: give `article`", event.id)])
    edit = Edit(nothing())
    edit.tellings[event.id] = {}
    for article, (telling, places) in lone.told(event, definer).items():
        edit.tellings[event.id][article] = telling
        edit.sheets[article] = sent(sheet, ("events", 0), places)
    _require_articles(db, sheet, edit.tellings[event.id])
    return edit


def put_statement(db: Connection, statement: lone.LoneStatement, sheet: Sheet) -> Edit:
    """Write STATEMENT, which came on SHEET. Raises Refused."""
    stored = db.scalar(select(Statement.article_id).where(Statement.id == statement.id))
    article = statement.article or stored or statement.id.rpartition("-s")[0]
    _require_articles(db, sheet, [article])
    edit = Edit(nothing(), statement=(article, statement))
    edit.sheets[article] = sent(sheet, ("statements", 0))
    return edit


def delete(table: type[Any], key: str) -> Edit:
    """Delete the record KEY of TABLE."""
    edit = Edit(nothing())
    edit.removed[table] = {key}
    return edit


def _require_articles(db: Connection, sheet: Sheet, ids: Collection[str]) -> None:
    unknown = set(ids) - set(db.scalars(select(Article.id).where(among(Article.id, ids))))
    if unknown:
        raise Refused([sheet.fault(("article",), "there is no article of this id", key) for key in sorted(unknown)])


def delete_article(db: Connection, key: str) -> Edit:
    """Delete the article KEY, its statements, and the events that only it tells."""
    return _without_article(db, key, nothing(), {})


def _without_article(db: Connection, key: str, sheet: Sheet, told_anew: Mapping[str, annotated.Event]) -> Edit:
    """Delete the article KEY and its statements, and keep what other articles tell of its events and of TOLD_ANEW."""
    edit = Edit(sheet)
    edit.removed[Article] = {key}
    edit.removed[Statement] = set(db.scalars(select(Statement.id).where(Statement.article_id == key)))
    events = {*recalling.told_in(db, [key]), *told_anew}
    for event, stored in recalling.tellings_of(db, events).items():
        others = {article: telling for article, telling in stored.items() if article != key}
        own = stored.get(key)
        says_so_still = event in told_anew and told_anew[event].defines
        if others and own is not None and own.defines and not says_so_still:
            # What the event is must outlive the article that said so: now another article that tells it says so.
            heir = min(others)
            others[heir] = own.model_copy(update=_beside_definition(others[heir]))
        if others:
            edit.tellings[event] = others
        else:
            edit.removed[Event].add(event)
    return edit


def _beside_definition(telling: annotated.Event) -> dict[str, Any]:
    return {name: getattr(telling, name) for name in lone.PARTS}
