"""What all shapes on the wire begin with."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


def without_defaults(schema: dict[str, Any]) -> None:
    """An answer leaves out what it has not; a default would tell clients that it is always there."""
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
