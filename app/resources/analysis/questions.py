"""Questions by their shape: for those that differ in nothing but values, the statement is made once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from app.answering.along import Named, naming, numbered, opened, rarest_first
from app.answering.few import Few, few
from app.asking.filters import narrowing
from app.asking.listing import Resource
from app.asking.shapes import Shape, shape_of
from app.dialects.keys import open_keys
from app.dialects.planning import tries_in_order
from app.reading.prepared import MOST_KEPT, read
from app.resources.analysis.matching import Rows, View

_IDS = "ids"


@dataclass(frozen=True, slots=True)
class _Question:
    """What a view asks but for its values: how many actors it begins with, the rest, and by what filter it is few."""

    resource: Resource
    actors: Named
    rest: Shape
    few: str | None


def view_of(db: Connection, resource: Resource, asked: Any) -> View:
    """The records that ASKED wants, its ids resolved."""
    if found := few(db, resource, asked, along=True):
        return View(resource, asked, few=found)
    named = naming(View(resource, asked).part, asked)
    if len(named) > 1 and tries_in_order(db.dialect):
        named = rarest_first(db, resource, asked, named)
    return View(resource, asked, tuple(named))


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
    return make(View(question.resource, question.rest.opened().model_copy(update=wanted), actors, few), *more)


def _question_of(view: View) -> _Question:
    asked = view.asked
    actors = tuple((name, len(getattr(asked, name))) for name in view.actors if getattr(asked, name))
    rest = asked.model_copy(update=dict.fromkeys(view.actors, ()))
    return _Question(view.resource, actors, shape_of(view.resource.filters, rest), view.few and view.few.by)


def _values(view: View, question: _Question) -> Iterator[tuple[str, Any]]:
    for name, _ in question.actors:
        yield from numbered(name, getattr(view.asked, name))
    if view.few:
        yield _IDS, view.few.ids
