"""Data sets."""

from datetime import datetime

from app.records.base import Out


class DatasetOut(Out):
    """A set of records with one licence."""

    id: str
    title: str
    publisher: str
    license: str
    attribution: str
    homepage: str | None
    version: str
    counts: dict[str, int]
    revision: int
    created_at: datetime
    updated_at: datetime
    url: str
