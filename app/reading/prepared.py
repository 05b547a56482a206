"""Queries that are built once: SQLAlchemy compiles them, the driver runs them.

Building a statement, looking it up in SQLAlchemy's cache and wrapping its result cost several times what the database
takes to answer. So what is asked often is built once, as a constant or by a cached function of the question's shape,
with its values left open (`bindparam`), and `read` hands its text and the values to the driver.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import starmap
from typing import Any

from sqlalchemy import BindParameter, Connection, Dialect
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.visitors import iterate

# The execution option of a connection that shows the data of the past (app/asking/past.py).
LOOKING_BACK = "as_of"
# How many compiled statements are kept: constants and shapes of questions, some tens of kilobytes each.
MOST_KEPT = 500
Convert = Callable[[Any], Any]


@dataclass(slots=True)
class _Compiled:
    """A statement as a driver takes it; `places` names its values in order, if the driver takes them by position.

    The `converters` of its results are known after its first run, for they depend on the types that the server names.
    """

    text: str
    fixed: Mapping[str, Any]
    binders: Mapping[str, Convert]
    places: Sequence[str] | None
    row: Callable[..., Any]
    types: Sequence[Any]
    converters: Sequence[tuple[int, Convert]] | None = None

    def given(self, values: Mapping[str, Any]) -> Any:
        """VALUES as the driver takes them."""
        taken = dict(self.fixed)
        for name, value in values.items():
            binder = self.binders.get(name)
            taken[name] = value if binder is None else binder(value)
        return taken if self.places is None else [taken[name] for name in self.places]

    def rows(self, dialect: Dialect, cursor: Any) -> list[Any]:
        """All rows of CURSOR, as tuples with the names of the columns."""
        found = cursor.fetchall()
        if self.converters is None:
            codes = (column[1] for column in cursor.description)
            each = (kind.result_processor(dialect, code) for kind, code in zip(self.types, codes, strict=True))
            self.converters = [(at, convert) for at, convert in enumerate(each) if convert]
        if self.converters:
            found = [_converted(one, self.converters) for one in found]
        return list(starmap(self.row, found))


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Convert]]) -> list[Any]:
    values = list(row)
    for at, convert in converters:
        values[at] = convert(values[at])
    return values


def looks_back(db: Connection) -> bool:
    """Whether DB shows the data of the past (app/asking/past.py)."""
    return LOOKING_BACK in db.get_execution_options()


def read(db: Connection, statement: Any, values: Mapping[str, Any] | None = None) -> Sequence[Any]:
    """All rows of STATEMENT, which was built once, for VALUES of its parameters."""
    values = values or {}
    if looks_back(db):
        # Each query is rewritten for the past (app/asking/past.py).
        return db.execute(statement, values).all()
    made = _compiled(statement, db.dialect)
    given = made.given(values)
    connection: Any = db.connection.driver_connection
    for listen in db.dispatch.before_cursor_execute:
        listen(db, None, made.text, given, None, False)
    try:
        return made.rows(db.dialect, connection.execute(made.text, given))
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
    # A list of constants becomes as many parameters as it has values.
    whole = made.construct_expanded_state(open_values)
    processors = {**made._bind_processors, **whole.processors}  # noqa: SLF001 - nothing public has them
    binders = {name: binder for name, binder in processors.items() if callable(binder)}
    fixed = {name: binders[name](value) if name in binders else value for name, value in whole.parameters.items()}
    columns = list(statement.selected_columns)
    row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]  # noqa: PYI024
    types = [column.type.dialect_impl(dialect) for column in columns]
    return _Compiled(whole.statement, fixed, binders, whole.positiontup, row, types)


def _told(db: Connection, text: str, error: Exception) -> StatementError:
    """ERROR as SQLAlchemy raises it. If it means that the connection is lost, that is not used again."""
    lost = db.dialect.is_disconnect(error, db.connection.driver_connection, None)  # type: ignore[arg-type]
    told = DBAPIError.instance(text, None, error, db.dialect.loaded_dbapi.Error, lost, dialect=db.dialect)
    if lost:
        db.invalidate(error)
    return told
