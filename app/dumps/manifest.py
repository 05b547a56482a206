"""The manifest of a dump, and the tables that a dump has."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Column, Table

from app.models import Answered, Base, Dyad, Key, SearchDocument, SearchIndex, SearchName, SearchTerm, Summary

MANIFEST = "manifest.json"
# Tables for searching and for sums, which are made anew from the others.
_DERIVED = {one.__table__ for one in (Dyad, SearchDocument, SearchIndex, SearchName, SearchTerm, Summary)}
# Tables that concern one installation only: dumps are meant to be given away.
_PRIVATE = {one.__table__ for one in (Key, Answered)}
# All other tables, those that others refer to first.
TABLES: dict[str, Table] = {
    f"{table.name}.ndjson": table for table in Base.metadata.sorted_tables if table not in _DERIVED | _PRIVATE
}
# Columns with text that is JSON, and is JSON in a dump too.
DOCUMENTS = ("doc", "parts")


class Entry(BaseModel):
    """A file of the dump."""

    model_config = ConfigDict(extra="forbid")

    name: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str


class Manifest(BaseModel):
    """The dump as a whole; `schema_revision` is the revision of its schema."""

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
    """The columns of TABLE that are dumped: all but numbers that the database gives to rows by itself."""
    return [column for column in table.columns if column is not table.autoincrement_column]
