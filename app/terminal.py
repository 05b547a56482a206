"""What every command does: read the settings, open the database, and report what is wrong in one line."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app.database import UnusableUrl, open_engine
from app.schema import Schema, schema_of
from app.settings import Settings, get_settings

TERMINAL = Console(stderr=True)


def settings_here() -> Settings:
    """The settings of the environment."""
    try:
        return get_settings()
    except ValidationError as error:
        told = (f"DRAGOMAN_{str(one['loc'][0]).upper()} is {one['input']!r}: {one['msg']}." for one in error.errors())
        fail("\n".join(told))


@contextmanager
def database_of(settings: Settings) -> Iterator[Engine]:
    """The database of SETTINGS. If it fails, the command ends with advice instead of a traceback."""
    try:
        engine = open_engine(settings.database_url, settings.pool_size, prepared=settings.prepared_statements)
    except UnusableUrl as error:
        fail(str(error))
    try:
        yield engine
    except DBAPIError as error:
        fail(_advice(settings.database_url, str(error.orig).strip()))
    finally:
        engine.dispose()


def _advice(url: str, said: str) -> str:
    where = url.rpartition("@")[2] if "@" in url else url
    if "locked" in said or "busy" in said:
        return f"{where} is locked: another process writes to it. Try again when it has ended."
    if "unable to open database file" in said:
        return (
            f"{where} cannot be opened: does its folder exist, and may you write there? DRAGOMAN_DATABASE_URL names it."
        )
    if "not a database" in said or "malformed" in said:
        return f"{where} is not a SQLite database, or is damaged. DRAGOMAN_DATABASE_URL names it."
    return f"{where} cannot be used: {said}. DRAGOMAN_DATABASE_URL names it."


def refuse_other_schema(engine: Engine) -> None:
    """End the command if the database does not have the schema of this version."""
    with engine.connect() as db:
        found = schema_of(db)
    if found is not Schema.CURRENT:
        fail(found.value)


@contextmanager
def writing_to(path: Path | None) -> Iterator[None]:
    """What is written to PATH, or to standard output, within. If that fails, the command ends with the reason."""
    try:
        yield
    except BrokenPipeError:  # whoever reads has read enough
        raise
    except OSError as error:
        fail(f"{path or 'Standard output'} cannot be written: {error.strerror}.")


def fail(message: str) -> NoReturn:
    """End the command with MESSAGE."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
