"""Keeping rows as they were before a write changes them (app/models/past.py says how they are kept)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, literal, select

from app.models import PAST


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a write happens, and the name of the key it is made with (None for a load).

    `first` is the number of its first change, from which on its rows are valid; `begin` fills it in.
    """

    at: datetime
    by: str | None = None
    first: int = 0


def keep(db: Connection, table: type[Any], condition: ColumnElement[bool], stamp: Stamp) -> None:
    """Keep the rows of TABLE that meet CONDITION, before the write of STAMP changes them.

    Rows that this very write has made are not kept, because nobody has seen them.
    """
    present = table.__table__.columns
    was = select(*present, literal(stamp.first)).where(condition, present.valid_from < stamp.first)
    db.execute(insert(PAST[table.__tablename__]).from_select([*present.keys(), "valid_until"], was))
