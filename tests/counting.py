"""What views should count, worked out from the records that lists serve."""

from collections.abc import Callable
from datetime import date

from starlette.testclient import TestClient

from app.codes import code_list
from tests.helpers import Record, key, listed

INTERVALS = ("day", "week", "month", "quarter", "year")
SIDES = {role: code["side"] for role, code in code_list("participant-roles").codes.items()}
CLASSES = {type: code["class"] for type, code in code_list("event-types").codes.items()}
Values = Callable[[Record], list[str | None]]


def bucket(interval: str, day: date) -> date:
    """The bucket of a day, by the calendar."""
    if interval == "week":
        year, week, _ = day.isocalendar()
        return date.fromisocalendar(year, week, 1)
    months = {"day": None, "month": day.month, "quarter": (day.month + 2) // 3 * 3 - 2, "year": 1}[interval]
    return day if months is None else date(day.year, months, 1)


def spot(interval: str, record: Record) -> date | str:
    """Where a record stands: in a bucket, or apart."""
    when = record["date"]
    if when["start"] is None and when["end"] is None:
        return "undated"
    if when["start"] is None or when["precision"] not in INTERVALS[: INTERVALS.index(interval) + 1]:
        return "imprecise"
    return bucket(interval, date.fromisoformat(when["start"]))


def actors(record: Record, *sides: str) -> list[str | None]:
    return [part["actor"]["id"] for part in record["participants"] if not sides or SIDES[part["role"]] in sides]


OF_EVENT: dict[str, Values] = {
    "type": lambda e: [e["type"]],
    "class": lambda e: [CLASSES[e["type"]]],
    "actor": actors,
    "source": lambda e: actors(e, "source", "both"),
    "target": lambda e: actors(e, "target", "both"),
    "role": lambda e: [part["role"] for part in e["participants"]],
    "on_behalf_of": lambda e: [key(part["on_behalf_of"]) for part in e["participants"]],
    "actor_country": lambda e: [part["actor"]["country"] for part in e["participants"]],
    "place": lambda e: list(e["within"]),
    "country": lambda e: [e["place"] and e["place"]["country"]],
    "status": lambda e: [e["status"]],
    "dataset": lambda e: [e["dataset"]],
    "quad_class": lambda e: [e["codes"]["quad_class"] and str(e["codes"]["quad_class"])],
}
OF_STATEMENT: dict[str, Values] = {
    "act": lambda s: [s["act"]],
    "speaker": lambda s: [key(s["speaker"])],
    "on_behalf_of": lambda s: [key(s["on_behalf_of"])],
    "addressee": lambda s: [one["id"] for one in s["addressees"]],
    "speaker_country": lambda s: [s["speaker"] and s["speaker"]["country"]],
    "topic": lambda s: s["topics"],
    "medium": lambda s: [s["medium"]],
    "venue": lambda s: [key(s["venue"])],
    "reported_via": lambda s: [one["id"] for one in s["reported_via"]],
    "language": lambda s: [s["language"]],
    "directness": lambda s: [s["directness"]],
    "event": lambda s: [key(s["event"])],
    "dataset": lambda s: [s["dataset"]],
}
SEVERAL = {"actor", "source", "target", "role", "on_behalf_of", "actor_country", "place"}
SEVERAL_SAID = {"addressee", "topic", "reported_via"}


def within(client: TestClient, events: list[Record]) -> list[Record]:
    """EVENTS with the places around theirs."""
    parents = {place["id"]: key(place["parent"]) for place in listed(client, "/v1/places")}
    for event in events:
        event["within"], at = [], key(event["place"])
        while at:
            event["within"].append(at)
            at = parents[at]
    return events


def spoken(client: TestClient, statements: list[Record]) -> list[Record]:
    """STATEMENTS with the language of their articles."""
    languages = {article["id"]: article["language"] for article in listed(client, "/v1/articles")}
    return [statement | {"language": languages[statement["article"]["id"]]} for statement in statements]


def values(values_of: Values, record: Record, *, several: bool) -> set[str | None]:
    """The values that RECORD counts under."""
    found = set(values_of(record))
    return found - {None} if several else found


def points(series: Record) -> dict[date, Record]:
    return {date.fromisoformat(point["start"]): point for point in series["points"]}
