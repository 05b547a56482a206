"""Phoenix events: daily tab-separated files without a header, the Cline Center's CSV, and the real-time API's JSON."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from string import digits

from app.dates import UNKNOWN, Span
from app.importing.cells import KEPT, Ids, on, point, score
from app.importing.crosswalks.cameo import Cameo, cameo, told_of_zero, with_zero
from app.importing.crosswalks.countries import from_iso3, from_name
from app.importing.crosswalks.plover import plover_of
from app.importing.formats import About, Format
from app.importing.objects import is_json, objects, text_of
from app.importing.parties import cameo_parties
from app.importing.records import Coded, Document, Item, Line, Skipped, Spot, Words
from app.importing.rows import MISSING, Row, begun, headings_of, skipped, table_rows
from app.importing.spots import spot

REQUIRED = ("eid", "story_date", "source", "target", "code")
DAILY = (
    *("eid", "story_date", "year", "month", "day"),
    *("source", "source_root", "source_agent", "source_others"),
    *("target", "target_root", "target_agent", "target_others"),
    *("code", "root_code", "quad_class", "goldstein", "joined_issues"),
    *("lat", "lon", "placename", "statename", "countryname", "ids", "urls", "sources"),
)
# What the real-time service calls the columns (openeventdata's PetrarchToPhoenix), in its JSON and in tables of it.
REAL_TIME = {
    "event_id": "eid",
    "date8": "story_date",
    "geoname": "placename",
    "admin_info": "statename",
    "country_code": "countryname",
    "latitude": "lat",
    "longitude": "lon",
    "id": "ids",
    "url": "urls",
    "source_text": "sources",
}
# What the codebook calls the columns, and after it R's phoxy and other scripts, with other names for some of them.
CODEBOOK = {
    "eventid": "eid",
    "date": "story_date",
    "sourceactorfull": "source",
    "targetactorfull": "target",
    "eventcode": "code",
    "eventrootcode": "root_code",
    "pentaclass": "quad_class",
    "quadclass": "quad_class",
    "goldsteinscore": "goldstein",
    "issues": "joined_issues",
    "actionlat": "lat",
    "actionlong": "lon",
    "long": "lon",
    "locationname": "placename",
    "geostatename": "statename",
    "countrycode": "countryname",
    "geocountryname": "countryname",
    "sentenceid": "ids",
    "newssources": "sources",
}
CODEBOOK_REQUIRED = ("eventid", "date", "sourceactorfull", "targetactorfull", "eventcode")
REAL_TIME_REQUIRED = ("date8", "source", "target", "code")
# The day that some conversion made of a missing one.
EPOCH = date(1970, 1, 1)
UNSET = ("1970-01-01 stands for a missing day; the date is unknown",)
# Which collection an event of the Cline Center was found in, by the letters that its id begins with.
COLLECTIONS = {
    "NYT": "The New York Times",
    "LNNYT": "The New York Times",
    "SWB": "BBC Summary of World Broadcasts",
    "FBIS": "Foreign Broadcast Information Service",
}
_URL = re.compile(r"https?://\S+")


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file, of whichever of the layouts."""
    ids = Ids()
    first, source = begun(lines)
    for row in _rows(source, first):
        yield row if isinstance(row, Skipped) else _event(row, ids)


def _rows(lines: Iterable[Line], first: str) -> Iterator[Row | Skipped]:
    """The rows of LINES, of which FIRST tells the layout, by the headings of the Cline Center."""
    if is_json(first):
        return map(_renamed, _objects(lines))
    headings = set(headings_of(first))
    for required in (REAL_TIME_REQUIRED, CODEBOOK_REQUIRED):
        if headings >= set(required):
            return map(_renamed, table_rows(lines, required))
    return table_rows(lines, REQUIRED) if "eid" in headings or "\t" not in first else _daily(lines)


def _objects(lines: Iterable[Line]) -> Iterator[Row | Skipped]:
    for found in objects(lines):
        if isinstance(found, Skipped):
            yield found
            continue
        line, text, record = found
        cells = {name: text_of(value) for name, value in record.items()}
        yield Row(line, text, dict.fromkeys(REAL_TIME_REQUIRED, "") | cells)


def _renamed(row: Row | Skipped) -> Row | Skipped:
    if isinstance(row, Skipped):
        return row
    former = CODEBOOK if "eventid" in row.cells else REAL_TIME
    cells = {former.get(name, name): cell for name, cell in row.cells.items()}
    return row._replace(cells=cells | {"eid": cells.get("eid") or cells.get("ids", "")})


def _daily(lines: Iterable[Line]) -> Iterator[Row | Skipped]:
    for at, text in lines:
        cells = text.split("\t")
        if len(cells) == len(DAILY):
            bare = ["" if cell in MISSING else cell for cell in map(str.strip, cells)]
            yield Row(at, text, dict(zip(DAILY, bare, strict=True)))
        elif text.strip():
            yield skipped(at, f"{len(cells)} cells instead of {len(DAILY)}", text)


def _event(row: Row, ids: Ids) -> Coded | Skipped:
    cells = row.cells
    day, code = on(cells["story_date"]), cameo(with_zero(cells["code"], cells.get("root_code", "")))
    if day is None or code is None or not cells["eid"]:
        return skipped(row.line, _fault(cells), row.text)
    key = ids.key(cells["eid"], row.line, row.text)
    if isinstance(key, Skipped):
        return key
    given = cells.get
    names = (given("placename", ""), given("statename", ""), given("countryname", ""))
    place, remarks = _place(names, given("lat", ""), given("lon", ""))
    goldstein, beyond = score(given("goldstein", ""))
    when = _instead(cells) if day.start == EPOCH else day
    return Coded(
        line=row.line,
        key=key[0],
        type=code.type,
        date=when,
        sources=cameo_parties(cells["source"]),
        targets=cameo_parties(cells["target"]),
        place=place,
        cameo=code.code,
        plover=plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=goldstein,
        originals=_originals(cells, code, goldstein),
        evidence=_evidence(cells),
        remarks=key[1] + told_of_zero(cells["code"], code.code) + beyond + remarks + (UNSET if when == UNKNOWN else ()),
    )


def _instead(cells: dict[str, str]) -> Span:
    """The day in the other columns, if it is not the one that stands for a missing day too."""
    found = on("-".join(cells.get(part, "") for part in ("year", "month", "day")))
    return found if found and found.start != EPOCH else UNKNOWN


def _fault(cells: dict[str, str]) -> str:
    if not cells["eid"]:
        return "there is no event id"
    if on(cells["story_date"]) is None:
        return f"{cells['story_date'][:40] or 'nothing'} is not a day of the calendar (story_date)"
    return f"{cells['code'][:40] or 'nothing'} is not a CAMEO code"


def _originals(cells: dict[str, str], code: Cameo, score: float | None) -> dict[str, str]:
    table = code.score("phoenix")
    kept = {
        "cameo": code.code,
        "phoenix_quad_class": cells.get("quad_class", ""),
        "phoenix_issues": cells.get("joined_issues", ""),
        "goldstein_table": str(table) if score is not None and table is not None and table != score else "",
    }
    return {scheme: value for scheme, value in kept.items() if value}


@lru_cache(maxsize=KEPT)
def _place(given: tuple[str, str, str], lat: str, lon: str) -> tuple[Spot | None, tuple[str, ...]]:
    place, state, country = given
    names = [name for name in given if name]
    if not names:
        return None, ()
    north, east, remarks = point(lat, lon)
    # Scripts that write headings over the columns have had these two the other way round.
    iso3 = from_iso3(country) or from_iso3(state) or from_name(country)
    return spot(names, iso3, (north, east), _precision(place, state, country, iso3)), remarks


def _precision(place: str, state: str, country: str, iso3: str | None) -> str:
    """Of a country (State of Qatar) or province, the place has the name too."""
    if place not in {"", state, country} and (state or iso3 is None or from_name(place) != iso3):
        return "settlement"
    return "region" if state else "country"


def _evidence(cells: dict[str, str]) -> tuple[Words, ...]:
    """Each story that the event was found in: by its address, or else by its id."""
    urls = _URL.findall(cells.get("urls", "").replace(";http", " http"))
    publishers = [name.strip() for name in cells.get("sources", "").split(";")]
    if urls:
        by = publishers if len(publishers) == len(urls) else [""] * len(urls)
        found = (Words(Document(url, url=url, publisher=name or None)) for url, name in zip(urls, by, strict=True))
        return tuple(dict.fromkeys(found))
    stories = cells.get("aid") or cells.get("ids", "")
    publisher = (publishers[0] if len(set(publishers)) == 1 else "") or COLLECTIONS.get(cells["eid"].rstrip(digits))
    return tuple(Words(Document(story.strip(), publisher=publisher)) for story in stories.split(";") if story.strip())


FORMAT = Format(
    name="phoenix",
    summary="Phoenix events: OEDA's daily files, the Cline Center's historical CSV, or the real-time API's JSON",
    read=read,
    about=About(
        title="Phoenix event data",
        publisher="Open Event Data Alliance; Cline Center for Advanced Social Research",
        license="https://clinecenter.illinois.edu/project/machine-generated-event-data-projects/phoenix-data",
        attribution="Phoenix event data, Open Event Data Alliance; Cline Center Historical Phoenix Event Data",
        homepage="http://openeventdata.org/",
    ),
    suffixes=(".txt", ".csv", ".tsv", ".json", ".jsonl"),
)
