"""The schema of the database against the schema of the code."""

from enum import Enum

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from app.loading import indexing, summing
from app.settings import ROOT


class Schema(Enum):
    """How a database stands to the code; the value is what to do about it."""

    CURRENT = ""
    MISSING = "The database has no tables yet: run `dragoman migrate`."
    OLDER = "The database is older than the code: run `dragoman migrate`."
    NEWER = "The database is newer than the code: install the version of Dragoman that made it, or a later one."


def schema_of(db: Connection) -> Schema:
    """How the schema of DB stands to the code's."""
    found = revision_of(db)
    script = ScriptDirectory.from_config(_config())
    if found is None:
        return Schema.MISSING
    if found == script.get_current_head():
        return Schema.CURRENT
    return Schema.OLDER if found in {one.revision for one in script.walk_revisions()} else Schema.NEWER


def revision_of(db: Connection) -> str | None:
    """The revision of the schema of DB; None without tables."""
    return MigrationContext.configure(db).get_current_revision()


def upgrade(db: Connection, revision: str = "head") -> None:
    """Bring DB up to REVISION, in the caller's transaction; the newest schema comes with all that is derived."""
    command.upgrade(_config(db), revision)
    if schema_of(db) is Schema.CURRENT:
        indexing.refresh(db)
        summing.refresh(db)


def downgrade(db: Connection, revision: str) -> None:
    """Take DB back to REVISION (`base` for nothing at all), in the caller's transaction."""
    command.downgrade(_config(db), revision)


def _config(db: Connection | None = None) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = db
    return config
