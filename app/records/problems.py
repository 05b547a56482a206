"""Errors (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field

from app.records.base import Out, without_defaults


class ParameterProblem(Out):
    """What is wrong with one parameter."""

    parameter: str
    value: str | None
    message: str
    allowed: list[str]
    nearest: list[str]


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow", json_schema_extra=without_defaults)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ParameterProblem] = Field(default=[], description="One for each parameter that was refused.")
