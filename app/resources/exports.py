"""Whole results in other formats than JSON: the path of the list with an ending, and the parameters of the list."""

from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.answering.streaming import Wanted, stream_of, stream_parameters
from app.asking.listing import Resource
from app.asking.parameters import asking, documented
from app.errors import NotAcceptable
from app.formats import Format, formats_of
from app.http.describing import answers
from app.http.routing import Read
from app.resources.actors import ACTORS
from app.resources.articles import ARTICLES
from app.resources.datasets import DATASETS
from app.resources.events import EVENTS
from app.resources.places import PLACES
from app.resources.statements import STATEMENTS

RESOURCES = {one.kind: one for one in (EVENTS, STATEMENTS, ACTORS, ARTICLES, PLACES, DATASETS)}
_TAGS = {"place": "places", "dataset": "reference"}

router = APIRouter(route_class=Read)


def _offer(resource: Resource, format: Format) -> None:
    """Serve RESOURCE in FORMAT."""
    model = stream_parameters(resource, tuple(format.options))

    def export(request: Request, asked: Any = asking(model)) -> Response:
        return stream_of(request, Wanted(resource, format, asked))

    kinds = f"{resource.kind}s"
    router.add_api_route(
        f"/v1/{kinds}.{format.ending}",
        export,
        response_class=Response,
        name=f"export_{kinds}_{format.ending}",
        description=f"Stream all {kinds} that match, as {format.name}",
        tags=[_TAGS.get(resource.kind, kinds)],
        responses=answers(None, None, format.media_type.partition(";")[0], format.schema),
        openapi_extra=documented(model),
    )


for _resource in RESOURCES.values():
    for _format in formats_of(_resource.kind).values():
        _offer(_resource, _format)


@router.get("/v1/{kinds}.{ending}", include_in_schema=False)
async def refuse_format(kinds: str, ending: str) -> Response:
    """Refuse a format that there is not."""
    endings = formats_of(kinds.removesuffix("s"))
    if not endings or not kinds.endswith("s"):
        raise HTTPException(404)
    raise NotAcceptable(f".{ending}", [f"/v1/{kinds}", *(f"/v1/{kinds}.{one}" for one in endings)])
