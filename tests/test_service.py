"""The service itself: health, version, limits, and what it says of a database that is empty or not ready."""

from datetime import datetime

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app import __version__
from app.database import open_engine, writing
from tests.conftest import client_of
from tests.helpers import KINDS, listed


def test_meta_tells_version_counts_and_licence(client: TestClient) -> None:
    """`/v1/meta` counts what the lists have, and cites as every answer does."""
    answer = client.get("/v1/meta").json()
    meta = client.get("/v1/events?limit=0").json()["meta"]
    counts = {kind: len(listed(client, f"/v1/{kind}")) for kind in KINDS if kind != "datasets"}
    assert answer == {
        "data": {"name": "Dragoman", "version": __version__, **meta, "counts": counts, "datasets": ["aleppo-2016"]},
        "meta": meta,
    }
    assert meta["license"] == "CC-BY-4.0"
    assert "aleppo-2016" in meta["citation"]


def test_limits_are_the_limits_that_are_kept(client: TestClient) -> None:
    """Every limit that `/v1/limits` tells holds to the last unit, and is refused one further."""
    limits = client.get("/v1/limits").json()["data"]
    assert limits["limit"] == {"default": 50, "maximum": 1000}
    assert limits["values"] == {"maximum": 100}
    # Half of the eight connections.
    assert limits["streams"] == {"maximum_at_once": 4}
    assert limits["id"] == {"maximum_characters": 200}
    assert client.get("/v1/statements").json()["page"]["limit"] == limits["limit"]["default"]
    kept = ["limit=1000", "cameo=" + ",".join(["190"] * 100), "cameo=" + "1" * 200]
    broken = ["limit=1001", "cameo=" + ",".join(["190"] * 101), "cameo=" + "1" * 201]
    assert [client.get(f"/v1/events?{query}").status_code for query in kept] == [200, 200, 200]
    assert [client.get(f"/v1/events?{query}").status_code for query in broken] == [422, 422, 422]


def test_the_service_is_well(client: TestClient) -> None:
    """Alive and ready, and neither answer is to be kept."""
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert answer.headers["cache-control"] == "no-store"


def test_a_database_without_tables_is_not_ready(bare_url: str) -> None:
    """The process lives, but is not ready: 503 with when to try again and what to do; lists and details alike."""
    with client_of(bare_url) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/v1/meta", "/v1/limits", "/v1/codes", "/v1/codes/media"):
            check_unready(client, path)
        for kind in KINDS:
            check_unready(client, f"/v1/{kind}")
            check_unready(client, f"/v1/{kind}/x")


def check_unready(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 503, path
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert "dragoman migrate" in body.pop("detail")
    assert body == {"type": "about:blank", "title": "Service Unavailable", "status": 503, "instance": path}


@pytest.mark.parametrize(
    ("revision", "advice"),
    [("0000", "install the version of Dragoman that made it"), (None, "run `dragoman migrate`")],
)
def test_a_database_of_another_version_is_not_ready(empty_url: str, revision: str | None, advice: str) -> None:
    """A schema that is newer than the code, or of no version, is told from one that is ready."""
    engine = open_engine(empty_url)
    with writing(engine) as db:
        if revision is None:
            db.execute(text("DELETE FROM alembic_version"))
        else:
            db.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()
    with client_of(empty_url) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert advice in answer.json()["detail"]


def test_a_database_that_is_not_there_is_unavailable() -> None:
    """Nobody listening is a 503 too, and says nothing of the address or the password."""
    with client_of("postgresql://nobody:secret@127.0.0.1:1/none") as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/v1/events"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.headers["retry-after"] == "5"
            assert answer.json()["detail"] == "The database cannot be reached; try again."
            assert "secret" not in answer.text


def test_a_database_without_data_answers(empty_client: TestClient) -> None:
    """Every list is empty, and every count nought; there is no licence of nothing."""
    meta = {"revision": 0, "license": None, "citation": None}
    for kind in KINDS:
        answer = empty_client.get(f"/v1/{kind}?count=exact").json()
        assert answer == {"data": [], "page": {"limit": 50, "next": None, "total": 0}, "meta": meta}
        assert empty_client.get(f"/v1/{kind}/x").status_code == 404
    body = empty_client.get("/v1/meta").json()["data"]
    assert body["counts"] == dict.fromkeys(("actors", "articles", "events", "places", "statements"), 0)
    assert body["datasets"] == []
    assert empty_client.get("/readyz").status_code == 200


def test_a_deleted_record_is_gone(seeded_url: str) -> None:
    """An id that was deleted is a 410 that says when and in which revision; its annotations are gone with it."""
    engine = open_engine(seeded_url)
    at = datetime.fromisoformat("2026-11-24T10:00:00+00:00")
    insert = text(
        "INSERT INTO change (revision, at, operation, kind, record_id) VALUES (:revision, :at, 'delete', :kind, 'gone')"
    )
    with writing(engine) as db:
        for number, kind in enumerate(("event", "statement", "actor", "article", "place")):
            stamp = at if engine.dialect.name == "postgresql" else "2026-11-24 10:00:00.000000"
            db.execute(insert, {"revision": 100_000 + number, "at": stamp, "kind": kind})
    engine.dispose()
    with client_of(seeded_url) as client:
        paths = [f"/v1/{kind}s/gone" for kind in ("event", "statement", "actor", "article", "place")]
        for number, path in enumerate([*paths, "/v1/articles/gone/annotations"]):
            answer = client.get(path)
            assert answer.status_code == 410, path
            assert answer.headers["content-type"] == "application/problem+json"
            body = answer.json()
            assert body["deleted_at"] == "2026-11-24T10:00:00Z"
            assert body["revision"] == 100_000 + (number if number < 5 else 3)
