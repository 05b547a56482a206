"""What is told of requests beside their answers: metrics, times, and the log."""

import re
from collections import Counter
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.conftest import client_of
from tests.serving import serving, url_of

CALL = "/v1/events/2016-10-01-kerry-lavrov-call-late"
ASKED = (
    ("GET", "/v1/events", 200),
    ("GET", "/v1/events", 200),
    ("GET", "/v1/events?limit=x", 422),
    ("HEAD", "/v1/events", 200),
    ("GET", CALL, 200),
    ("GET", "/v1/events/nothing", 404),
    ("GET", "/v1/articles/2016-10-01-imlebanon-m10-hospital/annotations", 200),
    ("GET", "/nothing/here", 404),
    ("GET", "/%ff", 400),
    ("POST", "/v1/events", 405),
    ("BREW", "/v1/events", 405),
)
ROUTES = {
    "/v1/events": "/v1/events",
    CALL: "/v1/events/{id}",
    "/v1/events/nothing": "/v1/events/{id}",
    "/v1/articles/2016-10-01-imlebanon-m10-hospital/annotations": "/v1/articles/{id}/annotations",
}


def counted(text: str) -> dict[tuple[str, ...], float]:
    """The samples of an exposition, by name and labels."""
    return {
        (sample.name, *(value for name, value in sorted(sample.labels.items()) if name != "pid")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_are_counted_by_route_and_status(engine: Engine) -> None:
    """Ids and invented methods make no series of their own; what is no route counts as `other`."""
    with client_of(url_of(engine)) as client:
        for method, path, status in ASKED:
            assert client.request(method, path).status_code == status
        answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = counted(answer.text)
    expected = Counter(
        ("other" if method == "BREW" else method, ROUTES.get(path.partition("?")[0], "other"), str(status))
        for method, path, status in ASKED
    )
    requests = {key[1:]: value for key, value in found.items() if key[0] == "dragoman_http_requests_total"}
    assert requests == expected
    timed = {key[1]: value for key, value in found.items() if key[0] == "dragoman_http_request_seconds_count"}
    assert timed == Counter(route for _, route, _ in expected.elements())
    assert found["dragoman_http_requests_in_flight",] == 1


def test_reads_are_counted_by_where_they_came_from(engine: Engine) -> None:
    """Run, from memory, or confirmed; and the revision is that of the data."""
    with client_of(url_of(engine)) as client:
        tag = client.get(CALL).headers["etag"]
        client.get(CALL)
        client.get(CALL)
        client.get(CALL, headers={"If-None-Match": tag})
        revision = client.get("/v1/meta").json()["meta"]["revision"]
        found = counted(client.get("/metrics").text)
    outcomes = {key[1]: value for key, value in found.items() if key[0] == "dragoman_cache_total"}
    assert outcomes == {"miss": 2, "hit": 2, "not_modified": 1}
    assert found["dragoman_revision",] == revision


def test_metrics_are_told_without_a_database(bare_url: str) -> None:
    """Who watches is answered also where nothing is migrated."""
    with client_of(bare_url) as client:
        assert client.get("/v1/events").status_code == 503
        found = counted(client.get("/metrics").text)
    assert found["dragoman_http_requests_total", "GET", "/v1/events", "503"] == 1


def test_times_are_told(client: TestClient) -> None:
    """`Server-Timing` has the time with the database, of it that for filling references, and the whole."""
    timing = client.get("/v1/actors?limit=7").headers["server-timing"]
    pattern = r"cache;desc=miss, db;dur=([\d.]+), fill;dur=([\d.]+), total;dur=([\d.]+)"
    match = re.fullmatch(pattern, timing)
    assert match is not None, timing
    db, fill, total = map(float, match.groups())
    assert 0 <= fill <= db <= total
    assert total > 0


@pytest.mark.parametrize("given", ["a.b_c-1", "x" * 128])
def test_a_request_id_is_taken_over(client: TestClient, given: str) -> None:
    """From memory, from the database and with an error alike."""
    for path in (CALL, CALL, "/v1/events/nothing"):
        assert client.get(path, headers={"X-Request-Id": given}).headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["x" * 129, "a b", "", "a\tb", "{}"])
def test_a_request_id_that_is_none_is_replaced(client: TestClient, given: str) -> None:
    """What could break a line of a log is not taken over, and no two requests share an id."""
    ids = {client.get(CALL, headers={"X-Request-Id": given}).headers["x-request-id"] for _ in range(2)}
    assert len(ids) == 2
    assert given not in ids


def test_several_workers_are_one_service(engine: Engine) -> None:
    """Whichever worker answers `/metrics` adds all up, and each request is a line of JSON in the log with its id."""
    with serving(url_of(engine), DRAGOMAN_WORKERS="2", DRAGOMAN_ACCESS_LOG="true") as (client, process):
        ids = [
            client.get(CALL, headers={"X-Request-Id": f"id-{n}", "Connection": "close"}).headers["x-request-id"]
            for n in range(20)
        ]
        found = counted(client.get("/metrics").text)
        process.terminate()
        assert process.stderr is not None
        lines = [orjson.loads(line) for line in process.stderr.read().splitlines()]
    assert found["dragoman_http_requests_total", "GET", "/v1/events/{id}", "200"] == 20
    assert found["dragoman_http_requests_in_flight",] == 1
    asked: list[dict[str, Any]] = [line for line in lines if line.get("route") == "/v1/events/{id}"]
    assert sorted(line["request_id"] for line in asked) == sorted(ids)
    names = {"at", "level", "logger", "message", "request_id", "client", "method", "path", "query", "route", "status"}
    assert all(set(line) == names | {"ms", "db_ms", "cache"} for line in asked)
    assert {(line["method"], line["path"], line["status"], line["client"]) for line in asked} == {
        ("GET", CALL, 200, "127.0.0.1")
    }
