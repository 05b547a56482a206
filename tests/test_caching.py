"""Conditional requests, hot answers and content codings."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select, update
from starlette.testclient import TestClient

from app.asking.today import today
from app.database import writing
from app.http import caching
from app.models import Actor, Change, State
from tests.conftest import LOADED_AT, Statements, client_of
from tests.helpers import FOUNDING
from tests.serving import url_of

CALL = "/v1/events/2016-10-01-kerry-lavrov-call-late"
READS = (
    "/v1/events",
    "/v1/events?type=warning&count=exact",
    "/v1/events?as_of=1",
    "/v1/events.csv",
    CALL,
    "/v1/statements?act=warn",
    f"/v1/statements/{FOUNDING}-s9",
    "/v1/actors",
    "/v1/actors/sergey-lavrov",
    f"/v1/articles/{FOUNDING}",
    f"/v1/articles/{FOUNDING}/annotations",
    "/v1/places",
    "/v1/datasets",
    "/v1/codes",
    "/v1/codes/event-types",
    "/v1/changes",
    "/v1/meta",
    "/v1/limits",
    "/openapi.json",
    "/docs",
    "/",
)
PLAIN = {"Accept-Encoding": "identity"}
CODINGS = ("zstd", "br", "gzip", "identity")


def rename(engine: Engine, actor: str, name: str) -> None:
    """Give ACTOR another NAME, as one numbered change."""
    with writing(engine) as db:
        revision = db.scalars(select(State.revision)).one() + 1
        db.execute(update(Actor).where(Actor.id == actor).values(name=name))
        row = {"revision": revision, "at": LOADED_AT, "operation": "update", "kind": "actor", "record_id": actor}
        db.execute(insert(Change), row)
        db.execute(update(State).values(revision=revision))


@pytest.fixture
def own(engine: Engine) -> Iterator[TestClient]:
    """A client of the application on a database of the test's own."""
    with client_of(url_of(engine)) as opened:
        yield opened


@pytest.mark.parametrize("path", READS)
def test_what_is_unchanged_is_confirmed_without_a_query(client: TestClient, path: str, statements: Statements) -> None:
    """Every read has a strong tag and says how long it keeps; asked for with that tag, it is a 304 that runs no SQL."""
    first = client.get(path)
    assert first.status_code == 200
    assert first.headers["etag"].startswith('"')
    assert first.headers["cache-control"].startswith("public, ")
    assert first.headers["vary"].startswith("Accept, Accept-Encoding")
    statements.texts.clear()
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, statements.texts) == (304, b"", [])
    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]


def test_a_cold_server_confirms_without_a_query(engine: Engine, statements: Statements) -> None:
    """A server that has answered nothing yet, and keeps nothing, confirms the tag that another server gave."""
    url = url_of(engine)
    with client_of(url) as one, client_of(url, cache_bytes=0) as other:
        tag = one.get("/v1/events").headers["etag"]
        statements.texts.clear()
        assert other.get("/v1/events", headers={"If-None-Match": tag}).status_code == 304
        assert statements.texts == []


def test_a_repeated_read_comes_from_memory(client: TestClient, statements: Statements) -> None:
    """The same bytes and headers, and no SQL; `Server-Timing` tells where from."""
    first = client.get("/v1/actors?kind=state")
    statements.texts.clear()
    again = client.get("/v1/actors?kind=state")
    assert again.content == first.content
    assert statements.texts == []
    assert again.headers["server-timing"].startswith("cache;desc=hit, total;dur=")
    own_to_each = ("server-timing", "x-request-id")
    assert [h for h in again.headers.items() if h[0] not in own_to_each] == [
        h for h in first.headers.items() if h[0] not in own_to_each
    ]


def test_memory_has_a_limit(engine: Engine, statements: Statements) -> None:
    """An answer that is large beside DRAGOMAN_CACHE_BYTES is not kept; with 0 none is."""
    url = url_of(engine)
    for size, path, kept in ((40_000, "/v1/events", False), (40_000, "/v1/limits", True), (0, "/v1/limits", False)):
        with client_of(url, cache_bytes=size) as client:
            client.get(path, headers=PLAIN)
            statements.texts.clear()
            client.get(path, headers=PLAIN)
            assert (statements.texts == []) is kept


def test_a_change_is_seen_at_once(own: TestClient, engine: Engine) -> None:
    """After a change the old tag is confirmed no more, and memory gives nothing old."""
    for name in ("Sergei the First", "Sergei the Second"):
        before = own.get(CALL)
        rename(engine, "sergey-lavrov", name)
        after = own.get(CALL, headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        assert after.headers["etag"] != before.headers["etag"]
        assert name not in before.text
        assert name in after.text


def test_a_tag_is_of_what_was_read(own: TestClient, engine: Engine) -> None:
    """Read while the data change, every answer has the strong tag of what it was read of: one tag, one answer."""
    told: dict[str, tuple[str, str]] = {}

    def write() -> None:
        while len(told) < 20:
            rename(engine, "sergey-lavrov", f"Sergei after {len(told)}")

    writer = Thread(target=write, daemon=True)
    writer.start()
    writes = True
    while writes:
        writes = writer.is_alive()
        for path in ("/v1/events.csv", CALL):
            found = own.get(path, headers=PLAIN)
            tag = found.headers["etag"]
            assert tag.startswith('"')
            assert told.setdefault(tag, (path, found.text)) == (path, found.text)
    assert "Sergei after" in found.text
    assert own.get(CALL, headers={**PLAIN, "If-None-Match": tag}).status_code == 304


def test_an_answer_is_of_its_day(own: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """An open date reaches to today, so yesterday's tag is not confirmed tomorrow."""
    tag = own.get("/v1/events?date=2016-10/..").headers["etag"]
    monkeypatch.setattr(caching, "today", lambda: today() + timedelta(days=1))
    assert own.get("/v1/events?date=2016-10/..", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ("{}", 304),
        ("W/{}", 304),
        ('"other", W/"more",{}', 304),
        ('"oth,er" ,  {} ', 304),
        ("*", 304),
        (" * ", 304),
        ('"other"', 200),
        ('W/"other"', 200),
        ("other", 200),
        ('""', 200),
    ],
)
def test_tags_are_compared_weakly_and_in_lists(client: TestClient, form: str, status: int) -> None:
    """Any tag of the list confirms, weak or strong; `*` stands for every tag."""
    tag = client.get(CALL).headers["etag"]
    assert client.get(CALL, headers={"If-None-Match": form.format(tag)}).status_code == status


def test_any_tag_needs_a_record(engine: Engine) -> None:
    """`If-None-Match: *` is a 304 where there is something and the usual error where there is not, also when cold."""
    with client_of(url_of(engine)) as cold:
        every = {"If-None-Match": "*"}
        assert cold.get("/v1/events/nothing", headers=every).status_code == 404
        assert cold.get("/v1/events?limit=x", headers=every).status_code == 422
        answer = cold.get("/v1/events", headers=every)
        assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status"), [("/v1/events/nothing", 404), ("/v1/events?typ=x", 422), ("/nothing", 404), ("/%ff", 400)]
)
def test_errors_are_never_cached(client: TestClient, path: str, status: int) -> None:
    """A problem says no-store and has no tag."""
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/v1/changes/stream?since=0&limit=1"])
def test_what_tells_of_this_moment_is_never_cached(client: TestClient, path: str) -> None:
    """Health, counts and the stream say no-store and have no tag."""
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_head_is_get_without_a_body(client: TestClient) -> None:
    """HEAD has the tag and length of GET; with the tag it is a 304."""
    got, head = client.get(CALL, headers=PLAIN), client.head(CALL, headers=PLAIN)
    assert head.content == b""
    for name in ("etag", "content-length", "cache-control"):
        assert head.headers[name] == got.headers[name]
    assert client.head(CALL, headers={**PLAIN, "If-None-Match": got.headers["etag"]}).status_code == 304


@pytest.mark.parametrize(
    "path", ["/v1/events", "/v1/places.csv", "/v1/places.ndjson", "/v1/events.parquet", "/v1/network.gexf"]
)
def test_who_asks_for_the_head_leaves_the_body_to_others(seeded_url: str, path: str) -> None:
    """A stream that was not written, because nobody wanted it, is no answer to GET."""
    with client_of(seeded_url) as client:
        for _ in range(2):
            assert client.head(path, headers=PLAIN).status_code == 200
            assert client.get(path, headers=PLAIN).content


def test_the_order_of_parameters_does_not_matter(client: TestClient, statements: Statements) -> None:
    """Parameters in another order or spelling are the same query; values of one parameter keep theirs."""
    tag = client.get("/v1/events?type=warning&limit=3&sort=type,date").headers["etag"]
    statements.texts.clear()
    assert client.get("/v1/events?sort=type%2Cdate&limit=3&type=%77arning").headers["etag"] == tag
    assert statements.texts == []
    assert client.get("/v1/events?type=warning&limit=3&sort=date,type").headers["etag"] != tag


def test_one_answer_is_open_to_every_site(client: TestClient) -> None:
    """What was kept for a program may be read by a page of any origin, from caches between, too."""
    plain = client.get("/v1/places?country=SYR")
    asked = client.get("/v1/places?country=SYR", headers={"Origin": "https://example.org"})
    for answer in (plain, asked):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "ETag" in answer.headers["access-control-expose-headers"]
        assert "Origin" not in answer.headers["vary"]


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", None),
        ("identity", None),
        ("zstd, br, gzip", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=1.0, br;q=0.5, zstd;q=0.1", "gzip"),
        ("br;q=0, gzip;q=0.001", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, br", "br"),
        ("zstd;q=0, *", "br"),
        ("deflate", None),
        ("gzip;q=0", None),
        ("identity;q=0, gzip;q=0.1", "gzip"),
    ],
)
def test_the_coding_is_the_one_that_the_client_likes_best(
    client: TestClient, accepted: str, chosen: str | None
) -> None:
    """Weights decide, then our order; the content is the same in every coding."""
    answer = client.get("/v1/events", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == chosen
    assert answer.content == client.get("/v1/events", headers=PLAIN).content


def test_small_bodies_are_not_compressed_unless_they_must(client: TestClient) -> None:
    """Under 500 bytes compression is loss; whoever refuses the identity gets it all the same."""
    path = "/v1/events?limit=0"
    assert "content-encoding" not in client.get(path, headers={"Accept-Encoding": "gzip"}).headers
    forced = client.get(path, headers={"Accept-Encoding": "gzip, identity;q=0"})
    assert forced.headers["content-encoding"] == "gzip"
    assert forced.json()["data"] == []


@pytest.mark.parametrize("accepted", ["identity;q=0", "*;q=0", "deflate, *;q=0"])
def test_no_acceptable_coding_is_refused(client: TestClient, accepted: str) -> None:
    """A client that takes no coding that there is gets a 406 that lists them."""
    answer = client.get("/v1/events", headers={"Accept-Encoding": accepted})
    assert answer.status_code == 406
    assert answer.headers["content-type"] == "application/problem+json"
    assert "zstd, br, gzip" in answer.json()["detail"]


ASKED = st.tuples(
    st.sampled_from(["/v1/events", "/v1/actors", CALL, "/v1/changes", "/"]),
    st.sampled_from(["", "?fields=id", "?fields=id,url", "?fields=url,id"]),
    st.sampled_from([*CODINGS, "gzip;q=0.5,br;q=0.2", "*"]),
    st.sampled_from(["", "*/*", "application/json", "text/html", "text/html,*/*;q=0.8"]),
)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=st.lists(ASKED, min_size=2, max_size=8))
def test_one_strong_tag_is_one_sequence_of_bytes(client: TestClient, asked: list[tuple[str, str, str, str]]) -> None:
    """Whatever is asked in whatever way, two answers with one strong tag are alike in coding, type and content."""
    found: dict[str, Any] = {}
    for path, query, coding, accept in asked:
        answer = client.get(path + query, headers={"Accept-Encoding": coding, "Accept": accept})
        if answer.status_code == 200:
            tag = answer.headers["etag"]
            alike = (answer.headers.get("content-encoding"), answer.headers["content-type"], answer.content)
            assert found.setdefault(tag, alike) == alike
