"""Retries, lost updates, and many writers at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.models import Answered, Change, State
from tests.conftest import client_of
from tests.helpers import detail, found, listed
from tests.writers import ARTICLE, CALL, YAML, article, tag_of, token_of, writer_of

PLACE = {"names": "Somewhere", "precision": "region"}
LAVROV = "/v1/actors/sergey-lavrov"


def revision(client: TestClient) -> int:
    number: int = client.get("/v1/meta").json()["data"]["revision"]
    return number


def test_a_retry_is_given_the_first_answer(seeded_url: str) -> None:
    """Status, headers and body, byte for byte, and nothing is written; the answer says that it is a repeated one."""
    with writer_of(seeded_url) as client:
        headers = {**YAML, "Idempotency-Key": "one"}
        first = client.post("/v1/articles", content=ARTICLE, headers=headers)
        before = revision(client)
        again = client.post("/v1/articles", content=ARTICLE, headers=headers)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.content == first.content
        assert again.headers["location"] == first.headers["location"] == "/v1/articles/2016-10-05-call"
        assert again.headers["etag"] == first.headers["etag"]
        assert (first.headers.get("idempotency-replayed"), again.headers["idempotency-replayed"]) == (None, "true")
        assert revision(client) == before


def test_a_retried_change_is_not_a_lost_one(seeded_url: str) -> None:
    """A change that was made is answered again, though its `If-Match` is old by now."""
    with writer_of(seeded_url) as client:
        headers = {**tag_of(client, LAVROV), "Idempotency-Key": "two"}
        first = client.patch(LAVROV, json={"note": "one"}, headers=headers)
        again = client.patch(LAVROV, json={"note": "one"}, headers=headers)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.content == first.content


@pytest.mark.parametrize("other", ["body", "path", "method"])
def test_one_key_is_for_one_request(seeded_url: str, other: str) -> None:
    """With another body, path or method it is refused, and nothing is written."""
    with writer_of(seeded_url) as client:
        headers = {"Idempotency-Key": "three"}
        assert client.put("/v1/places/somewhere", json=PLACE, headers=headers).status_code == 201
        before = revision(client)
        again = {
            "body": lambda: client.put("/v1/places/somewhere", json={**PLACE, "geonames": 1}, headers=headers),
            "path": lambda: client.put("/v1/places/elsewhere", json=PLACE, headers=headers),
            "method": lambda: client.patch("/v1/places/somewhere", json=PLACE, headers=headers),
        }[other]()
        assert again.status_code == 422
        assert again.json()["errors"][0]["parameter"] == "Idempotency-Key"
        assert revision(client) == before


def test_a_refusal_is_not_kept(seeded_url: str) -> None:
    """What was refused may be mended and sent again under the same key."""
    with writer_of(seeded_url) as client:
        headers = {"Idempotency-Key": "four"}
        assert client.put("/v1/places/somewhere", json={"names": "X"}, headers=headers).status_code == 422
        assert client.put("/v1/places/somewhere", json=PLACE, headers=headers).status_code == 201


def test_a_key_of_somebody_else_is_another(seeded_url: str) -> None:
    """Two desks may choose the same."""
    with writer_of(seeded_url) as client:
        headers = {"Idempotency-Key": "five"}
        client.put("/v1/places/somewhere", json=PLACE, headers=headers)
        headers["Authorization"] = f"Bearer {token_of(seeded_url, 'other')}"
        assert client.put("/v1/places/elsewhere", json=PLACE, headers=headers).status_code == 201


def test_an_answer_is_forgotten_after_a_day(seeded_url: str) -> None:
    """Then the request is a new one, and old answers are swept out."""
    with writer_of(seeded_url) as client:
        headers = {"Idempotency-Key": "six"}
        client.put("/v1/places/somewhere", json=PLACE, headers=headers)
        engine = open_engine(seeded_url)
        with writing(engine) as db:
            db.execute(update(Answered).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
        assert client.put("/v1/places/elsewhere", json=PLACE, headers=headers).status_code == 201
        with engine.connect() as db:
            assert db.scalar(select(func.count()).select_from(Answered)) == 1
        engine.dispose()


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256])
def test_an_odd_key_is_refused(seeded_url: str, key: str) -> None:
    """It is printable and of bounded length."""
    with writer_of(seeded_url) as client:
        answer = client.put("/v1/places/x", json=PLACE, headers={"Idempotency-Key": key.encode()})
        assert answer.status_code == 400


@pytest.mark.parametrize("path", [LAVROV, f"/v1/events/{CALL}", "/v1/articles/2016-10-05-call", "/v1/places/aleppo"])
def test_a_change_needs_the_tag_of_what_was_read(seeded_url: str, path: str) -> None:
    """Without it 428; with an old one 412; with that of GET it is done, and the next needs the new one."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        body: dict[str, Any] = {"note": "x"} if path == LAVROV else {"label" if "events" in path else "title": "X"}
        body = {"geonames": 7} if "places" in path else body
        assert client.patch(path, json=body).status_code == 428
        assert client.delete(path).status_code == 428
        tag = tag_of(client, path)
        assert client.patch(path, json=body, headers=tag).status_code == 200
        late = client.patch(path, json=body, headers=tag)
        assert late.status_code == 412
        assert late.json()["revision"] == client.get(path).json()["data"]["revision"]
        assert client.patch(path, json=body, headers={"If-Match": '"nonsense"'}).status_code == 412
        assert client.patch(path, json=body, headers={"If-Match": "*"}).status_code == 200
        assert client.patch(path, json=body, headers=tag_of(client, path)).status_code == 200


def test_the_tag_of_a_write_is_good_for_the_next(seeded_url: str) -> None:
    """Who changes a record twice need not read it in between."""
    with writer_of(seeded_url) as client:
        made = client.put("/v1/places/somewhere", json=PLACE)
        tag = {"If-Match": made.headers["etag"]}
        changed = client.put("/v1/places/somewhere", json={**PLACE, "geonames": 1}, headers=tag)
        assert changed.status_code == 200
        tag = {"If-Match": changed.headers["etag"]}
        assert client.delete("/v1/places/somewhere", headers=tag).status_code == 204


def test_a_change_elsewhere_does_not_spoil_a_tag(seeded_url: str) -> None:
    """The tag of GET holds as long as this record is as it was, though other data changed."""
    with writer_of(seeded_url) as client:
        tag = tag_of(client, LAVROV)
        client.put("/v1/places/somewhere", json=PLACE)
        assert client.get(LAVROV).headers["etag"] != tag["If-Match"]
        assert client.patch(LAVROV, json={"note": "x"}, headers=tag).status_code == 200


def test_the_tag_of_an_article_covers_what_it_tells(seeded_url: str) -> None:
    """Who read the article before its statement was changed may not write the old statement back."""
    path = "/v1/articles/2016-10-05-call"
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        tag = tag_of(client, path)
        statement = "/v1/statements/2016-10-05-call-s1"
        client.patch(statement, json={"note": "seen"}, headers=tag_of(client, statement)).raise_for_status()
        assert client.put(path, json=article(), headers=tag).status_code == 412
        tag = tag_of(client, path)
        event = f"/v1/events/{CALL}"
        client.patch(event, json={"status": "confirmed"}, headers=tag_of(client, event)).raise_for_status()
        assert client.put(path, json=article(), headers=tag).status_code == 412


def test_a_tag_for_what_is_not_there_fails(seeded_url: str) -> None:
    """Who thinks to change something does not make it."""
    with writer_of(seeded_url) as client:
        assert client.put("/v1/places/nowhere", json=PLACE, headers={"If-Match": '"1"'}).status_code == 412
        assert client.post("/v1/articles", content=ARTICLE, headers={**YAML, "If-Match": "*"}).status_code == 412


def test_an_article_is_not_overwritten_by_chance(seeded_url: str) -> None:
    """Sent again as it is, nothing changes; sent with changes, it needs the tag of what it changes."""
    with writer_of(seeded_url) as client:
        assert client.post("/v1/articles", content=ARTICLE, headers=YAML).status_code == 201
        before = revision(client)
        assert client.post("/v1/articles", content=ARTICLE, headers=YAML).status_code == 200
        changed = article(title="Another title")
        assert client.post("/v1/articles", json=changed).status_code == 428
        assert revision(client) == before
        tag = tag_of(client, "/v1/articles/2016-10-05-call")
        assert client.post("/v1/articles", json=changed, headers=tag).json()["data"]["changed"] == {"article": 1}


def test_many_retries_at_once_write_once(seeded_url: str) -> None:
    """All are given the one answer, and one change was made."""
    with writer_of(seeded_url) as client:
        before = revision(client)
        headers = {**YAML, "Idempotency-Key": "many"}

        def send(_number: int) -> bytes:
            return bytes(client.post("/v1/articles", content=ARTICLE, headers=headers).content)

        with ThreadPoolExecutor(8) as pool:
            answers = set(pool.map(send, range(16)))
        assert len(answers) == 1
        # An article, an event, a statement, and the data set that they came into.
        assert revision(client) == before + 4


def test_many_writers_lose_and_mix_nothing(seeded_url: str) -> None:
    """Eight editors change one actor and send articles on one event, from two servers: each write is there, once.

    Each adds its aliases to the same actor (reading, changing, trying again when somebody was faster) and sends
    articles that tell the same event; in the end every alias, article and piece of evidence is there, the numbers of
    changes have no gap, and nothing is half done.
    """
    writers, rounds = 8, 4
    with writer_of(seeded_url) as first, client_of(seeded_url) as second:
        second.headers["Authorization"] = first.headers["Authorization"]
        first.post("/v1/articles", content=ARTICLE, headers=YAML).raise_for_status()
        before = revision(first)

        def write(number: int) -> None:
            client = (first, second)[number % 2]
            for turn in range(rounds):
                _tell(client, number, turn)
                _name(client, number, turn)

        aliases = len(detail(first, "actors", "sergey-lavrov")["aliases"])
        with ThreadPoolExecutor(writers) as pool:
            list(pool.map(write, range(writers)))
        wanted = {f"Alias {number} {turn}" for number in range(writers) for turn in range(rounds)}
        got = [alias["name"] for alias in detail(first, "actors", "sergey-lavrov")["aliases"]]
        assert len(got) == aliases + len(wanted)
        assert wanted <= set(got)
        event = detail(first, "events", CALL)
        assert event["counts"] == {"articles": 33, "evidence": 33, "statements": 1, "accounts": 32}
        for row in event["evidence"]:
            text = detail(first, "articles", row["article"]["id"])["text"]
            assert text[row["start"] : row["end"]] == row["exact"]
        assert len(found(first, "/v1/articles", f"event={CALL}")) == 33
        changes = [row["revision"] for row in listed(first, "/v1/changes", f"since={before}")]
        assert changes == list(range(before + 1, revision(first) + 1))
        # Of each: the article, the event, its data set; and the actor.
        assert len(changes) == writers * rounds * 4


def _tell(client: TestClient, number: int, turn: int) -> None:
    """Send an article on the event, until it is taken."""
    body = {
        "id": f"2016-10-06-w{number}-{turn}",
        "language": "en",
        "title": f"Writer {number}",
        "published": "2016-10-06",
        "text": f"Writer {number} tells of the call.",
        "events": [{"id": CALL, "evidence": [f"Writer {number} tells"], "accounts": [{"note": f"{number}"}]}],
    }
    while (status := client.post("/v1/articles", json=body).status_code) != 201:
        assert status == 503


def _name(client: TestClient, number: int, turn: int) -> None:
    """Add an alias to the actor as it is, until nobody was faster."""
    status = 0
    while status != 200:
        read = client.get(f"{LAVROV}/annotated")
        aliases = [*read.json()["data"]["aliases"], {"name": f"Alias {number} {turn}", "language": "en"}]
        tag = {"If-Match": read.headers["etag"]}
        status = client.patch(LAVROV, json={"aliases": aliases}, headers=tag).status_code
        assert status in (200, 412, 503)


def test_the_revision_is_the_last_change(seeded_url: str) -> None:
    """After writes of every kind the number of the data is that of the newest change."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        client.put("/v1/places/somewhere", json=PLACE)
        client.delete("/v1/places/somewhere", headers={"If-Match": "*"})
    engine = open_engine(seeded_url)
    with engine.connect() as db:
        assert db.scalar(select(State.revision)) == db.scalar(select(func.max(Change.revision)))
    engine.dispose()


def test_what_is_made_is_where_clients_find_it(seeded_url: str) -> None:
    """`Location` has the path of the public address, also if the answer was stored while there was none."""
    headers = {"Idempotency-Key": "seven"}
    with writer_of(seeded_url) as client:
        first = client.put("/v1/places/somewhere", json=PLACE, headers=headers)
        assert first.headers["location"] == "/v1/places/somewhere"
        key = client.headers["Authorization"]
    with client_of(seeded_url, public_url="https://events.example/api") as client:
        client.headers["Authorization"] = key
        again = client.put("/v1/places/somewhere", json=PLACE, headers=headers)
        made = client.put("/v1/places/elsewhere", json=PLACE)
        assert again.headers["idempotency-replayed"] == "true"
        assert again.headers["location"] == "/api/v1/places/somewhere"
        assert made.headers["location"] == "/api/v1/places/elsewhere"
