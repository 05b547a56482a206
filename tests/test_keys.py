"""Who may write: keys, their scopes, their end, and that they are told nowhere."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from typer.testing import Result

from app import keys
from app.database import open_engine, writing
from app.logs import Lines
from app.models import Key
from app.tokens import TOKEN
from tests.commands import run
from tests.conftest import client_of
from tests.folders import dump
from tests.writers import ARTICLE, YAML, token_of, writer_of

Command = Callable[..., Result]
PLACE = {"names": "Somewhere", "precision": "region"}
WRITES = [
    ("POST", "/v1/articles"),
    *(
        (method, f"/v1/{kind}/x")
        for kind in ("articles", "events", "statements", "actors", "places")
        for method in ("PUT", "PATCH", "DELETE")
    ),
    ("POST", "/v1/actors/x/merge"),
    ("DELETE", "/v1/events/x/merge"),
    ("PUT", "/v1/datasets/x"),
]


def put(client: TestClient, token: str | None = None, **headers: str) -> int:
    given = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
    return int(client.put("/v1/places/somewhere", json=PLACE, headers=given).status_code)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_every_write_needs_a_key(client: TestClient, method: str, path: str) -> None:
    """Without one it is a 401 that says how to send it and how to make it."""
    answer = client.request(method, path, json={})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="dragoman"'
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Authorization: Bearer" in answer.json()["detail"]
    assert "dragoman key create" in answer.json()["detail"]


def test_reading_needs_none(client: TestClient) -> None:
    """And a wrong one does no harm there; checking writes nothing and needs none either."""
    assert client.get("/v1/events", headers={"Authorization": "Bearer nonsense"}).status_code == 200
    assert client.post("/v1/check", content=ARTICLE, headers=YAML).status_code == 200


def test_checking_takes_a_data_set_as_posting_does(client: TestClient) -> None:
    """One that is not there is told before anything is sent in earnest."""
    answer = client.post("/v1/check?dataset=nowhere", content=ARTICLE, headers=YAML)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "dataset"


@pytest.mark.parametrize(("scope", "status"), [("read", 403), ("write", 201), ("admin", 201)])
def test_a_scope_has_those_before_it(seeded_url: str, scope: str, status: int) -> None:
    """To write takes `write` or `admin`; who has less is told what is needed."""
    with writer_of(seeded_url, scope) as client:
        answer = client.put("/v1/places/somewhere", json=PLACE)
        assert answer.status_code == status
        if status == 403:
            assert answer.headers["www-authenticate"] == (
                'Bearer realm="dragoman", error="insufficient_scope", scope="write"'
            )
            assert answer.json()["detail"].startswith("The key 'desk' has the scope read; this needs write or admin.")


@pytest.mark.parametrize(
    "given",
    [
        "Bearer nonsense",
        "Bearer ",
        "Bearer dragoman_0123456789abcdef_" + "A" * 43,
        "Basic ZGVzazpkZXNr",
        "{token}",
        "Token {token}",
        "Bearer {token}x",
        "Bearer {start}",
    ],
)
def test_what_is_no_key_is_refused(seeded_url: str, given: str) -> None:
    """Another scheme, another key, half a key: 401, and the answer does not repeat it."""
    token = token_of(seeded_url)
    with client_of(seeded_url) as client:
        header = given.format(token=token, start=token[:-1])
        answer = client.put("/v1/places/somewhere", json=PLACE, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert token[:30] not in answer.text + str(answer.headers)


def test_a_key_ends(seeded_url: str) -> None:
    """By its date, or when it is revoked, at once."""
    past = datetime.now(UTC) - timedelta(seconds=1)
    ended = token_of(seeded_url, "ended", expires_at=past)
    token = token_of(seeded_url, "desk", expires_at=datetime.now(UTC) + timedelta(days=1))
    engine = open_engine(seeded_url)
    with client_of(seeded_url) as client:
        assert put(client, ended) == 401
        assert put(client, token) == 201
        with writing(engine) as db:
            assert keys.revoke(db, "desk")
            assert not keys.revoke(db, "desk")
            assert not keys.revoke(db, "nobody")
        assert put(client, token) == 401
    engine.dispose()


def test_what_is_stored_is_no_key(seeded_url: str) -> None:
    """No row of any table has the secret of one."""
    token = token_of(seeded_url)
    secret = token.split("_", 2)[2]
    with client_of(seeded_url) as client:
        put(client, token)
    engine = open_engine(seeded_url)
    assert secret not in repr(dump(engine))
    engine.dispose()
    assert len(secret) == 43


def test_no_two_keys_are_alike(seeded_url: str) -> None:
    """Each has an id and a secret of its own."""
    tokens = [token_of(seeded_url, f"desk-{number}") for number in range(5)]
    assert len({part for token in tokens for part in token.split("_", 2)[1:]}) == 10


def test_a_key_where_it_does_not_belong_is_told_nowhere(seeded_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """It is no key in an address, an id or a document; refusals and the log do not have it."""
    token = token_of(seeded_url)
    asked = {"X-Request-Id": token}
    with client_of(seeded_url, access_log=True) as client, caplog.at_level(logging.DEBUG):
        answers = [
            client.get(f"/v1/events?access_token={token}", headers=asked),
            client.get(f"/v1/actors/{token}"),
            client.get(f"/{token}"),
            client.put(f"/v1/places/somewhere?key={token}", json=PLACE),
            client.post("/v1/check", json={"id": token, token: token}),
        ]
        client.put("/v1/places/somewhere", json=PLACE, headers={"Authorization": f"Bearer {token}"})
    assert [answer.status_code for answer in answers] == [422, 404, 404, 401, 200]
    assert not [answer.text for answer in answers if token in answer.text]
    told = [Lines().format(one) for one in caplog.records if one.name.startswith("dragoman")]
    assert [line for line in told if "/v1/actors/[a key]" in line]
    assert not [line for line in told if token.split("_", 2)[2] in line]


def test_the_last_use_is_noted_once_a_minute(seeded_url: str) -> None:
    """The first use is noted, the next not before a minute has passed."""
    token = token_of(seeded_url)
    engine = open_engine(seeded_url)

    def used() -> datetime | None:
        with engine.connect() as db:
            return db.scalar(select(Key.last_used_at))

    with client_of(seeded_url) as client:
        assert used() is None
        put(client, token)
        first = used()
        assert first is not None
        put(client, token)
        assert used() == first
        long_ago = first - timedelta(seconds=61)
        with writing(engine) as db:
            db.execute(Key.__table__.update().values(last_used_at=long_ago))  # type: ignore[attr-defined]
        put(client, token)
        assert (used() or long_ago) >= first
    engine.dispose()


@pytest.fixture
def key(seeded_url: str) -> Command:
    """Runs `dragoman key` on a database of the test's own."""
    return partial(run, "key", database_url=seeded_url)


def test_the_command_prints_a_key_once(key: Command, seeded_url: str) -> None:
    """What it prints is a key that works; listing tells the name, the scope and the use, and no key."""
    made = key("create", "--name", "desk", "--scope", "write", "--expires", "2100-01-01")
    assert made.exit_code == 0
    token = made.stdout.strip()
    assert TOKEN.fullmatch(token)
    with client_of(seeded_url) as client:
        assert put(client, token) == 201
    listed = key("list").stdout
    today = datetime.now(UTC).date().isoformat()
    assert listed.startswith(f"desk  write  made {today}  ends 2100-01-01 00:00  last used {today}")
    assert token.split("_")[1] not in listed


def test_the_command_refuses(key: Command) -> None:
    """A name that is taken, an odd name, a date that has passed, a scope that is none, a key that is not there."""
    assert key("list").stdout == "There are no keys; `dragoman key create --name NAME --scope write` makes one.\n"
    key("create", "--name", "desk", "--scope", "write")
    assert "There is a key 'desk' already" in key("create", "--name", "desk", "--scope", "read").stderr
    assert "cannot name a key" in key("create", "--name", "a b", "--scope", "read").stderr
    assert "has passed" in key("create", "--name", "b", "--scope", "read", "--expires", "2001-01-01").stderr
    assert key("create", "--name", "b", "--scope", "root").exit_code == 2
    assert key("revoke", "dest").stderr == "There is no key 'dest'. Nearest: desk.\n"
    assert key("revoke", "desk").stdout == "The key 'desk' is revoked.\n"
    assert key("revoke", "desk").stderr == "The key 'desk' had been revoked already.\n"
    assert "revoked" in key("list").stdout
