"""iCalendar (RFC 5545): an all-day event for each event, on its days.

Events without a first day cannot stand in a calendar. They are left out, and the calendar says how many they are.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson

from app.formats.result import Format, Result

_END = b"END:VCALENDAR\r\n"
_LAST_DAY = date.max.isoformat()


def write(result: Result) -> Iterator[bytes]:
    head = _calendar(result)
    yield head.removesuffix(_END)
    host = urlsplit(result.base_url).hostname or "localhost"
    for batch in result.batches:
        yield b"".join(_event(orjson.loads(line), host, result.base_url) for line in batch.filled().split(b"\n"))
    yield _END


def _calendar(result: Result) -> bytes:
    # Slow to import, and most processes never write a calendar.
    from icalendar import Calendar  # noqa: PLC0415

    made = Calendar()
    made.add("prodid", "-//Dragoman//Dragoman//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", "Dragoman: events")
    made.add("x-dragoman-left-out", str(result.left_out))
    if result.left_out:
        made.add("x-wr-caldesc", f"{result.left_out} events without a known first day are left out.")
    for name in ("license", "citation"):
        if result.meta[name]:
            made.add(f"x-dragoman-{name}", result.meta[name])
    return bytes(made.to_ical())


def _event(event: dict[str, Any], host: str, base_url: str) -> bytes:
    from icalendar import Event  # noqa: PLC0415

    place, span = event["place"], event["date"]
    made = Event()
    made.add("uid", f"{event['id']}@{host}")
    made.add("dtstamp", datetime.fromisoformat(event["updated_at"]))
    made.add("created", datetime.fromisoformat(event["created_at"]))
    made.add("last-modified", datetime.fromisoformat(event["updated_at"]))
    made.add("dtstart", date.fromisoformat(span["start"]))
    if after := _day_after(span["end"]):
        made.add("dtend", after)
    made.add("summary", event["label"])
    if event["summary"]:
        made.add("description", event["summary"])
    if place:
        made.add("location", place["name"])
    if place and place["lat"] is not None and place["lon"] is not None:
        made.add("geo", (place["lat"], place["lon"]))
    made.add("categories", [event["type"]])
    made.add("status", "CONFIRMED" if event["status"] == "confirmed" else "TENTATIVE")
    made.add("transp", "TRANSPARENT")
    made.add("url", base_url + event["url"])
    made.add("x-dragoman-date-precision", span["precision"])
    made.add("x-dragoman-status", event["status"])
    return bytes(made.to_ical())


def _day_after(day: str | None) -> date | None:
    """The DTEND of an event that ends on DAY: the first day after it. Without one, an event has its first day only."""
    return None if day is None or day == _LAST_DAY else date.fromisoformat(day) + timedelta(days=1)


FORMAT = Format(
    ending="ics",
    name="iCalendar",
    media_type="text/calendar; charset=utf-8",
    kinds=("event",),
    write=write,
    needs="start_on",
    inline=True,
)
