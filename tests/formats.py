"""What the tests of formats share: what a table must say of a record, told without the product's own columns."""

from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import Databases
from tests.helpers import Record, load

AWKWARD = Path(__file__).parent / "awkward"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
TABLES = ("events", "statements", "actors", "articles", "places")


@cache
def awkward_url(databases: Databases) -> str:
    """The address of a database with the seed and the awkward ones."""
    url = databases.copy("seeded")
    load(url, AWKWARD)
    return url


def value_at(value: Any, name: str) -> Any:
    """What stands in the JSON VALUE at the path that a column's NAME tells; of a list, what each member has there."""
    if isinstance(value, list):
        return [value_at(one, name) for one in value]
    if isinstance(value, dict) and not name:
        return [f"{key}:{one}" for key, one in value.items()]
    if value is None or not name:
        return value
    (key,) = [name] if name in value else [key for key in value if name.startswith(f"{key}_")] or [None]
    return value_at(value[key], name[len(key) + 1 :]) if key else None


def cell(value: Any) -> str:
    """VALUE as a cell of CSV."""
    if isinstance(value, list):
        return harmless("; ".join("" if one is None else str(one) for one in value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return harmless(value or "")


def harmless(text: str) -> str:
    """TEXT so that a spreadsheet does not run it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def row(record: Record, columns: list[str]) -> list[str]:
    """RECORD as a row of CSV."""
    return [cell(value_at(record, column)) for column in columns]
