"""The command line: thin commands over the functions that the API uses too."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Annotated

import typer
import uvicorn
from rich.progress import Progress, track
from sqlalchemy import Engine

from app import __version__, dumps, exporting, key_commands, loading, logs, metrics
from app.database import writing
from app.errors import ApiError
from app.importing import command_line
from app.loading.schemas import write_schemas
from app.nearest import nearest
from app.schema import Schema, schema_of
from app.settings import ROOT, Settings
from app.terminal import TERMINAL, database_of, fail, refuse_other_schema, settings_here, writing_to

cli = typer.Typer(
    name="dragoman",
    help="Who said what to whom, what happened next, and the words that prove it.\n\n"
    "Settings come from the environment (DRAGOMAN_DATABASE_URL, DRAGOMAN_PORT, ...); the README lists them.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
cli.add_typer(command_line.cli)
cli.add_typer(key_commands.cli, name="key")
Folder = Annotated[Path, typer.Argument(help="A data set: dataset.yaml, actors.yaml, places.yaml, articles/*.yaml.")]
SEED = ROOT / "seed"
# How long the server, once told to stop, waits for answers that are under way.
GRACE_SECONDS = 10


@cli.command()
def serve(
    prepare: Annotated[
        bool, typer.Option("--prepare", help="First migrate the database, and load the seed if it changed.")
    ] = False,
) -> None:
    """Serve the API.

    Listens on DRAGOMAN_HOST and DRAGOMAN_PORT. A database with another version's schema is not served.
    """
    settings = settings_here()
    with database_of(settings) as engine:
        if prepare:
            _prepare(engine)
        refuse_other_schema(engine)
    typer.echo(f"Dragoman {__version__} on {settings.base_url} (documentation at {settings.base_url}/docs)")
    with TemporaryDirectory(prefix="dragoman-") as folder:
        if settings.workers > 1:
            # Where the workers write their counts, to be added up.
            os.environ[metrics.FOLDER] = folder
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=logs.config(settings.log_level),
            access_log=False,
            # Which proxies to trust is one of our own settings, which the application applies.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


@cli.command()
def migrate(
    to: Annotated[
        str, typer.Option(help="`head`, or an older revision to go back to; `base` removes every table and its data.")
    ] = "head",
) -> None:
    """Bring the database to the schema of this version; create it if it does not exist."""
    with database_of(settings_here()) as engine, writing(engine) as db:
        before = schema_of(db)
        if before is Schema.NEWER:
            fail(before.value)
        migrating = _migrating()
        try:
            if to == "head":
                migrating.upgrade(db)
            else:
                migrating.downgrade(db, to)
        except migrating.NoWayBack as error:
            fail(str(error))
        typer.echo(
            "The schema is current already." if before is Schema.CURRENT and to == "head" else f"The schema is at {to}."
        )


@cli.command()
def seed(folder: Folder = SEED) -> None:
    """Load the data set in FOLDER, safe to repeat; or a dump, into an empty database.

    All of it or nothing: a folder with faults is refused whole. Says what was added, changed, unchanged and removed.
    """
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        _load(engine, folder)


@cli.command()
def check(folder: Folder = SEED) -> None:
    """Name every fault of the data set in FOLDER, with file and line; nothing is written."""
    faults = loading.check_folder(folder, _watched)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        fail(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {folder}.")
    typer.echo(f"No faults in {folder}.")


@cli.command()
def export(
    kind: Annotated[str | None, typer.Argument(help=f"What to write: {', '.join(exporting.KINDS)}.")] = None,
    filters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="The parameters of the API's list: type=warning sort=-date."),
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="As the API's path ends in it; of events cameo, plover and w3c too, of statements w3c.",
        ),
    ] = "ndjson",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file; without it, standard output.")] = None,
    everything: Annotated[
        Path | None, typer.Option("--all", help="A new folder: everything, for `dragoman seed` of that folder.")
    ] = None,
) -> None:
    """Write records in any format, byte for byte what the API streams if it has that; or everything, as a dump.

    A file appears when it is whole. A dump has a manifest with counts, hashes, licence and citation.
    """
    if (kind is None) == (everything is None) or (everything and (output or filters)):
        fail("Give a kind to write, or --all FOLDER alone.")
    settings = settings_here()
    with database_of(settings) as engine:
        refuse_other_schema(engine)
        if everything:
            _dump(engine, everything)
        elif kind:
            _export(engine, settings, Wish(kind, format, filters or [], output))


@cli.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = SEED / "schemas",
) -> None:
    """Write the JSON Schemas of the data set's files, for completion in editors."""
    with writing_to(folder):
        written = write_schemas(folder)
    for path in written:
        typer.echo(f"{path} written.")


def _prepare(engine: Engine) -> None:
    with writing(engine) as db:
        before = schema_of(db)
        if before is Schema.NEWER:
            fail(before.value)
        if before is not Schema.CURRENT:
            _migrating().upgrade(db)
            typer.echo("The database has the schema of this version now.")
    with engine.connect() as db:
        current = loading.is_loaded(db, SEED)
    if not current:
        _load(engine, SEED)


def _migrating() -> ModuleType:
    """Alembic and all it imports: some megabytes of memory that a server has no use for."""
    from app import migrating  # noqa: PLC0415

    return migrating


@dataclass(frozen=True, slots=True)
class Wish:
    """What `export` was asked to write, as it was typed."""

    kind: str
    format: str
    filters: list[str]
    output: Path | None


def _export(engine: Engine, settings: Settings, wish: Wish) -> None:
    if wish.kind not in exporting.KINDS:
        near = nearest(wish.kind, list(exporting.KINDS))
        fail(f"There is no kind {wish.kind!r}; nearest: {', '.join(near) or ', '.join(exporting.KINDS)}.")
    items = [(name, value) for name, _, value in (one.partition("=") for one in wish.filters)]
    try:
        opened = exporting.open_export(engine, settings, wish.kind, wish.format, items)
    except ApiError as error:
        fail(_told(error))
    with closing(opened), writing_to(wish.output):
        if wish.output is None:
            exporting.write_export(opened, sys.stdout.buffer)
            return
        count = exporting.write_file(opened, wish.output)
    if opened.left_out:
        typer.echo(f"{opened.left_out} {wish.kind} are left out: this format cannot hold them.", err=True)
    typer.echo(f"{count} {wish.kind} written to {wish.output}.")


def _told(error: ApiError) -> str:
    """ERROR as text for a terminal, with what to type instead."""
    errors = error.more.get("errors", ())
    near = [f"{one['parameter']}: nearest: {', '.join(one['nearest'])}" for one in errors if one["nearest"]]
    return "\n".join([error.detail, *near])


def _dump(engine: Engine, folder: Path) -> None:
    try:
        with writing_to(folder):
            manifest = dumps.write_dump(engine, folder, _rows("Writing"))
    except dumps.NotEmpty as error:
        fail(str(error))
    rows = sum(entry.rows for entry in manifest.files)
    typer.echo(f"Revision {manifest.revision} written to {folder}: {rows} rows in {len(manifest.files)} files.")


def _rows(doing: str) -> dumps.Watch:
    """Show how many rows are done: with a bar on a terminal, in one line elsewhere."""

    def begin(total: int) -> Callable[[int], None]:
        if not (TERMINAL.is_terminal and total):
            typer.echo(f"{doing} {total} rows.", err=True)
            return lambda _number: None
        bar = Progress(console=TERMINAL, transient=True)
        task = bar.add_task(f"{doing} rows", total=total)
        bar.start()

        def advance(number: int) -> None:
            bar.advance(task, number)
            if bar.finished:
                bar.stop()

        return advance

    return begin


def _load(engine: Engine, folder: Path) -> None:
    try:
        with writing(engine) as db:
            if (folder / dumps.MANIFEST).is_file():
                report = dumps.restore(db, folder, _rows("Restoring"))
            else:
                report = loading.load_folder(db, folder, _watched)
    except loading.Refused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        fail(f"{folder} was refused; nothing was written.")
    for name in ("added", "changed", "unchanged", "removed"):
        counts = getattr(report, name)
        told = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items())
        typer.echo(f"{name}: {told or 'nothing'}")


def _watched(files: list[Path]) -> Iterator[Path]:
    """Yield FILES, showing progress: with a bar on a terminal, in one line elsewhere."""
    if TERMINAL.is_terminal:
        yield from track(files, "Reading articles", console=TERMINAL, transient=True)
    else:
        typer.echo(f"Reading {len(files)} articles.", err=True)
        yield from files
