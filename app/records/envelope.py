"""What stands around the records of an answer."""

from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from app.records.base import Out

Payload = TypeVar("Payload")


class PageOut(Out):
    """Where this page stands."""

    limit: int
    next: str | None = Field(description="Address of the next page; null on the last one.")
    total: int | None = Field(description="All that match, with `count=exact`.")


class MetaOut(Out):
    """What comes with every answer."""

    revision: int = Field(description="Number of the last change of the data.")
    license: str | None
    citation: str | None
    suggestion: str | None = Field(
        default=None, description="With `q` only: where it finds nothing, the nearest one that would find something."
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
