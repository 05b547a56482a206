"""Stored articles in the annotated form, with their evidence apart, for exports."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from app.dates import format_span
from app.documents import MARK, held, span_of
from app.importing.annotated_text.own_mapping import STATEMENT
from app.models import Article, Event, Evidence, Statement

_EVENT = ("id", "type", "label", "summary", "date", "place", "status", "participants", "relations")
_STATEMENT = (
    "id",
    "speaker",
    "role",
    "on_behalf_of",
    "addressees",
    "reported_via",
    "date",
    "medium",
    "venue",
    "directness",
    "act",
    "gist",
    "topics",
    "conditional",
    "condition",
    "event",
    "about",
    "utterance",
    "quote",
    "note",
    "relations",
)
_ARTICLE = (
    "id",
    "source_url",
    "publisher",
    "agency",
    "language",
    "title",
    "published",
    "text_kind",
    "rights",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A record as one article tells it, in the annotated form, and its evidence in that article.

    `label` is what its first words are labelled: the type of an event, or Statement.
    """

    kind: str
    label: str
    record: dict[str, Any]
    evidence: list[Any]


@dataclass(frozen=True, slots=True)
class Retold:
    """An article in the annotated form without its text, the text, and what it tells.

    `names` are the kinds and ids of the records that these name.
    """

    record: dict[str, Any]
    text: str
    tellings: list[Telling]
    names: frozenset[tuple[str, str]]


def retold(db: Connection, dataset: str | None = None) -> Iterator[Retold]:
    """The articles of DB, or of its DATASET, whose text may be served, in the order of their ids.

    The first of several that tell an event says what it is.
    """
    query = select(Article.id, Article.doc, Article.parts, Article.text)
    query = query.where(Article.rights == "served", Article.text.is_not(None)).order_by(Article.id)
    defined: set[str] = set()
    for row in db.execute(query if dataset is None else query.where(Article.dataset_id == dataset)).all():
        evidence = _evidence(db, row.id)
        events, statements = (_told(db, table, evidence) for table in (Event, Statement))
        tellings = [_event(_whole(one), row.id, evidence, defined) for one in events]
        tellings += [_statement(_whole(one), evidence) for one in statements]
        names = frozenset(named for one in (row, *events, *statements) for named in held(f"{one.doc}{one.parts}"))
        yield Retold(_cut(_whole(row), _ARTICLE, title="titles"), str(row.text), tellings, names)


def _evidence(db: Connection, article: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    rows = select(*Evidence.__table__.columns).where(Evidence.article_id == article, Evidence.verified)
    for row in db.execute(rows.order_by(Evidence.position, Evidence.id)):
        found[row.event_id or row.statement_id].append(row)
    return found


def _told(db: Connection, table: type[Any], evidence: dict[str, list[Any]]) -> list[Any]:
    return list(db.execute(select(table.doc, table.parts).where(table.id.in_(sorted(evidence))).order_by(table.id)))


def _whole(row: Any) -> dict[str, Any]:
    """The content of a record, with ids for its references."""
    content: dict[str, Any] = _unheld({**orjson.loads(row.doc), **orjson.loads(row.parts)})
    return content


def _unheld(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(MARK):
        return value.partition("/")[2]
    if isinstance(value, dict):
        return {key: _unheld(one) for key, one in value.items()}
    return [_unheld(one) for one in value] if isinstance(value, list) else value


def _cut(content: dict[str, Any], names: tuple[str, ...], **renamed: str) -> dict[str, Any]:
    """The fields NAMES of CONTENT as a file has them: with dates as text, and without missing values."""
    made = {name: content.get(renamed.get(name, name)) for name in names}
    for name in ("date", "published"):
        if name in made:
            made[name] = format_span(span_of(content[name]))
    kept = {name: value for name, value in made.items() if value not in (None, [], False)}
    return {**kept, "published": made["published"]} if "published" in made else kept


def _event(content: dict[str, Any], article: str, evidence: dict[str, list[Any]], defined: set[str]) -> Telling:
    key = content["id"]
    record = {"id": key} if key in defined else _cut(content, _EVENT, label="labels")
    defined.add(key)
    figures = [
        {name: figure[name] for name in ("kind", "value", "qualifier", "unit")}
        for figure in content["figures"]
        if article in figure["articles"]
    ]
    accounts = [
        {name: account[name] for name in ("actor", "stance", "differs", "note")}
        for account in content["accounts"]
        if account["article"] == article
    ]
    more = {name: value for name, value in (("figures", figures), ("accounts", accounts)) if value}
    return Telling("event", content["type"], record | more, evidence[key])


def _statement(content: dict[str, Any], evidence: dict[str, list[Any]]) -> Telling:
    record = _cut(content, _STATEMENT, gist="gists")
    return Telling("statement", STATEMENT, {"speaker": None, **record}, evidence[content["id"]])
