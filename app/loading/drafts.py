"""Drafts: records about to be written, each with the rows that belong to it in other tables."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from app.loading.entries import Entry
from app.models import Base

Row = dict[str, Any]
# The rows that a record has in another table.
Parts = Collection[Mapping[str, Any]]


class Made(NamedTuple):
    """What is stored for a record that others count COUNTS for: its JSON without its history, and its index entry."""

    counts: Mapping[str, int]
    doc: str
    parts: str
    entry: Entry


@dataclass
class Draft:
    """A record about to be written: its row in TABLE, and its rows in other tables. Its data set is set on writing."""

    table: type[Base]
    row: Row
    parts: dict[type[Base], list[Any]] = field(default_factory=lambda: defaultdict(list))
    dataset: str = ""
    # Whether a stored record with the same id stays as it is.
    if_new: bool = False
    # For a record that comes back when a merge is undone: its data set and when it was first created.
    kept: Row = field(default_factory=dict)
    made: Made | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.row["id"]

    @cached_property
    def digest(self) -> str:
        """A digest of the content, equal for equal content."""
        content = [self.row, {table.__tablename__: rows for table, rows in self.parts.items() if rows}]
        return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
