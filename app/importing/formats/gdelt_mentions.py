"""GDELT mentions: which document mentions which event; evidence without words."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.importing.cells import on, whole
from app.importing.formats import Format
from app.importing.formats.gdelt_events import ABOUT, document_of
from app.importing.formats.gdelt_languages import language_of
from app.importing.objects import exported_cells, is_json
from app.importing.records import Found, Item, Line, Skipped, Words
from app.importing.rows import begun, skipped

COLUMNS = (
    *("GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier"),
    *("SentenceID", "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset", "InRawText", "Confidence"),
    *("MentionDocLen", "MentionDocTone", "MentionDocTranslationInfo", "Extras"),
)
# The last columns that may be empty, whose tabs get lost: the translation, and what GDELT has not filled yet.
EMPTY = 2
ID, TIME, SOURCE, WHERE, SENTENCE, TRANSLATED = 0, 2, 4, 5, 6, 14
_HEADINGS = [name.casefold() for name in COLUMNS]


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The mentions of a file, GDELT's own or one exported with a header."""
    first, source = begun(lines)
    own = "\t" in first and _HEADINGS[ID] not in first.casefold()
    rows = _tabbed if own and not is_json(first) else _exported
    for row in rows(source):
        yield row if isinstance(row, Skipped) else _mention(*row)


def _tabbed(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    for line, text in lines:
        cells = text.split("\t")
        lacking = len(COLUMNS) - len(cells)
        if 0 <= lacking <= EMPTY:
            yield line, text, [*cells, *[""] * lacking]
        elif text.strip():
            yield skipped(line, f"a row has {len(COLUMNS)} cells, not {len(cells)}", text)


def _exported(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    return exported_cells(lines, ("globaleventid", "mentionidentifier"), _HEADINGS)


def _mention(line: int, text: str, cells: list[str]) -> Found | Skipped:
    event, where = cells[ID].strip(), cells[WHERE].strip()
    if not event.isdigit():
        return skipped(line, f"GLOBALEVENTID is {event!r}, and must be a number", text)
    if on(cells[TIME]) is None:
        return skipped(line, f"MentionTimeDate is {cells[TIME]!r}, which is not a time", text)
    document = document_of(where, cells[TIME].strip())
    if document is None:
        return skipped(line, "MentionIdentifier is empty: there is no document", text)
    named = replace(
        document,
        publisher=cells[SOURCE].strip() or document.publisher,
        language=language_of(cells[TRANSLATED]),
    )
    return Found(line, event, Words(named, sentence=whole(cells[SENTENCE].strip())))


FORMAT = Format("gdelt-mentions", "GDELT 2.0 mentions: evidence, without words, for its events", read, ABOUT)
