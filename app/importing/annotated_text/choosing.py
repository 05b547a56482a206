"""Which annotation of a text counts, and what the text is called."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import replace

from app.importing.annotated_text.making import said_of
from app.importing.annotated_text.naming import slug
from app.importing.annotated_text.reading import texts_of
from app.importing.annotated_text.shape import GROUND_TRUTH, AnnotatedText, Given
from app.importing.annotated_text.waiting import Waiting, digest_of
from app.importing.annotated_text.work import Work
from app.importing.records import Skipped


def chosen(work: Work) -> Iterator[AnnotatedText]:
    """The texts to import: of several annotations of one text, only the one that counts.

    Annotators who have files of their own wait for the last file, because any of them may be the one who counts.
    """
    with closing(Waiting()) as waiting:
        for number, file in enumerate(work.job.given):
            texts = _texts(work, file, waiting)
            for done, listed in enumerate(texts, 1):
                work.taken = number + done / len(texts)
                yield _counting(work, listed)
        for listed in waiting.by_text():
            yield _counting(work, listed)
    if (wanted := work.job.mapping.annotator) and wanted not in work.annotators:
        work.report.remarks[f"nobody who annotated is called {wanted}, whom the mapping wants"] += 1


def _texts(work: Work, file: Given, waiting: Waiting) -> Collection[list[AnnotatedText]]:
    """The annotations in FILE, by the text that they annotate; those of which others may come go to WAITING."""
    if not (file.data or file.fault):
        work.report.remarks["the file is empty"] += 1
    texts: dict[tuple[str, str | None], list[AnnotatedText]] = {}
    for read in texts_of(work.job.format, file):
        if isinstance(read, Skipped):
            work.skip(file.name, read)
            continue
        work.report.marks += len(read.marks)
        work.annotators.add(read.annotator)
        if read.annotator and (read.shared or not work.job.format.apart):
            waiting.add(read)
        else:
            texts.setdefault((read.name, read.text), []).append(read)
    return texts.values()


def _counting(work: Work, listed: list[AnnotatedText]) -> AnnotatedText:
    """The one of LISTED, which annotate one text, that counts: unless others are wanted, the first with marks."""
    wanted = (work.job.mapping.annotator, GROUND_TRUTH)
    found = [one for name in wanted if name for one in listed if one.annotator == name]
    first = (found or [one for one in listed if one.marks] or listed)[0]
    for other in listed:
        if other is not first:
            counts = first.annotator or f"line {first.line}"
            why = f"is the annotation of {other.annotator or 'nobody'}; the one of {counts} counts"
            work.skip(other.file, Skipped(other.line, why, other.name))
    return _named(work, replace(first, name=listed[0].name))


def _named(work: Work, read: AnnotatedText) -> AnnotatedText:
    """READ under a name that no other text has: its own, or with its folder before it, or with a hash after it.

    Its own is what a field beside it gives, or else the one in its file. A page that is elsewhere keeps its name,
    because it is the same page in whichever file its annotations are.
    """
    if read.text is None:
        return read
    digest = digest_of(read.text)[:12]
    folder = read.file.rpartition("/")[0].rpartition("/")[2]
    given = said_of(read, work.job.mapping).get("id") or read.name
    names = (given, f"{folder}-{given}", f"{read.file}-{given}", f"{given}-{digest}")
    own = (read.file, digest)
    first = work.names_given.get(slug(given), own)
    if first != own and first[1] == digest:
        work.report.remarks["a text has the name and the words of one in another file: each is an article"] += 1
    name = next(name for name in names if work.names_given.setdefault(slug(name), own) == own)
    return replace(read, name=name)
