"""References between rows."""

from collections.abc import Collection

from sqlalchemy import Connection


def defer_foreign_keys(db: Connection, keys: Collection[str] = ("ALL",)) -> None:
    """Check references at the end of the transaction: rows that name each other may come in any order.

    Of PostgreSQL's foreign keys only KEYS: it checks the others beside whoever makes the next rows.
    """
    postgresql = db.dialect.name == "postgresql"
    db.exec_driver_sql(f"SET CONSTRAINTS {', '.join(keys)} DEFERRED" if postgresql else "PRAGMA defer_foreign_keys=ON")
