"""The shape of a question: what it asks, without its values. Questions of one shape share one SQL statement.

The shape says which parameters are given, and whether each has one value or several. The values of `open` filters
become parameters of the statement. Other filters make different SQL for each value, so their values are in the shape.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Date, bindparam

from app.asking.conditions import OpenSpan, has_begun
from app.asking.filters import Filter, is_given
from app.dates import Span
from app.dialects.keys import open_keys

# Free text: each value would make a shape of its own, and there is no end of them.
_FREE = "q"


@dataclass(frozen=True, slots=True)
class Shape:
    """What ASKED wants of FILTERS, with its VALUES apart. `keepable` unless there are as many shapes as questions."""

    given: tuple[tuple[str, Any], ...]
    filters: Sequence[Filter] = field(compare=False)
    asked: Any = field(compare=False)
    values: Mapping[str, Any] = field(compare=False)
    keepable: bool

    def has_one(self, name: str) -> bool:
        """Whether the parameter NAME is given, with one value."""
        return (name, 1) in self.given

    def opened(self) -> Any:
        """What is asked, with parameters of a statement in place of values."""
        kinds = dict(self.given)
        opened: dict[str, Any] = {}
        for one in self.filters:
            for name in one.forms if one.open else ():
                if name in kinds:
                    opened[name] = _parameter(one, name, kinds[name])
        return self.asked.model_copy(update=opened)


def shape_of(filters: Sequence[Filter], asked: Any) -> Shape:
    """The shape of what ASKED wants of FILTERS."""
    asks, values = asked.model_fields_set, dict[str, Any]()
    given = tuple(
        (name, _take(one, name, wanted, values) if one.open else wanted)
        for one in filters
        for name in one.forms
        if name in asks and is_given(wanted := getattr(asked, name))
    )
    return Shape(given, filters, asked, values, getattr(asked, _FREE, None) is None)


def _take(one: Filter, name: str, wanted: Any, values: dict[str, Any]) -> Any:
    """Put WANTED, given by the parameter NAME, into VALUES. Returns what belongs to the shape: how it is given."""
    if isinstance(wanted, Span):
        values.update({f"{name}_start": wanted.start, f"{name}_end": wanted.end})
        return wanted.start is None, wanted.end is None, has_begun(wanted)
    if not one.several:
        values[name] = wanted
        return None
    if name.endswith("__all"):
        values.update({f"{name}_{number}": value for number, value in enumerate(wanted)})
        return len(wanted)
    meant = one.means(wanted) if one.means else wanted
    values[name] = meant if len(meant) > 1 else meant[0]
    return min(len(meant), 2)


def _parameter(one: Filter, name: str, kind: Any) -> Any:
    """What stands in a statement for the values of the parameter NAME, of which `_take` returned KIND."""
    if isinstance(kind, tuple):
        no_start, no_end, begun = kind
        return OpenSpan(None if no_start else _day(f"{name}_start"), None if no_end else _day(f"{name}_end"), begun)
    if one.several and name.endswith("__all"):
        return tuple(bindparam(f"{name}_{number}") for number in range(kind))
    return open_keys(name) if one.several and kind > 1 else bindparam(name)


def _day(name: str) -> BindParameter[date]:
    return bindparam(name, type_=Date())
