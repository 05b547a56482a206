"""Faults of what is to be loaded: where, what was found, what is allowed, the nearest match."""

from collections.abc import Sequence
from dataclasses import dataclass, field


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
            text += f"; found {self.found}"
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
