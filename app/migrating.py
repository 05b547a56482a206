"""Migrations: the only way to another schema."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.loading import indexing, summing
from app.schema import Schema, schema_of
from app.settings import ROOT


def upgrade(db: Connection, revision: str = "head") -> None:
    """Bring DB up to REVISION, in the caller's transaction. At the newest schema, derived tables are refreshed too."""
    command.upgrade(_config(db), revision)
    if schema_of(db) is Schema.CURRENT:
        indexing.refresh(db)
        summing.refresh(db)


def downgrade(db: Connection, revision: str) -> None:
    """Take DB back to REVISION (`base` removes everything), in the caller's transaction."""
    command.downgrade(_config(db), revision)


def _config(db: Connection) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = db
    return config
