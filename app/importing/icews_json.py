"""ICEWS events as JSON objects with the words of the story."""

from typing import Any

from app.dates import Span
from app.importing.cells import Ids, day, on, point
from app.importing.crosswalks.actors import icews_kind
from app.importing.crosswalks.cameo import cameo
from app.importing.crosswalks.countries import from_iso3, from_name
from app.importing.crosswalks.languages import language
from app.importing.crosswalks.plover import plover_of
from app.importing.objects import Found, text_of
from app.importing.records import Coded, Document, Party, Skipped, Spot, Words
from app.importing.rows import skipped
from app.importing.spots import spot


def told_event(found: Found, ids: Ids) -> Coded | Skipped:
    """The event that the object FOUND tells."""
    line, text, record = found
    given = {name: text_of(value) for name, value in record.items()}
    when, code = on(given.get("date", "")), cameo(given.get("event", ""))
    if when is None or code is None or not given.get("id"):
        why = f"it lacks an id, a day or a CAMEO code: {given.get('id')}, {given.get('date')}, {given.get('event')}"
        return skipped(line, why, text)
    key = ids.key(given["id"], line, text)
    if isinstance(key, Skipped):
        return key
    # The event has a country of its own.
    place, remarks = _place(record.get("location") or [record])
    return Coded(
        line,
        key[0],
        code.type,
        _until(when, given.get("enddate", "")),
        sources=_protester(given.get("protesteridentity", "")),
        place=place,
        cameo=code.code,
        plover=plover_of(code.code),
        quad_class=code.quad_class,
        goldstein=code.score("icews"),
        originals={"cameo": code.code},
        evidence=_evidence(key[0], given, record.get("language")),
        remarks=key[1] + remarks,
    )


def _until(when: Span, end: str) -> Span:
    last = day(end)
    return Span(when.start, last, "day") if last and when.start and last > when.start else when


def _protester(text: str) -> tuple[Party, ...]:
    """`Citizen (Armenia): Social,Business: Armenia` is an actor, its sectors and its country."""
    name, *rest = (part.strip() for part in text.split(": "))
    if not name or name == "Unspecified Actor":
        return ()
    sectors = tuple(part for part in rest[0].split(",") if part) if rest else ()
    country = from_name(rest[-1]) if rest else None
    kind = icews_kind(sectors, domestic=bool(country)) or "other"
    return (Party("icews", None, name, kind, country, sectors),)


def _place(locations: Any) -> tuple[Spot | None, tuple[str, ...]]:
    first = locations[0] if isinstance(locations, list) and locations else None
    if not isinstance(first, dict):
        return None, ()
    given = {name: text_of(value) for name, value in first.items()}
    names = [name for part in ("city", "district", "province", "country") if (name := given.get(part, ""))]
    if not names:
        return None, ()
    north, east, remarks = point(given.get("lat", ""), given.get("long", ""))
    country = given.get("country", "")
    precision = "settlement" if given.get("city") else "country" if names == [country] else "region"
    if len(locations) > 1:
        remarks += (f"{len(locations)} places are given; the first was taken",)
    iso3 = from_name(country) or from_iso3(given.get("ccode", ""))
    return spot(names, iso3, (north, east), precision), remarks


def _evidence(key: str, given: dict[str, str], languages: Any) -> tuple[Words, ...]:
    text = given.get("text") or None
    tag = language(text_of(languages[0])) if isinstance(languages, list) and languages else None
    document = Document(
        key,
        title=given.get("headline") or None,
        publisher=given.get("publication") or None,
        language=tag,
        text=text,
    )
    return (Words(document, text, 0, len(text)),) if text else (Words(document),)
