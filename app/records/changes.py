"""The history of records."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.models.revisions import Operation
from app.records.base import Out


class RevisionOut(Out):
    """What became of a record in a change."""

    revision: int
    at: datetime
    key: str | None = Field(description="Name of the API key that wrote it; null for a load.")
    operation: Operation
    changed: list[str] | None = Field(
        description="The fields of the record that an update changed; null where the record before is not kept."
    )


class ChangeOut(Out):
    """What became of a record."""

    revision: int
    at: datetime
    operation: Operation
    kind: Literal["actor", "article", "dataset", "event", "place", "statement"]
    id: str
    into: str | None = Field(description="The record that a merged one became part of.")
