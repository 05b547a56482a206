"""What a dump says of itself."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Column, Table

from app.models import Answered, Base, Key, SearchDocument, SearchIndex, SearchName, SearchTerm, Summary

MANIFEST = "manifest.json"
# What searching and sums read follows from the rest, and is made anew.
_DERIVED = {one.__table__ for one in (SearchDocument, SearchIndex, SearchName, SearchTerm, Summary)}
# What is of this installation alone: a dump is to be given away.
_PRIVATE = {one.__table__ for one in (Key, Answered)}
# Referred-to tables first. Every other table is part of a dump.
TABLES: dict[str, Table] = {
    f"{table.name}.ndjson": table for table in Base.metadata.sorted_tables if table not in _DERIVED | _PRIVATE
}
# Text that is JSON, and stands in a dump as such.
DOCUMENTS = ("doc", "parts")


class Entry(BaseModel):
    """A file of the dump."""

    model_config = ConfigDict(extra="forbid")

    name: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """The dump as a whole; `schema_revision` is the schema that its rows are of."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    format: Literal["dragoman-dump-1"]
    version: str
    schema_revision: str
    created_at: datetime
    revision: int
    license: str | None
    citation: str | None
    files: list[Entry]


def columns_of(table: Table) -> list[Column[object]]:
    """The columns of TABLE that are dumped: numbers that a database gives to rows by itself are not."""
    return [column for column in table.columns if column is not table.autoincrement_column]
