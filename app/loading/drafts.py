"""What the files say, as rows: one draft a record, with the rows that live and die with it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from app.codes import code_list
from app.dates import Span
from app.loading import annotated
from app.loading.entries import Entry
from app.loading.folder import Folder
from app.loading.offsets import Selector, locate
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Base,
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

Row = dict[str, Any]
# What only imported events have.
UNCODED: Row = {"goldstein_table": None, "originals": {}, "measures": {}}


class Made(NamedTuple):
    """What a record is stored as if others count COUNTS for it: its JSON without its history, and what finds it."""

    counts: Mapping[str, int]
    doc: str
    parts: str
    entry: Entry


@dataclass
class Draft:
    """A record to be: its row in TABLE and its rows elsewhere. Whoever writes it says which data set it is of."""

    table: type[Base]
    row: Row
    parts: dict[type[Base], list[Any]] = field(default_factory=lambda: defaultdict(list))
    dataset: str = ""
    # Whether what is stored under its id stays as it is.
    if_new: bool = False
    # What a record that comes back has from its first life: its data set and its birth.
    kept: Row = field(default_factory=dict)
    made: Made | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.row["id"]

    @cached_property
    def digest(self) -> str:
        """Equal for equal content."""
        content = [self.row, {table.__tablename__: rows for table, rows in self.parts.items() if rows}]
        return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def drafts_of(
    folder: Folder, known_statements: Collection[str], known_actors: Mapping[str, annotated.Actor] | None = None
) -> Iterator[Draft]:
    """A draft for every record of FOLDER, which has been checked.

    KNOWN_STATEMENTS and KNOWN_ACTORS stand elsewhere.
    """
    for actor in folder.actors.content.actors:
        yield _actor(actor)
    for place in folder.places.content.places:
        yield _place(place)
    told: dict[str, list[tuple[annotated.Article, annotated.Event]]] = defaultdict(list)
    speakers = {**(known_actors or {}), **{actor.id: actor for actor in folder.actors.content.actors}}
    said = {statement.id for source in folder.articles for statement in source.content.statements}
    said |= set(known_statements)
    articles = [source.content for source in folder.articles]
    for article in articles:
        yield _article(article)
        for event in article.events:
            told[event.id].append((article, event))
    for tellings in told.values():
        yield _event(tellings, said)
    for article in articles:
        for statement in article.statements:
            yield _statement(article, statement, speakers.get(statement.speaker or ""), said)


def _actor(actor: annotated.Actor) -> Draft:
    draft = Draft(
        Actor,
        {
            "id": actor.id,
            "kind": actor.kind,
            "name": _best(actor.names),
            "country": actor.country,
            "parent_id": actor.parent,
            "note": actor.note,
        },
    )
    names = [("name", language, name) for language, name in actor.names.items()]
    names += [("alias", alias.language, alias.name) for alias in actor.aliases]
    draft.parts[ActorName] = [
        {"actor_id": actor.id, "position": position, "kind": kind, "language": language, "spelling": spelling}
        for position, (kind, language, spelling) in enumerate(names)
    ]
    draft.parts[ActorCode] = [
        {"actor_id": actor.id, "scheme": scheme, "code": code} for scheme, code in sorted(actor.codes.items())
    ]
    draft.parts[ActorRole] = [
        {
            "actor_id": actor.id,
            "position": position,
            "organisation_id": role.organisation,
            "title": role.title,
            "held_from": role.held_from,
            "held_to": role.held_to,
        }
        for position, role in enumerate(actor.roles)
    ]
    return draft


def _place(place: annotated.Place) -> Draft:
    row = place.model_dump(exclude={"parent"})
    return Draft(Place, {**row, "name": _best(place.names), "parent_id": place.parent})


def _article(article: annotated.Article) -> Draft:
    rights = article.rights or ("withheld" if article.text_kind == "full" else "served")
    draft = Draft(
        Article,
        {
            "id": article.id,
            "publisher_id": article.publisher,
            "language": article.language,
            "title": _best(article.title),
            "titles": article.title,
            "source_url": article.source_url,
            **_span(article.published),
            "text": article.text,
            "text_kind": article.text_kind,
            "text_sha256": sha256(article.text.encode()).hexdigest() if article.text else None,
            "rights": rights,
            "notes": article.notes,
        },
    )
    draft.parts[ArticleAgency] = _listed("article_id", article.id, "actor_id", article.agency)
    return draft


def _event(tellings: list[tuple[annotated.Article, annotated.Event]], said: set[str]) -> Draft:
    """An event, drawn together from all articles that tell it; one of them says what it is."""
    # Told in one order, whichever of the articles came last.
    tellings = sorted(tellings, key=lambda telling: telling[0].id)
    definer, event = next(telling for telling in tellings if telling[1].defines)
    label = event.label or {}
    draft = Draft(
        Event,
        {
            "id": event.id,
            "type": event.type,
            "label": _best(label),
            "labels": label,
            "summary": event.summary,
            **_span(event.date),
            "place_id": event.place,
            "status": event.status,
            "defined_in": definer.id,
            **coded(str(event.type)),
            **UNCODED,
        },
    )
    draft.parts[Participant] = [participant(event, position, part) for position, part in enumerate(event.participants)]
    for article, telling in tellings:
        draft.parts[Figure] += [
            {"event_id": event.id, **figure.model_dump(), "article_id": article.id} for figure in telling.figures
        ]
        draft.parts[Account] += [
            {
                "event_id": event.id,
                "article_id": article.id,
                "actor_id": account.actor,
                **account.model_dump(include={"stance", "note", "differs"}),
            }
            for account in telling.accounts
        ]
        draft.parts[Evidence] += _evidence("event_id", article, telling)
    relations = [(relation, article.id) for article, telling in tellings for relation in telling.relations]
    draft.parts[Relation] = _relations("event_id", event.id, relations, said)
    for table in (Figure, Account, Evidence):
        _number(draft.parts[table])
    return draft


def coded(event_type: str) -> Row:
    """What the code list says of an event of this type: codes, class and score of other schemes."""
    code = code_list("event-types").codes[event_type]
    plover = code.get("plover")
    score = (code.get("goldstein") or {}).get("gdelt")
    return {
        "cameo": code.get("cameo"),
        "plover": "-".join(filter(None, (plover["event"], plover.get("mode")))) if plover else None,
        "quad_class": (code.get("quad_class") or {}).get("standard"),
        "goldstein": None if score is None else float(score),
    }


def participant(event: annotated.Event, position: int, part: annotated.Participant) -> Row:
    """The row of one who took part."""
    return {
        "event_id": event.id,
        "position": position,
        "actor_id": part.actor,
        "role": part.role,
        "side": code_list("participant-roles").codes[part.role]["side"],
        "on_behalf_of_id": part.on_behalf_of,
        "start_on": event.date.start,
    }


def _statement(
    article: annotated.Article, statement: annotated.Statement, speaker: annotated.Actor | None, said: set[str]
) -> Draft:
    quote = statement.quote
    draft = Draft(
        Statement,
        {
            "id": statement.id,
            "article_id": article.id,
            "speaker_id": statement.speaker,
            "role": statement.role or _role(speaker, statement.date, article.published),
            "on_behalf_of_id": statement.on_behalf_of,
            **_span(statement.date),
            "medium": statement.medium,
            "venue_id": statement.venue,
            "directness": statement.directness,
            "act": statement.act,
            "gist": _best(statement.gist),
            "gists": statement.gist,
            "quote_text": quote and quote.text,
            "quote_language": quote and quote.language,
            "quote_is_translation": quote and quote.is_translation,
            "quote_translation": quote and quote.translation,
            "conditional": statement.conditional,
            "condition": statement.condition,
            "event_id": statement.event,
            "utterance": statement.utterance,
            "language": article.language,
            "note": statement.note,
        },
    )
    draft.parts[Addressee] = [
        {**row, "start_on": statement.date.start}
        for row in _listed("statement_id", statement.id, "actor_id", statement.addressees)
    ]
    draft.parts[Carrier] = _listed("statement_id", statement.id, "actor_id", statement.reported_via)
    draft.parts[StatementTopic] = _listed("statement_id", statement.id, "topic", statement.topics)
    draft.parts[Mention] = _listed("statement_id", statement.id, "event_id", statement.about)
    draft.parts[Evidence] = _evidence("statement_id", article, statement)
    relations = [(relation, article.id) for relation in statement.relations]
    draft.parts[Relation] = _relations("statement_id", statement.id, relations, said)
    _number(draft.parts[Evidence])
    return draft


def _role(speaker: annotated.Actor | None, said: Span, published: Span) -> str | None:
    day = said.start or published.start
    held = [role.title for role in speaker.roles if day and role.held_on(day.isoformat())] if speaker else []
    return held[0] if held else None


def _evidence(owner: str, article: annotated.Article, record: annotated.Event | annotated.Statement) -> list[Row]:
    return [
        {
            owner: record.id,
            "article_id": article.id,
            "field": words.field,
            "language": article.language,
            **_found(article.text, words),
        }
        for words in record.evidence
    ]


def _found(text: str | None, words: annotated.Words) -> Row:
    """Where WORDS stand in TEXT; without a text they are as somebody gave them, and not verified."""
    if text is None:
        given = {"exact": words.exact, "prefix": words.prefix, "suffix": words.suffix}
        return {"verified": False, **given, "start_at": None, "end_at": None}
    return {
        "verified": True,
        **_selector(locate(text, words.exact, words.prefix, words.suffix, words.occurrence)),
    }


def _selector(selector: Selector) -> Row:
    return {
        "exact": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start_at": selector.start,
        "end_at": selector.end,
    }


def _relations(
    owner: str, record: str, relations: Iterable[tuple[annotated.Relation, str]], said: set[str]
) -> list[Row]:
    """The rows of RELATIONS, each with the article that says so, the first where several do."""
    distinct: dict[tuple[str, str], str] = {}
    for relation, article in relations:
        distinct.setdefault((relation.type, relation.target), article)
    return [
        {
            owner: record,
            "position": position,
            "type": kind,
            "to_event_id": None if target in said else target,
            "to_statement_id": target if target in said else None,
            "article_id": article,
        }
        for position, ((kind, target), article) in enumerate(distinct.items())
    ]


def _span(span: Span) -> Row:
    return {"start_on": span.start, "end_on": span.end, "precision": span.precision}


def _listed(owner: str, record: str, column: str, values: Iterable[str]) -> list[Row]:
    return [
        {owner: record, "position": position, column: value} for position, value in enumerate(dict.fromkeys(values))
    ]


def _number(rows: list[Row]) -> None:
    for position, row in enumerate(rows):
        row["position"] = position


def _best(texts: dict[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()))
