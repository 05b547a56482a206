"""PostgreSQL finds the newest hits in several ways: whichever it takes, they are those that SQLite finds."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from benchmarks.data import Data
from benchmarks.load import load
from tests.conftest import Databases, Statements, client_of

EVENTS = 2_000
QUERIES = [
    "corridor",
    "humanitarian corridor",
    "ممر إنساني",
    "nuclear OR military -convoy",
    '"over the humanitarian"',
    "humanit* border",
    "fishery technical",
    "corridor xylophone",
]
# What the ways are reckoned to cost so that one is always the cheapest, and what its statements have.
WAYS: dict[str, tuple[dict[str, float], str]] = {
    "gather": ({"_COMPARED": 0, "_VISITED": 0}, "search_text.rowid + 0 > "),
    "walk": ({"_COMPARED": 1e12}, ") AS search_text"),
    "near": ({"_COMPARED": 0, "_LISTED": 0, "_VISITED": 1e-9}, "search_text.rowid > 0 AND search_text.rowid <= "),
}


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> Iterator[dict[str, TestClient]]:
    """Clients of the same made-up data on both databases, by dialect."""
    opened = {}
    for dialect, server in (("sqlite", None), ("postgresql", postgres)):
        url = Databases(tmp_path_factory.mktemp("newest"), server).make("newest")
        load(url, Data(EVENTS), say=lambda _line: None)
        opened[dialect] = client_of(url, cache_bytes=0)
    with opened["sqlite"], opened["postgresql"]:
        yield opened


def paged(client: TestClient, path: str) -> list[Any]:
    """The data of the first pages of PATH."""
    data: list[Any] = []
    address: str | None = path
    while address and len(data) < 4:
        page = client.get(address).json()
        data.append(page["data"])
        address = page["page"]["next"]
    return data


@pytest.mark.parametrize("room", [2, 0.05], ids=["enough", "too few"])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_finds_the_same(
    clients: dict[str, TestClient], statements: Statements, monkeypatch: pytest.MonkeyPatch, way: str, room: float
) -> None:
    """Page by page, and where less was read than has enough hits."""
    costs, marked = WAYS[way]
    monkeypatch.setattr("app.ranking.SCORED", 5)
    monkeypatch.setattr("app.newest._ROOM", room)
    for name, cost in costs.items():
        monkeypatch.setattr(f"app.newest.{name}", cost)
    for query in QUERIES:
        for path in ("/v1/events", "/v1/statements", "/v1/articles", "/v1/search"):
            asked = f"{path}?{urlencode({'q': query, 'limit': 4})}"
            assert paged(clients["postgresql"], asked) == paged(clients["sqlite"], asked)
    assert any(marked in text for text in statements.texts)


def test_words_that_no_text_has_are_not_looked_for(clients: dict[str, TestClient], statements: Statements) -> None:
    """How many documents have a word is known: of one that none has, PostgreSQL's index of words is not asked."""
    assert clients["postgresql"].get("/v1/statements?q=xylophone&fields=id").json()["data"] == []
    assert statements.texts
    assert not any("search_text.vector" in text and "ORDER BY" in text for text in statements.texts)
