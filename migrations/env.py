"""How alembic reaches the database and compares it with the models."""

from typing import Any

from alembic import context
from sqlalchemy import Connection

from app.database import open_engine, writing
from app.dialects.columns import Instant
from app.models import Base
from app.settings import get_settings


def include_object(_thing: object, name: str | None, kind: str, *_rest: object) -> bool:
    """Leave out what alembic cannot compare: what each dialect writes in its own way."""
    if kind == "table":
        return not (name or "").startswith("search_text")
    own = (name or "").startswith("ix_search_text_") or (name or "").endswith("_newest")
    return not (kind == "index" and own)


def render_item(kind: str, thing: object, _context: object) -> str | bool:
    """Write our column types as plain ones, so that a migration needs none of our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, Instant) else False


def migrate(connection: Connection) -> None:
    """Run the migrations on CONNECTION, in its transaction."""
    options: dict[str, Any] = {"include_object": include_object, "render_item": render_item}
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, **options)
    context.run_migrations()


def main() -> None:
    """Use the connection that the program hands over, else open one."""
    connection = context.config.attributes.get("connection")
    if connection is not None:
        migrate(connection)
        return
    engine = open_engine(get_settings().database_url)
    with writing(engine) as opened:
        migrate(opened)
    engine.dispose()


main()
