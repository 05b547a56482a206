"""Stored records in the annotated form: the inverse of drafting, so that parts of them can be changed.

What a file left out comes back as what it meant: a statement has the role that its speaker held, and words that occur
twice in the text have their ordinal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, select, union

from app.dates import Span
from app.dialects.keys import among
from app.loading import annotated
from app.loading.offsets import starts_of
from app.loading.parts import Unverified
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Carrier,
    Event,
    Evidence,
    Figure,
    Mention,
    Participant,
    Place,
    Relation,
    Statement,
    StatementTopic,
)

# What each article says of an event, by the event and the article.
Tellings = dict[str, dict[str, annotated.Event]]
Texts = Mapping[str, str | None]


def actors(db: Connection, ids: Collection[str]) -> dict[str, annotated.Actor]:
    """The actors IDS."""
    names, roles = _parts(db, ActorName.actor_id, ids), _parts(db, ActorRole.actor_id, ids)
    codes: dict[str, dict[str, str]] = defaultdict(dict)
    for row in db.execute(select(*ActorCode.__table__.columns).where(among(ActorCode.actor_id, ids))):
        codes[row.actor_id][row.scheme] = row.code
    return {
        row.id: annotated.Actor.model_construct(
            id=row.id,
            kind=row.kind,
            names={name.language: name.spelling for name in names[row.id] if name.kind == "name"},
            aliases=[
                annotated.Alias.model_construct(name=name.spelling, language=name.language)
                for name in names[row.id]
                if name.kind == "alias"
            ],
            country=row.country,
            parent=row.parent_id,
            roles=[_role(role) for role in roles[row.id]],
            codes=dict(sorted(codes[row.id].items())),
            note=row.note,
        )
        for row in _rows(db, Actor, ids)
    }


def places(db: Connection, ids: Collection[str]) -> dict[str, annotated.Place]:
    """The places IDS."""
    same = ("id", "names", "country", "lat", "lon", "precision", "geonames")
    return {
        row.id: annotated.Place.model_construct(**{name: getattr(row, name) for name in same}, parent=row.parent_id)
        for row in _rows(db, Place, ids)
    }


def articles(db: Connection, ids: Collection[str]) -> dict[str, annotated.Article]:
    """The articles IDS with all that they tell."""
    headers = bare_articles(db, ids)
    told: dict[str, list[annotated.Event]] = defaultdict(list)
    for tellings in tellings_of(db, told_in(db, ids)).values():
        for article, event in tellings.items():
            told[article].append(event)
    said: dict[str, list[annotated.Statement]] = defaultdict(list)
    of_articles = select(Statement.id).where(among(Statement.article_id, ids))
    for article, statement in statements(db, list(db.scalars(of_articles))).values():
        said[article].append(statement)
    return {
        key: header.model_copy(update={"events": told[key], "statements": said[key]}) for key, header in headers.items()
    }


def bare_articles(db: Connection, ids: Collection[str]) -> dict[str, annotated.Article]:
    """The articles IDS without what they tell."""
    agencies = _parts(db, ArticleAgency.article_id, ids)
    same = ("id", "source_url", "language", "text_kind", "rights", "notes", "text")
    return {
        row.id: annotated.Article.model_construct(
            **{name: getattr(row, name) for name in same},
            publisher=row.publisher_id,
            agency=[one.actor_id for one in agencies[row.id]],
            title=row.titles,
            published=_span(row),
        )
        for row in _rows(db, Article, ids)
    }


def told_in(db: Connection, ids: Collection[str]) -> list[str]:
    """The events that the articles IDS tell."""
    named = [
        select(table.event_id).where(among(table.article_id, ids), table.event_id.is_not(None))
        for table in (Evidence, Account, Figure)
    ]
    return sorted(db.scalars(union(*named)))


def tellings_of(db: Connection, ids: Collection[str]) -> Tellings:
    """What each article tells of the events IDS; one of them says what the event is."""
    by_event = {table: _parts(db, table.event_id, ids) for table in (Participant, Account, Figure, Evidence, Relation)}
    texts = _texts(db, (row.article_id for rows in by_event[Evidence].values() for row in rows))
    found: Tellings = {}
    for row in _rows(db, Event, ids):
        given: dict[str, dict[str, Any]] = defaultdict(dict)
        told = [one.article_id for table in (Evidence, Account, Figure) for one in by_event[table][row.id]]
        definer = row.defined_in or min(told, default=None)
        for article in dict.fromkeys(told):
            given[article] = {}
        if definer is not None:
            given[definer] |= _definition(row, by_event[Participant][row.id])
        for table, name, made in (
            (Account, "accounts", _account),
            (Figure, "figures", _figure),
            (Relation, "relations", _relation),
        ):
            for one in by_event[table][row.id]:
                article = one.article_id or definer
                if article is not None:
                    given[article].setdefault(name, []).append(made(one))
        for one in by_event[Evidence][row.id]:
            given[one.article_id].setdefault("evidence", []).append(_words(one, texts))
        found[row.id] = {
            article: annotated.Event.model_construct(id=row.id, **parts) for article, parts in sorted(given.items())
        }
    return found


def definition(db: Connection, key: str) -> annotated.Event:
    """What the event KEY is, whoever tells it."""
    (row,) = _rows(db, Event, [key])
    return annotated.Event.model_construct(id=key, **_definition(row, _parts(db, Participant.event_id, [key])[key]))


def statements(db: Connection, ids: Collection[str]) -> dict[str, tuple[str, annotated.Statement]]:
    """The statements IDS, each with its article's id."""
    parts = {
        table: _parts(db, table.statement_id, ids)
        for table in (Addressee, Carrier, StatementTopic, Mention, Relation, Evidence)
    }
    texts = _texts(db, (row.article_id for rows in parts[Evidence].values() for row in rows))
    same = ("id", "role", "medium", "directness", "act", "conditional", "condition", "utterance", "note")
    return {
        row.id: (
            row.article_id,
            annotated.Statement.model_construct(
                **{name: getattr(row, name) for name in same},
                speaker=row.speaker_id,
                on_behalf_of=row.on_behalf_of_id,
                addressees=[one.actor_id for one in parts[Addressee][row.id]],
                reported_via=[one.actor_id for one in parts[Carrier][row.id]],
                date=_span(row),
                venue=row.venue_id,
                gist=row.gists,
                topics=[one.topic for one in parts[StatementTopic][row.id]],
                event=row.event_id,
                about=[one.event_id for one in parts[Mention][row.id]],
                quote=_quote(row),
                relations=[_relation(one) for one in parts[Relation][row.id]],
                evidence=[_words(one, texts) for one in parts[Evidence][row.id]],
            ),
        )
        for row in _rows(db, Statement, ids)
    }


def _rows(db: Connection, table: Any, ids: Collection[str]) -> Iterable[Any]:
    hidden = {"doc", "parts"}
    columns = [column for column in table.__table__.columns if column.name not in hidden]
    return db.execute(select(*columns).where(among(table.id, ids)).order_by(table.id))


def _parts(db: Connection, owner: Any, ids: Collection[str]) -> dict[str, list[Any]]:
    table = owner.class_
    query = select(*table.__table__.columns).where(among(owner, ids)).order_by(owner, table.position)
    found: dict[str, list[Any]] = defaultdict(list)
    for row in db.execute(query):
        found[getattr(row, owner.key)].append(row)
    return found


def _texts(db: Connection, ids: Iterable[str]) -> Texts:
    rows = db.execute(select(Article.id, Article.text).where(among(Article.id, sorted(set(ids)))))
    return {row.id: row.text for row in rows}


def _definition(row: Any, participants: list[Any]) -> dict[str, Any]:
    return {
        "type": row.type,
        "label": row.labels,
        "summary": row.summary,
        "date": _span(row),
        "place": row.place_id,
        "status": row.status,
        "participants": [
            annotated.Participant.model_construct(actor=one.actor_id, role=one.role, on_behalf_of=one.on_behalf_of_id)
            for one in participants
        ],
    }


def _span(row: Any) -> Span:
    return Span(row.start_on, row.end_on, row.precision)


def _role(row: Any) -> annotated.Role:
    return annotated.Role.model_construct(
        title=row.title, organisation=row.organisation_id, held_from=row.held_from, held_to=row.held_to
    )


def _account(row: Any) -> annotated.Account:
    return annotated.Account.model_construct(actor=row.actor_id, stance=row.stance, differs=row.differs, note=row.note)


def _figure(row: Any) -> annotated.Figure:
    return annotated.Figure.model_construct(kind=row.kind, value=row.value, qualifier=row.qualifier, unit=row.unit)


def _relation(row: Any) -> annotated.Relation:
    return annotated.Relation.model_construct(type=row.type, target=row.to_event_id or row.to_statement_id)


def _quote(row: Any) -> annotated.Quote | None:
    if row.quote_text is None:
        return None
    return annotated.Quote.model_construct(
        text=row.quote_text,
        language=row.quote_language,
        is_translation=row.quote_is_translation,
        translation=row.quote_translation,
    )


def _words(row: Any, texts: Texts) -> annotated.Words:
    """The words of evidence, with their ordinal if they occur several times in the text."""
    told = {"exact": row.exact, "occurrence": _ordinal(texts.get(row.article_id) or "", row), "field": row.field}
    if row.verified:
        return annotated.Words.model_construct(**told)
    columns = ("exact", "prefix", "suffix", "start_at", "end_at", "language", "verified")
    return Unverified.model_construct(**told, columns={name: getattr(row, name) for name in columns})


def with_unverified(record: Any, stored: Any) -> Any:
    """RECORD, as an article gives it, with what it repeats of the evidence of STORED as that is."""
    known = {_told(words): words for words in stored.evidence if isinstance(words, Unverified)} if stored else {}
    return record.model_copy(update={"evidence": [known.get(_told(words), words) for words in record.evidence]})


def _told(words: annotated.Words) -> tuple[object, ...]:
    return tuple(getattr(words, name) for name in annotated.Words.model_fields)


def _ordinal(text: str, row: Any) -> int | None:
    if row.exact is None or row.start_at is None:
        return None
    starts = list(starts_of(text, row.exact))
    return starts.index(row.start_at) + 1 if len(starts) > 1 and row.start_at in starts else None
