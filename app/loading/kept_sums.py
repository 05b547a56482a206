"""Sums that are kept: rows of JSON by key, which a write adds to and takes from in its transaction."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, delete, select

from app import bulk
from app.dialects.keys import among_many
from app.models import Summary

Sum = TypeVar("Sum")


def add(db: Connection, changes: Mapping[str, Sum], added: Callable[[Any, Sum], Any]) -> None:
    """Add CHANGES to the sums of their keys: ADDED says what is left of what is stored, or of nothing, and a change."""
    stored = db.execute(select(Summary.key, Summary.counts).where(among_many(Summary.key, changes))).all()
    if stored:
        db.execute(delete(Summary).where(among_many(Summary.key, [key for key, _ in stored])))
    before = {key: orjson.loads(text) for key, text in stored}
    left = ((key, added(before.get(key, {}), change)) for key, change in changes.items())
    bulk.put(db, Summary, [{"key": key, "counts": _text(counts)} for key, counts in left if counts])


def _text(counts: Any) -> str:
    """COUNTS as JSON, the same text for the same counts."""
    return orjson.dumps(counts, option=orjson.OPT_SORT_KEYS).decode()
