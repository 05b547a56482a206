"""The sheets of a folder that nobody wrote as one: what a client sent, and what was stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import yaml

from app.loading.faults import Fault
from app.loading.reading import Sheet

STORED = "stored"


@dataclass(frozen=True, slots=True)
class Sent(Sheet):
    """What a client sent, told by its own paths: it lies deeper in the folder that it is checked in.

    `under` is where; `places` says which item of a list each was before an event's were parted by article.
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
    """What came on SHEET, and lies UNDER this path of the folder."""
    return Sent(sheet.file, sheet.content, sheet.root, under, places or {})


def nothing(file: str = STORED, line: int = 1) -> Sheet:
    """A sheet for what came on none: all of it is on LINE of FILE."""
    mark = yaml.Mark(file, 0, line - 1, 0, "", 0)
    return Sheet(file, None, yaml.ScalarNode("tag:yaml.org,2002:null", "", mark, mark))
