"""Hits and suggestions."""

from typing import Literal

from pydantic import Field

from app.records.base import Out


class HighlightOut(Out):
    """Where words of the query stand in a field of the record."""

    field: str = Field(description="Dotted path in the served record, such as `quote.text`.")
    ranges: list[tuple[int, int]] = Field(description="Start and end in code points of the field, the end exclusive.")


class SearchHitOut(Out):
    """A record that answers a query."""

    kind: Literal["event", "statement", "actor", "article"]
    id: str
    label: str
    score: float = Field(description="How well it answers, from 0 to 1.")
    url: str
    highlights: list[HighlightOut]


class SuggestionOut(Out):
    """A record or code whose name may be the one that is being typed."""

    kind: str = Field(description="`actor`, `place`, or the kind of code, such as `event_type`.")
    id: str
    label: str
    matched: str = Field(description="The name, alias, code or id that matches.")
    language: str | None = Field(description="The language of the name that matches; null for codes and ids.")
    hint: str = Field(description="What tells it from others of its name.")
