"""The command line: thin commands that call what the API calls."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.progress import Progress, track
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from app import __version__, dumps, exporting, loading, logs, metrics, migrating
from app.database import UnusableUrl, open_engine, writing
from app.errors import ApiError
from app.importing import running
from app.importing.commands import REJECTS, BadOption, SetAsked, dataset_of, watching
from app.importing.formats import Format, formats
from app.importing.reporting import Report
from app.migrating import Schema
from app.nearest import nearest
from app.settings import ROOT, Settings, get_settings

if TYPE_CHECKING:
    from app.importing.annotated_text.formats import TextFormat

cli = typer.Typer(
    name="dragoman",
    help="Who said what to whom, what happened next, and the words that prove it.\n\n"
    "Settings come from the environment (DRAGOMAN_DATABASE_URL, DRAGOMAN_PORT, ...); the README lists them.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
Folder = Annotated[Path, typer.Argument(help="A data set: dataset.yaml, actors.yaml, places.yaml, articles/*.yaml.")]
SEED = ROOT / "seed"
# An answer that takes longer is cut off when the server ends.
GRACE_SECONDS = 10
UNDONE = "Nothing was written."
_terminal = Console(stderr=True)


@cli.command()
def serve(
    prepare: Annotated[
        bool, typer.Option("--prepare", help="First migrate the database, and load the seed if it changed.")
    ] = False,
) -> None:
    """Serve the API.

    Listens on DRAGOMAN_HOST and DRAGOMAN_PORT. A database that is not of this version is not served.
    """
    settings = _settings()
    with _database(settings) as engine:
        if prepare:
            _prepare(engine)
        _refuse_other_schema(engine)
    typer.echo(f"Dragoman {__version__} on {settings.base_url} (documentation at {settings.base_url}/docs)")
    with TemporaryDirectory(prefix="dragoman-") as folder:
        if settings.workers > 1:
            # Workers add up their counts there.
            os.environ[metrics.FOLDER] = folder
        uvicorn.run(
            "app.main:create_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            log_config=logs.config(settings.log_level),
            access_log=False,
            # Whom to believe is a setting of ours, which the application reads.
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )


@cli.command()
def migrate(
    to: Annotated[
        str, typer.Option(help="`head`, or an older revision to go back to; `base` removes every table and its data.")
    ] = "head",
) -> None:
    """Bring the database to the schema of this version; make it if it is not there."""
    with _database(_settings()) as engine, writing(engine) as db:
        before = migrating.schema_of(db)
        if before is Schema.NEWER:
            _fail(before.value)
        if to == "head":
            migrating.upgrade(db)
        else:
            migrating.downgrade(db, to)
        typer.echo(
            "The schema is current already." if before is Schema.CURRENT and to == "head" else f"The schema is at {to}."
        )


@cli.command()
def seed(folder: Folder = SEED) -> None:
    """Load the data set in FOLDER, safe to repeat; or a dump, into an empty database.

    All of it or nothing: a folder with faults is refused whole. Says what was added, changed, unchanged and removed.
    """
    with _database(_settings()) as engine:
        _refuse_other_schema(engine)
        _load(engine, folder)


@cli.command()
def check(folder: Folder = SEED) -> None:
    """Name every fault of the data set in FOLDER, with file and line; nothing is written."""
    faults = loading.check_folder(folder, _watched)
    for fault in faults:
        typer.echo(str(fault))
    if faults:
        _fail(f"{len(faults)} {'fault' if len(faults) == 1 else 'faults'} in {folder}.")
    typer.echo(f"No faults in {folder}.")


@cli.command()
def export(
    kind: Annotated[str | None, typer.Argument(help=f"What to write: {', '.join(exporting.KINDS)}.")] = None,
    filters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="The parameters of the API's list: type=warning sort=-date."),
    ] = None,
    format: Annotated[
        str, typer.Option("--format", "-f", help="As the API's path ends in it; of events cameo and plover too.")
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
        _fail("Give a kind to write, or --all FOLDER alone.")
    settings = _settings()
    with _database(settings) as engine:
        _refuse_other_schema(engine)
        if everything:
            _dump(engine, everything)
        elif kind:
            _export(engine, settings, Wish(kind, format, filters or [], output))


@cli.command("import")
def import_(  # noqa: PLR0913, PLR0917 - one for each option
    format: Annotated[str, typer.Argument(help="The layout of the files; `dragoman formats` lists them.")],
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, or - for standard input; .gz, .zip, .bz2, .xz.")],
    dataset: Annotated[str | None, typer.Option(help="The data set; without it, the format's own.")] = None,
    license: Annotated[str | None, typer.Option(help="SPDX id or address; without it, the format's own.")] = None,
    attribution: Annotated[str | None, typer.Option(help="Who is to be named; without it, the format's own.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="Of annotated texts: what their labels mean.")] = None,
    draft_mapping: Annotated[bool, typer.Option("--draft-mapping", help="Print a mapping file to begin with.")] = False,
    rejects: Annotated[Path, typer.Option(help="Where the rows that are left out go.")] = REJECTS,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, report, and undo it.")] = False,
) -> None:
    """Bring event data or annotated texts of others in; safe to repeat, and goes on where it was broken off.

    Says what was read, added, changed, unchanged and skipped, and why, with line numbers.
    """
    if format in formats():
        if mapping or draft_mapping:
            _fail(f"{format} has codes that are known here: it takes no mapping.")
        _import_events(formats()[format], paths, SetAsked(dataset, license, attribution), rejects, dry=dry_run)
        return
    form = _text_format(format)
    if draft_mapping:
        _draft_mapping(form, paths)
        return
    if mapping is None:
        _fail(f"{format} needs a mapping: dragoman import {format} PATH... --draft-mapping > mapping.yaml")
    wanted = Texts(form, paths, mapping, SetAsked(dataset, license, attribution))
    _import_texts(wanted, rejects, dry=dry_run)


@cli.command("formats")
def list_formats() -> None:
    """List the formats that `dragoman import` reads; annotated texts need a mapping file."""
    for title, found in (("Event data:", formats()), ("Annotated texts, with --mapping:", _text_formats())):
        typer.echo(title)
        for one in found.values():
            typer.echo(f"  {one.name:16} {one.summary}")


@cli.command("export-brat")
def export_brat(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
    dataset: Annotated[str | None, typer.Option(help="Only the articles of this data set.")] = None,
) -> None:
    """Write the articles whose text may be served as brat standoff files, with the mapping to read them again."""
    from app.importing.annotated_text import brat_export  # noqa: PLC0415 - as below

    with _database(_settings()) as engine:
        _refuse_other_schema(engine)
        with engine.connect() as db:
            count = brat_export.export_brat(db, folder, dataset)
    typer.echo(f"{count} articles written to {folder}.")


@cli.command()
def schema(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = SEED / "schemas",
) -> None:
    """Write the JSON Schemas of the data set's files, for completion in editors."""
    for path in loading.write_schemas(folder):
        typer.echo(f"{path} written.")


@dataclass(frozen=True, slots=True)
class Texts:
    """Annotated texts as they were asked for."""

    format: "TextFormat"
    paths: list[Path]
    mapping: Path
    asked: SetAsked


def _import_events(wanted: Format, paths: list[Path], asked: SetAsked, rejects: Path, *, dry: bool) -> None:
    report = Report(rejects)
    with _database(_settings()) as engine:
        _refuse_other_schema(engine)
        try:
            with engine.connect() as db:
                made = dataset_of(db, wanted, asked.name, asked.license, asked.attribution)
        except BadOption as error:
            _fail(str(error))
        with watching(_terminal) as watch:
            running.run(engine, running.Job(wanted, made, paths, watch=watch), report, dry=dry)
        report.close()
    for line in report.lines():
        typer.echo(line)
    if dry:
        typer.echo(UNDONE)
    if report.refusals:
        raise typer.Exit(1)


def _text_formats() -> "dict[str, TextFormat]":
    # Here, for the readers of annotated texts take a second to start.
    from app.importing.annotated_text.formats import FORMATS  # noqa: PLC0415

    return FORMATS


def _text_format(name: str) -> "TextFormat":
    known = {**formats(), **_text_formats()}
    if name not in known:
        near = nearest(name, sorted(known))
        meant = f"; did you mean {near[0]}?" if near else "."
        _fail(f"{name!r} is no format{meant} There are: {', '.join(known)}.")
    return _text_formats()[name]


def _draft_mapping(form: "TextFormat", paths: list[Path]) -> None:
    from app.importing.annotated_text import command, reading  # noqa: PLC0415 - as above

    given = reading.given_in(paths, form.suffixes)
    typer.echo(command.drafted(form, given, lambda line: typer.echo(line, err=True)), nl=False)


def _import_texts(texts: Texts, rejects: Path, *, dry: bool) -> None:
    from app.importing.annotated_text import command, reading  # noqa: PLC0415 - as above

    name = texts.asked.name or texts.format.name.partition("-")[0]
    try:
        with _database(_settings()) as engine:
            _refuse_other_schema(engine)
            about = command.dataset_of(engine, name, texts.asked.license, texts.asked.attribution)
            wanted = command.Wanted(texts.mapping, about, rejects, dry)
            given = reading.given_in(texts.paths, texts.format.suffixes)
            command.imported(engine, texts.format, given, wanted, typer.echo)
    except BadOption as error:
        _fail(str(error))
    except loading.Refused as refused:
        _fail("\n".join(str(fault) for fault in refused.faults))
    if dry:
        typer.echo(UNDONE)


def _settings() -> Settings:
    try:
        return get_settings()
    except ValidationError as error:
        told = (f"DRAGOMAN_{str(one['loc'][0]).upper()} is {one['input']!r}: {one['msg']}." for one in error.errors())
        _fail("\n".join(told))


@contextmanager
def _database(settings: Settings) -> Iterator[Engine]:
    """The database of SETTINGS; what is wrong with it is told without a trace."""
    try:
        engine = open_engine(settings.database_url, settings.pool_size)
    except UnusableUrl as error:
        _fail(str(error))
    try:
        yield engine
    except DBAPIError as error:
        _fail(_advice(settings.database_url, str(error.orig).strip()))
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
        return f"{where} is no SQLite database, or a damaged one. DRAGOMAN_DATABASE_URL names it."
    return f"{where} cannot be used: {said}. DRAGOMAN_DATABASE_URL names it."


def _prepare(engine: Engine) -> None:
    with writing(engine) as db:
        before = migrating.schema_of(db)
        if before is Schema.NEWER:
            _fail(before.value)
        if before is not Schema.CURRENT:
            migrating.upgrade(db)
            typer.echo("The database has the schema of this version now.")
    with engine.connect() as db:
        current = loading.is_loaded(db, SEED)
    if not current:
        _load(engine, SEED)


def _refuse_other_schema(engine: Engine) -> None:
    with engine.connect() as db:
        found = migrating.schema_of(db)
    if found is not Schema.CURRENT:
        _fail(found.value)


@dataclass(frozen=True, slots=True)
class Wish:
    """What `export` is to write, as it was typed."""

    kind: str
    format: str
    filters: list[str]
    output: Path | None


def _export(engine: Engine, settings: Settings, wish: Wish) -> None:
    if wish.kind not in exporting.KINDS:
        near = nearest(wish.kind, list(exporting.KINDS))
        _fail(f"There is no kind {wish.kind!r}; nearest: {', '.join(near) or ', '.join(exporting.KINDS)}.")
    items = [(name, value) for name, _, value in (one.partition("=") for one in wish.filters)]
    try:
        opened = exporting.open_export(engine, settings, wish.kind, wish.format, items)
    except ApiError as error:
        _fail(_told(error))
    if wish.output is None:
        exporting.write_export(opened, sys.stdout.buffer)
        return
    count = exporting.write_file(opened, wish.output)
    if opened.left_out:
        typer.echo(f"{opened.left_out} {wish.kind} are left out: this format cannot tell them.", err=True)
    typer.echo(f"{count} {wish.kind} written to {wish.output}.")


def _told(error: ApiError) -> str:
    """ERROR for a terminal, with what to type instead."""
    errors = error.more.get("errors", ())
    near = [f"{one['parameter']}: nearest: {', '.join(one['nearest'])}" for one in errors if one["nearest"]]
    return "\n".join([error.detail, *near])


def _dump(engine: Engine, folder: Path) -> None:
    try:
        manifest = dumps.write_dump(engine, folder, _rows("Writing"))
    except dumps.NotEmpty as error:
        _fail(str(error))
    rows = sum(entry.rows for entry in manifest.files)
    typer.echo(f"Revision {manifest.revision} written to {folder}: {rows} rows in {len(manifest.files)} files.")


def _rows(doing: str) -> dumps.Watch:
    """Shows how many rows are done, with a bar on a terminal and one line elsewhere."""

    def begin(total: int) -> Callable[[int], None]:
        if not (_terminal.is_terminal and total):
            typer.echo(f"{doing} {total} rows.", err=True)
            return lambda _number: None
        bar = Progress(console=_terminal, transient=True)
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
        _fail(f"{folder} was refused; nothing was written.")
    for name in ("added", "changed", "unchanged", "removed"):
        counts = getattr(report, name)
        told = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items())
        typer.echo(f"{name}: {told or 'nothing'}")


def _watched(files: list[Path]) -> Iterator[Path]:
    """FILES, with a bar on a terminal and one line elsewhere."""
    if _terminal.is_terminal:
        yield from track(files, "Reading articles", console=_terminal, transient=True)
    else:
        typer.echo(f"Reading {len(files)} articles.", err=True)
        yield from files


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    cli()
