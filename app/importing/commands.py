"""`dragoman import`: what a person asks for and sees."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy import Connection, select

from app.importing.formats import Format, formats
from app.importing.identifiers import clean
from app.importing.running import Watch, Watched
from app.loading.annotated import Id
from app.loading.drafts import Draft
from app.models import Dataset, ImportedFile

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
    if other := _other_source(db, key, format):
        raise BadOption(
            f"the data set {key} has {other} records, whose ids these may have too; give another with --dataset"
        )
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
    return Draft(Dataset, row | said(license, attribution))


def _other_source(db: Connection, key: str, format: Format) -> str | None:
    """A format of another source that was imported into the data set KEY before."""
    found = db.scalars(select(ImportedFile.format).where(ImportedFile.dataset_id == key).distinct())
    known = formats()
    return next((name for name in sorted(found) if name in known and known[name].dataset != format.dataset), None)


def said(license: str | None, attribution: str | None) -> dict[str, str]:
    """What the caller says of a data set, to be printed with answers. Raises BadOption where that is nothing."""
    given = {"license": license, "attribution": attribution}
    found = {name: clean(value) for name, value in given.items() if value is not None}
    for name, value in found.items():
        if not value:
            raise BadOption(f"--{name} is empty: it is printed with every answer; leave it out for the format's own")
    return found


@dataclass(frozen=True, slots=True)
class SetAsked:
    """What the caller says of the data set that an import goes to."""

    name: str | None
    license: str | None
    attribution: str | None


@contextmanager
def watching(terminal: Console, items: str = "rows") -> Iterator[Watch]:
    """Shows how far an import is, whose ITEMS are counted: a bar on a terminal, and elsewhere a line now and then."""
    if not terminal.is_terminal:
        yield _told(terminal, items)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(f"{{task.fields[count]:,}} {items}, {{task.fields[rate]:,.0f}} a second"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=terminal, transient=True) as progress:
        yield _shown(progress)


def _shown(progress: Progress) -> Watch:
    tasks: dict[str, TaskID] = {}
    rate = _rates()

    def watch(watched: Watched, taken: float, count: int) -> None:
        if watched.name not in tasks:
            tasks[watched.name] = progress.add_task(watched.name, total=watched.size, count=0, rate=0.0)
        progress.update(tasks[watched.name], completed=taken, count=count, rate=rate(watched, count))

    return watch


def _told(terminal: Console, items: str) -> Watch:
    last = time.monotonic()
    rate = _rates()

    def watch(watched: Watched, taken: float, count: int) -> None:
        nonlocal last
        speed = rate(watched, count)
        if time.monotonic() - last < QUIET_SECONDS:
            return
        last = time.monotonic()
        share = f", {100 * taken / watched.size:.0f} %" if watched.size else ""
        terminal.print(f"{watched.name}: {count} {items}, {speed:.0f} a second{share}")

    return watch


def _rates() -> Callable[[Watched, int], float]:
    """Tells how many items a second came so far, of each that is watched from when the one before it ended."""
    begun: dict[str, float] = {}
    last = time.monotonic()

    def rate(watched: Watched, count: int) -> float:
        nonlocal last
        since = begun.setdefault(watched.name, last)
        last = time.monotonic()
        return count / max(last - since, 1e-3)

    return rate
