"""UCDP georeferenced events: CSV of any release, the JSON of the API, and the JSON lines of a coding sample."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any

from app.dates import UNKNOWN, Span
from app.importing.cells import KEPT, Ids, all_counted, day, on, point
from app.importing.crosswalks.countries import from_gleditsch_ward, from_name
from app.importing.crosswalks.violence import UCDP
from app.importing.formats import About, Format
from app.importing.objects import Found, is_json, objects, text_of
from app.importing.records import Amount, Coded, Document, Item, Line, Party, Skipped, Spot, Words, recorded
from app.importing.rows import Row, begun, csv_rows, headings_of, renamed, skipped
from app.importing.spots import spot
from app.importing.strokes import in_order

REQUIRED = ("id", "type_of_violence", "side_a", "side_b", "date_start", "date_end")
CIVILIANS = "Civilians"
GOVERNMENT = "Government of "
CLEAR = "Clear"
# The columns of a release, for a file of candidate events that came without its header.
COLUMNS = (
    *("id", "relid", "year", "active_year", "code_status", "type_of_violence"),
    *("conflict_dset_id", "conflict_new_id", "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name"),
    *("side_a_dset_id", "side_a_new_id", "side_a", "side_b_dset_id", "side_b_new_id", "side_b"),
    *("number_of_sources", "source_article", "source_office", "source_date", "source_headline", "source_original"),
    *("where_prec", "where_coordinates", "where_description", "adm_1", "adm_2", "latitude", "longitude"),
    *("geom_wkt", "priogrid_gid", "country", "country_id", "region", "event_clarity", "date_prec"),
    *("date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown"),
    *("best", "high", "low", "gwnoa", "gwnob"),
)
# Headings from before 2019, and the present ones. Shapefiles have ten letters of each; of those alike the first counts.
FORMER = {f"{name}_est": name for name in ("best", "high", "low")}
FORMER |= {name[:10]: name for name in reversed(COLUMNS) if len(name) > 10}  # noqa: PLR2004
# UCDP's other sets (armed conflicts, dyads, battle-related deaths, non-state conflicts, one-sided violence) have some.
OF_YEARS = frozenset({"conflict_id", "dyad_id", "actor_id"})
YEARS = (
    "this is a set of UCDP in which a row is a year of a conflict, not an event; the events are in its Georeferenced "
    "Event Dataset (GED), which is on the same page; the file was not read"
)
# Columns of the event coding sample, and what the data set calls them.
SAMPLE = {
    "deaths_side_a": "deaths_a",
    "deaths_side_b": "deaths_b",
    "side_a_name": "side_a",
    "side_b_name": "side_b",
    "start_date": "date_start",
    "end_date": "date_end",
    "location_root_name": "country",
    "location_adm1_name": "adm_1",
    "location_adm2_name": "adm_2",
    "location_where_name": "where_coordinates",
    "deaths_civilian": "deaths_civilians",
    "deaths_low": "low",
    "deaths_high": "high",
}
# By where_prec, from 1 for the place itself to 6 for its country; 2 is within 25 km, 5 a line or area, 7 sea or air.
PRECISIONS = {"1": "settlement", "6": "country"}
DATE_PRECISIONS = {"1": "day", "3": "week", "4": "month", "5": "year"}
# The ids of before 2017 are other numbers, and so they keep their names.
ORIGINALS = (
    *("conflict_new_id", "dyad_new_id", "side_a_new_id", "side_b_new_id"),
    *("conflict_id", "dyad_id", "side_a_id", "side_b_id"),
    *("where_prec", "date_prec", "event_clarity"),
)
# The dead of each side, for whom there are no kinds of figures.
SIDES = ("deaths_a", "deaths_b", "deaths_unknown")
_HEADLESS = re.compile(r'"?\d+"?,')
_BETWEEN = re.compile(r'"\s*;\s*"')
_PARTS = re.compile(r"(.*?),\s*(\d{4}-\d{2}-\d{2})[^,]*,(.*)", re.DOTALL)


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file."""
    ids = Ids()
    first, source = begun(lines)
    headings = set() if is_json(first) else set(headings_of(first))
    if "year" in headings and headings & OF_YEARS and not headings & {"id", "date_start"}:
        number, text = next(source)
        yield skipped(number, YEARS, text)
        return
    for row in in_order(_json(source) if is_json(first) else _csv(first, source), ("date_start", "date_end")):
        yield row if isinstance(row, Skipped) else _event(row, ids)


def _csv(first: str, lines: Iterable[Line]) -> Iterator[Row | Skipped]:
    headless = [(0, ",".join(COLUMNS))] if _HEADLESS.match(first) else []
    return csv_rows(chain(headless, lines), REQUIRED, former=FORMER)


def _json(lines: Iterable[Line]) -> Iterator[Row | Skipped]:
    for found in objects(lines):
        yield found if isinstance(found, Skipped) else _row(found)


def _row(found: Found) -> Row:
    """An object as a row of the table."""
    line, text, record = found
    names = renamed([name.casefold() for name in record], FORMER | SAMPLE)
    cells = dict(zip(names, map(_cell, record.values()), strict=True))
    if "type_of_violence" not in cells:
        # The sample has no type; the sides tell which it is.
        one_sided = CIVILIANS in {cells.get("side_b"), cells.get("side_a")}
        states = cells.get("side_a", "").startswith(GOVERNMENT)
        cells["type_of_violence"] = "3" if one_sided else "1" if states else "2"
    return Row(line, text, dict.fromkeys(REQUIRED, "") | cells)


def _cell(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else text_of(value)


def _event(row: Row, ids: Ids) -> Coded | Skipped:
    cells = row.cells
    start, end = day(cells["date_start"]), day(cells["date_end"])
    violence = UCDP.get(cells["type_of_violence"])
    if violence is None or start is None or end is None or end < start or not cells["id"]:
        return skipped(row.line, _fault(cells), row.text)
    key = ids.key(cells["id"], row.line, row.text)
    if isinstance(key, Skipped):
        return key
    given = cells.get
    country = from_gleditsch_ward(given("country_id", "")) or from_name(given("country", ""))
    place, remarks = _place(cells, country)
    (figures, odd), (sides, unread) = _figures(cells), all_counted({name: given(name, "") for name in SIDES})
    return Coded(
        line=row.line,
        key=key[0],
        type=violence[0],
        date=_span(start, end, given("date_prec", "1")),
        sources=_party(cells["side_a"], given("gwnoa", ""), country),
        targets=_party(cells["side_b"], given("gwnob", ""), country),
        place=place,
        plover="ASSAULT",
        quad_class=4,
        originals=_originals(violence[1], cells),
        figures=figures,
        evidence=_evidence(cells) or (recorded("UCDP", cells["id"]) if figures else ()),
        measures={name: count for name, count in sides.items() if count is not None},
        remarks=row.remarks + key[1] + remarks + odd + unread,
    )


def _originals(violence: str, cells: dict[str, str]) -> dict[str, str]:
    """UCDP's name for the VIOLENCE, its ids and precisions, and what is still to be checked of a candidate event."""
    kept = {f"ucdp_{name}": cells[name] for name in ORIGINALS if cells.get(name)}
    status = cells.get("code_status", CLEAR)
    return {"ucdp": violence} | kept | ({"ucdp_code_status": status} if status not in {"", CLEAR} else {})


def _fault(cells: dict[str, str]) -> str:
    if not cells["id"]:
        return "there is no id"
    for name in ("date_start", "date_end"):
        if day(cells[name]) is None:
            return f"{cells[name][:40] or 'nothing'} is not a day of the calendar ({name})"
    if cells["type_of_violence"] not in UCDP:
        return f"{cells['type_of_violence'][:40] or 'nothing'} is not a type of violence (1, 2 or 3)"
    return f"it ends ({cells['date_end']}) before it starts ({cells['date_start']})"


def _span(start: Any, end: Any, precision: str) -> Span:
    """The days from START to END, with the PRECISION that is given, if they lie within one such week, month or year."""
    wanted = DATE_PRECISIONS.get(precision, "range")
    within = {
        "week": start.isocalendar()[:2] == end.isocalendar()[:2],
        "month": (start.year, start.month) == (end.year, end.month),
        "year": start.year == end.year,
    }
    return Span(start, end, wanted if within.get(wanted, True) else "range")


@lru_cache(maxsize=KEPT)
def _party(name: str, state: str, country: str | None) -> tuple[Party, ...]:
    """A side of the event. Civilians are of the country of the event, and each government is of its own."""
    if not name:
        return ()
    if name.startswith(CIVILIANS):
        return (Party("ucdp", None, name, "population", country),)
    if name.startswith(GOVERNMENT):
        # Those of a coalition are one side, and the state is then a list.
        countries = name.removeprefix(GOVERNMENT).split(f", {GOVERNMENT}")
        named = ((f"{GOVERNMENT}{one}", from_gleditsch_ward(state) or from_name(one)) for one in countries)
        return tuple(Party("ucdp", None, whole, "government_body", own) for whole, own in named)
    return (Party("ucdp", None, name, "armed_group"),)


def _place(cells: dict[str, str], country: str | None) -> tuple[Spot | None, tuple[str, ...]]:
    given = cells.get
    names = [name for part in ("where_coordinates", "adm_2", "adm_1", "country") if (name := given(part, ""))]
    if not names:
        return None, ()
    lat, lon, remarks = point(given("latitude", ""), given("longitude", ""))
    exact = given("where_prec", "")
    precision = PRECISIONS.get(exact, "region") if exact else "country" if names == [given("country")] else "region"
    return spot(names, country, (lat, lon), precision), remarks


def _figures(cells: dict[str, str]) -> tuple[tuple[Amount, ...], tuple[str, ...]]:
    """The dead: the best estimate, the bounds that differ from it, and the civilians; and what was no number."""
    counted, odd = all_counted({name: cells.get(name, "") for name in ("best", "low", "high", "deaths_civilians")})
    best, low, high, civilians = counted.values()
    if best is None and low == high:
        best = low
    found = [
        Amount("killed", best, "exact", "people") if best is not None else None,
        Amount("killed", low, "at_least", "people") if low is not None and low != best else None,
        Amount("killed", high, "at_most", "people") if high is not None and high != best else None,
        Amount("civilians_killed", civilians, "exact", "people") if civilians else None,
    ]
    return tuple(filter(None, found)), odd


def _evidence(cells: dict[str, str]) -> tuple[Words, ...]:
    """Each report that the event was coded from, once."""
    text = cells.get("source_article", "").strip("; ")
    # Headlines have quotation marks of their own, doubled or not.
    quoted = len(text) > 1 and text[0] == text[-1] == '"'
    articles = [one.replace('""', '"').strip() for one in _BETWEEN.split(text[1:-1])] if quoted else []
    if not articles and text:
        # The parallel lists have semicolons of their own, so they are used only if all have the same length.
        parts = _parallel(cells)
        alone = _document(text, on(cells.get("source_date", "")) or UNKNOWN)
        return tuple(dict.fromkeys(map(Words, parts or (alone,))))
    return tuple(dict.fromkeys(Words(_document(article)) for article in articles if article))


def _parallel(cells: dict[str, str]) -> tuple[Document, ...]:
    lists = [cells.get(name, "").split(";") for name in ("source_office", "source_date", "source_headline")]
    if not all(lists[0]) or len({len(one) for one in lists}) > 1:
        return ()
    return tuple(_document(f"{office},{when},{title}") for office, when, title in zip(*lists, strict=True))


def _document(article: str, published: Span = UNKNOWN) -> Document:
    """The report ARTICLE, which may be `office,date,headline` or anything else, then PUBLISHED on a day."""
    parts = _PARTS.fullmatch(article)
    if parts is None:
        return Document(article, published=published)
    office, when, title = (" ".join(part.split()) or None for part in parts.groups())
    return Document(article, title=title, publisher=office, published=on(when or "") or UNKNOWN)


FORMAT = Format(
    name="ucdp-ged",
    summary="UCDP georeferenced events (GED): CSV of any release, or the API's JSON",
    read=read,
    about=About(
        title="UCDP Georeferenced Event Dataset",
        publisher="Uppsala Conflict Data Program",
        license="CC-BY-4.0",
        attribution="Sundberg and Melander 2013, UCDP Georeferenced Event Dataset, Uppsala Conflict Data Program",
        homepage="https://ucdp.uu.se/",
    ),
    suffixes=(".csv", ".json", ".jsonl"),
)
