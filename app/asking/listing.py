"""How a resource describes its list, and the parameters that follow from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, create_model
from sqlalchemy import ColumnElement, Connection, Select, select

from app.asking.filters import Filter, matching, parameters
from app.asking.parameters import Reading
from app.asking.past import AS_OF
from app.asking.values import chosen, several, whole

DEFAULT_LIMIT = 50
MAX_LIMIT = 1000
RELEVANCE = "relevance"

PageRows = Annotated[int, *whole(0, MAX_LIMIT)]
CURSOR: Any = (
    Annotated[str, Field(max_length=2000)] | None,
    Field(None, description="Where the last page ended: its `page.next` has it."),
)
Embed = Callable[[Connection, Sequence[str]], dict[str, list[Any]]]


# From a table of rows by actor, and a condition on its column of actors, to all that a filter asks of such a row.
Taking = Callable[[Any, Callable[[Any], ColumnElement[bool]]], Sequence[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A table of the parts of records that name actors, with an index that has those of one actor newest first.

    `owner` names the column with the record's id, and `filters` are those that ask for actors in these rows. If such a
    filter is `coupled` with another one, both ask about the same row, which the index alone cannot answer.
    """

    table: type[Any]
    owner: str
    filters: Mapping[str, Taking]
    coupled: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A kind of record as the API lists it.

    `sorts` are the orders that may be asked for; `fields` the top-level names of a record; `includes` what may be
    embedded, each by a function from ids to values.
    """

    table: type[Any]
    filters: Sequence[Filter]
    sorts: Mapping[str, Any]
    sort: str
    fields: Sequence[str]
    includes: Mapping[str, Embed] = field(default_factory=dict)
    narrow: Callable[[Select[Any], Any], Select[Any]] | None = None
    part: Part | None = None

    @property
    def kind(self) -> str:
        return str(self.table.__tablename__)

    @property
    def searched(self) -> bool:
        """Whether the list takes `q`."""
        return any(one.name == "q" for one in self.filters)

    def matching(self, asked: Any, *columns: Any) -> Select[Any]:
        """COLUMNS of the records that ASKED wants."""
        query = select(*columns)
        return self.narrow(query, asked) if self.narrow else matching(query, self.filters, asked)


@cache
def list_parameters(resource: Resource) -> type[Any]:
    """The parameters of RESOURCE's list."""
    sorts = [*resource.sorts, *(f"-{name}" for name in resource.sorts), *[RELEVANCE] * resource.searched]
    base = parameters(f"{resource.kind.capitalize()}Filter", Reading, resource.filters)
    return _with_page(f"{resource.kind.capitalize()}Query", base, resource, sorts)


def detail_parameters(resource: Resource, shape: type[BaseModel]) -> type[Any]:
    """The parameters of one record of RESOURCE, whose details have the fields of SHAPE."""
    name = f"{resource.kind.capitalize()}Detail"
    return create_model(name, __base__=Reading, fields=_fields(tuple(shape.model_fields)), as_of=AS_OF)


def _fields(names: Sequence[str]) -> Any:
    return (
        several(chosen(names)),
        Field((), description="Only these top-level fields; `id` always comes with them.", examples=["id,url"]),
    )


def _with_page(name: str, base: type[Any], resource: Resource, sorts: Sequence[str]) -> type[Any]:
    made: dict[str, Any] = {
        "sort": (
            several(chosen(sorts)),
            Field(
                (resource.sort,),
                description="Order, `-` for descending; missing values come last, and the id breaks ties."
                + " With `q`, `relevance` is the default and stands alone." * resource.searched,
                examples=[resource.sort],
            ),
        ),
        "limit": (
            PageRows,
            Field(DEFAULT_LIMIT, description="Rows a page; 0 with `count=exact` only counts.", examples=[20]),
        ),
        "cursor": CURSOR,
        "count": (
            chosen(["exact"]) | None,
            Field(None, description="`exact` counts all that match into `page.total`.", examples=["exact"]),
        ),
        "fields": _fields(resource.fields),
        "as_of": AS_OF,
    }
    if resource.includes:
        made["include"] = (
            several(chosen(tuple(resource.includes))),
            Field((), description="Embeds these in each record.", examples=[next(iter(resource.includes))]),
        )
    return create_model(name, __base__=base, **made)
