"""The formats of coded event data that `dragoman import` reads, by name.

A format is one module here that says `FORMAT = Format(...)`, or `FORMATS = (Format(...), ...)` for a family; it is
found by that. Its `read` gets the lines of a file, without the byte order mark and without bytes that are no text, and
yields records (app/importing/records.py) in the order of the file. It must yield the same for the same file, because an
import that broke off goes on by counting.

What most formats need is there already: `rows` and `objects` read tables and JSON, `cells` dates, numbers and points,
`strokes` days that a spreadsheet rewrote; `crosswalks` has the codes.
"""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from app.importing.records import Item, Line

Read = Callable[[Iterator[Line]], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class About:
    """What is said of the data set, unless the caller says otherwise; the licence comes with every answer."""

    title: str
    publisher: str
    license: str
    attribution: str
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One layout of files; `suffixes` are the endings of those that are taken from a folder.

    `unit` is what the report counts: rows, unless one may yield several records.
    """

    name: str
    summary: str
    read: Read
    about: About
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".txt", ".tab")
    unit: str = "rows"

    @property
    def dataset(self) -> str:
        """The id of the data set that records go to, unless the caller names one."""
        return self.name.partition("-")[0]


@cache
def formats() -> dict[str, Format]:
    """Every format by its name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    listed = (
        one for module in modules for one in getattr(module, "FORMATS", None) or (getattr(module, "FORMAT", None),)
    )
    return {one.name: one for one in sorted(filter(None, listed), key=lambda one: one.name)}
