"""Pages for people: the greeting at `/` and the documentation at `/docs`, which load nothing from elsewhere."""

from functools import cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.settings import ROOT

# Of this package only the assets of Swagger UI are used.
ASSETS = StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static")
_PATHS = (
    "/v1/events",
    "/v1/statements",
    "/v1/events/timeline",
    "/v1/events/facets",
    "/v1/statements/timeline",
    "/v1/statements/facets",
    "/v1/dyads",
    "/v1/network",
    "/v1/network.graphml",
    "/v1/network.gexf",
    "/v1/actors",
    "/v1/articles",
    "/v1/places",
    "/v1/search?q=aleppo",
    "/v1/suggest?q=lavr",
    "/v1/datasets",
    "/v1/codes",
    "/v1/changes",
    "/v1/meta",
    "/v1/limits",
)
_CURLS = (
    ("Who warned whom around 1 October 2016?", "/v1/statements?act=warn&date=2016-09-28/2016-10-03"),
    ("One telephone call, told by three articles", "/v1/events/2016-10-01-kerry-lavrov-call-late"),
    ("All warnings as a spreadsheet", "/v1/events.csv?type=warning"),
    ("What O'Brien said, word for word", "/v1/statements?speaker=stephen-obrien&has=quote"),
)

router = APIRouter(include_in_schema=False)


@router.get("/")
async def greet(request: Request) -> Response:
    """Greet: a page to a browser, JSON or plain text to a program."""
    base = request.state.settings.base_url
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted:
        page = _templates().get_template("home.html").render(base=base, curls=_CURLS, paths=_PATHS, version=__version__)
        return HTMLResponse(page, headers={"Vary": "Accept"})
    if "application/json" in accepted:
        links = {"openapi": f"{base}/openapi.json", "docs": f"{base}/docs"}
        body = {"name": "Dragoman", "version": __version__, **links, "paths": [base + path for path in _PATHS]}
        return JSONResponse(body, headers={"Vary": "Accept"})
    text = _templates().get_template("home.txt").render(base=base, curls=_CURLS, paths=_PATHS, version=__version__)
    return PlainTextResponse(text, headers={"Vary": "Accept"})


@router.get("/docs")
async def read_docs() -> HTMLResponse:
    """Show the OpenAPI document as a page."""
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Dragoman API",
        swagger_js_url="assets/swagger-ui-bundle.js",
        swagger_css_url="assets/swagger-ui.css",
        swagger_favicon_url="assets/favicon.png",
        swagger_ui_parameters={"defaultModelsExpandDepth": 0, "docExpansion": "list", "tryItOutEnabled": True},
    )


@cache
def _templates() -> Any:
    # Imported on first use, because many servers are asked by programs only.
    from jinja2 import Environment, FileSystemLoader, select_autoescape  # noqa: PLC0415

    return Environment(
        loader=FileSystemLoader(ROOT / "app" / "pages"), autoescape=select_autoescape(), trim_blocks=True
    )
