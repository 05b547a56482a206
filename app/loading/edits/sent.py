"""Sheets for a folder that is not one of files: what a client sent, and what is stored."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import yaml

from app.loading.faults import Fault
from app.loading.reading import Sheet

STORED = "stored"
# What an article has that is checked one by one; and what everything else in it is checked against.
_LISTS = ("events", "statements")
_NEEDED = ("id", "title", "language", "published", "text", *_LISTS)
_PART = re.compile(r"([^.\[]*)(?:\[(\d+)\])?")


@dataclass(frozen=True, slots=True)
class Sent(Sheet):
    """What a client sent. Its faults have paths in what was sent, not in the folder that it is checked in.

    It lies under the path `under` in that folder. The parts of an event are sorted by article there; `places` has the
    index of each in the list that was sent.
    """

    under: tuple[str | int, ...] = ()
    places: dict[str, list[int]] = field(default_factory=dict)

    def line(self, path: Sequence[str | int]) -> int:
        return Sheet.line(self, self._own(path))

    def fault(self, path: Sequence[str | int], message: str, found: object = None, **more: Sequence[str]) -> Fault:
        own = self._own(path)
        return Sheet.fault(replace(self, under=(), places={}), own, message, found, **more)

    def _own(self, path: Sequence[str | int]) -> tuple[str | int, ...]:
        own = tuple(path[len(self.under) :]) if tuple(path[: len(self.under)]) == self.under else ()
        if len(own) > 1 and own[0] in self.places and isinstance(own[1], int):
            return (own[0], self.places[str(own[0])][own[1]], *own[2:])
        return own


def sent(sheet: Sheet, under: tuple[str | int, ...], places: dict[str, list[int]] | None = None) -> Sent:
    """What came on SHEET, lying UNDER this path of the folder."""
    return Sent(sheet.file, sheet.content, sheet.root, under, places or {})


def without(sheet: Sheet, faults: Sequence[Fault]) -> Sent | None:
    """The article on SHEET without what has FAULTS: fields, events, statements; None if too little is left to check."""
    if not isinstance(sheet.content, dict):
        return None
    content, left_out = dict(sheet.content), defaultdict(set)
    for fault in faults:
        name, index = _PART.match(fault.where).groups()  # type: ignore[union-attr]
        if name in _LISTS and index:
            left_out[name].add(int(index))
        elif name in _NEEDED or name not in sheet.content:
            return None
        else:
            content.pop(name, None)
    places = {name: [n for n in range(len(content.get(name, ()))) if n not in left_out[name]] for name in _LISTS}
    content |= {name: [content[name][n] for n in kept] for name, kept in places.items() if name in content}
    return Sent(sheet.file, content, sheet.root, (), places)


def nothing(file: str = STORED, line: int = 1) -> Sheet:
    """A sheet for what did not come on one: all of it is on LINE of FILE."""
    mark = yaml.Mark(file, 0, line - 1, 0, "", 0)
    return Sheet(file, None, yaml.ScalarNode("tag:yaml.org,2002:null", "", mark, mark))
