"""Running an import: items are written in batches, each in one transaction together with its place in the file."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, delete, insert, select, text

from app import bulk
from app.database import connected_to_write, writing
from app.importing.ahead import ahead, batches
from app.importing.batching import Batch, ready
from app.importing.formats import Format
from app.importing.lines import lines_of
from app.importing.mentions import attach, complete, keep
from app.importing.records import Found, Item, Line, Skipped
from app.importing.reporting import Report
from app.importing.resolving import Resolver
from app.importing.sources import STDIN, Source, digest_of, opened, sources_of
from app.importing.unpacking import Stream, Unreadable
from app.loading.drafts import Draft
from app.loading.past import Stamp
from app.loading.planning import Removal
from app.loading.writing import Report as Written
from app.loading.writing import begin, write
from app.models import ImportedFile
from app.searching import text_index

BATCH = 5_000
# After so many batches, the statistics of the database are updated.
ANALYZED = frozenset({1, 4, 16, 64, 256})
# After so many batches, what statements have left in circles, a megabyte each, is collected: all that was made since is
# looked at, which takes a tenth of the time of a batch.
COLLECTED = 16


class Watched(Protocol):
    """What is being imported: its name, and its size if that is known."""

    @property
    def name(self) -> str: ...

    @property
    def size(self) -> int | None: ...


# Called with what is being imported, how much of it has been read, and how many items came of that.
Watch = Callable[[Watched, float, int], None]


def unwatched(_watched: Watched, _taken: float, _items: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be imported: files of one format, into one data set, of which there is a draft."""

    format: Format
    dataset: Draft
    paths: Sequence[Path]
    batch: int = BATCH
    watch: Watch = unwatched


def run(engine: Engine, job: Job, report: Report, *, dry: bool = False) -> None:
    """Do JOB and note everything in REPORT. If DRY, all is undone at the end."""
    with transactions(engine, dry=dry) as transaction, bulk.without_collector():
        importer = _Importer(job, report, transaction, Resolver(engine, job.dataset.id))
        for source in sources_of(job.paths, job.format.suffixes):
            if isinstance(source, Unreadable):
                report.refused(str(source))
            else:
                importer.take(source)
        if not dry:
            importer.condense()
            with transaction() as db:
                _analyze(db)


class _Importer:
    def __init__(
        self, job: Job, report: Report, transaction: Callable[[], AbstractContextManager[Connection]], names: Resolver
    ) -> None:
        self.job, self.report, self.transaction, self.names = job, report, transaction, names
        self.batches = 0

    def take(self, source: Source) -> None:
        """Import SOURCE from where an earlier run left it."""
        try:
            digest = digest_of(source)
            with opened(source) as stream, self.report.of(source):
                self._take(source, stream, digest)
        except (Unreadable, OSError) as error:
            self.report.refused(f"{source.name} {error}")

    def _take(self, source: Source, stream: Stream, digest: str | None) -> None:
        position = _Position(self.job, digest)
        with self.transaction() as db:
            done = position.read(db)
        if done:
            self.report.resumed(source.name, done)
        broken: list[Unreadable] = []
        made = ready(batches(self._items(source, stream, broken), self.job.batch), self.names, done)
        # Not ahead on SQLite, which works in this process, nor of a pipe, whose rows are to be written as they come.
        waiting = self.names.engine.dialect.name == "sqlite" or source.path == STDIN
        count, begun = 0, done > 0
        try:
            with closing(made if waiting else ahead(made)) as found:
                for batch in found:
                    begun |= self._put(batch, position, source)
                    count = batch.count
                    self.job.watch(source, stream.taken, count)
        except BaseException:
            # Some of the names that were resolved have not been written.
            self.names.forget()
            raise
        # A file of which nothing came in was perhaps of another format, and leaves no trace.
        if begun:
            with self.transaction() as db:
                position.write(db, count, done=not broken)
        for error in broken:
            raise error

    def condense(self) -> None:
        """Merge the parts of the index of words, by a step for each batch, so that little of it costs little.

        Each step is a transaction, so that other writers need not wait for all of them.
        """
        for _ in range(self.batches):
            with self.transaction() as db:
                if not text_index.condense(db):
                    return

    def _items(self, source: Source, stream: Stream, broken: list[Unreadable]) -> Iterator[Item]:
        """What the format reads in STREAM, and the lines that cannot be read. If it breaks off, BROKEN has why."""
        ill: list[Skipped] = []
        foreign: list[int] = []
        found = False
        try:
            for item in self.job.format.read(_sound(lines_of(stream, foreign), ill)):
                yield from _emptied(ill)
                yield item
                found = True
        except Unreadable as error:
            broken.append(error)
        found |= bool(ill)
        yield from _emptied(ill)
        if foreign:
            note = f"{len(foreign)} lines, the first of them {foreign[0]}, are not UTF-8 and were read as Windows-1252"
            self.report.notes.append(f"{source.name}: {note}")
        if not (found or broken):
            what = "has no rows" if stream.given else "is empty"
            self.report.notes.append(f"{source.name}: the file {what}")

    def _put(self, batch: Batch, position: "_Position", source: Source) -> bool:
        """Write BATCH, if anything is to be written."""
        for item in batch.items:
            if isinstance(item, Skipped):
                self.report.skipped(source.name, item)
        self.report.likely(batch.likely)
        if not (batch.drafts or batch.mentions):
            self.report.wrote(source.name, batch.new, Written())
            return False
        with self.transaction() as db:
            bulk.make_room(db)
            wrote = write_batch(db, self.job.dataset, batch)
            position.write(db, batch.count, done=False)
        self.batches += 1
        self.report.wrote(source.name, batch.new, wrote)
        if self.batches % COLLECTED == 0:
            gc.collect(1)
        if self.batches in ANALYZED:
            with self.transaction() as db:
                _analyze(db, roughly=True)
        return True


def _analyze(db: Connection, *, roughly: bool = False) -> None:
    """Update the statistics that the database plans by; ROUGHLY is enough while the tables grow."""
    if db.dialect.name == "sqlite":
        db.execute(text("PRAGMA analysis_limit = 1000"))
    elif roughly:
        db.execute(text("SET LOCAL default_statistics_target = 10"))
    text_index.settle(db)
    db.execute(text("ANALYZE"))


def write_batch(db: Connection, dataset: Draft, batch: Batch) -> Written:
    """Write BATCH to the data set, in the caller's transaction."""
    stamp = begin(db, Stamp(datetime.now(UTC)))
    complete(db, batch.drafts)
    report = write(db, dataset, batch.drafts, stamp, removal=Removal())
    keep(db, batch.mentions, sum(isinstance(one, Found) for one in batch.new), report)
    attach(db, {event for event, _, _ in batch.mentions}, report, stamp)
    return report


class _Position:
    """How many items of a file are in the database; stored in the same transactions as they are."""

    def __init__(self, job: Job, digest: str | None) -> None:
        self.key = {"dataset_id": job.dataset.id, "format": job.format.name, "sha256": digest}
        self.where = [getattr(ImportedFile, name) == value for name, value in self.key.items()]

    def read(self, db: Connection) -> int:
        """How many items are in; 0 if the file is new, or was read to its end and is now read once more."""
        if self.key["sha256"] is None:
            return 0
        return db.scalar(select(ImportedFile.items).where(*self.where, ImportedFile.done.is_(False))) or 0

    def write(self, db: Connection, items: int, *, done: bool) -> None:
        """Note that ITEMS of the file are in."""
        if self.key["sha256"] is not None:
            db.execute(delete(ImportedFile).where(*self.where))
            db.execute(insert(ImportedFile), {**self.key, "items": items, "done": done, "at": datetime.now(UTC)})


def _sound(lines: Iterator[Line | Skipped], ill: list[Skipped]) -> Iterator[Line]:
    """LINES without those that could not be read, which go to ILL."""
    for line in lines:
        if isinstance(line, Skipped):
            ill.append(line)
        else:
            yield line


def _emptied(ill: list[Skipped]) -> Iterator[Skipped]:
    yield from ill
    ill.clear()


@contextmanager
def transactions(engine: Engine, *, dry: bool) -> Iterator[Callable[[], AbstractContextManager[Connection]]]:
    """Gives a function that opens a transaction for a batch. If DRY, all share one, which is undone at the end."""
    if not dry:
        yield lambda: writing(engine)
        return
    with connected_to_write(engine) as db:
        outer = db.begin()
        try:
            yield lambda: nullcontext(db)
        finally:
            outer.rollback()
