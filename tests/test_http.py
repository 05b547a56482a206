"""HTTP itself: methods, request ids, CORS, and errors that are problems."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import open_engine, writing
from tests.conftest import client_of
from tests.helpers import FOUNDING, KINDS

DETAILS = [
    "/v1/events/2016-10-01-kerry-lavrov-call-late",
    f"/v1/statements/{FOUNDING}-s9",
    "/v1/actors/sergey-lavrov",
    f"/v1/articles/{FOUNDING}",
    f"/v1/articles/{FOUNDING}/annotations",
    "/v1/places/aleppo",
    "/v1/datasets/aleppo-2016",
    "/v1/codes/media",
]
# What is written beside being read, and how.
WRITTEN = {
    "/v1/articles": ["POST"],
    **{path: ["PUT", "PATCH", "DELETE"] for path in [*DETAILS[:4], "/v1/places/aleppo"]},
    "/v1/datasets/aleppo-2016": ["PUT"],
}
SERVICE = ["/v1/codes", "/v1/meta", "/v1/limits", "/healthz", "/readyz", "/", "/docs", "/openapi.json"]
VIEWS = ["/v1/events/timeline", "/v1/statements/facets"]
PATHS = [*(f"/v1/{kind}" for kind in KINDS), *DETAILS, *VIEWS, *SERVICE, "/assets/swagger-ui.css"]
# What goes wrong, and how it is told.
ERRORS = [
    ("/nope", 404),
    ("/v1", 404),
    ("/v1/events/", 404),
    ("/v1/events/nope", 404),
    ("/v1/articles/nope/annotations", 404),
    ("/assets/nope.js", 404),
    ("/v1/events?limit=x", 422),
    ("/v1/events?cursor=x", 400),
    ("/v1/events/%00", 400),
    ("/v1/events?type=%ff", 400),
]
TITLES = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 422: "Unprocessable Content"}


@pytest.fixture
def broken(seeded_url: str) -> Iterator[TestClient]:
    """A client of the application on a database that lacks the row which every answer reads."""
    engine = open_engine(seeded_url)
    with writing(engine) as db:
        db.execute(text("DELETE FROM state"))
    engine.dispose()
    with client_of(seeded_url) as client:
        yield client


@pytest.mark.parametrize("path", [*PATHS, *(path for path, _ in ERRORS)])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    """HEAD tells status and headers of GET, the length too, and sends no body."""
    plain = {"Accept-Encoding": "identity"}
    got, head = client.get(path, headers=plain), client.head(path, headers=plain)
    assert head.status_code == got.status_code
    assert head.content == b""
    changing = ("x-request-id", "date", "server-timing")
    assert {name: value for name, value in head.headers.items() if name not in changing} == {
        name: value for name, value in got.headers.items() if name not in changing
    }
    assert head.headers["content-length"] == str(len(got.content))


def allowed(path: str) -> str:
    """The methods of PATH."""
    return ", ".join(["GET", "HEAD", "OPTIONS", *WRITTEN.get(path, [])])


@pytest.mark.parametrize("path", PATHS)
def test_options_tells_what_is_allowed(client: TestClient, path: str) -> None:
    """OPTIONS is a 204 without a body that names the methods."""
    answer = client.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == allowed(path)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_not_allowed(client: TestClient, path: str, method: str) -> None:
    """What a path does not take is a 405 that names what it takes, whatever the body; what it takes wants a key."""
    answer = client.request(method, path, content=b"{}")
    if method in WRITTEN.get(path, []):
        assert answer.status_code == 401
        return
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["allow"] == allowed(path)
    assert answer.json() == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": f"{method} is not allowed here; {allowed(path)} are.",
        "instance": path,
    }


@pytest.mark.parametrize("method", ["OPTIONS", "POST"])
def test_no_method_finds_what_is_not_there(client: TestClient, method: str) -> None:
    """A path that is not there is a 404 for every method."""
    assert client.request(method, "/v1/nope").status_code == 404


@pytest.mark.parametrize(("path", "status"), ERRORS)
def test_an_error_is_a_problem(client: TestClient, path: str, status: int) -> None:
    """Every error has the members of RFC 9457, is not to be kept, and can be read from other sites."""
    answer = client.get(path, headers={"Origin": "https://news.example", "Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    body = answer.json()
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert (body["type"], body["title"], body["status"]) == ("about:blank", TITLES[status], status)
    assert body["detail"]
    assert body["instance"].isprintable() or "\0" in body["instance"]


def test_a_missing_record_names_its_nearest(client: TestClient) -> None:
    """A 404 of a record says what it looked for, and the ids that are like it."""
    answer = client.get("/v1/actors/sergei-lavrov")
    assert answer.status_code == 404
    body = answer.json()
    assert body["detail"].startswith("There is no actor 'sergei-lavrov'. Nearest: sergey-lavrov")
    assert body["nearest"][0] == "sergey-lavrov"


@pytest.mark.parametrize("path", ["/v1/events", DETAILS[0], "/v1/meta", "/v1/codes"])
def test_a_bug_tells_nothing_of_the_inside(broken: TestClient, path: str) -> None:
    """A fault of ours is a 500 that names the request's id, and neither tables nor code; to HEAD as well."""
    answer = broken.get(path, headers={"X-Request-Id": "abc-1", "Origin": "https://news.example"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-request-id"] == "abc-1"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "This is our fault, and logged under abc-1.",
        "instance": path,
    }
    head = broken.head(path)
    assert (head.status_code, head.content) == (500, b"")


def test_other_sites_can_read_that_it_was_a_bug(broken: TestClient) -> None:
    """A browser is shown a 500 too, with its request id, as any other answer."""
    answer = broken.get("/v1/events", headers={"Origin": "https://news.example"})
    assert answer.status_code == 500
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", [*PATHS, *(path for path, _ in ERRORS)])
def test_a_sane_request_id_comes_back(client: TestClient, path: str) -> None:
    """Whoever names the request finds that name in the answer, whatever the answer."""
    for name in ("a", "Req.1_2-3", "x" * 128):
        assert client.get(path, headers={"X-Request-Id": name}).headers.get_list("x-request-id") == [name]


@pytest.mark.parametrize("name", ["", "x" * 129, "a b", "a\tb", "<script>", "a;b", "a/b", "é".encode("latin-1")])
def test_another_request_id_is_replaced(client: TestClient, name: str | bytes) -> None:
    """A name that is too long, or has other signs than letters, digits, dot, line and dash, gives way to a made one."""
    for path in ("/v1/events?limit=1", "/nope", "/healthz"):
        (made,) = client.get(path, headers={"X-Request-Id": name}).headers.get_list("x-request-id")
        assert re.fullmatch("[0-9a-f]{32}", made)


def test_every_request_has_an_id_of_its_own(client: TestClient) -> None:
    """Made names do not come twice."""
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(50)}) == 50


@pytest.mark.parametrize("path", PATHS)
def test_other_sites_may_read(client: TestClient, path: str) -> None:
    """CORS is open, without credentials, and shows the headers that a client needs."""
    answer = client.get(path, headers={"Origin": "https://news.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    shown = {name.strip().lower() for name in answer.headers["access-control-expose-headers"].split(",")}
    assert shown >= {"link", "etag", "retry-after", "x-request-id"}


@pytest.mark.parametrize("path", ["/v1/events", DETAILS[0], "/v1/meta"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_preflight_of_reading_is_granted(client: TestClient, path: str, method: str) -> None:
    """A browser that asks before it reads is told yes, for the headers that reading has a use for."""
    asked = {
        "Origin": "https://news.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "x-request-id,if-none-match",
    }
    answer = client.options(path, headers=asked)
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert method in answer.headers["access-control-allow-methods"]
    allowed = {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")}
    assert allowed >= {"x-request-id", "if-none-match"} or "*" in allowed


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_preflight_of_writing_is_granted(client: TestClient, method: str) -> None:
    """A browser may write too, with a key and the headers that make it safe."""
    headers = "authorization,content-type,if-match,idempotency-key"
    asked = {
        "Origin": "https://news.example",
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": headers,
    }
    answer = client.options("/v1/articles/x", headers=asked)
    assert method in answer.headers["access-control-allow-methods"]
    assert {name.strip() for name in answer.headers["access-control-allow-headers"].split(",")} >= set(
        headers.split(",")
    )


def test_a_database_in_disorder_says_when_to_come_again(empty_url: str) -> None:
    """A table that is gone while the service runs is a 503, not a bug, and the next request is well again."""
    engine = open_engine(empty_url)
    with client_of(empty_url) as client:
        with writing(engine) as db:
            db.execute(text("ALTER TABLE event RENAME TO event_away"))
        away = client.get("/v1/events")
        assert away.status_code == 503
        assert away.headers["retry-after"] == "5"
        assert "event" not in away.json()["detail"]
        with writing(engine) as db:
            db.execute(text("ALTER TABLE event_away RENAME TO event"))
        assert client.get("/v1/events").status_code == 200
    engine.dispose()
