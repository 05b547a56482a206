"""Importing annotated texts in batches, each in one transaction. Texts with faults are reported and left out."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, or_, select

from app.dialects.keys import among
from app.importing.ahead import batches
from app.importing.annotated_text.choosing import chosen
from app.importing.annotated_text.making import Made, codes_in, faults_of, make, names_in
from app.importing.annotated_text.naming import Names
from app.importing.annotated_text.resuming import Position
from app.importing.annotated_text.shape import AnnotatedText
from app.importing.annotated_text.units import settled
from app.importing.annotated_text.untold import untold
from app.importing.annotated_text.work import TextJob, TextReport, Work
from app.importing.records import Skipped
from app.importing.running import transactions
from app.loading import Refused, load_imported
from app.loading.annotated import Actors, Places
from app.loading.annotated import Article as Annotated
from app.loading.edits.sent import nothing
from app.loading.folder import Folder, Source
from app.models import Article

_OURS = "/v1/articles/"
_MOST_LIKELY = 20
# The size of a batch that is to have all texts.
_ALL = sys.maxsize


def import_texts(engine: Engine, job: TextJob, *, dry: bool = False) -> TextReport:
    """Do JOB. Safe to repeat: what an import that broke off has written is passed over. If DRY, all is undone."""
    work = Work(job, Names(job.dataset.id), TextReport(), datetime.now(UTC))
    # A record in a note may be one that several articles tell, and a page elsewhere be in several files: one batch.
    size = _ALL if job.mapping.records or job.format.elsewhere else job.batch
    texts = 0
    with transactions(engine, dry=dry) as transaction:
        with transaction() as db:
            position = Position(db, job.format.name, job.dataset, job.mapping)
            work.names.add(db, job.mapping.actors, job.mapping.places)
        for listed in batches(chosen(work), size):
            if position.passes(listed):
                work.report.passed += len(listed)
            else:
                with transaction() as db:
                    _store(db, work, listed)
                    position.note(db, listed)
            texts += len(listed)
            job.watch(work.taken, texts)
        with transaction() as db:
            position.end(db)
    return work.report


def _store(db: Connection, work: Work, batch: list[AnnotatedText]) -> None:
    """Write what BATCH says. A text that is refused is left out, and the others are written."""
    known = _known_articles(db, work.job.dataset.id, [read for read in batch if read.text is None])
    batch = [one for read in batch for one in _with_text(work, read, known)]
    codes = {code for read in batch for code in codes_in(read)}
    work.names.look_up(db, (name for read in batch for name in names_in(read, work.job.mapping)), codes)
    made: dict[str, tuple[AnnotatedText, Made]] = {}
    for read in batch:
        try:
            one = make(read, work.job.mapping, work.names, known.get(read.name, (None, None))[0])
        except ValidationError as error:
            work.skip(read.file, Skipped(read.line, f"makes no article: {faults_of(error)}", read.name))
            continue
        for skipped in one.skipped:
            work.skip(read.file, skipped)
        work.report.remarks.update(one.remarks)
        if one.article.id in made:
            first, other = made[one.article.id]
            made[one.article.id] = first, _together(work, first, other, read, one)
        else:
            made[one.article.id] = read, one
    elsewhere = {key for key, _text in known.values()}
    while made and not _written(db, work, made, elsewhere):
        pass
    work.names.written()


def _together(work: Work, first: AnnotatedText, one: Made, read: AnnotatedText, other: Made) -> Made:
    """What ONE and OTHER, which FIRST and READ became, say about one page, as one. What both say is told once."""
    more = {}
    for kind in ("events", "statements"):
        told = {record.id: record for record in getattr(one.article, kind)}
        for record in getattr(other.article, kind):
            if record.id in told:
                work.skip(read.file, Skipped(read.line, f"{record.id} is in {first.file} already", read.name))
            told.setdefault(record.id, record)
        more[kind] = list(told.values())
    return replace(one, article=one.article.model_copy(update=more))


def _written(db: Connection, work: Work, made: dict[str, tuple[AnnotatedText, Made]], elsewhere: set[str]) -> bool:
    """Write MADE; returns whether that could be done. If not, those with faults are reported and taken out of it."""
    try:
        report, likely = load_imported(db, _folder(db, work, made), work.at, elsewhere, untold(db, made.values()))
    except Refused as refused:
        wrong = {fault.file for fault in refused.faults} & set(made) or set(made)
        for fault in refused.faults:
            read = made[fault.file][0] if fault.file in made else next(iter(made.values()))[0]
            why = f"{fault.where}: {fault.message}" + (f"; found {fault.found!r}" if fault.found else "")
            work.skip(read.file, Skipped(read.line, f"the article is refused: {why}", read.name))
        for key in wrong:
            del made[key]
        return False
    work.report.texts += len(made)
    work.report.likely += len(likely)
    work.report.likeliest += likely[: _MOST_LIKELY - len(work.report.likeliest)]
    for name in ("added", "changed", "unchanged", "removed"):
        counts = {kind: number for kind, number in getattr(report, name).items() if kind != "dataset"}
        getattr(work.report, name).update(counts)
    return True


def _folder(db: Connection, work: Work, made: dict[str, tuple[AnnotatedText, Made]]) -> Folder:
    """What was MADE as the files of a data set."""
    articles: list[Source[Annotated]] = [
        Source(nothing(key, read.line), one.article) for key, (read, one) in made.items()
    ]
    actors = Source(nothing("actors"), Actors(actors=work.names.all_actors(db)))
    places = Source(nothing("places"), Places(places=list(work.names.places.values())))
    return Folder(work.job.dataset, actors, places, articles, "", [], {})


def _known_articles(db: Connection, own: str, reads: list[AnnotatedText]) -> dict[str, tuple[str, str | None]]:
    """The id and the text of each stored article that READS are about, by the address that they give.

    An article without a text in the data set OWN does not count: an earlier import made it for these annotations.
    """
    sources = {read.name: read.meta.get("source", read.name) for read in reads}
    ids = {name: source.rpartition(_OURS)[2] for name, source in sources.items() if _OURS in source}
    rows = db.execute(
        select(Article.id, Article.source_url, Article.text)
        .where(
            or_(among(Article.source_url, set(sources.values())), among(Article.id, set(ids.values()))),
            or_(Article.dataset_id != own, Article.text.is_not(None)),
        )
        .order_by(Article.id.desc())
    ).all()
    by_url = {row.source_url: row for row in rows} if sources else {}
    by_id = {row.id: row for row in rows}
    found = {name: by_id.get(ids.get(name, "")) or by_url.get(source) for name, source in sources.items()}
    return {name: (row.id, row.text) for name, row in found.items() if row}


def _with_text(work: Work, read: AnnotatedText, known: dict[str, tuple[str, str | None]]) -> Iterator[AnnotatedText]:
    """READ with the text of the stored article that it is about, and its marks checked against that text."""
    text = known.get(read.name, (None, None))[1]
    if read.text is not None or text is None:
        yield read
        return
    for one in settled(replace(read, text=text), "UTF-16 units"):
        if isinstance(one, Skipped):
            work.skip(read.file, one)
        else:
            yield one
