"""The application: settings and database in, routes out."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from app import __version__, errors, openapi
from app.database import open_engine
from app.http import EXPOSED, Exchange
from app.resources import (
    actors,
    articles,
    codes,
    datasets,
    events,
    history,
    pages,
    places,
    search,
    service,
    statements,
    suggest,
)
from app.resources.analysis import chain, dyads, facets, network, timelines
from app.settings import Settings, get_settings

# Routing is linear: the busiest come first, behind the fixed paths that an id would swallow.
ROUTERS = (
    timelines,
    facets,
    events,
    statements,
    actors,
    articles,
    dyads,
    network,
    chain,
    places,
    history,
    search,
    suggest,
    datasets,
    codes,
    service,
    pages,
)


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application on SETTINGS, by default those of the environment."""
    settings = settings or get_settings()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        engine = open_engine(settings.database_url, settings.pool_size)
        # A few threads answer sooner than many: they share one interpreter and one database.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        yield {"engine": engine, "settings": settings}
        engine.dispose()

    app = FastAPI(
        title=openapi.TITLE,
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.base_url = settings.base_url
    for module in ROUTERS:
        app.include_router(module.router)
    app.mount("/assets", pages.ASSETS)
    errors.install(app)
    openapi.install(app)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD", "OPTIONS"],
        allow_headers=["*"],
        expose_headers=EXPOSED,
    )
    app.add_middleware(Exchange)
    return app
