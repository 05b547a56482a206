"""The formats of coded event data that `dragoman import` reads, by name.

A format is one module here that says `FORMAT = Format(...)`, or `FORMATS = (Format(...), ...)` for a family; it is
found by that. Its `read` gets a file's lines (number from 1, text without the line's end, byte order mark or wrong
bytes) or, opened as bytes, one binary stream, and yields records (app/importing/records.py) in the file's order.
It must yield the same for the same file: a broken-off import goes on by counting.
"""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Literal

from app.importing.records import Item

Read = Callable[[Any], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class About:
    """What is printed with every answer that draws on the set, unless the caller says otherwise."""

    title: str
    publisher: str
    license: str
    attribution: str
    homepage: str | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One layout of files. `scheme` is that of its actors' codes; `suffixes` are the files taken from a folder.

    With `opens="lines"`, `read` takes an iterator of Line; with "bytes", a binary stream that is read once.
    """

    name: str
    scheme: str
    summary: str
    read: Read
    about: About
    opens: Literal["lines", "bytes"] = "lines"
    suffixes: tuple[str, ...] = (".csv", ".tsv", ".txt", ".tab")

    @property
    def dataset(self) -> str:
        """The data set that its records make, unless the caller names one."""
        return self.name.partition("-")[0]


@cache
def formats() -> dict[str, Format]:
    """Every format by its name."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    listed = (
        one for module in modules for one in getattr(module, "FORMATS", None) or (getattr(module, "FORMAT", None),)
    )
    return {one.name: one for one in sorted(filter(None, listed), key=lambda one: one.name)}
