"""The application, put together: settings, databases, middleware and routes."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

import anyio.to_thread
from fastapi import FastAPI
from sqlalchemy import Engine
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import __version__
from app.database import open_engine
from app.feed import Feed
from app.http import openapi, problems
from app.http.caching import Caching
from app.http.compression import Compression
from app.http.exchange import Exchange, Preflight
from app.http.negotiation import Negotiation
from app.http.rate_limit import RateLimit
from app.http.replicas import Freshness, Rereading
from app.http.routing import Index
from app.http.slow_lane import SlowLane, SlowWrites
from app.memory import give_memory_back
from app.metrics import Metrics
from app.observing import Observing
from app.reading.revision import open_revisions
from app.resources import (
    actors,
    articles,
    changes,
    codes,
    datasets,
    events,
    exports,
    history,
    pages,
    places,
    search,
    service,
    statements,
    suggest,
)
from app.resources.analysis import chain, dyads, facets, network, timelines
from app.resources.writing import bodies, editing, licensing, merging, posting
from app.settings import Settings, get_settings

# In the order of the OpenAPI document.
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
    changes,
    posting,
    editing,
    merging,
    licensing,
    service,
    pages,
    exports,
)

# What has been imported stays until the end. The collector would look through it again and again for garbage, and each
# time stop all requests for a tenth of a second.
gc.freeze()
give_memory_back()


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application with SETTINGS, by default those of the environment."""
    settings = settings or get_settings()
    metrics = Metrics()
    app = FastAPI(
        title=openapi.TITLE,
        version=__version__,
        lifespan=_lifespan(settings, metrics),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Requests are counted by app/metrics.py; FastAPI would ask at each request whether somebody listens.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.base_url = settings.base_url
    # The address may lie under a path, which a proxy takes away before a request comes here.
    app.state.base_path = urlsplit(settings.base_url).path
    app.state.routes = [route for module in ROUTERS for route in module.router.routes]
    for route in app.state.routes:
        route.operation_id = route.name
    index = Index(app.state.routes)
    app.router.routes.append(index)
    app.mount("/assets", pages.ASSETS)
    problems.install(app)
    openapi.install(app, bodies.SHAPES)
    _wrap(app, settings, metrics, index)
    return app


def _lifespan(settings: Settings, metrics: Metrics) -> Callable[[FastAPI], AbstractAsyncContextManager[dict[str, Any]]]:
    """What lives from the first request to the last: the databases, and the feed of their changes."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        primary = _opened(settings, settings.database_url)
        engine = _opened(settings, settings.read_url) if settings.read_url else primary
        revisions = open_revisions(engine)
        newest = open_revisions(primary) if settings.read_url else revisions
        # A few threads answer sooner than many, because they share one interpreter and one database.
        anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
        feed = Feed(engine, revisions, metrics)
        # A stream keeps its connection for as long as its client reads.
        streams = BoundedSemaphore(settings.streams_at_once)
        yield {
            "engine": engine,
            "primary": primary,
            "settings": settings,
            "revisions": revisions,
            "newest": newest,
            "feed": feed,
            "metrics": metrics,
            "streams": streams,
            "turns": asyncio.Lock(),
            "slow_lane": SlowLane(),
        }
        await feed.close()
        await revisions.close()
        await newest.close()
        metrics.close()
        engine.dispose()
        primary.dispose()

    return lifespan


def _opened(settings: Settings, url: str) -> Engine:
    return open_engine(url, settings.pool_size, settings.query_seconds, prepared=settings.prepared_statements)


def _wrap(app: FastAPI, settings: Settings, metrics: Metrics, index: Index) -> None:
    """Add the middleware that every request passes. Each is wrapped around those added before it."""
    app.add_middleware(SlowWrites)
    app.add_middleware(Rereading)
    app.add_middleware(Compression)
    app.add_middleware(Caching, settings=settings)
    app.add_middleware(Freshness)
    app.add_middleware(Negotiation)
    if settings.rate_limit:
        app.add_middleware(RateLimit, requests=settings.rate_limit)
    app.add_middleware(Preflight)
    app.add_middleware(Exchange)
    log = settings.access_log or settings.log_level == "debug"
    app.add_middleware(Observing, metrics=metrics, template_of=index.template_of, log=log)
    if settings.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.proxies)
