"""Queries that are made once: SQLAlchemy compiles them, the driver runs them.

To put a statement together, to compare it with those that are known and to wrap its result cost several times what the
database takes to answer. So what is asked often is made once, as a constant or by a cached function of the question's
shape, with its values left open (`bindparam`), and `read` gives its text and the values to the driver.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect, Float
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.visitors import iterate

# The execution option of a connection that looks back (app/past.py).
LOOKING_BACK = "as_of"
# Statements that are kept compiled: constants, and shapes of questions.
MOST_KEPT = 1_000
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in a driver's language; `places` are the names of its values in order, where it counts them."""

    text: str
    fixed: Mapping[str, Any]
    binders: Mapping[str, Convert]
    places: Sequence[str] | None
    row: Callable[[Sequence[Any]], Any]
    converters: Sequence[tuple[int, Convert]]

    def given(self, values: Mapping[str, Any]) -> Any:
        """VALUES as the driver takes them."""
        taken = dict(self.fixed)
        for name, value in values.items():
            binder = self.binders.get(name)
            taken[name] = value if binder is None else binder(value)
        return taken if self.places is None else [taken[name] for name in self.places]

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """What the driver FOUND, by the names of the columns."""
        if not self.converters:
            return list(map(self.row, found))
        rows = []
        for one in found:
            values = list(one)
            for at, convert in self.converters:
                values[at] = convert(values[at])
            rows.append(self.row(values))
        return rows


def read(db: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """All rows of STATEMENT, which is made once, for VALUES of its parameters."""
    values = values or {}
    if LOOKING_BACK in db.get_execution_options():
        # What it asks is put together anew (app/past.py).
        return db.execute(statement, values).all()
    made = _compiled(statement, db.dialect)
    given = made.given(values)
    connection: Any = db.connection.driver_connection
    for listen in db.dispatch.before_cursor_execute:
        listen(db, None, made.text, given, None, False)
    try:
        return made.rows(connection.execute(made.text, given).fetchall())
    except db.dialect.loaded_dbapi.Error as error:
        raise _told(db, made.text, error) from error


def read_one(db: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> Any:
    """The first row of STATEMENT for VALUES, or None."""
    rows = read(db, statement, values)
    return rows[0] if rows else None


@lru_cache(maxsize=MOST_KEPT)
def _compiled(statement: Any, dialect: Dialect) -> _Compiled:
    made = statement.compile(dialect=dialect)
    open_values = {one.key: None for one in iterate(statement) if isinstance(one, BindParameter) and one.required}
    # Lists of constants are written out, each as so many parameters as it has values.
    whole = made.construct_expanded_state(open_values)
    processors = {**made._bind_processors, **whole.processors}  # noqa: SLF001 - nothing public has them
    binders = {name: binder for name, binder in processors.items() if callable(binder)}
    fixed = {name: binders[name](value) if name in binders else value for name, value in whole.parameters.items()}
    columns = list(statement.selected_columns)
    row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024
    # A driver gives a float as it is; what SQLAlchemy would do with it depends on the column that it comes from.
    types = [None if isinstance(column.type, Float) else column.type.dialect_impl(dialect) for column in columns]
    found = [one.result_processor(dialect, None) if one else None for one in types]
    converters = [(at, convert) for at, convert in enumerate(found) if convert]
    return _Compiled(whole.statement, fixed, binders, whole.positiontup, row._make, converters)


def _told(db: Connection, text: str, error: Exception) -> StatementError:
    """ERROR as SQLAlchemy tells it; a connection that is lost is not used again."""
    lost = db.dialect.is_disconnect(error, db.connection.driver_connection, None)  # type: ignore[arg-type]
    told = DBAPIError.instance(text, None, error, db.dialect.loaded_dbapi.Error, lost, dialect=db.dialect)
    if lost:
        db.invalidate(error)
    return told
