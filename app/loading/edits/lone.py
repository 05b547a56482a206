"""Events and statements by themselves, and an event as each article tells it: one form turned into the other."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.loading import annotated
from app.loading.values import Id


class _OfArticle(annotated.Annotation):
    article: Id | None = Field(None, description="Which article says so; left out, the one that defines the event.")


class LoneFigure(annotated.Figure, _OfArticle):
    """A number that an article gives."""


class LoneAccount(annotated.Account, _OfArticle):
    """Who tells the event in an article; no actor means the article's own voice."""


class LoneRelation(annotated.Relation, _OfArticle):
    """A tie to an event or a statement, and the article that says so."""


class LoneWords(annotated.Words, _OfArticle):
    """Exact words of an article's text."""


LoneEvidence = Annotated[LoneWords, BeforeValidator(annotated.quoted, json_schema_input_type=LoneWords | str)]


class LoneEvent(annotated.Event):
    """An event by itself: what it is, and what each article says of it."""

    article: Id | None = Field(None, description="The article that says what the event is.")
    figures: list[LoneFigure] = Field(default=[])  # type: ignore[assignment]
    accounts: list[LoneAccount] = Field(default=[])  # type: ignore[assignment]
    relations: list[LoneRelation] = Field(default=[])  # type: ignore[assignment]
    evidence: list[LoneEvidence] = Field(default=[])  # type: ignore[assignment]


class LoneStatement(annotated.Statement):
    """A statement by itself."""

    article: Id | None = Field(None, description="The article that gives it; left out, the id says it.")


# What each article says of an event, in the form that it has in an article, and by itself.
PARTS: dict[str, tuple[type[annotated.Annotation], type[Any]]] = {
    "figures": (annotated.Figure, LoneFigure),
    "accounts": (annotated.Account, LoneAccount),
    "relations": (annotated.Relation, LoneRelation),
    "evidence": (annotated.Words, LoneWords),
}


def alone(tellings: Mapping[Any, annotated.Event]) -> LoneEvent:
    """The event that TELLINGS, one for each article or one for none, tell, by itself."""
    given: dict[str, Any] = {name: [] for name in PARTS}
    for article, telling in tellings.items():
        if telling.defines:
            given |= {name: getattr(telling, name) for name in annotated.DEFINITION} | {"article": article}
        for name, (_told, lone) in PARTS.items():
            given[name] += [lone.model_construct(**_fields(part), article=article) for part in getattr(telling, name)]
    return LoneEvent.model_construct(id=next(iter(tellings.values())).id, **given)


def told(event: LoneEvent, definer: str) -> dict[str, tuple[annotated.Event, dict[str, list[int]]]]:
    """What each article tells of EVENT, which DEFINER defines, with the index that each part had in EVENT."""
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    given[definer] = {name: getattr(event, name) for name in annotated.DEFINITION}
    for name, (made, _lone) in PARTS.items():
        for index, part in enumerate(getattr(event, name)):
            article = part.article or definer
            given[article].setdefault(name, []).append(made.model_construct(**_fields(part)))
            places[article][name].append(index)
    return {
        article: (annotated.Event.model_construct(id=event.id, **parts), dict(places[article]))
        for article, parts in sorted(given.items())
    }


def _fields(part: annotated.Annotation) -> dict[str, Any]:
    return {name: getattr(part, name) for name in type(part).model_fields if name != "article"}
