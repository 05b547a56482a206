"""Questions by their shape: for those that differ in nothing but values, the statement is made once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Select, String, bindparam, func, literal, select, union_all

from app.dialects.planning import tries_in_order
from app.filters import narrowing
from app.listing import Resource
from app.prepared import MOST_KEPT, read
from app.resources.analysis.matching import View, asked_of
from app.shapes import Shape, shape_of

# To tell whose records are fewest, at most so many are counted, and more only if that does not tell.
_COUNTED = (100, 2_000, None)
Named = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Question:
    """What a view asks but for its values: how many actors it begins with, and the rest."""

    resource: Resource
    actors: Named
    rest: Shape


def view_of(db: Connection, resource: Resource, asked: Any) -> View:
    """The records that ASKED wants, its ids resolved."""
    part = View(resource, asked).part
    # Two filters that are asked of one row are the list's own condition.
    coupled = {name for name, other in part.coupled.items() if getattr(asked, other)}
    named = [name for name in part.filters if getattr(asked, name) and name not in coupled]
    if len(named) > 1 and tries_in_order(db.dialect):
        named = _rarest_first(db, resource, asked, named)
    return View(resource, asked, tuple(named))


def ask(db: Connection, view: View, make: Callable[..., Select[Any]], *more: Any, **values: Any) -> Any:
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
def _made(question: _Question, make: Callable[..., Select[Any]], *more: Any) -> Select[Any]:
    """What MAKE makes of a view that asks QUESTION, its values open."""
    wanted = {name: _open(name, many) for name, many in question.actors}
    actors = tuple(name for name, _ in question.actors)
    return make(View(question.resource, question.rest.opened().model_copy(update=wanted), actors), *more)


def _question_of(view: View) -> _Question:
    asked = view.asked
    actors = tuple((name, len(getattr(asked, name))) for name in view.actors if getattr(asked, name))
    rest = asked.model_copy(update=dict.fromkeys(view.actors, ()))
    return _Question(view.resource, actors, shape_of(view.resource.filters, rest))


def _values(view: View, question: _Question) -> Iterator[tuple[str, Any]]:
    for name, _ in question.actors:
        yield from _numbered(name, getattr(view.asked, name))


def _open(name: str, many: int) -> tuple[Any, ...]:
    """So MANY values of the filter NAME, left open."""
    return tuple(bindparam(key, type_=String()) for key, _ in _numbered(name, range(many)))


def _numbered(name: str, values: Any) -> Iterator[tuple[str, Any]]:
    return ((f"{name}_{number}", value) for number, value in enumerate(values))


def _rarest_first(db: Connection, resource: Resource, asked: Any, named: list[str]) -> list[str]:
    """The filters NAMED, those first whose actors have fewest records."""
    model: Any = type(asked)
    shape = tuple((name, len(getattr(asked, name))) for name in named)
    values = {key: value for name in named for key, value in _numbered(name, getattr(asked, name))}
    for most in _COUNTED:
        found = {row.name: row.n for row in read(db, _counting(resource, model, shape, most), values)}
        if sum(number == most for number in found.values()) <= 1:
            break
    return sorted(named, key=lambda name: (found[name], name))


@cache
def _counting(resource: Resource, model: Any, named: Named, most: int | None) -> Any:
    """How many records, at MOST, the actors of each of the filters NAMED have."""
    wanted = model().model_copy(update={name: _open(name, many) for name, many in named})
    part = View(resource, wanted).part
    owner, each = getattr(part.table, part.owner), []
    for name, _ in named:
        some = select(owner).where(*asked_of(part.table, part.filters[name], wanted, name)).limit(most).subquery()
        each.append(select(literal(name).label("name"), func.count().label("n")).select_from(some))
    return union_all(*each)
