"""`dragoman key`: who may write through the API."""

import re
from datetime import UTC, datetime
from typing import Annotated

import typer

from app import keys
from app.database import writing
from app.models.writing import Scope
from app.nearest import nearest
from app.terminal import database_of, fail, refuse_other_schema, settings_here

KEY_NAME = re.compile(r"[\w.-]{1,100}", re.ASCII)
cli = typer.Typer(help="Keys: who may write through the API.", no_args_is_help=True)


@cli.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="The name of the key in lists and in the history.")],
    scope: Annotated[Scope, typer.Option(help="What the key may do; each scope includes those before it.")],
    expires: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="When it expires, in UTC.")
    ] = None,
) -> None:
    """Make a key and print it, once: only a digest is kept, so it cannot be shown again."""
    if not KEY_NAME.fullmatch(name):
        fail(f"{name!r} cannot name a key: a name has at most 100 letters, digits, dots, dashes and underscores.")
    ends = expires.replace(tzinfo=UTC) if expires else None
    if ends and ends <= datetime.now(UTC):
        fail(f"{expires} has passed.")
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        with writing(engine) as db:
            if name in {one.name for one in keys.keys(db)}:
                fail(f"There is a key {name!r} already; `dragoman key list` shows all keys.")
            token = keys.create(db, name, scope, ends)
    typer.echo(token)


@cli.command("list")
def list_keys() -> None:
    """List keys: their names and scopes, when they were made, when they expire and when they were last used."""
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        with engine.connect() as db:
            found = keys.keys(db)
    for one in found:
        used = f"last used {one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never used"
        typer.echo(f"{one.name}  {one.scope}  made {one.created_at:%Y-%m-%d}  {_end_of(one)}  {used}")
    if not found:
        typer.echo("There are no keys; `dragoman key create --name NAME --scope write` makes one.")


@cli.command("revoke")
def revoke_key(name: Annotated[str, typer.Argument(help="The key's name.")]) -> None:
    """Revoke a key at once. Its name stays taken, because the history refers to it."""
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        with writing(engine) as db:
            ended, names = keys.revoke(db, name), [one.name for one in keys.keys(db)]
    if not ended:
        near = nearest(name, names)
        fail(
            f"The key {name!r} had been revoked already."
            if name in names
            else f"There is no key {name!r}." + (f" Nearest: {', '.join(near)}." if near else "")
        )
    typer.echo(f"The key {name!r} is revoked.")


def _end_of(key: keys.Listed) -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    return f"ends {key.expires_at:%Y-%m-%d %H:%M}" if key.expires_at else "does not end"
