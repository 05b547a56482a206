"""The envelope of answers."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from app.records.base import Out

Payload = TypeVar("Payload")


class PageOut(Out):
    """How large the page is, and where the next one begins."""

    limit: int
    next: str | None = Field(description="Address of the next page; null on the last one.")
    total: int | None = Field(description="How many records match; with `count=exact` only.")


class MetaOut(Out):
    """What comes with every answer."""

    revision: int = Field(description="Number of the last change of the data.")
    license: str | None
    citation: str | None
    suggestion: str | None = Field(
        default=None, description="With `q` only: if it finds nothing, the nearest query that would find something."
    )


class Listing(BaseModel, Generic[Payload]):
    """A page of records."""

    data: list[Payload]
    page: PageOut
    meta: MetaOut


class Detail(BaseModel, Generic[Payload]):
    """One record."""

    data: Payload
    meta: MetaOut
