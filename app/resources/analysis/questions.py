"""Questions by their shape: for those that differ in nothing but values, the statement is made once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from app.answering.along import Named, numbered, opened
from app.answering.few import Few
from app.answering.views import Rows, View
from app.asking.filters import narrowing
from app.asking.listing import Resource
from app.asking.shapes import Shape, shape_of
from app.dialects.keys import open_keys
from app.reading.prepared import MOST_KEPT, read

_IDS, _EARLIER = "ids", "earlier"


@dataclass(frozen=True, slots=True)
class _Question:
    """What a view asks but for its values: how many actors it begins with, the rest, and what is looked up of it."""

    resource: Resource
    actors: Named
    rest: Shape
    few: str | None
    earlier: bool


def ask(db: Connection, view: View, make: Callable[..., Rows], *more: Any, **values: Any) -> Any:
    """All rows of the statement that MAKE makes of VIEW and MORE, with VALUES for what it leaves open."""
    question = _question_of(view)
    if not question.rest.keepable:
        return db.execute(make(view, *more), values).all()
    given = {**question.rest.values, **dict(_values(view, question)), **values}
    return read(db, _made(question, make, *more), given)


def narrowed(view: View) -> bool:
    """Whether VIEW asks for anything but a date."""
    return narrowing(view.resource.filters, view.asked.model_copy(update={"date": None}))


@lru_cache(maxsize=MOST_KEPT)
def _made(question: _Question, make: Callable[..., Rows], *more: Any) -> Rows:
    """What MAKE makes of a view that asks QUESTION, its values open."""
    wanted = {name: opened(name, many) for name, many in question.actors}
    actors = tuple(name for name, _ in question.actors)
    few = Few(question.few, open_keys(_IDS)) if question.few else None
    earlier = open_keys(_EARLIER) if question.earlier else None
    return make(View(question.resource, question.rest.opened().model_copy(update=wanted), actors, few, earlier), *more)


def _question_of(view: View) -> _Question:
    asked = view.asked
    actors = tuple((name, len(getattr(asked, name))) for name in view.actors if getattr(asked, name))
    rest = asked.model_copy(update=dict.fromkeys(view.actors, ()))
    looked_up = view.few and view.few.by, view.earlier is not None
    return _Question(view.resource, actors, shape_of(view.resource.filters, rest), *looked_up)


def _values(view: View, question: _Question) -> Iterator[tuple[str, Any]]:
    for name, _ in question.actors:
        yield from numbered(name, getattr(view.asked, name))
    if view.few:
        yield _IDS, view.few.ids
    if view.earlier is not None:
        yield _EARLIER, view.earlier
