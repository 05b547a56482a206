"""Texts that begin with a given one, as a range of an index."""

import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.dialects.planning import row_limit
from app.models import SearchName


def after(start: str) -> str:
    """A text that sorts after all that begin with START, because it ends in a character that no name has."""
    return start + chr(sys.maxunicode)


def names_begun(by: Any, columns: Sequence[Any], most: int) -> Select[Any]:
    """COLUMNS of the first MOST names of a kind whose column BY lies in a range, in the order of BY.

    The statement is built once; its parameters are `kind`, `start` and `end`.
    """
    between = SearchName.kind == bindparam("kind"), by >= bindparam("start"), by < bindparam("end")
    order = by, SearchName.record_id, SearchName.position, SearchName.part
    return select(*columns).where(*between).order_by(*order).limit(row_limit(most))
