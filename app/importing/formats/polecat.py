"""POLECAT: events with PLOVER codes, tab-separated, with or without the words of the story."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import chain, islice, zip_longest

from app.dates import UNKNOWN
from app.importing.cells import KEPT, Ids, on, point, score, whole
from app.importing.crosswalks.actors import plover_sector, ranked
from app.importing.crosswalks.countries import from_cow, from_iso3, from_name
from app.importing.crosswalks.languages import language
from app.importing.crosswalks.plover import as_given, plover
from app.importing.formats import About, Format
from app.importing.objects import exported_rows
from app.importing.records import Coded, Document, Item, Line, Party, Skipped, Spot, Words
from app.importing.rows import MISSING, Row, begun, column, joined, skipped
from app.importing.spots import spot
from app.importing.strokes import in_order

REQUIRED = ("event_id", "event_date", "event_type", "actor_name", "recipient_name")
SIDES = ("actor", "recipient")
# Headings of what the archive may not give away, which some of its files have without the columns.
WITHHELD = frozenset({"headline", "event_text", "feed", "story_id"})
# Beginnings of GeoNames feature codes: those of countries, and those of provinces and areas. PPL is for settlements.
COUNTRIES, REGIONS = ("PCL", "TERR"), ("ADM", "RGN", "CONT", "AREA", "PRSH", "SEA", "OCN", "ISL", "ISLS", "MTS", "ZN")
# What parts the sectors of one actor.
_BETWEEN = re.compile(r"[\s,|]+")


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file."""
    ids = Ids()
    rows = exported_rows(_fitting(lines), REQUIRED, "event_type", JOINED)
    for row in in_order(rows, ("event_date",)):
        yield row if isinstance(row, Skipped) else _event(row, ids)


def _fitting(lines: Iterable[Line]) -> Iterator[Line]:
    """LINES, without the headings of what is WITHHELD if the first row has nothing under them."""
    _, source = begun(lines)
    first = [*islice(source, 2)]
    if len(first) > 1:
        header, row = (text.split("\t") for _, text in first)
        given = [heading for heading in header if column(heading) not in WITHHELD]
        if len(given) == len(row) < len(header):
            first[0] = (first[0][0], "\t".join(given))
    return chain(first, source)


def _event(row: Row, ids: Ids) -> Coded | Skipped:
    given = row.cells.get
    day = on(row.cells["event_date"])
    code = plover(row.cells["event_type"], given("event_mode"), given("contexts", ""))
    if day is None or code is None or not row.cells["event_id"]:
        return skipped(row.line, _fault(row.cells), row.text)
    key = ids.key(row.cells["event_id"], row.line, row.text)
    if isinstance(key, Skipped):
        return key
    intensity, beyond = _intensity(row.cells)
    place, remarks = _place(*(tuple(given(name, "") for name in names) for names in _PLACE))
    acting, aimed = (_side(*(given(name, "") for name in _SIDES[side])) for side in SIDES)
    return Coded(
        line=row.line,
        key=key[0],
        type=code.type,
        date=day,
        sources=acting,
        targets=aimed,
        place=place,
        plover=code.code,
        quad_class=code.quad_class,
        goldstein=intensity,
        originals=_originals(row.cells, intensity, code.score),
        evidence=(_words(key[0], row.cells),),
        remarks=row.remarks + key[1] + beyond + remarks,
    )


_PLACE = (
    ("placename", "city", "district", "province", "country"),
    ("latitude", "longitude"),
    ("geonames_id", "feature_type"),
)
_SIDES = {
    side: (
        f"{side}_name",
        f"{side}_name_raw",
        f"{side}_country",
        f"{side}_cow",
        f"{side}_sectors",
        f"primary_{side}_sector",
    )
    for side in SIDES
}
JOINED = joined(chain(REQUIRED, *_PLACE, *_SIDES.values()))
JOINED |= joined(("event_mode", "event_intensity", "quad_code", "publication_date", "event_text", "story_id"))


def _fault(cells: dict[str, str]) -> str:
    if not cells["event_id"]:
        return "there is no event id"
    if on(cells["event_date"]) is None:
        return f"{cells['event_date'] or 'nothing'} is not a day of the calendar (Event Date)"
    return f"{cells['event_type'] or 'nothing'} is not an event type of PLOVER"


def _intensity(cells: dict[str, str]) -> tuple[float | None, tuple[str, ...]]:
    return score(cells.get("intensity") or cells.get("event_intensity") or "")


def _originals(cells: dict[str, str], given: float | None, table: float | None) -> dict[str, str]:
    kept = {
        "plover": as_given(cells["event_type"], cells.get("event_mode")),
        "plover_context": cells.get("contexts", ""),
        "plover_quad": cells.get("quad_code", ""),
    }
    if given is not None and table is not None and given != table:
        kept["plover_score_table"] = str(table)
    return {scheme: code for scheme, code in kept.items() if code}


@lru_cache(maxsize=KEPT)
def _side(*cells: str) -> tuple[Party, ...]:
    """The actors of one side, whose names, countries, numbers and sectors are in parallel lists."""
    names, raw, countries, numbers, sectors = (_listed(cell) for cell in cells[:5])
    if not cells[0] and not cells[1] and not cells[2] and not cells[3]:
        return ()
    primary = "" if cells[4] else cells[5]
    rows = zip_longest(names, raw, countries, numbers, _parallel(sectors, len(names)), fillvalue="")
    parties = (_party(name or words, iso3, cow, held or primary) for name, words, iso3, cow, held in rows)
    return tuple(dict.fromkeys(party for party in parties if party))


def _listed(cell: str) -> list[str]:
    """The parts of CELL, any of which may be missing."""
    return ["" if part in MISSING else part for part in map(str.strip, cell.split(";"))]


def _parallel(sectors: list[str], wanted: int) -> list[str]:
    """SECTORS for each of the WANTED actors. If there are not as many, each actor has all of them."""
    return sectors if len(sectors) == wanted else [",".join(sectors)] * wanted


def _party(name: str, iso3: str, cow: str, sectors: str) -> Party | None:
    parts = tuple(part for part in _BETWEEN.split(sectors) if part not in MISSING)
    country = from_iso3(iso3) or from_cow(cow)
    kinds = {kind for part in parts if (kind := plover_sector(part))}
    if name:
        kind = ranked(kinds) if kinds else "state" if country and from_name(name) == country else "other"
        return Party("polecat", None, name, kind, country, parts)
    code = (iso3 or country or "") + "".join(parts[:1])
    return Party("polecat", code, None, ranked(kinds) if kinds else "state", country, parts) if code else None


@lru_cache(maxsize=KEPT)
def _place(
    named: tuple[str, ...], at: tuple[str, ...], geonames: tuple[str, ...]
) -> tuple[Spot | None, tuple[str, ...]]:
    placename, city, district, province, country = named
    names = [name for name in (city or placename, district, province, country) if name]
    if not names:
        return None, ()
    north, east, remarks = point(at[0], at[1])
    iso3 = from_iso3(country) or from_name(country)
    number_ = whole(geonames[0])
    found = spot(names, iso3, (north, east), _precision(geonames[1], named))
    return replace(found, key=f"geonames-{number_}", geonames=number_) if number_ else found, remarks


def _precision(feature: str, named: tuple[str, ...]) -> str:
    """The precision by the feature code of GeoNames or, without one, by which names are given."""
    placename, city, district, province, country = named
    if feature.startswith(COUNTRIES):
        return "country"
    if feature.startswith(REGIONS):
        return "region"
    if feature.startswith("PPL") or city:
        return "settlement"
    if placename and placename not in {district, province, country}:
        return "point" if feature else "region"
    return "region" if district or province else "country"


def _words(key: str, cells: dict[str, str]) -> Words:
    given = cells.get
    # The id of an event is that of its story, with a number.
    story = given("story_id") or cells["event_id"].rpartition("_")[0] or cells["event_id"]
    text = given("event_text") or None
    document = Document(
        key if text else story,
        title=given("headline") or None,
        publisher=given("source") or given("feed") or None,
        published=on(given("publication_date", "")) or UNKNOWN,
        language=language(given("language", "")),
        text=text,
    )
    return Words(document, text, 0, len(text)) if text else Words(document)


FORMAT = Format(
    name="polecat",
    summary="POLECAT events (ngecEvents files): PLOVER codes in tab-separated text with a header, or CSV or JSON of it",
    read=read,
    about=About(
        title="POLECAT: POLitical Event Classification, Attributes, and Types",
        publisher="Harvard Dataverse",
        license="CC0-1.0",
        attribution='Scarborough et al., "POLECAT Weekly Data", Harvard Dataverse, doi:10.7910/DVN/AJGVIT',
        homepage="https://dataverse.harvard.edu/dataset.xhtml?persistentId=doi:10.7910/DVN/AJGVIT",
    ),
    suffixes=(".txt", ".tsv", ".tab", ".csv", ".json", ".jsonl"),
)
