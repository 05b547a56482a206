"""What overlaps some days without having begun on them: of this there is little, and it is looked up by itself."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Date, bindparam, union_all

from app.asking.conditions import has_begun
from app.dates import Span
from app.dialects.overlapping import begun_before
from app.dialects.planning import row_limit
from app.reading.prepared import read

# If more than these had begun before the days that are asked for, they are not looked up.
MOST = 5_000


def begun_earlier(db: Connection, table: Any, days: Span) -> list[str] | None:
    """The ids of what overlaps DAYS without having begun on them; None if that is much."""
    values = {} if days.start is None else {"begin": days.start}
    ids = [row.id for row in read(db, _begun_before(table, bool(values), has_begun(days)), values)]
    return ids if len(ids) <= MOST else None


@cache
def _begun_before(table: Any, begins: bool, begun: bool) -> Any:
    """At most MOST ids, and one, of what had begun before the days asked for."""
    cases = begun_before(table, bindparam("begin", type_=Date()) if begins else None, begun)
    return union_all(*cases).limit(row_limit(MOST + 1))
