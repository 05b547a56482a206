"""When a write happens, and by whom."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a write happens, and the name of the key that it has: a load has none.

    `first` is the number of its first change, by which its rows are valid; writing fills it in.
    """

    at: datetime
    by: str | None = None
    first: int = 0
