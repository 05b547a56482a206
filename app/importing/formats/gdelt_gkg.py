"""GDELT GKG 2.1: articles with their titles, and the quotations in them as statements without a speaker."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.importing.cells import on
from app.importing.formats import Format
from app.importing.formats.gdelt_events import ABOUT, document_of
from app.importing.formats.gdelt_languages import language_of
from app.importing.objects import exported_cells, is_json
from app.importing.records import Document, Item, Line, Passed, Said, Skipped, Words
from app.importing.rows import begun, skipped

COLUMNS = (
    *("GKGRECORDID", "DATE", "SourceCollectionIdentifier", "SourceCommonName", "DocumentIdentifier"),
    *("Counts", "V2Counts", "Themes", "V2Themes", "Locations", "V2Locations", "Persons", "V2Persons"),
    *("Organizations", "V2Organizations", "V2Tone", "Dates", "GCAM", "SharingImage", "RelatedImages"),
    *("SocialImageEmbeds", "SocialVideoEmbeds", "Quotations", "AllNames", "Amounts", "TranslationInfo", "Extras"),
)
# GKG 1.0 and its counts.
COLUMNS_1 = (11, 15)
ID, DATE, SOURCE, WHERE, QUOTATIONS, TRANSLATED, EXTRAS = 0, 1, 3, 4, 22, 25, 26
_HEADINGS = [name.casefold() for name in COLUMNS]
# GDELT's codebook has the version in its headings (`V2.1QUOTATIONS`), which BigQuery's tables have not.
_CODEBOOK = {
    f"{version}{heading}": heading
    for heading in ("date", "sourcecommonname", "documentidentifier", "quotations", "translationinfo")
    for version in ("v2", "v2.1", "v2_1")
} | {"v2extrasxml": "extras"}
PARTS = 4
LONGEST_QUOTE = 100_000
# GDELT gives no verb, and a quotation by itself says no more.
ACT = "inform"
_BETWEEN = re.compile(r"#(?=\d+\|\d+\|)")
_TITLE = re.compile(r"<PAGE_TITLE>(.*?)</PAGE_TITLE>")
_TIME = re.compile(r"<PAGE_PRECISEPUBTIMESTAMP>(\d{8})\d*</PAGE_PRECISEPUBTIMESTAMP>")


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The quotations of a file, GDELT's own or one exported with a header, each with its article."""
    first, source = begun(lines)
    rows = _exported if is_json(first) or _HEADINGS[ID] in first.casefold() else _tabbed
    for row in rows(source):
        if isinstance(row, Skipped):
            yield row
        else:
            yield from _record(*row)


def _tabbed(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    for line, text in lines:
        cells = text.split("\t")
        if len(cells) == len(COLUMNS):
            yield line, text, cells
        elif len(cells) in COLUMNS_1:
            yield skipped(line, "a row of GKG 1.0 or its counts, which have no quotations; those of 2.1 have", text)
        elif text.strip():
            yield skipped(line, f"a row has {len(COLUMNS)} cells, not {len(cells)}", text)


def _exported(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    return exported_cells(lines, ("gkgrecordid", "date", "documentidentifier", "quotations"), _HEADINGS, _CODEBOOK)


def _record(line: int, text: str, cells: list[str]) -> Iterator[Said | Passed | Skipped]:
    document = document_of(cells[WHERE].strip(), cells[DATE].strip())
    if document is None or on(cells[DATE]) is None:
        yield skipped(line, "there is no time (DATE) or no document (DocumentIdentifier)", text)
    elif cells[QUOTATIONS]:
        yield from _quotations(line, cells, _titled(document, cells))
    else:
        yield Passed(line, "an article without a quotation, which is what is taken of GKG")


def _titled(document: Document, cells: list[str]) -> Document:
    title, time = _TITLE.search(cells[EXTRAS]), _TIME.search(cells[EXTRAS])
    return replace(
        document,
        title=" ".join(html.unescape(title[1]).split()) or None if title else document.title,
        publisher=cells[SOURCE].strip() or document.publisher,
        published=(on(time[1]) if time else None) or document.published,
        language=language_of(cells[TRANSLATED]),
    )


def _quotations(line: int, cells: list[str], document: Document) -> Iterator[Said | Skipped]:
    """Each `offset|length|verb|quote`, which may hold bars and `#`; offsets are of no use without the text."""
    for number, part in enumerate(_BETWEEN.split(cells[QUOTATIONS]), 1):
        fields = part.split("|", PARTS - 1)
        quote = fields[-1].strip()
        if len(fields) != PARTS or not quote or len(quote) > LONGEST_QUOTE:
            yield skipped(line, "a quotation is not offset|length|verb|words", part)
            continue
        yield Said(
            line=line,
            key=f"{cells[ID].strip().lower()}-s{number}",
            speaker=None,
            quote=quote,
            language=document.language,
            # Nobody is quoted after the article has come out; GDELT may have seen that days later.
            date=document.published,
            act=ACT,
            evidence=(Words(document),),
        )


FORMAT = Format(
    "gdelt-gkg",
    "GDELT GKG 2.1: quotations as statements without a speaker",
    read,
    ABOUT,
    unit="quotations and rows without one",
)
