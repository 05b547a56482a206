"""History: what became of one record, change by change."""

from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.loading.drafting import drafts_of
from app.loading.drafts import Draft
from app.loading.folder import read_folder
from app.loading.past import Stamp
from app.loading.writing import write as write_records
from app.models import Dataset
from tests.conftest import LOADED_AT, client_of
from tests.folders import ECHO, ECHO_FILE, WARNING_FILE, change, write, write_small
from tests.helpers import Record, load

EVENT = "/v1/events/2016-10-01-anna-warns"
KINDS = {
    "events": "2016-10-01-kerry-lavrov-call-late",
    "statements": "2016-10-03-seed-lavrov-kerry-aleppo-s9",
    "actors": "sergey-lavrov",
    "articles": "2016-10-03-seed-lavrov-kerry-aleppo",
    "places": "aleppo",
}


def rows(client: TestClient, path: str) -> list[Record]:
    """The history of the record at PATH."""
    answer = client.get(f"{path}/history")
    assert answer.status_code == 200, answer.text
    found: list[Record] = answer.json()["data"]
    return found


def edited(url: str, folder: Path) -> None:
    """The small set, loaded and then edited a day later, twice: a label, then an article less; then it is back."""
    write_small(folder)
    load(url, folder, LOADED_AT)
    change(folder, WARNING_FILE, "en: Anna warns the north", "en: Anna scolds the north")
    load(url, folder, LOADED_AT + timedelta(days=1))
    (folder / ECHO_FILE).unlink()
    load(url, folder, LOADED_AT + timedelta(days=2))
    write(folder, ECHO_FILE, ECHO)
    load(url, folder, LOADED_AT + timedelta(days=3))


def test_a_record_tells_what_became_of_it(empty_url: str, tmp_path: Path) -> None:
    """Newest first: when, what was done, and which fields it changed, counts too."""
    edited(empty_url, tmp_path)
    with client_of(empty_url) as client:
        told = rows(client, EVENT)
        assert client.get(EVENT).json()["data"]["revision"] == told[0]["revision"]
    assert [(row["operation"], row["changed"]) for row in told] == [
        ("update", ["counts", "evidence", "accounts"]),
        ("update", ["counts", "evidence", "accounts"]),
        ("update", ["label", "labels"]),
        ("insert", []),
    ]
    assert [row["at"] for row in told] == [f"2026-11-{day}T12:00:00Z" for day in (26, 25, 24, 23)]
    assert [row["key"] for row in told] == [None] * 4
    assert [row["revision"] for row in told] == sorted((row["revision"] for row in told), reverse=True)
    assert list(told[0]) == ["revision", "at", "key", "operation", "changed"]


def test_a_deleted_record_has_a_history(empty_url: str, tmp_path: Path) -> None:
    """What is gone, and what came back, tells of it; so does what is 410 itself."""
    edited(empty_url, tmp_path)
    (tmp_path / ECHO_FILE).unlink()
    load(empty_url, tmp_path)
    with client_of(empty_url) as client:
        for path in ("/v1/articles/2016-10-04-echo", "/v1/statements/2016-10-04-echo-s1"):
            assert client.get(path).status_code == 410
            assert [row["operation"] for row in rows(client, path)] == ["delete", "insert", "delete", "insert"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_history(client: TestClient, kind: str) -> None:
    """A record that was loaded and never touched has one row; an unknown id is 404 with the nearest."""
    (row,) = rows(client, f"/v1/{kind}/{KINDS[kind]}")
    assert (row["operation"], row["changed"], row["key"]) == ("insert", [], None)
    unknown = client.get(f"/v1/{kind}/{KINDS[kind]}x/history")
    assert unknown.status_code == 404
    assert KINDS[kind] in unknown.json()["nearest"]


def test_a_history_is_paged_like_any_list(empty_url: str, tmp_path: Path) -> None:
    """Page by page it is the same rows, also where what an update changed stands on the next page."""
    edited(empty_url, tmp_path)
    with client_of(empty_url) as client:
        whole = rows(client, EVENT)
        for limit in (1, 2, 3):
            path, seen = f"{EVENT}/history?limit={limit}", []
            while path:
                answer = client.get(path)
                seen += answer.json()["data"]
                following = answer.json()["page"]["next"] or ""
                assert (f'<{following}>; rel="next"' == answer.headers.get("link")) is bool(following)
                path = following.removeprefix("http://127.0.0.1:8000")
            assert seen == whole
        assert client.get(f"{EVENT}/history?limit=0").json()["data"] == []
        cursor = client.get(f"{EVENT}/history?limit=1").json()["page"]["next"].partition("cursor=")[2]
        assert client.get(f"/v1/actors/anna-arc/history?cursor={cursor}").status_code == 400
        assert client.get(f"{EVENT}/history?sort=at").status_code == 422


def test_a_write_has_the_name_of_its_key(empty_url: str, tmp_path: Path) -> None:
    """What a key wrote tells which, insertions, updates and deletions alike."""
    write_small(tmp_path)
    for number, by in enumerate(("desk", "night-desk")):
        folder = read_folder(tmp_path)
        assert folder.dataset is not None
        dataset = Draft(Dataset, {**folder.dataset.model_dump(), "files_digest": folder.digest})
        engine = open_engine(empty_url)
        with writing(engine) as db:
            write_records(db, dataset, list(drafts_of(folder, ())), Stamp(LOADED_AT, by))
        engine.dispose()
        if number == 0:
            (tmp_path / ECHO_FILE).unlink()
    with client_of(empty_url) as client:
        assert [row["key"] for row in rows(client, EVENT)] == ["night-desk", "desk"]
        assert [row["key"] for row in rows(client, "/v1/articles/2016-10-04-echo")] == ["night-desk", "desk"]
        assert [row["key"] for row in rows(client, "/v1/actors/anna-arc")] == ["desk"]
