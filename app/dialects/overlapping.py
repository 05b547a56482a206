"""What overlaps some days without having begun on them: few records, which indexes of their own find."""

from datetime import date
from typing import Any

from sqlalchemy import BindParameter, Select, select

from app.dialects.days import moved
from app.dialects.indexes import longest


def begun_before(table: Any, day: date | BindParameter[date] | None, begun: bool) -> list[Select[Any]]:
    """The ids of what overlaps days from DAY on and began before them, or on no day that is known, case by case.

    No DAY is the beginning of time; BEGUN says whether today is not before DAY.
    """
    start, end = table.start_on, table.end_on
    if day is None:
        return [select(table.id).where(start.is_(None), end.is_not(None))]
    cases = [
        (end > start, start < day, end >= day, end <= moved(day, "+", longest(start, end))),
        (start.is_(None), end >= day),
        *([(end.is_(None), start < day)] if begun else []),
    ]
    return [select(table.id).where(*case) for case in cases]
