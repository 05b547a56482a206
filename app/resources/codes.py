"""Code lists: what each code means, and what other schemes call it."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from app.answering.paging import answer, read_meta
from app.asking.parameters import Parameters, asking
from app.codes import LISTS, CodeList, code_list
from app.errors import NotFound
from app.http.describing import answers
from app.http.routing import Read
from app.nearest import nearest
from app.reading.readers import reader
from app.records.codes import CodeListOut, CodesIn
from app.records.envelope import Detail, Listing

router = APIRouter(prefix="/v1/codes", tags=["reference"], route_class=Read)


@router.get("", responses=answers(Listing[CodeListOut]))
def list_code_lists(request: Request, _asked: Any = asking(Parameters)) -> Response:
    """List the code lists."""
    found = [_summary(code_list(name)) for name in LISTS]
    page = {"limit": len(found), "next": None, "total": len(found)}
    return answer(orjson.dumps(found), _meta(request), page)


@router.get("/{list}", responses=answers(Detail[CodesIn], "code list"))
def read_code_list(
    request: Request,
    list: Annotated[str, Path(description="The list's id.", examples=["event-types"])],
    _asked: Any = asking(Parameters),
) -> Response:
    """Read a code list with definitions, examples and the codes of other schemes."""
    if list not in LISTS:
        raise NotFound("code list", list, nearest(list, LISTS))
    found = code_list(list)
    codes = [{"example": None, **code} for code in found.codes.values()]
    body = {**_summary(found), "schemes": found.schemes, "codes": codes}
    return answer(orjson.dumps(body), _meta(request))


def _summary(found: CodeList) -> dict[str, Any]:
    return {
        "id": found.id,
        "title": found.title,
        "description": found.description,
        "count": len(found.codes),
        "url": f"/v1/codes/{found.id}",
    }


def _meta(request: Request) -> dict[str, Any]:
    with reader(request.state.engine) as db:
        return read_meta(db)
