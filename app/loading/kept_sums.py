"""Sums that are kept: rows of JSON by key, which a write adds to and takes from in its transaction."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson
from sqlalchemy import Connection, delete, select

from app import bulk
from app.dialects.keys import KEYS, among, among_many
from app.models import Summary
from app.reading.prepared import read

Sum = TypeVar("Sum")
# A count for each value of each dimension.
Counts = dict[str, dict[str, int]]
_COUNTS = select(Summary.key, Summary.counts).where(among(Summary.key, KEYS))
# Taken out and read in one statement, so that each key is looked up once.
_TAKEN = delete(Summary).where(among_many(Summary.key, KEYS)).returning(Summary.key, Summary.counts)


def add(db: Connection, changes: Mapping[str, Sum], added: Callable[[Any, Sum], Any]) -> None:
    """Add CHANGES to the sums of their keys: ADDED says what is left of what is stored, or of nothing, and a change."""
    before = {key: orjson.loads(text) for key, text in db.execute(_TAKEN, {"keys": list(changes)})}
    left = ((key, added(before.get(key, {}), change)) for key, change in changes.items())
    bulk.put(db, Summary, [{"key": key, "counts": _text(counts)} for key, counts in left if counts])


def merge(into: Counts, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Add COUNTS to those in INTO."""
    for dimension, values in counts.items():
        if (found := into.get(dimension)) is None:
            into[dimension] = {**values}
            continue
        for value, number in values.items():
            found[value] = found.get(value, 0) + number


def added(counts: Counts, change: Counts) -> Counts:
    """COUNTS and CHANGE, without what is none any more."""
    merge(counts, change)
    left = {
        name: {value: n for value, n in values.items() if n} if 0 in values.values() else values
        for name, values in counts.items()
    }
    return {name: values for name, values in left.items() if values}


def stored(db: Connection, keys: Sequence[str]) -> Sequence[Any]:
    """The sums of KEYS as they are stored, JSON in `counts`; without those under which nothing is."""
    return read(db, _COUNTS, {"keys": keys})


def kept(db: Connection, keys: Sequence[str]) -> dict[str, Any]:
    """The sums of KEYS, by key; without those under which nothing is."""
    return {row.key: orjson.loads(row.counts) for row in stored(db, keys)}


def _text(counts: Any) -> str:
    """COUNTS as JSON, the same text for the same counts."""
    return orjson.dumps(counts, option=orjson.OPT_SORT_KEYS).decode()
