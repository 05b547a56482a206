"""Importing annotated texts in batches, each in one transaction. Texts with faults are reported and left out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from pydantic import ValidationError
from sqlalchemy import Connection, Engine, or_, select

from app.dialects.keys import among
from app.importing.ahead import batches
from app.importing.annotated_text.formats import TextFormat
from app.importing.annotated_text.making import Made, codes_in, make, names_in
from app.importing.annotated_text.mapping import Mapping
from app.importing.annotated_text.naming import Names, slug
from app.importing.annotated_text.reading import texts_of
from app.importing.annotated_text.resuming import Position
from app.importing.annotated_text.shape import GROUND_TRUTH, AnnotatedText, Given, Unread
from app.importing.annotated_text.units import settled
from app.importing.annotated_text.untold import untold
from app.importing.records import Skipped
from app.importing.running import transactions
from app.loading import Refused, load_imported
from app.loading.annotated import Actors, Dataset, Places
from app.loading.annotated import Article as Annotated
from app.loading.duplicates import Duplicate
from app.loading.edits.sent import nothing
from app.loading.folder import Folder, Source
from app.models import Article

BATCH = 50
_OURS = "/v1/articles/"
_MOST_LIKELY = 20

Tell = Callable[[str, Skipped], None]
Watch = Callable[[float, int], None]


@dataclass
class TextReport:
    """What an import did: texts, records by what became of them, how much was skipped, and remarks with counts.

    `unread` counts files that could not be read, `passed` texts that an earlier import, which broke off, had brought
    in, `likely` new records that look like stored ones, the first of which are in `likeliest`. `marks` were read.
    """

    texts: int = 0
    marks: int = 0
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    skipped: int = 0
    unread: int = 0
    passed: int = 0
    remarks: Counter[str] = field(default_factory=Counter)
    likely: int = 0
    likeliest: list[Duplicate] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TextJob:
    """What is to be imported: the files `given`, of one format, by a mapping, into a data set.

    `tell` is called with everything that is skipped, `watch` after each batch with the number of files and texts done.
    """

    format: TextFormat
    given: Iterable[Given]
    mapping: Mapping
    dataset: Dataset
    tell: Tell = lambda _file, _skipped: None
    watch: Watch = lambda _files, _texts: None
    batch: int = BATCH


@dataclass
class _Import:
    """An import under way: its job, the names that it has met, and its report; all is written as of one moment."""

    job: TextJob
    names: Names
    report: TextReport
    at: datetime
    # For each name, the file and the hash of the text that has it.
    names_given: dict[str, tuple[str, str]] = field(default_factory=dict)
    annotators: set[str | None] = field(default_factory=set)
    # How many files are done, with the share of the present one.
    taken: float = 0


def import_texts(engine: Engine, job: TextJob, *, dry: bool = False) -> TextReport:
    """Do JOB. Safe to repeat: what an import that broke off has written is passed over. If DRY, all is undone."""
    work = _Import(job, Names(job.dataset.id), TextReport(), datetime.now(UTC))
    # A record in a note may be one that several articles tell, and a page elsewhere be in several files: one batch.
    size = 1_000_000 if job.mapping.records or job.format.elsewhere else job.batch
    texts = 0
    with transactions(engine, dry=dry) as transaction:
        with transaction() as db:
            position = Position(db, job.format.name, job.dataset, job.mapping)
            work.names.add(db, job.mapping.actors, job.mapping.places)
        for listed in batches(_chosen(work), size):
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


def _chosen(work: _Import) -> Iterator[AnnotatedText]:
    """The texts to import: of several annotations of one text, only the one that counts.

    Annotators who have files of their own wait for the last file, because any of them may be the one who counts.
    """
    waiting: dict[tuple[str, str | None], list[AnnotatedText]] = {}
    for number, file in enumerate(work.job.given):
        texts: dict[tuple[str, str | None], list[AnnotatedText]] = {}
        if not (file.data or file.fault):
            work.report.remarks["the file is empty"] += 1
        for read in texts_of(work.job.format, file):
            if isinstance(read, Skipped):
                _skip(work, file.name, read)
            else:
                work.report.marks += len(read.marks)
                work.annotators.add(read.annotator)
                kept = waiting if read.annotator and not work.job.format.apart else texts
                kept.setdefault((read.name, read.text), []).append(read)
        for done, listed in enumerate(texts.values(), 1):
            work.taken = number + done / len(texts)
            yield _counting(work, listed)
    for listed in waiting.values():
        yield _counting(work, listed)
    if (wanted := work.job.mapping.annotator) and wanted not in work.annotators:
        work.report.remarks[f"nobody who annotated is called {wanted}, whom the mapping wants"] += 1


def _counting(work: _Import, listed: list[AnnotatedText]) -> AnnotatedText:
    """The one of LISTED, which annotate one text, that counts."""
    wanted = (work.job.mapping.annotator, GROUND_TRUTH)
    found = [one for name in wanted if name for one in listed if one.annotator == name]
    chosen = (found or listed)[0]
    for other in listed:
        if other is not chosen:
            counts = chosen.annotator or f"line {chosen.line}"
            why = f"is the annotation of {other.annotator or 'nobody'}; the one of {counts} counts"
            _skip(work, other.file, Skipped(other.line, why, other.name))
    return _named(work, chosen)


def _named(work: _Import, read: AnnotatedText) -> AnnotatedText:
    """READ under a name that no other text has: its own, or with its folder before it, or with a hash after it.

    A page that is elsewhere keeps its name, because it is the same page in whichever file its annotations are.
    """
    if read.text is None:
        return read
    digest = sha256(read.text.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    folder = read.file.rpartition("/")[0].rpartition("/")[2]
    names = (read.name, f"{folder}-{read.name}", f"{read.file}-{read.name}", f"{read.name}-{digest}")
    own = (read.file, digest)
    first = work.names_given.get(slug(read.name), own)
    if first != own and first[1] == digest:
        work.report.remarks["a text has the name and the words of one in another file: each is an article"] += 1
    name = next(name for name in names if work.names_given.setdefault(slug(name), own) == own)
    return replace(read, name=name)


def _skip(work: _Import, file: str, skipped: Skipped) -> None:
    work.report.skipped += 1
    work.report.unread += isinstance(skipped, Unread)
    work.job.tell(file, skipped)


def _store(db: Connection, work: _Import, batch: list[AnnotatedText]) -> None:
    """Write what BATCH says. A text that is refused is left out, and the others are written."""
    known = _known_articles(db, work.job.dataset.id, [read for read in batch if read.text is None])
    batch = [one for read in batch for one in _with_text(work, read, known)]
    codes = {code for read in batch for code in codes_in(read)}
    work.names.look_up(db, (name for read in batch for name in names_in(read, work.job.mapping)), codes)
    made: dict[str, tuple[AnnotatedText, Made]] = {}
    for read in batch:
        try:
            one = make(read, work.job.mapping, work.names, read.name, known.get(read.name, (None, None))[0])
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()[:3])
            _skip(work, read.file, Skipped(read.line, f"makes no article: {told}", read.name))
            continue
        for skipped in one.skipped:
            _skip(work, read.file, skipped)
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


def _together(work: _Import, first: AnnotatedText, one: Made, read: AnnotatedText, other: Made) -> Made:
    """What ONE and OTHER, which FIRST and READ became, say about one page, as one. What both say is told once."""
    more = {}
    for kind in ("events", "statements"):
        told = {record.id: record for record in getattr(one.article, kind)}
        for record in getattr(other.article, kind):
            if record.id in told:
                _skip(work, read.file, Skipped(read.line, f"{record.id} is in {first.file} already", read.name))
            told.setdefault(record.id, record)
        more[kind] = list(told.values())
    return replace(one, article=one.article.model_copy(update=more))


def _written(db: Connection, work: _Import, made: dict[str, tuple[AnnotatedText, Made]], elsewhere: set[str]) -> bool:
    """Write MADE; returns whether that could be done. If not, those with faults are reported and taken out of it."""
    try:
        report, likely = load_imported(db, _folder(db, work, made), work.at, elsewhere, untold(db, made.values()))
    except Refused as refused:
        wrong = {fault.file for fault in refused.faults} & set(made) or set(made)
        for fault in refused.faults:
            read = made[fault.file][0] if fault.file in made else next(iter(made.values()))[0]
            why = f"{fault.where}: {fault.message}" + (f"; found {fault.found!r}" if fault.found else "")
            _skip(work, read.file, Skipped(read.line, f"the article is refused: {why}", read.name))
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


def _folder(db: Connection, work: _Import, made: dict[str, tuple[AnnotatedText, Made]]) -> Folder:
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


def _with_text(work: _Import, read: AnnotatedText, known: dict[str, tuple[str, str | None]]) -> Iterator[AnnotatedText]:
    """READ with the text of the stored article that it is about, and its marks checked against that text."""
    text = known.get(read.name, (None, None))[1]
    if read.text is not None or text is None:
        yield read
        return
    for one in settled(replace(read, text=text), "UTF-16 units"):
        if isinstance(one, Skipped):
            _skip(work, read.file, one)
        else:
            yield one
