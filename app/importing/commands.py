"""`dragoman import`: what a person asks for and sees."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, select

from app.importing.formats import Format
from app.importing.running import Watch
from app.importing.sources import Source
from app.loading.annotated import Id
from app.loading.drafts import Draft
from app.models import Dataset

QUIET_SECONDS = 10.0
REJECTS = Path("rejects.csv")
_ids = TypeAdapter(Id)


class BadOption(ValueError):
    """An option that cannot be followed; the message is for a person."""


def dataset_of(db: Connection, format: Format, name: str | None, license: str | None, attribution: str | None) -> Draft:
    """The data set that an import goes to: as it is stored, or of the format, with what the caller says otherwise."""
    key = name or format.dataset
    try:
        _ids.validate_python(key)
    except ValidationError:
        raise BadOption(
            f"--dataset {key!r} is no id: small letters, digits and single hyphens, dots or colons"
        ) from None
    about = format.about
    stored = db.execute(select(*Dataset.__table__.columns).where(Dataset.id == key)).mappings().first()
    row: dict[str, Any] = {
        "id": key,
        "title": about.title if key == format.dataset else key,
        "publisher": about.publisher,
        "license": about.license,
        "attribution": about.attribution,
        "homepage": about.homepage,
        "version": "1",
        "files_digest": None,
    }
    if stored:
        row = {column: stored[column] for column in row}
        if stored["files_digest"]:
            raise BadOption(f"the data set {key} is loaded from a folder; give another with --dataset")
    said = {"license": license, "attribution": attribution}
    return Draft(Dataset, row | {column: value for column, value in said.items() if value})


@dataclass(frozen=True, slots=True)
class SetAsked:
    """What the caller says of the data set that an import goes to."""

    name: str | None
    license: str | None
    attribution: str | None


@contextmanager
def watching(terminal: Console) -> Iterator[Watch]:
    """Shows how far an import is: a bar on a terminal, and elsewhere a line now and then."""
    if not terminal.is_terminal:
        yield _told(terminal)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, transient=True) as progress:
        yield _shown(progress)


def _shown(progress: Progress) -> Watch:
    tasks: dict[str, TaskID] = {}
    begun: dict[str, float] = {}

    def watch(source: Source, taken: int, items: int) -> None:
        now = time.monotonic()
        if source.name not in tasks:
            begun[source.name] = now
            tasks[source.name] = progress.add_task(source.name, total=source.size, rows=0, rate=0.0)
        rate = items / max(now - begun[source.name], 1e-3)
        progress.update(tasks[source.name], completed=taken, rows=items, rate=rate)

    return watch


def _told(terminal: Console) -> Watch:
    last = time.monotonic()
    begun = last

    def watch(source: Source, taken: int, items: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < QUIET_SECONDS:
            return
        last = now
        size = source.size
        share = f", {100 * taken // size} %" if size else ""
        terminal.print(f"{source.name}: {items} rows, {items / (now - begun):.0f} a second{share}")

    return watch
