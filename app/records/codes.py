"""Code lists."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.records.base import Out


class CodeListOut(Out):
    """A list of codes."""

    id: str
    title: str
    description: str
    count: int
    url: str


class CodeOut(BaseModel):
    """A code with its definition; lists add members of their own, such as `cameo` and `goldstein` of event types."""

    model_config = ConfigDict(extra="allow")

    id: str
    label: dict[str, str]
    definition: str
    example: str | None


class CodesIn(CodeListOut):
    """A list with its codes, and the schemes that they refer to."""

    schemes: dict[str, Any]
    codes: list[CodeOut]
