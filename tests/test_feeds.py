"""GeoJSON, Atom and iCalendar, each read by somebody else's parser."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import feedparser
import pytest
from icalendar import Calendar
from shapely.geometry import shape
from starlette.testclient import TestClient

from tests.conftest import Databases, client_of
from tests.formats import awkward_url
from tests.helpers import ids, listed

PUBLIC = "https://dragoman.example.org"


@pytest.fixture(scope="module")
def awkward(databases: Databases) -> Iterator[TestClient]:
    """A client of the seed and the awkward ones, on an installation with a public address."""
    with client_of(awkward_url(databases), public_url=PUBLIC) as client:
        yield client


def test_geojson_has_a_feature_an_event(awkward: TestClient) -> None:
    """Where its place is, longitude first; without a place no geometry; the record as properties."""
    answer = awkward.get("/v1/events.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    collection = answer.json()
    records = listed(awkward, "/v1/events")
    assert collection["type"] == "FeatureCollection"
    assert collection["numberReturned"] == len(records)
    assert collection["license"] == "CC-BY-4.0 AND CC0-1.0"
    assert [one["id"] for one in collection["features"]] == ids(records)
    for feature, record in zip(collection["features"], records, strict=True):
        place = record["place"]
        assert feature["type"] == "Feature"
        assert feature["properties"] == record | {"place_precision": place and place["precision"]}
        if place is None or place["lat"] is None:
            assert feature["geometry"] is None
        else:
            point = shape(feature["geometry"])
            assert point.is_valid
            assert (point.x, point.y) == (place["lon"], place["lat"])
    assert [one["geometry"] for one in collection["features"]].count(None) > 3


def test_geojson_of_few_fields_keeps_its_geometry(awkward: TestClient) -> None:
    """`fields` picks properties; where an event was is no property."""
    features = awkward.get("/v1/events.geojson?fields=label&place=awkward-south").json()["features"]
    assert [sorted(one["properties"]) for one in features] == [["id", "label", "place_precision"]]
    assert features[0]["geometry"] == {"type": "Point", "coordinates": [-178.44, -18.14]}


def test_geojson_of_nothing(empty_client: TestClient) -> None:
    """A collection without features."""
    collection = empty_client.get("/v1/events.geojson").json()
    assert collection["features"] == []
    assert collection["numberReturned"] == 0


def told(record: dict[str, Any]) -> tuple[str, str | None]:
    """The title and the summary of the entry about RECORD."""
    if "gist" not in record:
        return record["label"], record["summary"]
    speaker, quote = record["speaker"], record["quote"]
    title = f"{speaker['name']}: {record['gist']}" if speaker else record["gist"]
    return title, quote["text"] if quote else None


@pytest.mark.parametrize("kind", ["events", "statements"])
def test_atom_has_an_entry_a_record(awkward: TestClient, kind: str) -> None:
    """Well-formed whatever the text, with whole links from the public address."""
    answer = awkward.get(f"/v1/{kind}.atom?sort=id")
    assert answer.headers["content-type"] == "application/atom+xml"
    feed = feedparser.parse(answer.content, sanitize_html=False)
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.feed.id == f"{PUBLIC}/v1/{kind}.atom"
    assert {link.rel: link.href for link in feed.feed.links} == {
        "self": f"{PUBLIC}/v1/{kind}.atom?sort=id",
        "alternate": f"{PUBLIC}/v1/{kind}",
    }
    assert feed.feed.rights.startswith("CC-BY-4.0 AND CC0-1.0. ")
    assert feed.feed.updated == "2026-11-23T12:00:00Z"
    records = listed(awkward, f"/v1/{kind}", "sort=id")
    for entry, record in zip(feed.entries, records, strict=True):
        title, summary = told(record)
        assert entry.id == entry.link == PUBLIC + record["url"]
        assert entry.title.split() == title.split()
        assert entry.get("summary", "").split() == (summary or "").split()
        assert (entry.updated, entry.published) == (record["updated_at"], record["created_at"])
        assert [tag.term for tag in entry.tags] == [record.get("type") or record["act"]]


def test_atom_of_nothing(empty_client: TestClient) -> None:
    """A feed without entries is a feed."""
    for kind in ("events", "statements"):
        feed = feedparser.parse(empty_client.get(f"/v1/{kind}.atom").content)
        assert not feed.bozo
        assert feed.entries == []
        assert feed.feed.updated == "1970-01-01T00:00:00Z"


def test_icalendar_has_an_event_an_event(awkward: TestClient) -> None:
    """All-day, the end exclusive, named at the public host; those without a first day are left out, and counted."""
    answer = awkward.get("/v1/events.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.content.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    calendar: Any = Calendar.from_ical(answer.content)
    records = listed(awkward, "/v1/events")
    dated = [record for record in records if record["date"]["start"]]
    assert str(calendar["X-DRAGOMAN-LEFT-OUT"]) == str(len(records) - len(dated))
    assert len(records) - len(dated) > 1
    for event, record in zip(calendar.walk("VEVENT"), dated, strict=True):
        assert str(event["UID"]) == f"{record['id']}@dragoman.example.org"
        assert event["DTSTART"].dt == date.fromisoformat(record["date"]["start"])
        assert str(event["SUMMARY"]) == record["label"]
        assert str(event.get("DESCRIPTION", "")) == (record["summary"] or "")
        assert str(event["URL"]) == PUBLIC + record["url"]
        assert str(event["X-DRAGOMAN-DATE-PRECISION"]) == record["date"]["precision"]
        assert event["DTSTAMP"].dt == datetime.fromisoformat(record["updated_at"]).replace(microsecond=0)
        assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
        check_end_and_place(event, record)


def check_end_and_place(event: Any, record: dict[str, Any]) -> None:
    """EVENT ends on the first day after RECORD, and is where it was."""
    end, place = record["date"]["end"], record["place"]
    if end in (None, "9999-12-31"):
        assert "DTEND" not in event
    else:
        assert event["DTEND"].dt == date.fromisoformat(end) + timedelta(days=1)
    assert str(event.get("LOCATION", "")) == (place["name"] if place else "")
    assert ("GEO" in event) == bool(place and place["lat"] is not None)


def test_icalendar_of_nothing(empty_client: TestClient) -> None:
    """A calendar without events is a calendar."""
    calendar: Any = Calendar.from_ical(empty_client.get("/v1/events.ics").content)
    assert list(calendar.walk("VEVENT")) == []
    assert str(calendar["X-DRAGOMAN-LEFT-OUT"]) == "0"
