"""The shapes of what is sent to write, and of the answers."""

from typing import Literal

from pydantic import Field

from app.models.revisions import Operation
from app.records.base import Out


class MergeIn(Out):
    """Which record a merge makes this one part of."""

    into: str = Field(description="The id of the record that stays.", examples=["sergey-lavrov"])


class WrittenOut(Out):
    """A record that a write touched."""

    operation: Operation
    kind: Literal["actor", "article", "event", "place", "statement"]
    id: str


class DuplicateOut(Out):
    """A new record that looks like a stored one; both are kept."""

    id: str = Field(description="The new record.")
    of: str = Field(description="The stored record that it is like.")
    reasons: list[str]


class ReportOut(Out):
    """What a write did, by kind of record."""

    added: dict[str, int]
    changed: dict[str, int]
    unchanged: dict[str, int]
    removed: dict[str, int]
    records: list[WrittenOut] = Field(description="Each record that was changed.")


class PostedOut(ReportOut):
    """What became of an article that was sent."""

    id: str
    duplicates: list[DuplicateOut]


class MergedOut(ReportOut):
    """What became of a merge, or of its undoing."""

    id: str
    into: str


class FaultOut(Out):
    """One thing wrong with what was sent."""

    line: int = Field(description="Line of the body, from 1; JSON is not read by lines, and has 1.")
    where: str = Field(description="Path of the value, such as `events[0].participants[1].actor`.")
    message: str
    found: str | None
    allowed: list[str]
    nearest: list[str]


class CheckedOut(Out):
    """What is wrong with an article that was sent, and what it would change."""

    faults: list[FaultOut]
    changes: ReportOut
    duplicates: list[DuplicateOut]
