"""Migrations: the only way to another schema."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from app.loading import indexing, summing
from app.schema import Schema, revisions_before, schema_of
from app.settings import ROOT


class NoWayBack(ValueError):
    """The schema has no such older revision."""


def upgrade(db: Connection, revision: str = "head") -> None:
    """Bring DB up to REVISION, in the caller's transaction. At the newest schema, derived tables are refreshed too."""
    command.upgrade(_config(db), revision)
    if schema_of(db) is Schema.CURRENT:
        indexing.refresh(db)
        summing.refresh(db)


def downgrade(db: Connection, revision: str) -> None:
    """Take DB back to REVISION (`base` removes everything), in the caller's transaction. Raises NoWayBack."""
    older = ", ".join(["base", *reversed(revisions_before(db))])
    try:
        command.downgrade(_config(db), revision)
    except CommandError:
        raise NoWayBack(f"There is no older revision {revision!r} of the schema; there are {older}.") from None


def _config(db: Connection) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = db
    return config
