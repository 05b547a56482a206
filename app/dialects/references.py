"""Foreign keys."""

from collections.abc import Collection

from sqlalchemy import Connection


def defer_foreign_keys(db: Connection, keys: Collection[str] = ("ALL",)) -> None:
    """Check foreign keys at the end of the transaction, so that rows that name each other may come in any order.

    On PostgreSQL only KEYS, which are all by default. The server checks the others at once, while the caller prepares
    the next rows.
    """
    postgresql = db.dialect.name == "postgresql"
    db.exec_driver_sql(f"SET CONSTRAINTS {', '.join(keys)} DEFERRED" if postgresql else "PRAGMA defer_foreign_keys=ON")
