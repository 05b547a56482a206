"""The data as they stood: any query, asked of the rows that were valid then.

The code that asks knows nothing of this. Every table of a query is hidden behind a common table expression of the same
name, which has those of the present rows that existed then, and those of the past ones that were still valid
(app/models/past.py).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from sqlalchemy import (
    CTE,
    Connection,
    Engine,
    Integer,
    Select,
    Table,
    bindparam,
    cast,
    column,
    event,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.sql import visitors

from app.asking.today import set_today, today
from app.asking.values import WHOLE, refusal
from app.errors import Invalid, ParameterError
from app.models import PAST, Base, Change, State
from app.reading.prepared import LOOKING_BACK
from app.reading.readers import reader
from app.reading.state import state_of

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_THEN = bindparam("as_of", type_=Integer)
_FOR_EVER = cast(literal_column(str(2**31 - 1)), Integer).label("valid_until")
_GRAMMAR = "must be a number of a change (812) or a day (2026-11-23), for the data as it stood at its end in UTC"


def _as_of(value: str) -> int | date:
    if WHOLE.fullmatch(value):
        return int(value)
    if not _DAY.fullmatch(value):
        raise refusal(_GRAMMAR)
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise refusal(f"is not a day: {error}") from None


AsOf = Annotated[
    int | date,
    BeforeValidator(_as_of),
    WithJsonSchema({"type": "string", "pattern": f"^({WHOLE.pattern}|{_DAY.pattern})$"}),
]
# The parameter `as_of`, for the models of the paths that can look back.
AS_OF: Any = (
    AsOf | None,
    Field(
        None,
        description="The data as it stood at this number of a change (`meta.revision` of an answer), or at the end of "
        "this day in UTC.",
        examples=["1"],
    ),
)


@contextmanager
def reading(engine: Engine, asked: Any) -> Iterator[Connection]:
    """A connection that sees the data as they stand, or as they stood if ASKED has `as_of`. Raises Invalid."""
    with reader(engine) as db:
        look_back(db, asked)
        yield db


def look_back(db: Connection, asked: Any) -> None:
    """If ASKED has `as_of`, let DB answer every query from now on as the data stood then. Raises Invalid."""
    if (wanted := getattr(asked, "as_of", None)) is None:
        return
    if getattr(asked, "q", None) is not None:
        message = "goes with every filter but `q`: the index of words knows the present only"
        raise Invalid([ParameterError("as_of", str(wanted), message)])
    then = _write(db, wanted)
    set_today(wanted if isinstance(wanted, date) else then.at.date())

    schema = str(db.dialect.default_schema_name)

    def replace(_db: Connection, query: Any, _many: Any, parameters: Any, _options: Any) -> tuple[Any, Any, Any]:
        return _as_it_stood(query, schema), [], {**parameters, "as_of": then.revision}

    # The tag of the answer is made from the present revision, which decides what the past is.
    state_of(db)
    db.execution_options(**{LOOKING_BACK: then.revision})
    event.listen(db, "before_execute", replace, retval=True)


def _as_it_stood(query: Select[Any], schema: str) -> Select[Any]:
    """QUERY with every table that has a past hidden behind its rows of then."""
    tables = {element.name for element in visitors.iterate(query) if isinstance(element, Table)}
    return query.add_cte(*(_rows(name, schema) for name in sorted(tables) if name in PAST or name == "change"))


@cache
def _rows(name: str, schema: str) -> CTE:
    """The rows of the table NAME as they stood. Named with its SCHEMA, the table is not hidden by this expression.

    Both databases merge the present and the past in the order of an index, instead of sorting both, if the two halves
    have the same types and no conditions of their own.
    """
    columns = Base.metadata.tables[name].columns
    now = table(name, *(column(one.name, one.type) for one in columns), schema=schema).columns
    if name == Change.__tablename__:
        stood = select(*now).where(now.revision <= _THEN)
    else:
        past = PAST[name].columns
        rows = union_all(select(*now, _FOR_EVER), select(*(past[one.name] for one in [*columns, past.valid_until])))
        row = rows.subquery().columns
        stood = select(*row).where(row.valid_from <= _THEN, row.valid_until > _THEN)
    # Otherwise a table that is named twice in a query would be read whole, without its indexes.
    return stood.cte(name).prefix_with("NOT MATERIALIZED")


def _write(db: Connection, wanted: int | date) -> Any:
    """The write that left the data as WANTED: the one that took a number, or the last one of a day. Raises Invalid."""
    now, was = _writes()
    past = PAST[State.__tablename__].columns
    if isinstance(wanted, date):
        end = datetime.combine(wanted, time.max, UTC)
        last = was.where(past.at <= end).order_by(past.valid_until.desc())
        found = wanted <= today() and (db.execute(now.where(State.at <= end)).first() or db.execute(last).first())
    else:
        first = was.where(past.valid_until > wanted).order_by(past.valid_until)
        found = db.execute(first).first() or db.execute(now.where(State.revision >= wanted)).first()
        found = found if found and found.valid_from <= wanted else None
    if not found:
        raise Invalid([_out_of_reach(db, wanted)])
    return found


def _writes() -> Any:
    """Queries for the newest write and for one of those before it: their numbers and times."""
    past = PAST[State.__tablename__].columns
    now = select(State.revision, State.valid_from, State.at).where(State.revision > 0)
    return now, select(past.revision, past.valid_from, past.at).where(past.id == 1).limit(1)


def _out_of_reach(db: Connection, wanted: int | date) -> ParameterError:
    now, was = _writes()
    newest = db.execute(now).first()
    if newest is None:
        return ParameterError("as_of", str(wanted), "there is no data yet, so none to look back to")
    oldest = db.execute(was.order_by(PAST[State.__tablename__].c.valid_until)).first() or newest
    numbers, days = f"{oldest.valid_from} to {newest.revision}", f"{oldest.at.date()} to today"
    return ParameterError("as_of", str(wanted), f"the data is known from {numbers}, and from {days}")
