"""GDELT event files: 61 columns (2.0), 58 (1.0) and 57 (1.0, without addresses), and CSV made of them."""

import csv
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from app.dates import UNKNOWN
from app.importing.cells import SHOWN, Ids, counted, measured, on, point, score
from app.importing.crosswalks.actors import cameo_actor
from app.importing.crosswalks.cameo import Cameo, cameo, told_of_zero, with_zero
from app.importing.crosswalks.countries import from_fips, name_of
from app.importing.crosswalks.plover import plover_of
from app.importing.formats import About, Format
from app.importing.identifiers import host_of
from app.importing.objects import exported_cells, is_json
from app.importing.records import Coded, Document, Item, Line, Party, Skipped, Spot, Words
from app.importing.rows import begun, skipped

ABOUT = About(
    title="GDELT",
    publisher="The GDELT Project",
    license="https://www.gdeltproject.org/about.html#termsofuse",
    attribution="The GDELT Project (https://www.gdeltproject.org/)",
    homepage="https://www.gdeltproject.org/",
)
COLUMNS_2 = 61
COLUMNS_1 = 58
COLUMNS_1_WITHOUT_URL = 57
_NAMED: tuple[str, ...] = ("Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode")
_NAMED += ("Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code")
_PLACED = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")
COLUMNS = [
    *("GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate"),
    *(f"Actor{one}{name}" for one in (1, 2) for name in _NAMED),
    *("IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"),
    *("NumMentions", "NumSources", "NumArticles", "AvgTone"),
    *(f"{whose}Geo_{name}" for whose in ("Actor1", "Actor2", "Action") for name in _PLACED),
    *("DATEADDED", "SOURCEURL"),
]
ID, DAY, ACTOR_1, ACTOR_2, ROOT, CODE, QUAD, SCORE, MENTIONS = 0, 1, 5, 15, 25, 26, 29, 30, 31
ROOT_CODE = 28
PLACE, ADDED, URL = 51, 59, 60
DIGITS = 3  # of a code, at least: no row has a root alone
STATE = 2  # letters in the id of an American state
UNNUMBERED = "0"  # the id that every country has in files from before 2013-04
_HEADINGS = [name.casefold() for name in COLUMNS]
# The codebook's heading of the day.
_CODEBOOK = {"day": "sqldate"}
_HEADINGS_1 = [name for name in _HEADINGS if not name.endswith("adm2code")]
_HEADINGS_OF = {len(names): names for names in (_HEADINGS, _HEADINGS_1, _HEADINGS_1[:-1])}
_ROW = re.compile(r'"?\d+"?,"?\d{8}"?,', re.ASCII)
# How the file for plots and models begins (GDELT.MASTERREDUCEDV2.TXT).
REDUCED = ["date", "source", "target", "cameocode", "numevents"]
SUMS = (
    "this is GDELT's reduced file, in which events of a day, pair and place are added up under no id, so no row of it "
    "is an event; the events are in the files by year, month and day, which are on the same page; the file was not read"
)
_URL = re.compile(r"https?://\S+")
_PRECISIONS = {"1": "country", "2": "region", "3": "settlement", "4": "settlement", "5": "region"}
_MEASURES = (("mentions", counted), ("sources", counted), ("articles", counted), ("tone", measured))
_NOTHING = ("", "NA")
_NOWHERE = ("0", "NA")
# Where a table was cut to fewer columns than the one of the type: `France`, `Texas, United States`, or a settlement.
_BY_PARTS = ("country", "region")
_UNNAMED = ("coordinates without the name of a place (ActionGeo_FullName) were left out",)


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file, of whichever layout."""
    first, source = begun(lines)
    if not first:
        return
    if first.casefold().split("\t")[: len(REDUCED)] == REDUCED:
        number, text = next(source)
        yield skipped(number, SUMS, text)
        return
    # GDELT's own files have no header; an export mostly has one, whatever separates its cells.
    own = first.count("\t") >= COLUMNS_1_WITHOUT_URL - 1 and _HEADINGS[ID] not in first.casefold()
    rows = _tabbed if own and not is_json(first) else _exported
    header = [] if own else [(0, ",".join(_HEADINGS_OF[len(cells)]))] if (cells := _headless(first)) else []
    ids = Ids()
    for row in rows(chain(header, source)):
        yield row if isinstance(row, Skipped) else _event(*row, ids)


def _headless(text: str) -> list[str]:
    """The cells of a row of CSV if it is GDELT's own without a header; none if it is not."""
    cells = next(csv.reader([text]), []) if _ROW.match(text) else []
    return cells if len(cells) in _HEADINGS_OF else []


def _tabbed(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    for line, text in lines:
        cells = text.split("\t")
        if len(cells) == COLUMNS_2:
            yield line, text, cells
        elif len(cells) in (COLUMNS_1, COLUMNS_1_WITHOUT_URL):
            yield line, text, _widened(cells)
        elif text.strip():
            wanted = f"{COLUMNS_2}, {COLUMNS_1} or {COLUMNS_1_WITHOUT_URL}"
            yield skipped(line, f"a row has {wanted} cells, not {len(cells)}", text)


def _widened(cells: list[str]) -> list[str]:
    """A row of 1.0 as one of 2.0, with nothing for second-level districts and, if it has none, the address."""
    wide = [*cells[:39], "", *cells[39:46], "", *cells[46:53], "", *cells[53:]]
    return wide if len(wide) == COLUMNS_2 else [*wide, ""]


def _exported(lines: Iterable[Line]) -> Iterator[tuple[int, str, list[str]] | Skipped]:
    required = ("globaleventid", "sqldate", "eventcode")
    return exported_cells(lines, required, _HEADINGS, _CODEBOOK)


def _event(line: int, text: str, cells: list[str], ids: Ids) -> Coded | Skipped:
    given = cells[CODE].strip()
    code, day = cameo(with_zero(given, cells[ROOT_CODE].strip(), DIGITS)), on(cells[DAY])
    if code is None or day is None or not cells[ID].strip().isdigit():
        return skipped(line, _fault(cells), text)
    key = ids.key(cells[ID].strip(), line, text)
    if isinstance(key, Skipped):
        return key
    place, remarks = _place(*cells[PLACE : PLACE + 8]) if cells[PLACE] not in _NOWHERE else (None, ())
    source, target = (
        _party(_code(cells, ACTOR_1), cells[ACTOR_1 + 1]),
        _party(_code(cells, ACTOR_2), cells[ACTOR_2 + 1]),
    )
    goldstein, beyond = score(cells[SCORE])
    measures, odd = _measures(cells)
    added = cells[ADDED].strip()
    document = document_of(cells[URL].strip(), added)
    return Coded(
        line=line,
        key=key[0],
        type=code.type,
        date=day,
        sources=(source,) if source else (),
        targets=(target,) if target else (),
        place=place,
        cameo=code.code,
        plover=plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=goldstein,
        originals=_originals(code, cells[QUAD], cells[ROOT]),
        measures=measures,
        evidence=(Words(document),) if document else (),
        remarks=key[1] + told_of_zero(given, code.code) + beyond + odd + remarks + _untimely(added),
    )


def _fault(cells: list[str]) -> str:
    if not cells[ID].strip().isdigit():
        return f"GLOBALEVENTID is {cells[ID]!r}, and must be a number"
    if on(cells[DAY]) is None:
        return f"SQLDATE is {cells[DAY]!r}, which is not a day of the calendar"
    return f"EventCode is {cells[CODE]!r}, which is not a CAMEO code"


def _untimely(added: str) -> tuple[str, ...]:
    """A remark if ADDED, when GDELT saw the event, is no time: a spreadsheet makes 2.0191E+13 of it."""
    return (
        (f"{added[:SHOWN]} is not a time and was left out (DATEADDED)",)
        if added not in _NOTHING and on(added) is None
        else ()
    )


def _code(cells: list[str], at: int) -> str:
    """The code of the actor AT a column or, where that was cut, the country and types that are its parts."""
    return cells[at].strip() or "".join((cells[at + 2], *cells[at + 7 : at + 10])).strip()


@lru_cache(maxsize=100_000)
def _party(code: str, name: str) -> Party | None:
    name = name.strip()
    if not code and not name:
        return None
    meant = cameo_actor(code) if code else None
    if meant is None:
        return Party("cameo", None, name)
    # The other columns repeat what the parts of the code say.
    return Party("cameo", code, name or None, meant.kind, meant.country, meant.sectors)


@lru_cache(maxsize=100_000)
def _place(*cells: str) -> tuple[Spot | None, tuple[str, ...]]:
    kind, name, fips, _, _, lat, lon, id = (cell.strip() for cell in cells)
    feature = "" if id == UNNUMBERED else id
    north, east, remarks = point(lat, lon)
    if not (name or feature):
        return _country(fips), remarks or (() if north is None else _UNNAMED)
    parts = name.count(",")
    precision = _PRECISIONS.get(kind) or (_BY_PARTS[parts] if parts < len(_BY_PARTS) else "settlement")
    # American states have two letters, which are a country's too: CA is California and Canada.
    own = f"us{feature}" if precision == "region" and len(feature) == STATE else feature
    own = own or (fips if precision == "country" else "")
    key = own.replace("-", "n").lower() if own else f"{name} {north} {east}"
    return Spot(f"place-{key}", name or feature, from_fips(fips), north, east, precision), remarks


def _country(fips: str) -> Spot | None:
    """The country, under the key that it has where it is named; its point is not that of a place in it."""
    iso3 = from_fips(fips)
    return Spot(f"place-{fips.lower()}", name_of(iso3) or iso3, iso3, None, None, "country") if iso3 else None


@lru_cache(maxsize=20_000)
def document_of(source: str, added: str) -> Document | None:
    """The article at the address SOURCE, or whatever SOURCE names; ADDED is the day or time when GDELT saw it."""
    if source in _NOTHING:
        return None
    day = on(added) or UNKNOWN
    if not _URL.fullmatch(source):
        key = f"{source} {day.start:%Y%m%d}" if day.start else source
        return Document(key, title=source, publisher=source, published=day)
    return Document(source, url=source, publisher=host_of(source).removeprefix("www.") or None, published=day)


def _originals(code: Cameo, quad_class: str, root: str) -> dict[str, str]:
    """The code; the quad class, if it is not the standard one; and whether the event is a root event."""
    found = {"cameo": code.code}
    if quad_class not in ("", str(code.quad_class)):
        found["quad-class"] = quad_class
    if root == "1":
        found["root-event"] = root
    return found


def _measures(cells: list[str]) -> tuple[dict[str, float], tuple[str, ...]]:
    found: dict[str, float] = {}
    remarks: tuple[str, ...] = ()
    for (name, read_one), cell in zip(_MEASURES, cells[MENTIONS : MENTIONS + 4], strict=True):
        number, odd = read_one(name, cell)
        if number is not None:
            found[name] = number
        remarks += odd
    return found, remarks


# Folders hold GDELT's own files, and tables or JSON Lines that BigQuery made of them.
SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".json", ".jsonl", ".ndjson")
FORMAT = Format(
    "gdelt-events", "GDELT 1.0 and 2.0 events, and CSV or JSON re-exports of them", read, ABOUT, suffixes=SUFFIXES
)
