"""What PostgreSQL calls errors (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

from sqlalchemy.exc import DBAPIError

QUERY_CANCELED = "57014"
READ_ONLY_TRANSACTION = "25006"


def sqlstate_of(error: DBAPIError) -> str | None:
    """What PostgreSQL calls ERROR; None if it is another database's."""
    return getattr(error.orig, "sqlstate", None)
