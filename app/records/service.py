"""The service itself."""

from typing import Literal

from pydantic import BaseModel, Field

from app.records.base import Out
from app.records.envelope import MetaOut


class ServiceOut(MetaOut):
    """The service and its data."""

    name: str
    version: str
    counts: dict[str, int]
    datasets: list[str]


class RateOut(Out):
    """How often one address may ask."""

    requests: int | None = Field(description="Null if there is no limit.")
    seconds: int


class QueryTimeOut(Out):
    """How long a query may take."""

    seconds: float


class LimitsOut(BaseModel):
    """Every limit that a client can meet."""

    limit: dict[str, int]
    timeline: dict[str, int]
    facets: dict[str, int]
    dyads: dict[str, int]
    network: dict[str, int]
    chain: dict[str, int]
    values: dict[str, int]
    id: dict[str, int]
    q: dict[str, int]
    suggest: dict[str, int]
    rate: RateOut
    query: QueryTimeOut
    streams: dict[str, int]
    body: dict[str, int]
    idempotency: dict[str, int]


class HealthOut(Out):
    """The health of the service."""

    status: Literal["ok", "ready"]
