"""The kinds of records that can be written one by one, and what writing each takes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection

from app.answering.paging import More, nothing_more
from app.asking.listing import Resource
from app.loading import annotated
from app.loading.edits import editing, lone, recalling
from app.loading.edits.editing import Edit
from app.loading.reading import Sheet
from app.models import Actor, Event, Place, Statement
from app.records.actors import ActorDetails
from app.records.details import ArticleDetails, EventDetails, StatementDetails
from app.records.envelope import Detail
from app.records.places import PlaceOut
from app.resources import actors, articles, events, places, statements


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its annotated `shape`, how it is read back in that form, and how it is put and deleted."""

    resource: Resource
    details: type[BaseModel]
    more: More
    shape: type[annotated.Annotation]
    stored: Callable[[Connection, str], annotated.Annotation]
    put: Callable[[Connection, Any, Sheet], Edit]
    delete: Callable[[Connection, str], Edit]

    @property
    def name(self) -> str:
        return self.resource.kind

    @property
    def in_words(self) -> str:
        """The name with its article: `an event`, `a place`."""
        return f"an {self.name}" if self.name[0] in "ae" else f"a {self.name}"

    @property
    def path(self) -> str:
        return f"/{self.name}s/{{id}}"

    @property
    def detail(self) -> Any:
        """The shape of an answer that is one record."""
        return Detail[self.details]  # type: ignore[name-defined]

    @property
    def takes_away(self) -> frozenset[str]:
        """The fields that a merge patch may set to null."""
        return frozenset(self.shape.model_fields) - {"id"}

    def plain(self, db: Connection, key: str) -> dict[str, Any]:
        """The record KEY, which must exist, as a client would write it."""
        # What an article leaves to another to say of an event is left out: if it were given, this article would say it.
        return self.stored(db, key).model_dump(by_alias=True, exclude_unset=True)


def _stored_event(db: Connection, key: str) -> annotated.Annotation:
    # Of coded data no article need tell.
    return lone.alone(recalling.tellings_of(db, [key])[key] or {None: recalling.definition(db, key)})


def _stored_statement(db: Connection, key: str) -> annotated.Annotation:
    article, statement = recalling.statements(db, [key])[key]
    fields = {name: getattr(statement, name) for name in annotated.Statement.model_fields}
    return lone.LoneStatement.model_construct(**fields, article=article)


KINDS = (
    Kind(
        articles.ARTICLES,
        ArticleDetails,
        articles.annotated,
        annotated.Article,
        lambda db, key: recalling.articles(db, [key])[key],
        editing.put_article,
        editing.delete_article,
    ),
    Kind(
        events.EVENTS,
        EventDetails,
        events.told_by_others,
        lone.LoneEvent,
        _stored_event,
        editing.put_event,
        lambda _db, key: editing.delete(Event, key),
    ),
    Kind(
        statements.STATEMENTS,
        StatementDetails,
        statements.told_by_others,
        lone.LoneStatement,
        _stored_statement,
        editing.put_statement,
        lambda _db, key: editing.delete(Statement, key),
    ),
    Kind(
        actors.ACTORS,
        ActorDetails,
        actors.activity,
        annotated.Actor,
        lambda db, key: recalling.actors(db, [key])[key],
        editing.put_actor,
        lambda _db, key: editing.delete(Actor, key),
    ),
    Kind(
        places.PLACES,
        PlaceOut,
        nothing_more,
        annotated.Place,
        lambda db, key: recalling.places(db, [key])[key],
        editing.put_place,
        lambda _db, key: editing.delete(Place, key),
    ),
)
