"""`dragoman import`, `formats`, `export-brat` and `export-w3c`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import Connection, select

from app import loading
from app.importing import running
from app.importing.formats import Format, formats
from app.importing.options import DUPLICATES, REJECTS, BadOption, SetAsked, dataset_of
from app.importing.progress import watching
from app.importing.recognising import advice
from app.importing.reporting import Report
from app.models import Dataset
from app.nearest import nearest
from app.terminal import TERMINAL, database_of, fail, refuse_other_schema, settings_here, writing_to

if TYPE_CHECKING:
    from app.importing.annotated_text.formats import TextFormat

UNDONE = "Nothing was written."
cli = typer.Typer()


@cli.command("import")
def import_(  # noqa: PLR0913, PLR0917 - one for each option
    format: Annotated[str, typer.Argument(help="The layout of the files; `dragoman formats` lists them.")],
    paths: Annotated[list[Path], typer.Argument(help="Files, folders, or - for standard input; .gz, .zip, .bz2, .xz.")],
    dataset: Annotated[str | None, typer.Option(help="The data set; without it, the format's own.")] = None,
    license: Annotated[str | None, typer.Option(help="SPDX id or address; without it, the format's own.")] = None,
    attribution: Annotated[str | None, typer.Option(help="Who is to be cited; without it, the format's own.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="For annotated texts: what their labels mean.")] = None,
    draft_mapping: Annotated[bool, typer.Option("--draft-mapping", help="Print a mapping file to begin with.")] = False,
    rejects: Annotated[Path, typer.Option(help="The file for rows that are left out.")] = REJECTS,
    duplicates: Annotated[Path, typer.Option(help="The file for likely duplicates of coded events.")] = DUPLICATES,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything, report, and undo it again.")] = False,
) -> None:
    """Import event data or annotated texts of others. Safe to repeat; resumes where it broke off.

    Says what was read, added, changed, unchanged and skipped, and why, with line numbers.

    Annotated texts: --draft-mapping prints what their labels may mean; look it over, then import by --mapping.
    """
    for option, file in (("--rejects", rejects), ("--duplicates", duplicates)):
        if file.is_dir() or not file.parent.is_dir():
            fail(f"{option} {file} cannot be written: it is a folder, or its folder does not exist.")
    if format in formats():
        if mapping or draft_mapping:
            fail(f"The codes of {format} are known already: it takes no mapping.")
        asked = SetAsked(dataset, license, attribution)
        _import_events(formats()[format], paths, asked, Report(rejects, duplicates), dry=dry_run)
        return
    form = _text_format(format)
    if draft_mapping:
        _draft_mapping(form, paths)
        return
    if mapping is None:
        fail(f"{format} needs a mapping: dragoman import {format} PATH... --draft-mapping > mapping.yaml")
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
def export_brat_files(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
    dataset: Annotated[str | None, typer.Option(help="Only the articles of this data set.")] = None,
) -> None:
    """Write the articles whose text may be served as brat standoff files, with the mapping to read them again."""
    from app.importing.annotated_text.brat_export import export_brat  # noqa: PLC0415 - as below

    _export_texts(export_brat, folder, dataset)


@cli.command("export-w3c")
def export_w3c_files(
    folder: Annotated[Path, typer.Argument(help="Where to write the files.")],
    dataset: Annotated[str | None, typer.Option(help="Only the articles of this data set.")] = None,
) -> None:
    """Write the articles whose text may be served as W3C Web Annotations, with the mapping to read them again."""
    from app.importing.annotated_text.w3c_export import export_w3c  # noqa: PLC0415 - as below

    _export_texts(partial(export_w3c, base=settings_here().base_url), folder, dataset)


def _export_texts(export: Callable[..., int], folder: Path, dataset: str | None) -> None:
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        with engine.connect() as db:
            if dataset is not None:
                _refuse_unknown(db, dataset)
            with writing_to(folder):
                count = export(db, folder, dataset=dataset)
    typer.echo(f"{count} articles written to {folder}.")


def _refuse_unknown(db: Connection, dataset: str) -> None:
    known = db.scalars(select(Dataset.id).order_by(Dataset.id)).all()
    if dataset not in known:
        fail(f"There is no data set {dataset!r}. There are: {', '.join(known) or 'none'}.")


@dataclass(frozen=True, slots=True)
class Texts:
    """Annotated texts as they were asked for."""

    format: "TextFormat"
    paths: list[Path]
    mapping: Path
    asked: SetAsked


def _import_events(wanted: Format, paths: list[Path], asked: SetAsked, report: Report, *, dry: bool) -> None:
    with database_of(settings_here()) as engine:
        refuse_other_schema(engine)
        try:
            with engine.connect() as db:
                made = dataset_of(db, wanted, asked)
        except BadOption as error:
            fail(str(error))
        with watching(TERMINAL, wanted.unit) as watch:
            running.run(engine, running.Job(wanted, made, paths, watch=watch), report, dry=dry)
        report.close()
    for line in report.lines(wanted.unit):
        typer.echo(line)
    if dry:
        typer.echo(UNDONE)
    known = list(advice(report.strange, wanted.name))
    for line in known:
        typer.echo(line)
    if report.vain and not known:
        typer.echo(f"No row came in. {wanted.name} is {wanted.summary}: `dragoman formats` lists all.")
    if report.refusals or report.vain:
        raise typer.Exit(1)


def _text_formats() -> "dict[str, TextFormat]":
    # Imported on first use: the readers of annotated texts take a second to load.
    from app.importing.annotated_text.formats import FORMATS  # noqa: PLC0415

    return FORMATS


def _text_format(name: str) -> "TextFormat":
    known = {**formats(), **_text_formats()}
    if name not in known:
        near = nearest(name, sorted(known))
        meant = f"; did you mean {near[0]}?" if near else "."
        fail(f"{name!r} is not a format{meant} There are: {', '.join(known)}.")
    return _text_formats()[name]


def _draft_mapping(form: "TextFormat", paths: list[Path]) -> None:
    from app.importing.annotated_text import command  # noqa: PLC0415 - as above

    try:
        drafted = command.drafted(form, paths, lambda line: typer.echo(line, err=True))
    except BadOption as error:
        fail(str(error))
    typer.echo(drafted, nl=False)


def _import_texts(texts: Texts, rejects: Path, *, dry: bool) -> None:
    from app.importing.annotated_text import command  # noqa: PLC0415 - as above

    name = texts.asked.name or texts.format.name.partition("-")[0]
    try:
        with database_of(settings_here()) as engine:
            refuse_other_schema(engine)
            about = command.dataset_of(engine, name, texts.asked)
            wanted = command.Wanted(texts.paths, texts.mapping, about, rejects, dry)
            report = command.imported(engine, texts.format, wanted, typer.echo)
    except BadOption as error:
        fail(str(error))
    except loading.Refused as refused:
        fail("\n".join(str(fault) for fault in refused.faults))
    if dry:
        typer.echo(UNDONE)
    if report.unread:
        raise typer.Exit(1)
