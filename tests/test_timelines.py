"""Timelines over HTTP: every count and mean as a walk over the list gives them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.dates import start_of
from app.resources.analysis import buckets
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS
from tests.conftest import Databases, Statements, client_of
from tests.counting import (
    INTERVALS,
    OF_EVENT,
    OF_STATEMENT,
    SEVERAL,
    SEVERAL_SAID,
    Values,
    bucket,
    points,
    spoken,
    spot,
    values,
    within,
)
from tests.crowd import crowd_url
from tests.helpers import Record, listed

QUERIES = (
    *("", "dataset=crowd", "date=2016-02", "date=2016-01-15/2016-02-20", "date=2016-02/..", "date=../2016-01"),
    *("type=contact", "actor=france&date=2016-10", "type=veto&date=2013"),
)


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the crowd."""
    with client_of(crowd_url(databases)) as opened:
        yield opened


def read(client: TestClient, path: str, query: str) -> Record:
    answer = client.get(f"/v1/{path}/timeline?{query}")
    assert answer.status_code == 200, answer.text
    data: Record = answer.json()["data"]
    return data


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("interval", INTERVALS)
def test_points_are_what_a_walk_over_the_list_counts(client: TestClient, interval: str, query: str) -> None:
    """Counts, means and what stands apart are those of the list; a mean is null where nothing is scored."""
    events = listed(client, "/v1/events", query)
    spots: dict[date | str, list[Record]] = defaultdict(list)
    for event in events:
        spots[spot(interval, event)].append(event)
    found = read(client, "events", f"interval={interval}&{query}".rstrip("&"))
    (only,) = found.pop("series")
    apart = {name: len(spots.pop(name, [])) for name in ("imprecise", "undated")}
    assert found == {"interval": interval, "group_by": None, "total": len(events), **apart}
    counted = {start: point for start, point in points(only).items() if point["count"]}
    assert set(counted) == set(spots)
    for start, point in counted.items():
        scores = [one["codes"]["goldstein"] for one in spots[start] if one["codes"]["goldstein"] is not None]
        assert (point["count"], point["scored"]) == (len(spots[start]), len(scores))
        assert point["goldstein"] == (pytest.approx(fmean(scores), abs=6e-4) if scores else None)


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize("group", OF_EVENT)
def test_groups_of_events_are_those_of_the_list(client: TestClient, group: str, interval: str) -> None:
    """The greatest groups have a series each, the others one together, and what has no value one of its own."""
    events = within(client, listed(client, "/v1/events"))
    _check_groups(client, "events", events, (group, OF_EVENT[group], group in SEVERAL, interval))


@pytest.mark.parametrize("group", OF_STATEMENT)
def test_groups_of_statements_are_those_of_the_list(client: TestClient, group: str) -> None:
    """The same holds of statements."""
    statements = spoken(client, listed(client, "/v1/statements"))
    how = (group, OF_STATEMENT[group], group in SEVERAL_SAID, "month")
    _check_groups(client, "statements", statements, how)


def _check_groups(client: TestClient, path: str, records: list[Record], how: tuple[str, Values, bool, str]) -> None:
    group, values_of, several, interval = how
    sizes = Counter(value for one in records for value in values(values_of, one, several=several) if value)
    top = [value for value, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0]))[:3]]
    expected: dict[tuple[str, str | None], Counter[date | str]] = {("value", one): Counter() for one in top}
    for one in records:
        for value in values(values_of, one, several=several):
            name = ("missing", None) if value is None else ("value", value) if value in top else ("other", "other")
            expected.setdefault(name, Counter())[spot(interval, one)] += 1
    found = read(client, path, f"interval={interval}&group_by={group}&group_size=3")
    assert [series["key"] for series in found["series"] if series["group"] == "value"] == top
    assert {(one["group"], one["key"]): _spots(one) for one in found["series"]} == expected
    assert found["total"] == len(records)
    assert found["imprecise"] == sum(spot(interval, one) == "imprecise" for one in records)


def _spots(series: Record) -> Counter[date | str]:
    counted: Counter[date | str] = Counter({start: one["count"] for start, one in points(series).items()})
    apart: Counter[date | str] = Counter({name: series[name] for name in ("imprecise", "undated")})
    assert series["count"] == (counted + apart).total()
    return counted + apart


def test_every_dimension_is_tried() -> None:
    """No dimension goes untested."""
    assert (set(OF_EVENT), set(OF_STATEMENT)) == (set(OF_EVENTS), set(OF_STATEMENTS))


@pytest.mark.parametrize("interval", INTERVALS)
def test_the_date_asked_for_has_no_gaps(client: TestClient, interval: str) -> None:
    """Points cover the filter's date from end to end, empty ones too; before it stand only those that count."""
    (only,) = read(client, "events", f"interval={interval}&dataset=crowd&date=2016-02-15/2016-05")["series"]
    first, last = bucket(interval, date(2016, 2, 15)), bucket(interval, date(2016, 5, 31))
    every = {bucket(interval, date(2016, 2, 15) + timedelta(days=step)) for step in range(107)}
    starts = list(points(only))
    assert starts == sorted(starts)
    assert {start for start in starts if start >= first} == every
    assert max(starts) == last
    assert all(points(only)[start]["count"] for start in starts if start < first)


def test_points_without_a_date_asked_for_run_from_the_first_to_the_last(client: TestClient) -> None:
    """Between the first and the last event no bucket is left out, and each ends on the day before the next."""
    (only,) = read(client, "events", "interval=week&dataset=crowd")["series"]
    shown = only["points"]
    assert shown[0]["count"] > 0
    assert shown[-1]["count"] > 0
    for before, after in pairwise(shown):
        assert date.fromisoformat(before["end"]) + timedelta(days=1) == date.fromisoformat(after["start"])


def test_nothing_found_is_an_empty_line(client: TestClient) -> None:
    """A query that finds nothing has zeros over its date, or no points."""
    (dated,) = read(client, "events", "type=veto&date=2013&interval=quarter")["series"]
    assert [point["count"] for point in dated["points"]] == [0, 0, 0, 0]
    (undated,) = read(client, "events", "dataset=crowd&dataset__not=crowd")["series"]
    assert (undated["count"], undated["points"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("interval=day&date=1000/2000", ["week"]),
        ("interval=year&date=0001/9999", []),
        ("interval=week&date=0001/9999", ["month"]),
        ("interval=fortnight", []),
        ("interval=months", ["month"]),
        ("group_by=actors", ["actor", "actor_country"]),
    ],
)
def test_too_many_points_are_refused_with_what_to_choose(client: TestClient, query: str, nearest: list[str]) -> None:
    """What cannot be served whole is refused, and the answer says what can."""
    answer = client.get(f"/v1/events/timeline?{query}")
    if query == "interval=year&date=0001/9999":
        assert len(answer.json()["data"]["series"][0]["points"]) == 9999
        return
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == query.partition("=")[0]
    assert set(nearest) <= set(error["nearest"])


def test_an_interval_that_nobody_asked_for_fits(client: TestClient) -> None:
    """Without an interval a timeline is of months, or of the first longer interval that makes few enough points.

    The document declares no default, which generated clients would send.
    """
    for query, interval in (("date=2016", "month"), ("date=1000/2016", "quarter"), ("date=0001/9999", "year")):
        assert read(client, "events", query)["interval"] == interval
    dyad = client.get("/v1/dyads/france/germany?date=1000/2016").json()["data"]
    assert (dyad["timeline"]["interval"], dyad["statements_timeline"]["interval"]) == ("year", "year")
    paths = client.get("/openapi.json").json()["paths"]
    for path in ("/v1/events/timeline", "/v1/statements/timeline", "/v1/dyads/{a}/{b}"):
        (schema,) = (one["schema"] for one in paths[path]["get"]["parameters"] if one["name"] == "interval")
        assert "default" not in schema


def test_too_many_groups_are_refused(client: TestClient) -> None:
    """Series count: what fits in one line may not fit in fifty."""
    assert client.get("/v1/events/timeline?interval=day&date=2000/2016").status_code == 200
    answer = client.get("/v1/events/timeline?interval=day&date=2000/2016&group_by=type&group_size=50")
    assert answer.status_code == 422
    assert "smaller group_size" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("path", ["events", "statements"])
def test_a_number_of_groups_needs_groups(client: TestClient, path: str) -> None:
    """Without groups it would say nothing, so it is refused, with what to add."""
    answer = client.get(f"/v1/{path}/timeline?group_size=10")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["value"]) == ("group_size", "10")
    assert error["message"] == "is a number of groups, and there are none: add `group_by`"
    assert client.get(f"/v1/{path}/timeline?group_size=10&group_by=dataset").status_code == 200


@pytest.mark.parametrize(("query", "most"), [("", 3), ("group_by=type", 2), ("group_by=actor&actor=france", 5)])
def test_a_timeline_costs_few_queries(client: TestClient, statements: Statements, query: str, most: int) -> None:
    """The number of queries does not grow with what is counted."""
    read(client, "events", query)
    # One that was not quick is begun anew in a thread.
    assert len(set(statements.texts)) <= most


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(INTERVALS), st.dates(), st.dates())
def test_buckets_tile_the_calendar(interval: str, one: date, other: date) -> None:
    """Every day lies in the one bucket that begins on its start, from the year 1 to 9999, and counting them agrees."""
    start = start_of(interval, one)
    assert start == bucket(interval, one)
    assert start <= one <= buckets.end_of(interval, start)
    first, last = sorted((start, start_of(interval, other)))
    if (last - first).days < 40_000:
        assert len(list(buckets.buckets(interval, first, last))) == buckets.how_many(interval, first, last)
