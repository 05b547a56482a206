"""PLOVER gold records: JSON with a text in which the actors and the words of the event are marked."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.dates import UNKNOWN, Span
from app.importing.cells import Ids, on, point, whole
from app.importing.crosswalks.actors import cameo_actor, plover_sector, ranked
from app.importing.crosswalks.countries import from_iso3, name_of
from app.importing.crosswalks.languages import language
from app.importing.crosswalks.plover import as_given, plover
from app.importing.exchange.plover_json import restored
from app.importing.formats import About, Format
from app.importing.objects import Found, objects, text_of
from app.importing.records import Amount, Coded, Document, Item, Line, Party, Skipped, Spot, Words
from app.importing.rows import skipped
from app.importing.spots import named_place

# Gold records were made from the examples of a manual, whose dates nobody knows: all of them have this day.
PLACEHOLDER = "2000-01-01"
PARTIALLY_RECOGNIZED = "PRE"
_MARK = re.compile(r"\((SRC/TAR|TAR/SRC|SRC|TAR|EVT|LOC|[A-Z/]{3,8}) ?: ?")
_TITLED = re.compile(r"[A-Z]{3}")
FIGURES = {"dead": "killed", "injured": "injured"}


def read(lines: Iterable[Line]) -> Iterator[Item]:
    """The events of a file; records of type DOCUMENT are comments."""
    ids = Ids()
    for found in objects(lines):
        yield found if isinstance(found, Skipped) else _event(found, ids)


def _event(found: Found, ids: Ids) -> Coded | Skipped:
    line, text, record = found
    given = {name: _told(value) for name, value in record.items()}
    event, when = given.get("event", ""), _date(given.get("date", ""))
    code = plover(event, given.get("mode"), given.get("context", ""))
    if code is None or when is None or not given.get("id"):
        return skipped(line, _fault(event, given), text)
    key = ids.key(given["id"], line, text)
    if isinstance(key, Skipped):
        return key
    if record.get("eventType") is not None:
        own = restored(record, line, key[0])
        return own or skipped(line, "its eventType, datePrecision or dates are not sound", text)
    evidence, remarks = _evidence(key[0], given, record)
    place, astray = _location(record.get("eventLoc"))
    figures, unread = _figures(given)
    return Coded(
        line,
        key[0],
        code.type,
        when,
        sources=_parties(record.get("source")),
        targets=_parties(record.get("target")),
        place=place,
        plover=code.code,
        quad_class=code.quad_class,
        goldstein=code.score,
        originals=_originals(given),
        figures=figures,
        evidence=evidence,
        remarks=(*key[1], *remarks, *unread, *astray),
    )


def _told(value: Any) -> str:
    """VALUE as text; of several values, as programs write contexts, all."""
    return ";".join(filter(None, map(text_of, value))) if isinstance(value, list) else text_of(value)


def _fault(event: str, given: dict[str, str]) -> str:
    if event == "DOCUMENT":
        return "a comment on the file (DOCUMENT), no event"
    if not given.get("id"):
        return "there is no id"
    if _date(given.get("date", "")) is None:
        return f"{given.get('date')} is not a day of the calendar (date)"
    return f"{event or 'nothing'} is not an event type of PLOVER"


def _date(text: str) -> Span | None:
    return UNKNOWN if text in {"", PLACEHOLDER} else on(text)


def _originals(given: dict[str, str]) -> dict[str, str]:
    kept = {
        "plover": as_given(given["event"], given.get("mode")),
        "plover_context": given.get("context", ""),
        "plover_size": given.get("size", ""),
    }
    return {scheme: code for scheme, code in kept.items() if code}


def _figures(given: dict[str, str]) -> tuple[tuple[Amount, ...], tuple[str, ...]]:
    """The dead and the injured; of a number in words there is only a remark."""
    known = [(kind, given[name], whole(given[name])) for name, kind in FIGURES.items() if given.get(name)]
    figures = tuple(Amount(kind, count, unit="people") for kind, _, count in known if count is not None)
    return figures, tuple(f"{kind}: {text} is not a number" for kind, text, count in known if count is None)


def _parties(listed: Any) -> tuple[Party, ...]:
    """The actors in LISTED, which may be a list, a single one, null or an empty text."""
    several = listed if isinstance(listed, list) else [listed]
    return tuple(dict.fromkeys(party for one in several if isinstance(one, dict) and (party := _party(one))))


def _party(given: dict[str, Any]) -> Party | None:
    name, code, sector = (text_of(given.get(part)) for part in ("actorText", "code", "sector"))
    if not name and not code:
        return None
    parts = tuple(_TITLED.findall(sector))
    kinds = {kind for part in (*parts, code) if (kind := plover_sector(part))}
    decoded = cameo_actor("".join((code, *(part for part in parts if part != PARTIALLY_RECOGNIZED))))
    kind = ranked(kinds) if kinds else decoded.kind
    country = from_iso3(code[:3]) or decoded.country
    if kind == "state" and country:
        # In the text, a state may be called by its capital, its people or its rulers.
        name = name_of(country) or name
    return Party("plover", code + "".join(parts) or None, name or None, kind, country, parts)


def _location(given: Any) -> tuple[Spot | None, tuple[str, ...]]:
    """The place, which may be a mere name; and a remark if its coordinates were left out."""
    told = {name: text_of(value) for name, value in (given if isinstance(given, dict) else {"name": given}).items()}
    name = told.get("name")
    if not name:
        return None, ()
    lat, lon, remarks = point(told.get("lat", ""), told.get("lon", ""))
    return named_place(name, (lat, lon)), remarks


def _evidence(key: str, given: dict[str, str], record: dict[str, Any]) -> tuple[tuple[Words, ...], tuple[str, ...]]:
    """The marked words of the event, as far as they are in the text; if there are none, the whole text."""
    text = given.get("text", "").strip()
    by, tag = given.get("publication") or None, language(given.get("language", ""))
    document = Document(key, publisher=by, language=tag, text=text or None)
    if not text:
        return (Words(document),), ()
    info = record.get("textInfo")
    markup = text_of(info.get("markup")).strip() if isinstance(info, dict) else text_of(info)
    plain, spans = unmark(markup)
    events = [(plain[start:end], start) for mark, start, end in spans if mark == "EVT" and start < end]
    remarks: tuple[str, ...] = ()
    if plain != text:
        remarks = ("the markup is of another text; marks whose words are in this one were kept",) if markup else ()
        events = [(words, text.index(words)) for words, _ in events if text.count(words) == 1]
    found = tuple(Words(document, words, start, start + len(words)) for words, start in events)
    return found or (Words(document, text, 0, len(text)),), remarks


def unmark(markup: str) -> tuple[str, list[tuple[str, int, int]]]:
    """MARKUP (`(SRC: Rome) (EVT: agreed)`) without its marks, and where each was; marks may contain others."""
    plain: list[str] = []
    opened: list[tuple[str, int] | None] = []
    spans: list[tuple[str, int, int]] = []
    at = length = 0
    while at < len(markup):
        if mark := _MARK.match(markup, at):
            opened.append((mark[1], length))
            at = mark.end()
            continue
        sign = markup[at]
        at += 1
        if sign == "(":
            opened.append(None)
        elif sign == ")" and opened and (begun := opened.pop()):
            spans.append((begun[0], begun[1], length))
            continue
        plain.append(sign)
        length += 1
    return "".join(plain), sorted(spans, key=lambda span: span[1:])


FORMAT = Format(
    name="plover",
    summary="PLOVER gold standard records: JSON with the text and its markup",
    read=read,
    about=About(
        title="PLOVER gold standard records",
        publisher="Open Event Data Alliance",
        license="CC-BY-SA-4.0",
        attribution="PLOVER gold standard records, Open Event Data Alliance, CC BY-SA 4.0",
        homepage="https://github.com/openeventdata/PLOVER",
    ),
    suffixes=(".txt", ".json", ".jsonl"),
)
