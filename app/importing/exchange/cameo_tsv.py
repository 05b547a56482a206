"""Events as a CAMEO table: the columns of ICEWS, for programs that read those, then columns for everything else.

Several actors or stories of an event are in one cell, separated by semicolons; semicolons in names are escaped. The
words of the evidence (`wording`) and the labels by language are JSON.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import orjson

from app.importing.exchange.wording import documents_of, worded
from app.importing.records import Coded, Party

ICEWS = (
    *("Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code"),
    *("Intensity", "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher"),
    *("City", "District", "Province", "Country", "Latitude", "Longitude"),
)
OWN = (
    *("Event Type", "Event End Date", "Date Precision", "Quad Class", "PLOVER", "Source Kind", "Target Kind"),
    *("Other Name", "Other Country", "Other Kind", "Source Role", "Target Role", "Other Role"),
    *("Place ID", "Place Name", "Place Precision", "Figures", "Story URL", "Story Title", "Summary", "Evidence"),
    *("Status", "Labels"),
)
HEADER = "\t".join((*ICEWS, *OWN))
_TOKENS = re.compile(r"\\.|[^\\;]+|;")


def table(events: Iterable[Coded], labels: dict[str, str]) -> Iterator[str]:
    """The header, and a line for each of EVENTS that has a CAMEO code; LABELS are those of the codes."""
    yield HEADER
    yield from (row(event, labels.get(event.cameo, "")) for event in events if event.cameo)


def row(event: Coded, label: str) -> str:
    """EVENT as a line; LABEL is that of its code."""
    documents = documents_of(event.evidence)
    cells: dict[str, object] = {
        "Event ID": event.key,
        "Event Date": event.date.start,
        "Event Text": label,
        "CAMEO Code": event.cameo,
        "Intensity": event.goldstein,
        "Story ID": joined(document.key for document in documents),
        "Publisher": joined(document.publisher for document in documents),
        "Story URL": joined(document.url for document in documents),
        "Story Title": joined(document.title for document in documents),
        "Event Type": event.type,
        "Event End Date": event.date.end,
        "Date Precision": event.date.precision,
        "Quad Class": event.quad_class,
        "PLOVER": event.plover,
        "Figures": joined(f"{one.kind} {one.qualifier} {one.value} {one.unit or ''}" for one in event.figures),
        "Summary": event.summary,
        "Evidence": orjson.dumps(worded(event.evidence)).decode() if event.evidence else None,
        "Status": event.status,
        "Labels": orjson.dumps(event.labels).decode() if event.labels else None,
    }
    roles = iter(event.roles)
    for side, parties in (("Source", event.sources), ("Target", event.targets), ("Other", event.others)):
        cells |= _side(side, parties) | {f"{side} Role": joined(islice(roles, len(parties)))}
    cells |= _place(event)
    return "\t".join("" if (cell := cells.get(name)) is None else str(cell) for name in (*ICEWS, *OWN))


def _side(side: str, parties: tuple[Party, ...]) -> dict[str, object]:
    return {
        f"{side} Name": joined(party.name for party in parties),
        f"{side} Country": joined(party.country for party in parties),
        f"{side} Kind": joined(party.kind for party in parties),
    }


def _place(event: Coded) -> Mapping[str, object]:
    place = event.place
    if place is None:
        return {}
    named = {} if place.precision == "country" else {"Province" if place.precision == "region" else "City": place.name}
    return named | {
        "Country": place.country,
        "Latitude": place.lat,
        "Longitude": place.lon,
        "Place ID": place.key,
        "Place Name": place.name,
        "Place Precision": place.precision,
    }


def joined(parts: Iterable[str | None]) -> str:
    """PARTS in one cell. An empty last part is followed by another semicolon, which tells it from no part."""
    escaped = [(part or "").replace("\\", "\\\\").replace(";", "\\;") for part in parts]
    return ";".join(escaped) + (";" if escaped and not escaped[-1] else "")


def parted(cell: str) -> list[str]:
    """The parts that were joined in a cell."""
    parts = [""]
    for piece in _TOKENS.findall(cell):
        if piece == ";":
            parts.append("")
        else:
            parts[-1] += piece[1:] if piece[0] == "\\" else piece
    return parts if parts[-1] else parts[:-1]
