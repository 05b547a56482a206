"""Whole records in notes, as our own exports write them."""

from typing import Any

import orjson

# The field or the attribute that has one.
RECORD = "record"


def record_in(source: str | None) -> dict[str, Any] | None:
    """The JSON object in SOURCE, if it is one."""
    try:
        found = orjson.loads(source or "")
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None
