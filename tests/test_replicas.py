"""Beyond one machine: a primary and two streaming replicas, lost one after another while clients read and write."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.loading import load_folder
from app.migrating import upgrade
from tests.cluster import Server, servers_of, url_of
from tests.conftest import LOADED_AT, SEED, client_of
from tests.serving import serving
from tests.writers import token_of

DEADLINE_SECONDS = 20
Wrong = list[tuple[int, str]]


def until(holds: Callable[[], bool]) -> None:
    """Wait until it HOLDS, for as long as is reasonable."""
    end = time.monotonic() + DEADLINE_SECONDS
    pause = Event()
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        pause.wait(0.02)


def put_place(client: httpx.Client, name: str) -> httpx.Response:
    body = {"names": name, "precision": "region"}
    return client.put(f"/v1/places/{name}", json=body, headers={"Idempotency-Key": name})


@dataclass
class Load:
    """A client that writes one place after another, and clients that read; what they were answered."""

    ended: Event = field(default_factory=Event)
    acknowledged: list[str] = field(default_factory=list)
    refused: int = 0
    reads: int = 0
    wrong: Wrong = field(default_factory=list)

    def write(self, client: httpx.Client) -> None:
        while not self.ended.is_set():
            name = f"place-{len(self.acknowledged)}"
            answer = put_place(client, name)
            if answer.status_code == 201:
                self.acknowledged.append(name)
            elif answer.status_code == 503 and "retry-after" in answer.headers:
                self.refused += 1
                self.ended.wait(0.02)
            else:
                self.wrong.append((answer.status_code, answer.text))

    def read(self, client: httpx.Client, path: str, expected: object) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            # Every address is another, so that no answer is a kept one.
            answer = client.get(f"{path}{number % 900 + 20}")
            self.reads += 1
            if answer.status_code != 200 or answer.json()["data"][:20] != expected:
                self.wrong.append((answer.status_code, answer.text[:500]))

    @contextmanager
    def running(self, *clients: httpx.Client) -> Iterator[None]:
        path = "/v1/events?sort=date&limit="
        expected = clients[0].get(f"{path}20").json()["data"]
        threads = [Thread(target=self.read, args=(client, path, expected)) for client in clients]
        threads.append(Thread(target=self.write, args=(clients[0],)))
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.ended.set()
            for thread in threads:
                thread.join()

    def goes_on(self) -> None:
        """Writes and reads are answered from now on."""
        acknowledged, reads = len(self.acknowledged), self.reads
        until(lambda: len(self.acknowledged) > acknowledged + 3 and self.reads > reads + 3)


@pytest.fixture
def cluster() -> Iterator[list[Server]]:
    """A primary with the seed, and two replicas of which one at least has what is acknowledged."""
    with servers_of("primary", "replica1", "replica2") as servers:
        primary, *replicas = servers
        primary.initialise()
        primary.start()
        primary.ask("CREATE DATABASE dragoman", "postgres")
        engine = open_engine(url_of(primary))
        with writing(engine) as db:
            upgrade(db)
            load_folder(db, SEED, at=LOADED_AT)
        engine.dispose()
        for replica in replicas:
            replica.follow(primary)
            replica.start()
        # Only now, and here alone: a copy would take the setting with it, and wait for standbys of its own.
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (replica1, replica2)'")
        primary.ask("SELECT pg_reload_conf()")
        yield servers


def reading(*servers: Server) -> str:
    return url_of(*servers, target_session_attrs="prefer-standby", load_balance_hosts="disable")


@pytest.fixture
def two(cluster: list[Server]) -> Iterator[list[httpx.Client]]:
    """Clients of two API servers that write to the primary; one reads from the first replica, one from the second."""
    primary, first, second = cluster
    token = token_of(url_of(primary))
    common = {"DRAGOMAN_PUBLIC_URL": "https://dragoman.example", "DRAGOMAN_LOG_LEVEL": "error"}
    with ExitStack() as stack:
        clients = []
        for order in ((primary, first, second), (primary, second, first)):
            url = url_of(*order, target_session_attrs="read-write")
            client, _ = stack.enter_context(serving(url, DRAGOMAN_READ_URL=reading(*order), **common))
            client.headers["Authorization"] = f"Bearer {token}"
            clients.append(client)
        yield clients


def test_a_cluster_loses_its_servers_and_nothing_else(cluster: list[Server], two: list[httpx.Client]) -> None:
    """Reads go on and are right whatever is lost; writes are a 503 with `Retry-After` until there is a primary again,
    and what was acknowledged stays."""
    primary, first, second = cluster
    _same_tags_and_cursors(*two)
    load = Load()
    with load.running(*two):
        load.goes_on()
        assert first.readers() > 0
        assert second.readers() > 0
        second.stop()
        load.goes_on()
        primary.stop("immediate")
        until(lambda: load.refused > 0)
        reads = load.reads
        until(lambda: load.reads > reads + 3)
        first.promote()
        load.goes_on()
    assert load.wrong == []
    for client in two:
        answers = [client.get(f"/v1/places/{name}") for name in load.acknowledged]
        assert [answer.status_code for answer in answers] == [200] * len(answers)
        assert [answer.json()["data"]["name"] for answer in answers] == load.acknowledged


def _same_tags_and_cursors(one: httpx.Client, other: httpx.Client) -> None:
    """The tag and the cursor that ONE gave hold with the OTHER, and a write is seen by whoever asks for it."""
    for number in range(5):
        answer = put_place(one, f"seen-{number}")
        revision = answer.json()["meta"]["revision"]
        for client in (other, one):
            seen = client.get(f"/v1/places/seen-{number}?min_revision={revision}")
            assert seen.status_code == 200
            assert seen.json()["meta"]["revision"] >= revision
    first = one.get(f"/v1/events?limit=3&min_revision={revision}")
    again = other.get(f"/v1/events?limit=3&min_revision={revision}", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    cursor = parse_qs(urlsplit(first.json()["page"]["next"]).query)["cursor"][0]
    pages = [client.get("/v1/events", params={"limit": 3, "cursor": cursor}).json()["data"] for client in (one, other)]
    assert pages[0] == pages[1] != []


def test_a_standby_that_lags_has_the_primary_answer(cluster: list[Server]) -> None:
    """While a standby does not apply what comes, it answers from what it has; `min_revision` gets the write."""
    primary, first, second = cluster
    url = url_of(primary)
    with client_of(url, read_url=reading(first)) as client:
        client.headers["Authorization"] = f"Bearer {token_of(url)}"
        # Reading and applying are one process's work: it waits.
        until(lambda: client.get("/v1/events?limit=1").status_code == 200)
        before = client.get("/v1/meta").json()["data"]["revision"]
        first.ask("SELECT pg_wal_replay_pause()")
        until(lambda: first.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")
        _written(client, second, before)


def _written(client: TestClient, second: Server, before: int) -> None:
    answer = client.put("/v1/places/somewhere", json={"names": "Somewhere", "precision": "region"})
    # The key reached the standby that applies nothing any more by way of the primary.
    assert answer.status_code == 201, answer.text
    revision = answer.json()["meta"]["revision"]
    assert client.get("/v1/places/somewhere").status_code == 404
    assert client.get("/v1/meta").json()["data"]["revision"] == before
    assert client.get(f"/v1/places/somewhere?min_revision={revision}").status_code == 200
    assert client.get(f"/v1/places?min_revision={revision}").json()["meta"]["revision"] == revision
    until(lambda: second.ask("SELECT count(*) FROM place WHERE id = 'somewhere'") == 1)


def test_a_revision_that_is_not_there_is_refused(client: TestClient) -> None:
    """Nothing is as new as that: a 422 that says what is; a revision that is there changes nothing."""
    newest = client.get("/v1/events?limit=1").json()["meta"]["revision"]
    assert client.get(f"/v1/events?limit=1&min_revision={newest}").status_code == 200
    answer = client.get(f"/v1/events?limit=1&min_revision={newest + 1}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "min_revision"
    assert f"the newest revision, {newest};" in answer.json()["detail"]
    assert client.get("/v1/events?min_revision=x").status_code == 422
