"""ICEWS coded events: the archive's tab-separated files in every variant, quadruples, and JSON made from them."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import lru_cache

from app.importing.cells import KEPT, Ids, on, point, score, whole
from app.importing.crosswalks.actors import icews_kind
from app.importing.crosswalks.cameo import Cameo, cameo, code_of_label, told_of_zero, with_zero
from app.importing.crosswalks.countries import from_name
from app.importing.crosswalks.plover import plover_of
from app.importing.formats import About, Format
from app.importing.icews_json import told_event
from app.importing.objects import is_json, object_row, objects
from app.importing.records import Coded, Document, Item, Line, Party, Skipped, Spot, Words
from app.importing.rows import Row, begun, headings_of, joined, skipped, table_rows
from app.importing.spots import spot
from app.importing.strokes import in_order

NOBODY = "Unspecified Actor"
REQUIRED = ("event_id", "event_date", "source_name", "cameo_code", "target_name")
# The archive's file of 2017 has labels alone.
LABELLED = tuple(name.replace("cameo_code", "event_text") for name in REQUIRED)
JOINED = joined((*REQUIRED, "event_text", "source_sectors", "source_country", "target_sectors", "target_country"))
JOINED |= joined(("story_id", "sentence_number"))
QUADRUPLE = 4
DIGITS = 3  # of a code, at least: no row has a root alone
NUMBERS = (
    "numbers stand for the actors, the relation and the day; give the file that has them in words, or put those of its "
    "entity2id.txt and relation2id.txt in their place, and days: subject TAB relation TAB object TAB YYYY-MM-DD; "
    "the file was not read"
)
# Headings of the words of the story, in the variants that have them.
HEADLINES = ("headline", "story_headline")
SENTENCES = ("event_sentence", "sentence_text", "sentence")


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file, of whichever of the three layouts."""
    first, source = begun(lines)
    cells = first.split("\t")
    if is_json(first):
        yield from _objects(source)
    elif len(cells) == QUADRUPLE and on(cells[-1]):
        yield from _quadruples(source)
    elif QUADRUPLE <= len(numbers := first.split()) <= QUADRUPLE + 1 and all(map(str.isdigit, numbers)):
        number, text = next(source)
        yield skipped(number, NUMBERS, text)
    else:
        yield from _table(source)


def _objects(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of JSON, whose objects are rows of the table or of a layout of their own."""
    ids, before = Ids(), dict[tuple[str, ...], str]()
    for found in objects(lines):
        if isinstance(found, Skipped):
            yield found
        elif (row := object_row(found, REQUIRED, JOINED)).cells["event_id"] or row.cells["cameo_code"]:
            yield _event(row, ids, before)
        else:
            yield told_event(found, ids)


def _table(lines: Iterable[Line]) -> Iterator[Item]:
    ids, before = Ids(), dict[tuple[str, ...], str]()
    first, source = begun(lines)
    required = LABELLED if set(LABELLED) <= set(headings_of(first, JOINED)) - {"cameo_code"} else REQUIRED
    for row in in_order(table_rows(source, required, quoted="event_text", former=JOINED), ("event_date",)):
        yield row if isinstance(row, Skipped) else _event(row, ids, before)


def _event(row: Row, ids: Ids, before: dict[tuple[str, ...], str]) -> Coded | Skipped:
    cells, given = row.cells, row.cells.get
    labelled, coded = code_of_label(given("event_text", "")), given("cameo_code", "")
    code = cameo(with_zero(coded, labelled.code[:2] if labelled else "", DIGITS)) or labelled
    day = on(cells["event_date"])
    if day is None or code is None or not cells["event_id"]:
        return skipped(row.line, _fault(cells), row.text)
    # The ids of late 2013 came again in 2014 for other events, and so an event is known by its day as well.
    key = ids.key(f"{cells['event_id']}-{day.start}", row.line, row.text)
    if isinstance(key, Skipped):
        return key
    names = (given("city", ""), given("district", ""), given("province", ""), given("country", ""))
    place, remarks = _place(names, given("latitude", ""), given("longitude", ""))
    intensity, beyond = score(given("intensity", ""))
    return Coded(
        line=row.line,
        key=key[0],
        type=code.type,
        date=day,
        sources=_party(cells["source_name"], given("source_sectors", ""), given("source_country", "")),
        targets=_party(cells["target_name"], given("target_sectors", ""), given("target_country", "")),
        place=place,
        cameo=code.code,
        plover=plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=intensity,
        originals=_originals(code, intensity) | _mirror(cells, code.code, key[0], before),
        evidence=_evidence(cells),
        remarks=row.remarks + key[1] + _told(coded, code) + beyond + remarks,
    )


def _told(given: str, code: Cameo) -> tuple[str, ...]:
    """A remark if the code that is GIVEN is not CODE: it lost its zero, or is none (13y) and the label tells."""
    if not given or code.code in {given, f"0{given}"}:
        return told_of_zero(given, code.code) if given else ()
    return (f"the code {given} is not of CAMEO and was read as {code.code}, by the label",)


def _fault(cells: dict[str, str]) -> str:
    if not cells["event_id"]:
        return "there is no event id"
    if on(cells["event_date"]) is None:
        return f"{cells['event_date'] or 'nothing'} is not a day of the calendar (Event Date)"
    return f"{cells.get('cameo_code') or 'nothing'} is not a CAMEO code"


def _originals(code: Cameo, intensity: float | None) -> dict[str, str]:
    # The score is kept as it is given; if the table has another one, that is kept too.
    table = code.score("icews")
    differs = intensity is not None and table is not None and table != intensity
    return {"cameo": code.code} | ({"goldstein_table": str(table)} if differs else {})


def _mirror(cells: dict[str, str], code: str, id: str, before: dict[tuple[str, ...], str]) -> dict[str, str]:
    """The id of the same event seen from the other side: symmetric events are two rows of one sentence."""
    sentence = (cells.get("story_id", ""), cells.get("sentence_number", ""), code, cells["event_date"])
    source, target = cells["source_name"], cells["target_name"]
    other = before.pop((*sentence, target, source), None) if source != target else None
    if other:
        return {"mirror_of": other}
    if len(before) > KEPT:
        before.clear()
    before[*sentence, source, target] = id
    return {}


@lru_cache(maxsize=KEPT)
def _party(name: str, sectors: str, country: str) -> tuple[Party, ...]:
    if not name or name == NOBODY:
        return ()
    # Sectors are separated by commas, except those inside brackets.
    parts = tuple(_sectors(sectors))
    iso3 = from_name(country)
    # A state is seldom called as its country is (Russia, Russian Federation).
    kind = icews_kind(parts, domestic=bool(iso3)) or ("state" if iso3 and from_name(name) == iso3 else "other")
    return (Party("icews", None, name, kind, iso3, parts),)


def _sectors(text: str) -> Iterator[str]:
    # Where a table was CSV before, lists are in quotation marks.
    text = text.strip('"')
    depth, begun = 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0 and text[at + 1 : at + 2] != " ":
            yield text[begun:at].strip()
            begun = at + 1
    if text[begun:].strip():
        yield text[begun:].strip()


@lru_cache(maxsize=KEPT)
def _place(given: tuple[str, str, str, str], lat: str, lon: str) -> tuple[Spot | None, tuple[str, ...]]:
    city, district, province, country = given
    names = [name for name in given if name]
    if not names:
        return None, ()
    north, east, remarks = point(lat, lon)
    precision = "settlement" if city else "region" if district or province else "country"
    return spot(names, from_name(country), (north, east), precision), remarks


def _evidence(cells: dict[str, str]) -> tuple[Words, ...]:
    given = cells.get
    story = given("story_id")
    if not story:
        return ()
    sentence = given("sentence_number", "")
    headline, text = (next(filter(None, map(given, names)), None) for names in (HEADLINES, SENTENCES))
    if text:
        # Nothing but this sentence is known of the story, so each sentence is a document.
        said = Document(f"{story}:{sentence}", title=headline, publisher=given("publisher") or None, text=text)
        return (Words(said, text, 0, len(text), whole(sentence)),)
    return _mention(story, sentence, given("publisher") or None, headline)


@lru_cache(maxsize=1000)
def _mention(story: str, sentence: str, publisher: str | None, title: str | None) -> tuple[Words, ...]:
    return (Words(Document(story, title=title, publisher=publisher), sentence=whole(sentence)),)


def _quadruples(lines: Iterable[Line]) -> Iterator[Item]:
    ids = Ids()
    for at, text in lines:
        cells = [cell.strip() for cell in text.split("\t")]
        if not text.strip():
            continue
        if len(cells) != QUADRUPLE:
            yield skipped(at, f"{len(cells)} cells instead of {QUADRUPLE}", text)
            continue
        subject, label, object_, when = cells
        code, day = code_of_label(label), on(when)
        if code is None or day is None:
            yield skipped(at, f"{label} is not a CAMEO label" if code is None else f"{when} is not a day", text)
            continue
        key = ids.key(hashlib.blake2b(text.encode(), digest_size=8).hexdigest(), at, text)
        if isinstance(key, Skipped):
            yield key
            continue
        yield Coded(
            at,
            key[0],
            code.type,
            day,
            sources=_named(subject),
            targets=_named(object_),
            cameo=code.code,
            plover=plover_of(code.code),
            quad_class=code.quad_class,
            goldstein=code.score("icews"),
            originals={"cameo": code.code},
        )


@lru_cache(maxsize=KEPT)
def _named(name: str) -> tuple[Party, ...]:
    """An actor of whom only the name is known. Its country is in brackets, or is the name."""
    plain = name.replace("_", " ")
    head, _, behind = plain.partition("(")
    if behind:
        kind = "population" if head.strip() == "Citizen" else "other"
        return (Party("icews", None, plain, kind, from_name(behind.rstrip(") "))),)
    iso3 = from_name(plain)
    return (Party("icews", None, plain, "state" if iso3 else "other", iso3),) if plain != NOBODY else ()


FORMAT = Format(
    name="icews",
    summary="ICEWS coded events: the archive's tab-separated files, quadruples, or JSON lines",
    read=read,
    about=About(
        title="ICEWS Coded Event Data",
        publisher="Lockheed Martin / Harvard Dataverse",
        license="https://dataverse.harvard.edu/dataset.xhtml?persistentId=doi:10.7910/DVN/28075",
        attribution='Boschee et al., "ICEWS Coded Event Data", Harvard Dataverse, doi:10.7910/DVN/28075',
        homepage="https://dataverse.harvard.edu/dataverse/icews",
    ),
    suffixes=(".tab", ".tsv", ".txt", ".jsonl", ".json", ".csv"),
)
