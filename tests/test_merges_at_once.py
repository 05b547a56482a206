"""Merges and their undoing while others write."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from starlette.testclient import TestClient

from tests.conftest import client_of
from tests.helpers import detail, listed
from tests.writers import ARTICLE, YAML, writer_of

LAVROV = "/v1/actors/sergey-lavrov"


def test_merges_against_edits_lose_and_mix_nothing(seeded_url: str) -> None:
    """While one actor goes into another and comes back, again and again, editors change both and what names them.

    An edit is done or refused by name: of every one that was done, what it wrote is there in the end.
    """
    writers, rounds = 4, 6
    winner, loser, said = LAVROV, "/v1/actors/twin", "/v1/statements/2016-10-05-call-s1"
    with writer_of(seeded_url) as first, client_of(seeded_url) as second:
        second.headers["Authorization"] = first.headers["Authorization"]
        first.put(loser, json={"kind": "person", "names": "Sergej Zwilling"}).raise_for_status()
        body = ARTICLE.replace("speaker: sergey-lavrov", "speaker: twin")
        first.post("/v1/articles", content=body, headers=YAML).raise_for_status()
        before = _revision(first)
        done: Counter[str] = Counter()

        def merge(_number: int) -> None:
            for _turn in range(rounds):
                assert _patiently(lambda: first.post(f"{loser}/merge", json={"into": "sergey-lavrov"})) == 200
                assert _patiently(lambda: first.delete(f"{loser}/merge")) == 200

        def edit(number: int) -> None:
            client = (first, second)[number % 2]
            for turn in range(rounds):
                path, field = ((winner, "aliases"), (said, "note"))[turn % 2]
                word = f"{number} {turn}"
                while not _added(client, path, field, word):
                    done["again"] += 1
                done[field] += 1

        with ThreadPoolExecutor(writers + 1) as pool:
            list(pool.map(lambda number: merge(number) if number == 0 else edit(number), range(writers + 1)))
        assert (done["aliases"], done["note"]) == (writers * rounds // 2, writers * rounds // 2)
        statement = detail(first, "statements", "2016-10-05-call-s1")
        assert statement["speaker"]["id"] == "twin"
        wanted = {f"{number} {turn}" for number in range(1, writers + 1) for turn in range(rounds)}
        names = [alias["name"] for alias in detail(first, "actors", "sergey-lavrov")["aliases"]]
        kept = [*(name for name in names if name in wanted), *statement["note"].split(", ")]
        assert sorted(kept) == sorted(wanted)
        assert "Sergej Zwilling" not in names
        assert detail(first, "actors", "twin")["name"] == "Sergej Zwilling"
        changes = [row["revision"] for row in listed(first, "/v1/changes", f"since={before}")]
        assert changes == sorted(set(changes))
        assert changes[-1] == _revision(first)


def _patiently(send: Callable[[], Any]) -> int:
    """The status of what is sent until the database has a turn for it."""
    while (status := int(send().status_code)) == 503:
        pass
    return status


def _added(client: TestClient, path: str, field: str, word: str) -> bool:
    """Whether WORD was added to what is at PATH, as an alias or in the note, before anybody else changed it."""
    read = client.get(f"{path}/annotated" if field == "aliases" else path)
    data = read.json()["data"]
    if field == "aliases":
        change: dict[str, Any] = {"aliases": [*data["aliases"], {"name": word, "language": "en"}]}
    else:
        change = {"note": ", ".join(filter(None, (data["note"], word)))}
    answer = client.patch(path, json=change, headers={"If-Match": read.headers["etag"]})
    assert answer.status_code in (200, 412, 503)
    return bool(answer.status_code == 200)


def _revision(client: TestClient) -> int:
    return int(client.get("/v1/meta").json()["data"]["revision"])
