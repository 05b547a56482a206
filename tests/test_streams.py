"""Results in any format: which one, how much, in what order, and what happens when something is wrong."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import monotonic
from typing import Any

import anyio
import httpx
import orjson
import pytest
import uvicorn
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from app.answering.streaming import Opened, Origin, Stream, Wanted, stream_parameters
from app.asking.parameters import read
from app.database import open_engine, writing
from app.formats import FORMATS, formats_of
from app.http.negotiation import best
from app.main import create_app
from app.models import Event
from app.resources.exports import RESOURCES
from app.settings import Settings
from tests.conftest import Databases, client_of
from tests.formats import awkward_url
from tests.helpers import KINDS, ids, listed

TYPES = {
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "atom": "application/atom+xml",
    "ics": "text/calendar",
}
CONTRACT = {
    "events": ("csv", "ndjson", "geojson", "parquet", "atom", "ics"),
    "statements": ("csv", "ndjson", "parquet", "atom"),
    "actors": ("csv", "ndjson", "parquet"),
    "articles": ("csv", "ndjson", "parquet"),
}
PATHS = [(kind, ending) for kind, endings in CONTRACT.items() for ending in endings]
ORDERS = ["date", "-date", "type", "-type", "goldstein", "-goldstein", "-updated_at", "id", "-id", "type,-date"]


@pytest.fixture(scope="module")
def awkward(databases: Databases) -> Iterator[TestClient]:
    """A client of the seed and the awkward ones."""
    with client_of(awkward_url(databases)) as client:
        yield client


def lines(client: TestClient, address: str) -> list[Any]:
    """The records of the NDJSON at ADDRESS, which is whole."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    *records, end = map(orjson.loads, answer.content.splitlines())
    assert end == {"_end": True, "count": len(records)}
    return records


@pytest.mark.parametrize("kind", KINDS)
def test_ndjson_says_what_the_list_says(awkward: TestClient, kind: str) -> None:
    """A record a line, byte for byte as in the list, in its order, and a line that says how many."""
    body = awkward.get(f"/v1/{kind}.ndjson").content
    listing = awkward.get(f"/v1/{kind}?limit=1000").content
    *records, _ = body.splitlines()
    assert listing.startswith(b'{"data":[' + b",".join(records) + b"],")
    assert lines(awkward, f"/v1/{kind}.ndjson") == listed(awkward, f"/v1/{kind}")


def test_the_same_query_finds_the_same(awkward: TestClient) -> None:
    """Filters, order, fields and parts mean what they mean in the list."""
    for query in (
        "type=warning",
        "actor__all=john-kerry,sergey-lavrov&sort=date",
        "date=2016-10&has=place&fields=label,date",
        "include=evidence,statements,articles,relations&type__not=phone_call",
        "fields=label&include=evidence",
    ):
        assert lines(awkward, f"/v1/events.ndjson?{query}") == listed(awkward, "/v1/events", query)
    assert lines(awkward, "/v1/statements.ndjson?include=evidence&act=warn") == listed(
        awkward, "/v1/statements", "include=evidence&act=warn"
    )


@pytest.mark.parametrize("order", ORDERS)
def test_a_stream_goes_on_where_a_page_ended(awkward: TestClient, order: str) -> None:
    """The list's cursor is the stream's; nothing comes twice and nothing is left out, missing values included."""
    everything = ids(listed(awkward, "/v1/events", f"sort={order}"))
    assert ids(lines(awkward, f"/v1/events.ndjson?sort={order}")) == everything
    for taken in range(1, len(everything), 3):
        following = awkward.get(f"/v1/events?sort={order}&limit={taken}").json()["page"]["next"]
        cursor = httpx.URL(following).params["cursor"]
        rest = lines(awkward, f"/v1/events.ndjson?sort={order}&cursor={cursor}")
        assert ids(rest) == everything[taken:]
        two = lines(awkward, f"/v1/events.ndjson?sort={order}&cursor={cursor}&limit=2")
        assert ids(two) == everything[taken : taken + 2]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_in_any_order_make_the_whole(awkward: TestClient, order: str) -> None:
    """The list goes the same way, page by page."""
    address: str | None = f"/v1/events?sort={order}&limit=7"
    found: list[str] = []
    while address:
        page = awkward.get(address).json()
        found += ids(page["data"])
        address = page["page"]["next"]
    assert found == ids(listed(awkward, "/v1/events", f"sort={order}"))


@pytest.mark.parametrize("scored", [500, 5])
@pytest.mark.parametrize("query", ["q=aleppo", "q=aleppo&type__not=meeting", "q=ceasefire+OR+truce&sort=relevance"])
def test_a_stream_goes_by_relevance(
    awkward: TestClient, monkeypatch: pytest.MonkeyPatch, query: str, scored: int
) -> None:
    """With `q` the order is the list's, from any cursor on, also where hits are too many for all to be scored."""
    monkeypatch.setattr("app.searching.ranking.SCORED", scored)
    monkeypatch.setattr("app.answering.streaming.BATCH", 4)
    everything = ids(awkward.get(f"/v1/events?{query}&limit=1000").json()["data"])
    assert len(everything) > 12
    assert ids(lines(awkward, f"/v1/events.ndjson?{query}")) == everything
    for taken in (1, 4, 9, len(everything) - 1):
        following = awkward.get(f"/v1/events?{query}&limit={taken}").json()["page"]["next"]
        rest = f"/v1/events.ndjson?{query}&cursor={httpx.URL(following).params['cursor']}"
        assert ids(lines(awkward, rest)) == everything[taken:]
        assert ids(lines(awkward, f"{rest}&limit=5")) == everything[taken : taken + 5]
    assert lines(awkward, f"/v1/events.ndjson?{query}&limit=0") == []


@pytest.mark.parametrize(("kind", "ending"), [path for path in PATHS if path[1] != "ndjson"])
def test_every_format_takes_words(client: TestClient, kind: str, ending: str) -> None:
    """A full text query is one like any other: its hits are what is written, the most relevant first."""
    body = client.get(f"/v1/{kind}.{ending}?q=russia")
    assert body.status_code == 200
    found = lines(client, f"/v1/{kind}.ndjson?q=russia")
    assert found
    if ending == "csv":
        assert [row["id"] for row in csv.DictReader(io.StringIO(body.text, newline=""))] == ids(found)
    none = client.get(f"/v1/{kind}.{ending}?q=nosuchwordatall")
    assert none.status_code == 200
    assert 0 < len(none.content) < len(body.content)


def test_a_limit_is_not_a_page(client: TestClient) -> None:
    """A stream has all there is; `limit` takes fewer, none too, and is not bound by the size of a page."""
    assert len(lines(client, "/v1/statements.ndjson")) == 197
    assert len(lines(client, "/v1/statements.ndjson?limit=5")) == 5
    assert lines(client, "/v1/statements.ndjson?limit=0") == []
    assert len(lines(client, "/v1/statements.ndjson?limit=100000")) == 197


@pytest.mark.parametrize(("kind", "ending"), PATHS)
def test_the_ending_and_accept_choose_alike(client: TestClient, kind: str, ending: str) -> None:
    """The same bytes and the same headers, whichever way the format was named."""
    by_ending = client.get(f"/v1/{kind}.{ending}?limit=3")
    by_accept = client.get(f"/v1/{kind}?limit=3", headers={"Accept": TYPES[ending]})
    assert by_ending.status_code == by_accept.status_code == 200
    assert by_ending.headers["content-type"].partition(";")[0] == TYPES[ending]
    assert by_accept.headers["content-type"] == by_ending.headers["content-type"]
    assert "Accept" in by_accept.headers["vary"]
    name = by_ending.headers["content-disposition"].partition("filename=")[2]
    assert name == f'"dragoman-{kind}-r464.{ending}"'
    assert '</v1/meta>; rel="license"' in by_ending.headers["link"].replace("http://127.0.0.1:8000", "")
    if ending != "atom":
        # A feed names its own address.
        assert by_ending.content == by_accept.content


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; header=present", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv;q=0.5, text/calendar", "text/calendar"),
        ("application/json;q=0.1, application/x-ndjson;q=0.2", "application/x-ndjson"),
        ("*/*;q=0.1, application/json;q=0", "application/x-ndjson"),
        ("text/html", None),
        ("text/csv;q=0", None),
        ("text/csv;q=nan", None),
        ("nonsense", None),
    ],
)
def test_what_a_client_takes(accept: str, found: str | None) -> None:
    """The weightiest, the narrowest range counting for a type, JSON before others."""
    assert best(accept, ("application/json", *(one.media_type.partition(";")[0] for one in FORMATS))) == found


def test_a_format_that_there_is_not_is_406_with_those_that_there_are(client: TestClient) -> None:
    """By the ending and by Accept."""
    by_accept = client.get("/v1/statements", headers={"Accept": "text/calendar"})
    assert by_accept.status_code == 406
    assert by_accept.headers["content-type"] == "application/problem+json"
    assert by_accept.json()["available"] == ["application/json", *(TYPES[one] for one in formats_of("statement"))]
    by_ending = client.get("/v1/statements.ics")
    assert by_ending.status_code == 406
    assert by_ending.json()["available"] == [
        "/v1/statements",
        *(f"/v1/statements.{one}" for one in formats_of("statement")),
    ]
    assert client.get("/v1/nothing.csv").status_code == 404


@pytest.mark.parametrize(
    ("address", "status", "parameter"),
    [
        ("/v1/events.csv?tpye=warning", 422, "tpye"),
        ("/v1/events.csv?type=warnings", 422, "type"),
        ("/v1/events.ndjson?actor=sergey-lavrow", 422, "actor"),
        ("/v1/events.parquet?fields=lable", 422, "fields"),
        ("/v1/events.csv?include=evidence", 422, "include"),
        ("/v1/events.atom?fields=label", 422, "fields"),
        ("/v1/events.ndjson?count=exact", 422, "count"),
        ("/v1/events.ndjson?limit=-1", 422, "limit"),
        ("/v1/actors.ndjson?include=evidence", 422, "include"),
    ],
)
def test_what_is_wrong_is_told_before_the_stream(client: TestClient, address: str, status: int, parameter: str) -> None:
    """As a problem, not as a broken file; a parameter without a meaning in the format is unknown there."""
    answer = client.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one["parameter"] for one in answer.json()["errors"]] == [parameter]


def test_a_foreign_cursor_is_refused(client: TestClient) -> None:
    """One of another query, or one that was tampered with."""
    following = client.get("/v1/events?limit=1&type=warning").json()["page"]["next"]
    cursor = httpx.URL(following).params["cursor"]
    assert client.get(f"/v1/events.csv?type=warning&cursor={cursor}").status_code == 200
    assert client.get(f"/v1/events.csv?cursor={cursor}").status_code == 400
    assert client.get(f"/v1/events.csv?type=warning&cursor={cursor}x").status_code == 400


def test_head_has_the_headers_alone(client: TestClient) -> None:
    """Nothing is walked for it."""
    answer = client.head("/v1/events.csv")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_stream_costs_one_query_and_one_for_each_kind_of_reference(client: TestClient, statements: Any) -> None:
    """However many records there are."""
    # The number keeps it apart from what other tests asked, which is remembered.
    client.get("/v1/statements.ndjson?limit=99999")
    assert sum("FROM statement" in text and "doc" in text for text in statements.texts) == 1
    assert len(statements.texts) <= 8


def opened(engine: Engine, kind: str, ending: str) -> Opened:
    """A stream of all records of KIND, begun and not yet read."""
    resource, format = RESOURCES[kind], formats_of(kind)[ending]
    asked = read(stream_parameters(resource, tuple(format.options)), [])
    return Opened(engine, Wanted(resource, format, asked), Origin("http://x", "secret", "http://x/"))


def test_a_stream_sees_one_moment(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written meanwhile is not in it: neither new names nor lost records."""
    monkeypatch.setattr("app.answering.streaming.BATCH", 10)
    whole = opened(engine, "event", "ndjson")
    expected = b"".join(whole)
    whole.close()
    begun = opened(engine, "event", "ndjson")
    chunks = iter(begun)
    parts = [next(chunks)]
    with writing(engine) as db:
        db.exec_driver_sql("UPDATE actor SET name = 'Somebody else'")
        db.exec_driver_sql("UPDATE event SET doc = '{}'")
    parts += chunks
    begun.close()
    assert len(parts) > 5
    assert b"".join(parts) == expected


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The address of a real server on the database at URL."""
    server = uvicorn.Server(uvicorn.Config(create_app(Settings(database_url=url)), port=0, log_level="critical"))
    thread = Thread(target=server.run)
    thread.start()
    began = monotonic()
    while not server.started and monotonic() < began + 20:
        thread.join(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.mark.parametrize(("kind", "ending"), [path for path in PATHS if path[0] == "events" and path[1] != "parquet"])
def test_what_breaks_half_way_breaks_off(
    seeded_url: str, monkeypatch: pytest.MonkeyPatch, kind: str, ending: str
) -> None:
    """A client that has half of it is told by the connection: the end never looks like one."""
    monkeypatch.setattr("app.answering.streaming.BATCH", 10)
    engine = open_engine(seeded_url)
    with writing(engine) as db:
        oldest = update(Event).where(Event.id == "2016-09-09-geneva-deal")
        db.execute(oldest.values(doc='{"id":"x","place":"\\u001aplace/gone"}'))
    engine.dispose()
    with serving(seeded_url) as address, pytest.raises(httpx.RemoteProtocolError):
        # A compressor may hold back so much that the answer has not begun: then it is a 500.
        httpx.get(f"{address}/v1/{kind}.{ending}", headers={"Accept-Encoding": "identity"})


def streamed(engine: Engine, taken: int) -> list[str]:
    """What a client is sent that takes so many parts and then no more; the end of the stream is the last."""
    told: list[str] = []

    async def run() -> None:
        enough = anyio.Event()

        async def send(message: Any) -> None:
            told.append(message["type"])
            if len(told) > taken:
                enough.set()

        async def receive() -> Any:
            await enough.wait()
            return {"type": "http.disconnect"}

        stream = Stream(opened(engine, "event", "ndjson"), lambda: told.append("done"), {}, "text/plain")
        await stream({"type": "http"}, receive, send)

    anyio.run(run)
    return told


def test_who_hangs_up_is_sent_no_more(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the transaction ends."""
    monkeypatch.setattr("app.answering.streaming.BATCH", 2)
    body = "http.response.body"
    start, *parts, end = streamed(engine, 1)
    assert (start, end) == ("http.response.start", "done")
    assert set(parts) == {body}
    assert len(parts) < 4
    assert len(streamed(engine, 1000)) > 10


def test_streams_leave_room_for_short_questions(seeded_url: str) -> None:
    """One more than the server writes at once is asked to come again; ended ones make room."""
    with client_of(seeded_url, pool_size=4) as client:
        slots = client.app_state["streams"]
        assert slots.acquire()
        for _ in range(5):
            assert client.get("/v1/events.ndjson").status_code == 200
            assert client.get("/v1/events.ndjson?actor=nobody").status_code == 422
            assert client.head("/v1/events.ndjson").status_code == 200
        assert slots.acquire()
        refused = client.get("/v1/events.csv")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "5"
        assert client.get("/v1/events?limit=1").status_code == 200
        slots.release()
        assert client.get("/v1/events.csv").status_code == 200


def test_every_format_is_in_the_openapi_document(client: TestClient) -> None:
    """Each path with its parameters and media type; the plain path with all of them and 406."""
    paths = client.get("/openapi.json").json()["paths"]
    for kind, ending in PATHS:
        operation = paths[f"/v1/{kind}.{ending}"]["get"]
        assert list(operation["responses"]["200"]["content"]) == [TYPES[ending]]
        assert {"limit", "cursor", "sort"} <= {one["name"] for one in operation["parameters"]}
        plain = paths[f"/v1/{kind}"]["get"]["responses"]
        assert TYPES[ending] in plain["200"]["content"]
        assert "406" in plain
