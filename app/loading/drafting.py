"""Annotated files as rows: a draft for each record, with the rows that belong to it in other tables."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256

from app.dates import Span
from app.loading import annotated
from app.loading.coding import UNCODED, coded, side_of
from app.loading.drafts import Draft, Row
from app.loading.folder import Folder
from app.loading.parts import evidence_rows, listed, number, relation_rows
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
    Dataset,
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


def drafts_of(
    folder: Folder, known_statements: Collection[str], known_actors: Mapping[str, annotated.Actor] | None = None
) -> Iterator[Draft]:
    """A draft for every record of FOLDER, which has been checked.

    FOLDER may name statements and actors that it does not have: KNOWN_STATEMENTS and KNOWN_ACTORS.
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


def dataset_draft(dataset: annotated.Dataset, files_digest: str | None = None) -> Draft:
    """A draft for DATASET; FILES_DIGEST is that of the files of its folder, if it is a folder's."""
    return Draft(Dataset, {**dataset.model_dump(), "files_digest": files_digest})


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
    draft.parts[ArticleAgency] = listed("article_id", article.id, "actor_id", article.agency)
    return draft


def _event(tellings: list[tuple[annotated.Article, annotated.Event]], said: set[str]) -> Draft:
    """An event, put together from all articles that tell it; one of them says what it is."""
    # Always in the same order, whichever of the articles came last.
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
    draft.parts[Participant] = [_participant(event, position, part) for position, part in enumerate(event.participants)]
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
        draft.parts[Evidence] += evidence_rows("event_id", article, telling)
    relations = [(relation, article.id) for article, telling in tellings for relation in telling.relations]
    draft.parts[Relation] = relation_rows("event_id", event.id, relations, said)
    for table in (Figure, Account, Evidence):
        number(draft.parts[table])
    return draft


def _participant(event: annotated.Event, position: int, part: annotated.Participant) -> Row:
    return {
        "event_id": event.id,
        "position": position,
        "actor_id": part.actor,
        "role": part.role,
        "side": side_of(part.role),
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
        for row in listed("statement_id", statement.id, "actor_id", statement.addressees)
    ]
    draft.parts[Carrier] = listed("statement_id", statement.id, "actor_id", statement.reported_via)
    draft.parts[StatementTopic] = listed("statement_id", statement.id, "topic", statement.topics)
    draft.parts[Mention] = listed("statement_id", statement.id, "event_id", statement.about)
    draft.parts[Evidence] = evidence_rows("statement_id", article, statement)
    relations = [(relation, article.id) for relation in statement.relations]
    draft.parts[Relation] = relation_rows("statement_id", statement.id, relations, said)
    number(draft.parts[Evidence])
    return draft


def _role(speaker: annotated.Actor | None, said: Span, published: Span) -> str | None:
    day = said.start or published.start
    held = [role.title for role in speaker.roles if day and role.held_on(day.isoformat())] if speaker else []
    return held[0] if held else None


def _span(span: Span) -> Row:
    return {"start_on": span.start, "end_on": span.end, "precision": span.precision}


def _best(texts: dict[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()))
