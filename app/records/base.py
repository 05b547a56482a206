"""What all shapes of answers begin with."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def without_defaults(schema: dict[str, Any]) -> None:
    """Remove the defaults from SCHEMA: they would tell clients that the member is always there."""
    for member in schema.get("properties", {}).values():
        member.pop("default", None)


class Out(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=without_defaults)


class History(Out):
    """What every record ends with."""

    dataset: str
    revision: int = Field(description="Number of its last change.")
    created_at: datetime
    updated_at: datetime
    url: str
