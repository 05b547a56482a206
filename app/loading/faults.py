"""Faults of what is to be loaded: where, what was found, what is allowed, the nearest match."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

# Of one file: more than anybody mends at a time, and each costs a search for what may have been meant.
MOST_FAULTS = 200


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong, described so that a person can mend it."""

    file: str
    line: int
    where: str
    message: str
    found: str | None = None
    allowed: Sequence[str] = field(default=())
    nearest: Sequence[str] = field(default=())

    def __str__(self) -> str:
        text = f"{self.file}:{self.line}: {self.where}: {self.message}"
        if self.found is not None:
            text += f"; found {self.found!r}"
        if self.nearest:
            text += f"; nearest: {', '.join(self.nearest)}"
        elif self.allowed:
            text += f"; allowed: {', '.join(self.allowed)}"
        return text


class Refused(Exception):
    """What was to be loaded has FAULTS, which are all of them; nothing was written."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class Unreadable(Refused):
    """It is no document at all: its bytes are no text, or its text neither JSON nor YAML."""


def first(faults: Iterable[Fault]) -> list[Fault]:
    """The first of FAULTS, which are of one file, and a last one that says so if there are more."""
    found = list(islice(faults, MOST_FAULTS + 1))
    return found if len(found) <= MOST_FAULTS else [*found[:-1], more_than_told(found[-1])]


def more_than_told(fault: Fault) -> Fault:
    """What stands for FAULT and all after it."""
    return Fault(fault.file, fault.line, "document", f"has more faults than these {MOST_FAULTS}")
