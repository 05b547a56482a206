"""What `dragoman import` does for annotated texts: draft a mapping, or import with one and report what came of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine, select

from app.importing.annotated_text.drafting import draft_mapping
from app.importing.annotated_text.formats import TextFormat
from app.importing.annotated_text.mapping import read_mapping
from app.importing.annotated_text.reading import given_in, texts_of
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.storing import import_texts
from app.importing.annotated_text.work import TextJob, TextReport
from app.importing.listing import REJECTED, Listing
from app.importing.options import BadOption, SetAsked, set_id
from app.importing.progress import watching
from app.importing.recognising import TOLD, advice
from app.importing.records import Skipped
from app.importing.reporting import Kinds
from app.importing.sources import Source, sources_of
from app.loading.annotated import Dataset
from app.models import Dataset as Stored
from app.terminal import TERMINAL

_MOST_TOLD = 10
_MOST_REMARKS = 20

Echo = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to import, with which MAPPING file, into which data set, and where skipped rows go."""

    paths: Sequence[Path]
    mapping: Path
    dataset: Dataset
    rejects: Path
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of an import, to show progress: their format, and how many they are."""

    name: str
    size: int


def dataset_of(engine: Engine, name: str, asked: SetAsked) -> Dataset:
    """The data set NAME as it is stored, or a new one, with what is ASKED of it. Raises BadOption."""
    with engine.connect() as db:
        stored = db.execute(select(*Stored.__table__.columns).where(Stored.id == name)).mappings().first()
    if stored and stored["files_digest"]:
        raise BadOption(f"The data set {name} is loaded from a folder; give another with --dataset.")
    new = {"license": "LicenseRef-unknown", "attribution": name, "title": name, "publisher": name, "version": "1"}
    kept = {key: stored[key] for key in Dataset.model_fields} if stored else {**new, "id": set_id(name)}
    try:
        return Dataset.model_validate(kept | asked.printed())
    except ValidationError as error:
        told = "; ".join(f"{one['loc'][0]}: {one['msg']}" for one in error.errors())
        raise BadOption(f"The data set cannot be made: {told}") from None


def drafted(form: TextFormat, paths: Sequence[Path], echo: Echo) -> str:
    """A mapping file for the files at PATHS; ECHO hears of what cannot be read. Raises BadOption if nothing can."""
    texts = marks = 0
    teller = _Teller(echo)

    def read_texts() -> Iterator[AnnotatedText]:
        nonlocal texts, marks
        for file in given_in(paths, form.suffixes):
            for read in texts_of(form, file):
                if isinstance(read, Skipped):
                    teller.tell(file.name, read)
                else:
                    texts, marks = texts + 1, marks + len(read.marks)
                    yield read

    mapping = draft_mapping(form.name, read_texts())
    teller.end()
    known = [] if marks else _advice(form, paths)
    for line in known:
        echo(line)
    if not texts:
        fits = "" if known else f" {form.name} is {form.summary}: `dragoman formats` lists all."
        raise BadOption(f"No text was read of which a mapping could be drafted.{fits}")
    return mapping


def _advice(form: TextFormat, paths: Sequence[Path]) -> list[str]:
    """What to type instead, if files at PATHS are of another format."""
    sources = (found for found in sources_of(paths, form.suffixes) if isinstance(found, Source))
    return list(advice(list(islice(sources, TOLD)), form.name))


class _Teller:
    """Tells the first things that are skipped as they come, and of the others at the end how many are alike."""

    def __init__(self, echo: Echo) -> None:
        self.echo = echo
        self.told = 0
        self.more = Kinds()

    def tell(self, file: str, skipped: Skipped) -> None:
        """SKIPPED, in FILE, was left out."""
        self.told += 1
        if self.told <= _MOST_TOLD:
            self.echo(_told(file, skipped))
        else:
            self.more.add(skipped.why, f"{file}:{skipped.line}" if file else "")

    def end(self) -> None:
        """Nothing more will come."""
        if self.more.rows:
            self.echo(f"... and {self.more.rows:,} more")
        for line in self.more.lines():
            self.echo(line)


def imported(engine: Engine, form: TextFormat, wanted: Wanted, echo: Echo) -> TextReport:
    """Import what is WANTED, and report to ECHO what came of it. Raises Refused if the mapping has faults."""
    mapping = read_mapping(wanted.mapping)
    teller, rejects = _Teller(echo), Listing(wanted.rejects, REJECTED)

    def tell(file: str, skipped: Skipped) -> None:
        teller.tell(file, skipped)
        rejects.add(file, skipped.line, skipped.why, skipped.row)

    files = _Files(form.name, sum(1 for _ in sources_of(wanted.paths, form.suffixes)))
    given = given_in(wanted.paths, form.suffixes)
    try:
        with watching(TERMINAL, "texts") as shown:
            job = TextJob(form, given, mapping, wanted.dataset, tell=tell, watch=partial(shown, files))
            report = import_texts(engine, job, dry=wanted.dry_run)
    finally:
        where = rejects.close("skipped rows", "--rejects")
    teller.end()
    for line in lines_of(report):
        echo(line)
    if where:
        echo(where)
    for line in () if report.marks else _advice(form, wanted.paths):
        echo(line)
    return report


def _told(file: str, skipped: Skipped) -> str:
    # If there is no file, the reason names its path.
    return f"{file}:{skipped.line}: {skipped.why}" if file else skipped.why


def _counted(records: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {kind}{'' if number == 1 else 's'}" for kind, number in records.items())


def lines_of(report: TextReport) -> Iterator[str]:
    """REPORT for people."""
    yield f"texts: {report.texts:,} imported, {report.skipped:,} things skipped"
    if report.passed:
        yield f"{report.passed:,} texts were in already; resumed after them"
    for name in ("added", "changed", "unchanged"):
        yield f"{name}: {_counted(getattr(report, name)) or 'nothing'}"
    if report.removed:
        yield f"removed, because their texts say it no longer: {_counted(report.removed)}"
    for remark, number in report.remarks.most_common(_MOST_REMARKS):
        yield f"note: {remark} ({number:,} {'time' if number == 1 else 'times'})"
    if (more := len(report.remarks) - _MOST_REMARKS) > 0:
        yield f"note: and {more:,} more kinds of remarks"
    if report.likely:
        yield f"likely duplicates, for you to look at and to merge: {report.likely:,}"
    for one in report.likeliest:
        yield f"  {one.id} is like {one.of}: {', '.join(one.reasons)}"
    if (more := report.likely - len(report.likeliest)) > 0:
        yield f"  and {more:,} more"
    if report.unread:
        yield f"refused: {report.unread:,} file{'' if report.unread == 1 else 's'} that could not be read"
