"""Filters: what narrows a list. Each is a name, a type, a condition and a description.

A resource lists its filters as data. From them come its parameters (with `__not` and `__all`), the check of the ids
that they name, and the conditions of its query. Lists, counts and views all start from `matching()`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import Field, create_model
from sqlalchemy import ClauseElement, ColumnElement, CompoundSelect, Connection, Select, not_, or_

from app.asking.ids import ids_of, nearest_ids
from app.asking.parameters import Parameters
from app.asking.values import Key, several
from app.errors import MOST_ERRORS, Invalid, ParameterError

Query = Select[Any] | CompoundSelect[Any]


@dataclass(frozen=True)
class Filter:
    """One way to narrow a list.

    `where` makes the condition that any of the given values holds; if the filter is `open`, also from a parameter of a
    statement that stands for the values. `refers` names the kind of record whose ids the values are. A filter that is
    not `several` takes one value and has no `__not`; `every` offers `__all`. `means` says which values the given ones
    stand for, and `resolve` completes a value with what the database knows; both come before the condition is made.
    `few` selects the ids of all records that `where` may find, and `few_not` those that it may not, from an index of
    these alone: so it costs nothing to learn that there are few of them (app/answering/few.py).
    """

    name: str
    description: str
    example: str
    where: Callable[[Any], ColumnElement[bool]]
    type: Any = Key
    refers: str | None = None
    several: bool = True
    every: bool = False
    open: bool = False
    means: Callable[[Sequence[str]], Sequence[str]] | None = None
    resolve: Callable[[Connection, Any], Any] | None = None
    few: Callable[[Any], Query | None] | None = None
    few_not: Callable[[Any], Query | None] | None = None

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The names of the filter's parameters."""
        if not self.several:
            return (self.name,)
        return (self.name, f"{self.name}__not", *([f"{self.name}__all"] if self.every else []))

    def condition(self, wanted: Any) -> ColumnElement[bool]:
        """The condition for the values WANTED, or for the parameter of a statement that stands for them."""
        return self.where(self.means(wanted) if self.means and not isinstance(wanted, ClauseElement) else wanted)


def parameters(name: str, base: type[Parameters], filters: Sequence[Filter]) -> type[Any]:
    """BASE with a parameter for each of FILTERS."""
    fields: dict[str, Any] = {}
    for one in filters:
        about: dict[str, Any] = {"description": one.description, "examples": [one.example]}
        if not one.several:
            fields[one.name] = (one.type | None, Field(None, **about))
            continue
        fields[one.name] = (several(one.type), Field((), **about))
        about["description"] = f"Leaves out what `{one.name}` with these values would find."
        fields[f"{one.name}__not"] = (several(one.type), Field((), **about))
        if one.every:
            about["description"] = f"Like `{one.name}`, but every one of these values must hold."
            fields[f"{one.name}__all"] = (several(one.type), Field((), **about))
    return create_model(name, __base__=base, **fields)


def is_given(value: Any) -> bool:
    """Whether VALUE, given for a parameter or standing for what is given, asks for anything."""
    return isinstance(value, ClauseElement) or value not in (None, ())


def matching(query: Select[Any], filters: Sequence[Filter], asked: Parameters) -> Select[Any]:
    """QUERY narrowed to what ASKED wants."""
    for one in filters:
        wanted = getattr(asked, one.name)
        if is_given(wanted):
            query = query.where(one.condition(wanted))
        if not one.several:
            continue
        if is_given(unwanted := getattr(asked, f"{one.name}__not")):
            # A condition on a missing value is NULL, and such a record is not one of the unwanted.
            query = query.where(or_(not_(one.condition(unwanted)), one.condition(unwanted).is_(None)))
        for value in getattr(asked, f"{one.name}__all") if one.every else ():
            query = query.where(one.condition(value if isinstance(value, ClauseElement) else (value,)))
    return query


def narrowing(filters: Sequence[Filter], asked: Parameters) -> bool:
    """Whether ASKED leaves out anything at all."""
    given = asked.model_fields_set
    return any(is_given(getattr(asked, name)) for one in filters for name in one.forms if name in given)


def with_ids(db: Connection, filters: Sequence[Filter], asked: Any) -> Any:
    """ASKED with every code that names a record replaced by its id, and with what else filters look up.

    Raises Invalid if a record does not exist.
    """
    errors: list[ParameterError] = []
    found: dict[str, Any] = {}
    for one in filters:
        if one.resolve and getattr(asked, one.name) is not None:
            found[one.name] = one.resolve(db, getattr(asked, one.name))
        if one.refers is None:
            continue
        for name in one.forms:
            values: tuple[str, ...] = getattr(asked, name) or ()
            if values:
                ids = ids_of(db, one.refers, values)
                unknown = [value for value in values if value not in ids]
                errors += [_unknown(db, name, one.refers, value) for value in unknown[:MOST_ERRORS]]
                found[name] = tuple(ids.get(value, value) for value in values)
    if errors:
        raise Invalid(errors)
    return asked.model_copy(update=found) if found else asked


def _unknown(db: Connection, name: str, kind: str, value: str) -> ParameterError:
    return ParameterError(name, value, f"there is no {kind} of this id", nearest=nearest_ids(db, kind, value))
