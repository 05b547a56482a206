"""A few records written anew or taken away, and what that means for what others say of the same events."""

from collections import defaultdict
from collections.abc import Collection
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
    """What shall be: records in the annotated form with the sheets they came on, and the ids that go.

    `tellings` are whole: an event has none but those. Each may have come on one of `sheets`, by its article.
    """

    sheet: Sheet
    actors: list[annotated.Actor] = field(default_factory=list)
    places: list[annotated.Place] = field(default_factory=list)
    article: annotated.Article | None = None
    tellings: recalling.Tellings = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    statement: tuple[str, annotated.Statement] | None = None
    removed: dict[type[Any], set[str]] = field(default_factory=lambda: defaultdict(set))


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
    return Edit(sent(sheet, ("actors", 0)), actors=[actor])


def put_place(_db: Connection, place: annotated.Place, sheet: Sheet) -> Edit:
    """PLACE as it came on SHEET."""
    return Edit(sent(sheet, ("places", 0)), places=[place])


def put_event(db: Connection, event: lone.LoneEvent, sheet: Sheet) -> Edit:
    """EVENT as it came on SHEET, with all that articles say of it. Raises Refused."""
    stored = recalling.tellings_of(db, [event.id]).get(event.id, {})
    parts = (*event.evidence, *event.accounts, *event.figures)
    definers = [event.article, *(key for key, told in stored.items() if told.defines), *(one.article for one in parts)]
    definer = next(filter(None, definers), None)
    if definer is None:
        raise Refused([sheet.fault((), "does not say which article it stands in: give `article`", event.id)])
    edit = Edit(nothing())
    edit.tellings[event.id] = {}
    for article, (telling, places) in lone.told(event, definer).items():
        edit.tellings[event.id][article] = telling
        edit.sheets[article] = sent(sheet, ("events", 0), places)
    _require_articles(db, sheet, edit.tellings[event.id])
    return edit


def put_statement(db: Connection, statement: lone.LoneStatement, sheet: Sheet) -> Edit:
    """STATEMENT as it came on SHEET. Raises Refused."""
    stored = db.scalar(select(Statement.article_id).where(Statement.id == statement.id))
    article = statement.article or stored or statement.id.rpartition("-s")[0]
    _require_articles(db, sheet, [article])
    edit = Edit(nothing(), statement=(article, statement))
    edit.sheets[article] = sent(sheet, ("statements", 0))
    return edit


def delete(table: type[Any], key: str) -> Edit:
    """No record KEY of TABLE."""
    edit = Edit(nothing())
    edit.removed[table] = {key}
    return edit


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
