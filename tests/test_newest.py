"""PostgreSQL looks for the newest hits among the newest documents first: they are those that SQLite finds."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from app.database import open_engine
from app.models.search import number_of, spans
from app.searching.text_index import TEXT, Phrase, Question, matches
from benchmarks.data import FIRST, LAST, Data
from benchmarks.load import load
from tests.conftest import Databases, Statements, client_of

EVENTS = 2_000
QUERIES = [
    "corridor",
    "humanitarian corridor",
    "ممر إنساني",
    "nuclear OR military -convoy",
    '"over the humanitarian"',
    '"humanitarian corridor" OR convoy',
    'humanitarian -"humanitarian corridor"',
    "over-the-human*",
    "humanit* border",
    "fishery technical",
    "corridor xylophone",
]
# What is reckoned with so that the newest documents have enough hits, or too few, or that all are asked for at once.
RECKONINGS: dict[str, dict[str, float]] = {"enough": {}, "too few": {"_ROOM": 0.01}, "all": {"_LOOKED_UP": 1e9}}


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> dict[str, str]:
    """Both databases with the same made-up data, by dialect."""
    made = {}
    for dialect, server in (("sqlite", None), ("postgresql", postgres)):
        made[dialect] = Databases(tmp_path_factory.mktemp("newest"), server).make("newest")
        load(made[dialect], Data(EVENTS), say=lambda _line: None)
    return made


@pytest.fixture(scope="module")
def clients(urls: dict[str, str]) -> Iterator[dict[str, TestClient]]:
    """Their clients."""
    opened = {dialect: client_of(url, cache_bytes=0) for dialect, url in urls.items()}
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


@pytest.mark.parametrize("reckoning", RECKONINGS)
def test_however_many_are_read_first_the_same_are_found(
    clients: dict[str, TestClient], statements: Statements, monkeypatch: pytest.MonkeyPatch, reckoning: str
) -> None:
    """Page by page, and where the newest days have too few hits."""
    monkeypatch.setattr("app.searching.ranking.SCORED", 5)
    for name, value in RECKONINGS[reckoning].items():
        monkeypatch.setattr(f"app.searching.newest.{name}", value)
    for query in QUERIES:
        for path in ("/v1/events", "/v1/statements", "/v1/articles", "/v1/search"):
            asked = f"{path}?{urlencode({'q': query, 'limit': 4})}"
            assert paged(clients["postgresql"], asked) == paged(clients["sqlite"], asked)
    assert any("%(days)s" in text for text in statements.texts) == (reckoning != "all")


def test_spans_hold_all_the_documents_of_their_days(urls: dict[str, str]) -> None:
    """The index has for each document the spans that the days it lies in are asked for by."""
    engine, counted = open_engine(urls["postgresql"]), Counter[str]()
    with engine.connect() as db:
        for days, day in product((1, 16, 250, 4000), range(LAST.toordinal(), FIRST.toordinal(), -997)):
            first, last = number_of("event", day, 0), number_of("event", day - days, 0) - 1
            terms, end = spans(first, last)
            assert 0 < len(terms) <= 17
            assert end >= last
            of_days = matches(Question("event", (tuple(Phrase((term,)) for term in terms),)))
            numbers = func.count().filter(of_days), func.count()
            found, there = db.execute(select(*numbers).where(TEXT.c.rowid.between(first, end))).one()
            assert found == there
            counted[terms[0][:2]] += found
    engine.dispose()
    assert set(+counted) == {"@0", "@4", "@8"}


def test_too_many_days_have_no_spans() -> None:
    """Rather all documents are asked for then."""
    assert spans(number_of("event", 800_000, 0), number_of("event", 700_000, 0))[0] == []


def test_words_that_no_text_has_are_not_looked_for(clients: dict[str, TestClient], statements: Statements) -> None:
    """How many documents have a word is known: of one that none has, PostgreSQL's index of words is not asked."""
    assert clients["postgresql"].get("/v1/statements?q=xylophone&fields=id").json()["data"] == []
    assert statements.texts
    assert not any("search_text.vector" in text and "ORDER BY" in text for text in statements.texts)
