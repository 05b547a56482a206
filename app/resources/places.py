"""Places: where events happened."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answering.paging import detail_of, page_of
from app.asking.conditions import parts_of, within
from app.asking.filters import Filter
from app.asking.listing import Resource, detail_parameters, list_parameters
from app.asking.parameters import asking, documented
from app.asking.values import Box
from app.codes import PlacePrecision
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Place
from app.records.envelope import Detail, Listing
from app.records.places import PlaceOut
from app.resources.shared_filters import of, of_dataset, updated_since, valued
from app.standards import Country

FILTERS = (
    valued("country", Place.country, "In these countries (ISO 3166-1 alpha-3).", "SYR", type=Country),
    valued("precision", Place.precision, "Known as exactly as this.", "settlement", type=PlacePrecision),
    of(
        "parent",
        "place",
        lambda ids: Place.id.in_(parts_of(ids)),
        "In these places, however deep.",
        example="syria",
    ),
    Filter("bbox", "In this box: west,south,east,north in degrees.", "36,35,38,37", within, type=Box, several=False),
    of_dataset(Place),
    updated_since(Place),
)

PLACES = Resource(
    table=Place,
    filters=FILTERS,
    sorts={"name": Place.name, "country": Place.country, "updated_at": Place.updated_at, "id": Place.id},
    sort="name",
    fields=tuple(PlaceOut.model_fields),
)
PlaceQuery = list_parameters(PLACES)
PlaceDetail = detail_parameters(PLACES, PlaceOut)

router = APIRouter(prefix="/v1/places", tags=["places"], route_class=Read)


@router.get("", responses=answers(Listing[PlaceOut], "place"), openapi_extra=documented(PlaceQuery))
def list_places(request: Request, asked: Any = asking(PlaceQuery)) -> Response:
    """List places by name."""
    return page_of(request, PLACES, asked)


@router.get("/{id}", responses=answers(Detail[PlaceOut], "place"), openapi_extra=documented(PlaceDetail))
def read_place(request: Request, id: str = record_path("place"), asked: Any = asking(PlaceDetail)) -> Response:
    """Read a place."""
    return detail_of(request, PLACES, id, asked)
