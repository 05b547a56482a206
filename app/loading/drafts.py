"""A record to be: its row, with the rows that live and die with it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

import orjson

from app.loading.entries import Entry
from app.models import Base

Row = dict[str, Any]


class Made(NamedTuple):
    """What a record is stored as if others count COUNTS for it: its JSON without its history, and what finds it."""

    counts: Mapping[str, int]
    doc: str
    parts: str
    entry: Entry


@dataclass
class Draft:
    """A record to be: its row in TABLE and its rows elsewhere. Whoever writes it says which data set it is of."""

    table: type[Base]
    row: Row
    parts: dict[type[Base], list[Any]] = field(default_factory=lambda: defaultdict(list))
    dataset: str = ""
    # Whether what is stored under its id stays as it is.
    if_new: bool = False
    # What a record that comes back has from its first life: its data set and its birth.
    kept: Row = field(default_factory=dict)
    made: Made | None = None
    id: str = field(init=False)

    def __post_init__(self) -> None:
        self.id = self.row["id"]

    @cached_property
    def digest(self) -> str:
        """Equal for equal content."""
        content = [self.row, {table.__tablename__: rows for table, rows in self.parts.items() if rows}]
        return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
