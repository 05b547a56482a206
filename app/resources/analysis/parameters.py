"""What the views take beside the filters of their list."""

from typing import Annotated, Any

from pydantic import Field, create_model

from app.asking.filters import parameters
from app.asking.listing import Resource
from app.asking.parameters import Reading
from app.asking.past import AS_OF
from app.asking.values import chosen, whole
from app.dates import INTERVALS

# No default is declared: generated clients would send it, also for centuries.
INTERVAL: Any = (
    chosen(INTERVALS) | None,
    Field(
        None,
        description="Width of a point; weeks begin on Monday. Left out, it is a month, or longer for centuries.",
        examples=["week"],
    ),
)
ROLL_UP: Any = (
    chosen(["country"]) | None,
    Field(
        None,
        description="`country` counts people and government bodies for the state of their country; every other actor, "
        "and one without a country or a state of it, stands for itself. Filters see actors as recorded.",
        examples=["country"],
    ),
)


def at_most(most: int, default: int, description: str, *, sent: bool = True) -> Any:
    """A parameter that says how many, from 1 to MOST: DEFAULT if it is left out.

    Generated clients send defaults. So one that is refused without another parameter is not to be `sent`, and is None.
    """
    number = Annotated[int, *whole(1, most)]
    about: dict[str, Any] = {"description": description, "examples": [default]}
    return (number, Field(default, **about)) if sent else (number | None, Field(None, **about))


def view_parameters(name: str, resource: Resource, **fields: Any) -> type[Any]:
    """The parameters of a view of RESOURCE: its filters and FIELDS."""
    return create_model(name, __base__=parameters(f"{name}Filter", Reading, resource.filters), **fields, as_of=AS_OF)
