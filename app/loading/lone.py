"""An event by itself, and the same as each article tells it: one form into the other and back."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from app.loading import annotated

_PARTS: dict[str, tuple[type[annotated.Annotation], type[Any]]] = {
    "figures": (annotated.Figure, annotated.LoneFigure),
    "accounts": (annotated.Account, annotated.LoneAccount),
    "relations": (annotated.Relation, annotated.LoneRelation),
    "evidence": (annotated.Words, annotated.LoneWords),
}
DEFINITION = ("type", "label", "summary", "date", "place", "status", "participants")


def alone(tellings: Mapping[str, annotated.Event]) -> annotated.LoneEvent:
    """The event of TELLINGS, one for each article, by itself."""
    given: dict[str, Any] = {name: [] for name in _PARTS}
    for article, telling in tellings.items():
        if telling.defines:
            given |= {name: getattr(telling, name) for name in DEFINITION} | {"article": article}
        for name, (_told, lone) in _PARTS.items():
            given[name] += [lone.model_construct(**_fields(part), article=article) for part in getattr(telling, name)]
    return annotated.LoneEvent.model_construct(id=next(iter(tellings.values())).id, **given)


def told(event: annotated.LoneEvent, definer: str) -> dict[str, tuple[annotated.Event, dict[str, list[int]]]]:
    """What each article says of EVENT, which DEFINER defines; and where in EVENT each part stood."""
    given: dict[str, dict[str, Any]] = defaultdict(dict)
    places: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    given[definer] = {name: getattr(event, name) for name in DEFINITION}
    for name, (made, _lone) in _PARTS.items():
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
