"""CAMEO tables as this service exports them: the columns of ICEWS, and after them what those cannot hold."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

import orjson

from app.codes import codes
from app.dates import Span
from app.importing.cells import Ids, day, number, point, score, whole
from app.importing.crosswalks.cameo import cameo, code_of_label, told_of_zero, with_zero
from app.importing.crosswalks.countries import from_export
from app.importing.exchange.cameo_tsv import HEADER, parted
from app.importing.exchange.coded import known_labels, known_roles, known_status
from app.importing.exchange.plover_json import QUAD_CLASSES
from app.importing.exchange.wording import unworded
from app.importing.formats import About, Format
from app.importing.records import Amount, Coded, Document, Item, Line, Party, Skipped, Spot, Words
from app.importing.rows import Row, column, skipped, table_rows
from app.importing.strokes import in_order
from app.models.events import QUALIFIERS

# Earlier exports had no columns for these.
ADDED = {"evidence", "source_role", "target_role", "other_role", "status", "labels"}
REQUIRED = tuple(set(map(column, HEADER.split("\t"))) - ADDED)


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a table."""
    ids = Ids()
    for row in in_order(table_rows(lines, REQUIRED, missing=frozenset()), ("event_date", "event_end_date")):
        yield row if isinstance(row, Skipped) else _event(row, ids)


def _event(row: Row, ids: Ids) -> Coded | Skipped:
    labelled = code_of_label(row.cells["event_text"])
    code = with_zero(given := row.cells["cameo_code"], labelled.code[:2] if labelled else "")
    cells = row.cells | {"cameo_code": code}
    if why := _fault(cells):
        return skipped(row.line, why, row.text)
    key = ids.key(cells["event_id"], row.line, row.text)
    if isinstance(key, Skipped):
        return key
    place, remarks = _place(cells)
    plover = cells["plover"] or None
    goldstein, beyond = score(cells["intensity"])
    quad_class = whole(cells["quad_class"])
    return Coded(
        line=row.line,
        key=key[0],
        type=cells["event_type"],
        date=Span(day(cells["event_date"]), day(cells["event_end_date"]), cells["date_precision"]),
        sources=_parties(cells, "source"),
        targets=_parties(cells, "target"),
        others=_parties(cells, "other"),
        roles=known_roles(role for side in ("source", "target", "other") for role in _roles(cells, side)),
        place=place,
        cameo=cells["cameo_code"],
        plover=plover,
        quad_class=quad_class if quad_class in QUAD_CLASSES else None,
        goldstein=goldstein,
        originals={"cameo": cells["cameo_code"]} | ({"plover": plover} if plover else {}),
        figures=tuple(filter(None, map(_figure, parted(cells["figures"])))),
        evidence=_evidence(cells),
        summary=cells["summary"] or None,
        labels=known_labels(_json(cells.get("labels"))),
        status=known_status(cells.get("status")),
        remarks=row.remarks + key[1] + told_of_zero(given, code) + beyond + remarks,
    )


def _fault(cells: dict[str, str]) -> str | None:
    """What is wrong with a row, if anything is."""
    if not cells["event_id"]:
        return "there is no event id"
    for name in ("event_date", "event_end_date"):
        if cells[name] and day(cells[name]) is None:
            return f"{cells[name][:40]} is not a day of the calendar ({name})"
    start, end = day(cells["event_date"]), day(cells["event_end_date"])
    if start and end and end < start:
        return f"it ends ({end}) before it starts ({start})"
    if cameo(cells["cameo_code"]) is None:
        return f"{cells['cameo_code'][:40] or 'nothing'} is not a CAMEO code"
    for name, listed in (("event_type", "event-types"), ("date_precision", "date-precisions")):
        if cells[name] not in codes(listed):
            return f"{cells[name][:40] or 'nothing'} is not in the list {listed} ({name})"
    return None


def _parties(cells: dict[str, str], side: str) -> tuple[Party, ...]:
    kinds, known = parted(cells[f"{side}_kind"]), codes("actor-kinds")
    rows = zip_longest(parted(cells[f"{side}_name"]), parted(cells[f"{side}_country"]), kinds, fillvalue="")
    return tuple(
        Party("cameo", None, name, kind if kind in known else "other", from_export(country))
        for name, country, kind in rows
        if name
    )


def _roles(cells: dict[str, str], side: str) -> Iterator[str]:
    """The roles of those who have a name."""
    listed = zip_longest(parted(cells[f"{side}_name"]), parted(cells.get(f"{side}_role") or ""), fillvalue="")
    yield from (role for name, role in listed if name)


def _place(cells: dict[str, str]) -> tuple[Spot | None, tuple[str, ...]]:
    key, precision = cells["place_id"], cells["place_precision"]
    if not key:
        return None, ()
    lat, lon, remarks = point(cells["latitude"], cells["longitude"])
    sound = precision if precision in codes("place-precisions") else "region"
    return Spot(key, cells["place_name"] or key, from_export(cells["country"]), lat, lon, sound), remarks


def _figure(text: str) -> Amount | None:
    """`killed at_least 60.0 people` as a figure."""
    kind, qualifier, value, unit = ([*text.split(" ", 3), *[""] * 4])[:4]
    count = number(value)
    if kind not in codes("figure-kinds") or qualifier not in QUALIFIERS or count is None:
        return None
    return Amount(kind, count, qualifier, unit or None)


def _evidence(cells: dict[str, str]) -> tuple[Words, ...]:
    lists = (parted(cells[name]) for name in ("story_id", "story_url", "story_title", "publisher"))
    documents = [
        Document(key, url or None, title or None, by or None)
        for key, url, title, by in zip_longest(*lists, fillvalue="")
        if key
    ]
    return unworded(_json(cells.get("evidence")), documents)


def _json(cell: str | None) -> Any:
    """What CELL says as JSON; None if it is none."""
    try:
        return orjson.loads(cell or "null")
    except orjson.JSONDecodeError:
        return None


FORMAT = Format(
    name="cameo",
    summary="CAMEO tables as this service exports them: ICEWS' columns and a few more",
    read=read,
    about=About(
        title="Events exported as a CAMEO table",
        publisher="The service that they were exported from",
        license="CC-BY-4.0",
        attribution="As the data set that they were exported from",
    ),
    suffixes=(".tsv", ".tab", ".txt"),
)
