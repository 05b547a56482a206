"""The numbered feed, its stream, and what became of ids that are gone."""

import signal
from collections.abc import Iterator
from time import monotonic
from typing import Any

import orjson
import pytest
from sqlalchemy import Engine, delete, func, insert, select, update
from starlette.testclient import TestClient

from app.database import writing
from app.feed import POLL_SECONDS
from app.models import Account, Change, Event, Evidence, Figure, Mention, Participant, Relation, State, Statement
from tests.conftest import LOADED_AT, client_of
from tests.helpers import Record
from tests.serving import serving, url_of

AT = "2026-11-23T12:00:00Z"
CALL = "2016-10-01-kerry-lavrov-call-late"
WINNER = "2016-09-09-geneva-deal"


@pytest.fixture
def own(engine: Engine) -> Iterator[TestClient]:
    """A client of the application on a database of the test's own."""
    with client_of(url_of(engine)) as opened:
        yield opened


def note(engine: Engine, operation: str, key: str, into: str | None = None, kind: str = "event") -> int:
    """Add a change to the feed, as a writer would; returns its number."""
    with writing(engine) as db:
        revision = db.scalars(select(State.revision)).one() + 1
        row = {"revision": revision, "at": LOADED_AT, "operation": operation, "kind": kind, "record_id": key}
        db.execute(insert(Change), row | {"into_id": into})
        db.execute(update(State).values(revision=revision))
    return revision


def remove(engine: Engine, key: str) -> None:
    """Take the event KEY out of the database, with all that is its own."""
    with writing(engine) as db:
        db.execute(delete(Relation).where(Relation.to_event_id == key))
        db.execute(update(Statement).where(Statement.event_id == key).values(event_id=None))
        for table in (Participant, Figure, Account, Evidence, Relation, Mention):
            db.execute(delete(table).where(table.event_id == key))
        db.execute(delete(Event).where(Event.id == key))


def newest(engine: Engine) -> int:
    with engine.connect() as db:
        return db.scalars(select(State.revision)).one()


def test_every_record_is_in_the_feed_once(client: TestClient) -> None:
    """After the seed the feed is one insert for each record, numbered from 1 without gaps."""
    meta = client.get("/v1/meta").json()
    rows = client.get("/v1/changes?limit=1000").json()["data"]
    assert [row["revision"] for row in rows] == list(range(1, meta["meta"]["revision"] + 1))
    assert {row["operation"] for row in rows} == {"insert"}
    assert len(rows) == sum(meta["data"]["counts"].values()) + 1
    event = client.get(f"/v1/events/{CALL}").json()["data"]
    expected = {"revision": event["revision"], "at": AT, "operation": "insert", "kind": "event"}
    assert rows[event["revision"] - 1] == {**expected, "id": CALL, "into": None}


@pytest.mark.parametrize("limit", [1, 7, 50, 463, 464, 465, 1000])
def test_pages_join_to_the_whole(client: TestClient, limit: int) -> None:
    """Following `page.next` gives every change once, in order, whatever the size of a page."""
    whole = client.get("/v1/changes?limit=1000&kind=place,dataset").json()["data"]
    url: str | None = f"/v1/changes?limit={limit}&kind=place,dataset"
    found: list[Record] = []
    while url:
        answer = client.get(url)
        found += answer.json()["data"]
        url = answer.json()["page"]["next"]
        assert answer.headers.get("link") == (url and f'<{url}>; rel="next"')
    assert found == whole
    assert {row["kind"] for row in whole} == {"place", "dataset"}


def test_what_is_new_since(own: TestClient, engine: Engine) -> None:
    """`since` leaves out what was seen; a number beyond the newest is an empty page and no error."""
    seen = newest(engine)
    assert own.get(f"/v1/changes?since={seen}").json()["data"] == []
    first = note(engine, "update", CALL)
    note(engine, "merge", "old-name", WINNER)
    rows = own.get(f"/v1/changes?since={seen}").json()["data"]
    assert rows == [
        {"revision": first, "at": AT, "operation": "update", "kind": "event", "id": CALL, "into": None},
        {"revision": first + 1, "at": AT, "operation": "merge", "kind": "event", "id": "old-name", "into": WINNER},
    ]
    assert own.get(f"/v1/changes?since={seen}&operation=merge").json()["data"] == rows[1:]
    beyond = own.get("/v1/changes?since=999999999").json()
    assert (beyond["data"], beyond["page"]["next"]) == ([], None)
    assert own.get(f"/v1/changes?since={seen}&limit=0").json()["page"] == {"limit": 0, "next": None, "total": None}


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("since=-1", "since"),
        ("since=x", "since"),
        ("since=1&since=2", "since"),
        ("limit=1001", "limit"),
        ("kind=events", "kind"),
        ("operation=remove", "operation"),
        ("cursor=x", "cursor"),
    ],
)
def test_a_wrong_question_is_refused(client: TestClient, query: str, parameter: str) -> None:
    """The feed and its stream refuse what they do not know, by name."""
    for path in ("/v1/changes", "/v1/changes/stream"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 422
        assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_a_deleted_id_is_gone(own: TestClient, engine: Engine) -> None:
    """It answers 410 and says when it went and by which change."""
    remove(engine, CALL)
    revision = note(engine, "delete", CALL)
    answer = own.get(f"/v1/events/{CALL}")
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["deleted_at"], told["revision"]) == (AT, revision)


def test_a_merged_id_leads_to_the_winner(own: TestClient, engine: Engine) -> None:
    """A 308 with the query kept, through any number of merges, in one step."""
    note(engine, "merge", "first", "second")
    note(engine, "merge", "second", "third")
    note(engine, "merge", "third", WINNER)
    answer = own.get("/v1/events/first?fields=id,url", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"] == f"/v1/events/{WINNER}?fields=id,url"
    assert answer.json()["into"] == WINNER
    assert own.get("/v1/events/first?fields=id").json()["data"] == {"id": WINNER}
    note(engine, "merge", "some-paper", "2016-10-01-imlebanon-m10-hospital", "article")
    followed = own.get("/v1/articles/some-paper/annotations", follow_redirects=False)
    assert followed.headers["location"] == "/v1/articles/2016-10-01-imlebanon-m10-hospital/annotations"


def test_a_public_address_with_a_path_is_kept(engine: Engine) -> None:
    """Behind a proxy that serves the API under a path, a merged id leads there."""
    note(engine, "merge", "first", WINNER)
    with client_of(url_of(engine), public_url="https://example.org/api") as client:
        answer = client.get("/v1/events/first", follow_redirects=False)
        assert answer.headers["location"] == f"/api/v1/events/{WINNER}"


def test_a_merge_into_what_was_deleted_is_gone(own: TestClient, engine: Engine) -> None:
    """The tombstone is the winner's."""
    note(engine, "merge", "first", CALL)
    remove(engine, CALL)
    revision = note(engine, "delete", CALL)
    answer = own.get("/v1/events/first")
    assert (answer.status_code, answer.json()["revision"]) == (410, revision)


def test_merges_in_a_circle_end(own: TestClient, engine: Engine) -> None:
    """Two ids that name each other, which no writer should leave, are a 404 and not an endless walk."""
    note(engine, "merge", "first", "second")
    note(engine, "merge", "second", "first")
    assert own.get("/v1/events/first").status_code == 404


def read_events(text: str) -> list[tuple[int, Record]]:
    """The ids and data of a stream's events."""
    events = []
    for block in text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            events.append((int(fields["id"]), orjson.loads(fields["data"])))
    return events


def test_the_stream_tells_what_the_list_tells(client: TestClient) -> None:
    """Same rows, same order, same filters; each event's id is its revision."""
    rows = client.get("/v1/changes?since=100&limit=60&kind=actor,event").json()["data"]
    answer = client.get("/v1/changes/stream?since=100&limit=60&kind=actor,event")
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = read_events(answer.text)
    assert [data for _, data in events] == rows
    assert [id for id, _ in events] == [row["revision"] for row in rows]


def test_the_stream_resumes_behind_the_last_event(client: TestClient) -> None:
    """`Last-Event-ID` goes before `since`, since a browser reconnects to the same address; nonsense is a 400."""
    path = "/v1/changes/stream?since=1&limit=2"
    resumed = read_events(client.get(path, headers={"Last-Event-ID": "40"}).text)
    assert [id for id, _ in resumed] == [41, 42]
    for nonsense in ("x", "-1", "1" * 30, "1.5"):
        assert client.get(path, headers={"Last-Event-ID": nonsense}).status_code == 400


def test_head_of_the_stream_ends(client: TestClient) -> None:
    """HEAD answers at once, though the stream would not end."""
    answer = client.head("/v1/changes/stream")
    assert (answer.status_code, answer.content) == (200, b"")


def test_listeners_come_and_go(client: TestClient) -> None:
    """Who listens after all others have gone is served like the first, and the server does nothing meanwhile."""
    until = monotonic() + 3 * POLL_SECONDS
    while monotonic() < until:
        assert client.head("/v1/changes/stream").status_code == 200


def take(lines: Iterator[str], count: int) -> list[Record]:
    """The data of the next COUNT events."""
    found: list[Any] = []
    while len(found) < count:
        line = next(lines)
        if line.startswith("data: "):
            found.append(orjson.loads(line.removeprefix("data: ")))
    return found


def test_a_stream_lives_and_survives_a_restart(engine: Engine) -> None:
    """Who listens hears of changes as they are made; the server ends though somebody listens; another one resumes."""
    url = url_of(engine)
    with serving(url) as (client, process):
        streams = [client.stream("GET", "/v1/changes/stream") for _ in range(2)]
        with streams[0] as one, streams[1] as two:
            first, second = one.iter_lines(), two.iter_lines()
            assert (next(first), next(second)) == ("retry: 3000", "retry: 3000")
            revision = note(engine, "update", CALL)
            heard = take(first, 1), take(second, 1)
            assert heard[0] == heard[1]
            assert heard[0][0]["revision"] == revision
            process.send_signal(signal.SIGTERM)
            assert "".join([*first, *second]) == ""
            assert process.wait(15) in (0, -signal.SIGTERM)
            assert process.stderr is not None
            assert process.stderr.read() == b""
    missed = [note(engine, "update", CALL), note(engine, "delete", "something")]
    with serving(url) as (client, _):
        resumed = client.get("/v1/changes/stream?limit=2", headers={"Last-Event-ID": str(revision)})
        assert [id for id, _ in read_events(resumed.text)] == missed


def test_listeners_share_one_poll(engine: Engine) -> None:
    """However many listen, a change is read from the table once."""
    url = url_of(engine)
    with serving(url) as (client, _):
        streams = [client.stream("GET", "/v1/changes/stream") for _ in range(10)]
        opened = [stream.__enter__().iter_lines() for stream in streams]
        assert {next(lines) for lines in opened} == {"retry: 3000"}
        revision = note(engine, "update", CALL)
        assert {take(lines, 1)[0]["revision"] for lines in opened} == {revision}
        metrics = client.get("/metrics").text
        assert "\ndragoman_feed_reads_total 1.0\n" in metrics
        for stream in streams:
            stream.__exit__(None, None, None)


def test_numbers_are_those_of_the_state(own: TestClient, engine: Engine) -> None:
    """The newest change is the revision that every answer names."""
    revision = note(engine, "update", CALL)
    with engine.connect() as db:
        assert db.scalar(select(func.max(Change.revision))) == revision
    assert own.get("/v1/events?limit=1").json()["meta"]["revision"] == revision
