"""What begins with a text, as a range of an index."""

import sys
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.models import SearchName


def after(start: str) -> str:
    """A text that comes after all that begin with START: behind it stands what no name has."""
    return start + chr(sys.maxunicode)


def names_begun(by: Any, columns: Sequence[Any], most: int) -> Select[Any]:
    """COLUMNS of the names of a `kind` whose BY, a column, is between `start` and `end`: the first MOST, by BY.

    The statement is made once; these three are its parameters.
    """
    between = SearchName.kind == bindparam("kind"), by >= bindparam("start"), by < bindparam("end")
    order = by, SearchName.record_id, SearchName.position, SearchName.part
    return select(*columns).where(*between).order_by(*order).limit(most)
