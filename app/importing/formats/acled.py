"""ACLED events from its exports or its API: CSV with old or new columns, or JSON. Users bring their own."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import lru_cache

from app.dates import Span, parse_span
from app.importing.cells import KEPT, counted, day, number, on, point, whole
from app.importing.crosswalks.countries import from_gleditsch_ward, from_iso3, from_name, from_number
from app.importing.crosswalks.violence import INTER, of_acled
from app.importing.formats import About, Format
from app.importing.objects import is_json, objects, text_of
from app.importing.records import Amount, Coded, Document, Item, Line, Party, Skipped, Spot, Words, recorded
from app.importing.rows import Row, begun, csv_rows, headings_of, skipped
from app.importing.spots import spot
from app.importing.strokes import in_order

REQUIRED = ("event_date", "event_type")
IDS = ("event_id_cnty", "data_id")
# Headings from before 2018, and the present ones.
FORMER = {"geo_precis": "geo_precision"} | {f"ally_actor_{one}": f"assoc_actor_{one}" for one in (1, 2)}
FORMER |= {f"adm_level_{one}": f"admin{one}" for one in (1, 2, 3)}
COUNTS = "it counts the events of a place and a week, month or year; ACLED's own export has a row for each event"
MONADIC = (
    "; in a monadic export each actor of an event has a row of its own: take the dyadic one, which has both in one row"
)
PRECISIONS = {"1": "settlement", "2": "region", "3": "region"}
# Forces of a state, which abroad, or beside another actor, are not of the kind of state forces.
FORCES = ("Military Forces of ", "Police Forces of ", "Government of ")
ORIGINALS = (
    *("disorder_type", "sub_event_type", "interaction", "civilian_targeting"),
    *("time_precision", "geo_precision", "source_scale", "tags"),
)


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file, or of an answer of the API."""
    first, source = begun(lines)
    if not is_json(first) and "events" in (headings := headings_of(first)) and "event_date" not in headings:
        at, text = next(source)
        yield skipped(at, f"{COUNTS}; the file was not read", text)
        return
    versions = OrderedDict[str, float]()
    rows = _json(source) if is_json(first) else csv_rows(source, REQUIRED, former=FORMER)
    for row in in_order(rows, ("event_date",), day_first=True):
        yield row if isinstance(row, Skipped) else _event(row, versions)


def _json(lines: Iterable[Line]) -> Iterator[Row | Skipped]:
    for found in objects(lines):
        if isinstance(found, Skipped):
            yield found
            continue
        line, text, record = found
        cells = {name.casefold(): text_of(value) for name, value in record.items()}
        current = {FORMER.get(name, name): cell for name, cell in cells.items()}
        yield Row(line, text, dict.fromkeys(REQUIRED, "") | current)


def _event(row: Row, versions: OrderedDict[str, float]) -> Coded | Skipped:
    cells = row.cells
    given = cells.get
    id = next(filter(None, (given(name, "") for name in IDS)), "")
    when = on(cells["event_date"])
    type_ = of_acled(cells["event_type"], given("sub_event_type", ""), given("inter1", ""))
    if when is None or type_ is None or not id:
        return skipped(row.line, _fault(cells, id), row.text)
    again = id in versions
    if _superseded(id, number(given("timestamp", "")) or 0.0, versions):
        monadic = MONADIC if "actor1" in cells and "actor2" not in cells else ""
        return skipped(row.line, f"not newer than the row of {id} that came before{monadic}", row.text)
    newer = (f"it replaces the row of {id} that came before, which is older",) if again else ()
    place, remarks = _place(cells, _country(cells))
    figures, odd = _dead(given("fatalities", ""))
    return Coded(
        line=row.line,
        key=id,
        type=type_,
        date=_about(when, given("time_precision", "1")),
        sources=_side(given("actor1", ""), given("assoc_actor_1", ""), given("inter1", "")),
        targets=_side(given("actor2", ""), given("assoc_actor_2", ""), given("inter2", "")),
        place=place,
        originals=_originals(cells),
        figures=figures,
        evidence=_evidence(id, cells) or (recorded("ACLED", id) if figures else ()),
        remarks=row.remarks + newer + remarks + odd,
    )


def _country(cells: dict[str, str]) -> str | None:
    given = cells.get
    numbered = from_number(given("iso", "")) or from_gleditsch_ward(given("gwno", ""))
    return numbered or from_iso3(given("iso3", "")) or from_name(given("country", ""))


def _superseded(id: str, stamp: float, versions: OrderedDict[str, float]) -> bool:
    """Whether a row of the event came before that is at least as new. A newer row replaces the one before."""
    if len(versions) >= KEPT and id not in versions:
        versions.popitem(last=False)
    before = versions.get(id)
    if before is not None and stamp <= before:
        return True
    versions[id] = stamp
    return False


def _fault(cells: dict[str, str], id: str) -> str:
    if not id:
        return COUNTS if cells.get("events") else "there is no event id (event_id_cnty)"
    if deleted := cells.get("deleted_timestamp"):
        return f"{id} was deleted by ACLED ({deleted}); nothing is erased here"
    if on(cells["event_date"]) is None:
        return f"{cells['event_date'][:40] or 'nothing'} is not a day of the calendar (event_date)"
    return f"{cells['event_type'][:60] or 'nothing'} is not an event type of ACLED"


def _about(given: Span, precision: str) -> Span:
    """The day that is given, or the week (2) or month (3) that it stands for."""
    if given.start is None or precision not in {"2", "3"}:
        return given
    year, week, _ = given.start.isocalendar()
    try:
        return parse_span(f"{year:04}-W{week:02}" if precision == "2" else given.start.isoformat()[:7])
    except ValueError:  # the last week of the calendar is not whole
        return given


def _originals(cells: dict[str, str]) -> dict[str, str]:
    kept = {"acled": cells["event_type"]} | {f"acled_{name}": cells[name] for name in ORIGINALS if cells.get(name)}
    if (stamp := whole(cells.get("timestamp", ""))) is not None and stamp < 2**32:
        kept["acled_timestamp"] = datetime.fromtimestamp(stamp, UTC).isoformat()
    return kept


@lru_cache(maxsize=KEPT)
def _side(name: str, associated: str, inter: str) -> tuple[Party, ...]:
    """An actor, and those associated with it, of whose kind nothing is said but by their names."""
    if not name:
        return ()
    parties = [_party(name, INTER.get(inter, "other"))]
    parties += [_party(one.strip(), "other") for one in associated.split(";") if one.strip()]
    return tuple(dict.fromkeys(parties))


def _party(name: str, kind: str) -> Party:
    """`Protesters (Sudan)` has its country in brackets, `Police Forces of Sudan (2019-)` before them."""
    before, _, behind = name.rstrip(")").partition("(")
    own = _behind_of(before) if kind == "government_body" or name.startswith(FORCES) else None
    return Party("acled", None, name, "government_body" if own else kind, own or from_name(behind))


def _behind_of(name: str) -> str | None:
    """The country behind the first `of` of NAME that has one: a country's name may hold another `of`."""
    parts = name.split(" of ")
    tails = (" of ".join(parts[at:]).removeprefix("the ") for at in range(1, len(parts)))
    return next(filter(None, map(from_name, tails)), None)


def _place(cells: dict[str, str], country: str | None) -> tuple[Spot | None, tuple[str, ...]]:
    given = cells.get
    parts = ("location", "admin3", "admin2", "admin1", "country")
    names = [name for part in parts if (name := given(part, ""))]
    if not names:
        return None, ()
    lat, lon, remarks = point(given("latitude", ""), given("longitude", ""))
    precision = PRECISIONS.get(given("geo_precision", ""), "country" if names == [given("country")] else "region")
    return spot(names, country, (lat, lon), precision), remarks


def _dead(text: str) -> tuple[tuple[Amount, ...], tuple[str, ...]]:
    count, remarks = counted("fatalities", text)
    return ((Amount("killed", count, unit="people"),) if count is not None else ()), remarks


def _evidence(id: str, cells: dict[str, str]) -> tuple[Words, ...]:
    """ACLED's own notes, word for word, and the sources that they were made from."""
    notes = " ".join(cells.get("notes", "").split())
    written = Document(f"notes-{id}", publisher="ACLED", text=notes)
    found = [Words(written, notes, 0, len(notes))] if notes else []
    sources = dict.fromkeys(name.strip() for name in cells.get("source", "").split(";") if name.strip())
    when = day(cells["event_date"])
    found += [Words(Document(f"{name}, {when}", publisher=name)) for name in sources]
    return tuple(found)


FORMAT = Format(
    name="acled",
    summary="ACLED events: CSV exports, old and new, or the API's JSON",
    read=read,
    about=About(
        title="Armed Conflict Location & Event Data (ACLED)",
        publisher="ACLED",
        license="https://acleddata.com/terms-and-conditions",
        attribution="Armed Conflict Location & Event Data Project (ACLED), https://acleddata.com/",
        homepage="https://acleddata.com/",
    ),
    suffixes=(".csv", ".json"),
)
