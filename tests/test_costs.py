"""What a request costs: the same statements of SQL, however many rows."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import bindparam, insert, select, text, update
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.models import Actor, Base, Change, State
from app.reading.prepared import read
from app.reading.readers import reader
from tests.conftest import Databases, Statements, client_of
from tests.helpers import FOUNDING, KINDS, ODD_AT, odd_url
from tests.plans import noting, plans, plans_of
from tests.writers import article, tag_of, writer_of

# At most, while nothing is remembered: one for the rows, one for the line that is printed with every answer, one for
# each kind of reference (an article's publisher is found through the article) and one that says whether those that are
# remembered still hold, one for each embedded part, one for each filter by ids.
COSTS = {
    "/v1/events?": 9,
    "/v1/statements?": 6,
    "/v1/actors?": 3,
    "/v1/articles?": 4,
    "/v1/places?": 3,
    "/v1/datasets?": 2,
    "/v1/events?updated_since=2999-01-01&": 2,
    "/v1/events?fields=id&": 2,
    "/v1/events?fields=id&include=evidence&": 5,
    "/v1/events?include=statements&": 10,
    "/v1/events?include=articles&": 9,
    "/v1/events?include=relations&": 9,
    "/v1/events?include=evidence,statements,articles,relations&": 13,
    "/v1/statements?include=evidence,articles,relations&": 11,
    "/v1/events?count=exact&actor=sergey-lavrov,john-kerry&place__not=syria&": 11,
}
# What comes after a cursor is read in ranges of an index, one after another until the page is full: rows of the same
# value, rows beyond it, rows without one.
MORE_RANGES = 2


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


def cost(client: TestClient, statements: Statements, url: str) -> int:
    statements.texts.clear()
    assert client.get(url).status_code == 200
    return len(statements.texts)


@pytest.mark.parametrize("query", COSTS)
def test_a_page_costs_a_fixed_number_of_queries(client: TestClient, statements: Statements, query: str) -> None:
    """A thousand rows cost no more than there are kinds of parts; a page that refers to less asks for less."""
    costs = [cost(client, statements, f"{query}limit={limit}") for limit in (1, 50, 1000)]
    assert max(costs) <= COSTS[query]


def test_what_is_often_referred_to_is_remembered_however_much_is_not(
    seeded_url: str, statements: Statements, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While all pages are read, of which memory has room for a few, the references of one that is read again stay."""
    monkeypatch.setattr("app.documents.MOST_REMEMBERED", 40)
    with client_of(seeded_url, cache_bytes=0) as small, client_of(seeded_url, cache_bytes=0) as large:
        again = "/v1/events?limit=1&"
        cost(small, statements, again)
        costs, path = [], "/v1/events?limit=5&"
        while path:
            page = small.get(path)
            costs.append(cost(small, statements, again))
            with monkeypatch.context() as unbounded:
                unbounded.setattr("app.documents.MOST_REMEMBERED", 20_000)
                assert page.content == large.get(path).content
            path = page.json()["page"]["next"]
        assert len(costs) > 10
        assert set(costs) == {2}


def rename(url: str) -> None:
    """Give every actor another name, as a change."""
    engine = open_engine(url)
    with writing(engine) as db:
        db.execute(update(Actor).values(name="Somebody else"))
        number = db.scalar(select(State.revision)) or 0
        change = {"at": ODD_AT, "operation": "update", "kind": "actor", "record_id": "russia"}
        db.execute(insert(Change).values(revision=number + 1, **change))
        db.execute(update(State).values(revision=number + 1))
    engine.dispose()


@pytest.mark.parametrize("path", ["/v1/events?", "/v1/statements?act=warn&", "/v1/articles?"])
def test_what_was_referred_to_is_not_read_again(seeded_url: str, statements: Statements, path: str) -> None:
    """Until something changes, a page costs its rows and the line of meta, which tells whether something did."""
    with client_of(seeded_url, cache_bytes=0) as client:
        assert cost(client, statements, path) > 2
        assert cost(client, statements, path) == 2
        rename(seeded_url)
        assert "Somebody else" in client.get(path).text


@pytest.mark.parametrize("kind", KINDS)
def test_no_single_row_costs_more_than_all(client: TestClient, statements: Statements, kind: str) -> None:
    """Page by page of one row, none costs more statements than the page that has them all, but for its ranges."""
    url: str | None = f"/v1/{kind}?limit=1"
    while url:
        statements.texts.clear()
        following = client.get(url).json()["page"]["next"]
        assert len(statements.texts) <= COSTS[f"/v1/{kind}?"] + MORE_RANGES
        url = following.removeprefix("http://127.0.0.1:8000") if following else None


def test_a_detail_costs_the_same_whatever_its_parts(client: TestClient, statements: Statements) -> None:
    """The article with the most annotations costs no more statements than one with few."""
    many = cost(client, statements, f"/v1/articles/{FOUNDING}")
    few = cost(client, statements, "/v1/articles/2016-10-01-imlebanon-m10-hospital")
    assert few <= many <= 14


def test_a_server_keeps_what_it_prepared(seeded_url: str) -> None:
    """What is asked in one read after another is not planned anew by PostgreSQL for each."""
    engine = open_engine(seeded_url)
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no server")
    asked = select(Actor.name).where(Actor.id == bindparam("id"))
    for _ in range(20):
        with reader(engine) as db:
            read(db, asked, {"id": "russia"})
    with reader(engine) as db:
        kept = db.execute(text("SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE '%actor.name%'"))
        assert kept.scalar_one() > 0
    engine.dispose()


def test_health_asks_nothing_of_the_database(client: TestClient, statements: Statements) -> None:
    """A probe of liveness, the greeting and the documentation cost no statement at all."""
    for path in ("/healthz", "/", "/docs", "/openapi.json", "/nope", "/v1/events?limit=x"):
        statements.texts.clear()
        client.get(path)
        assert statements.texts == [], path


def test_statements_keep_their_text(client: TestClient, statements: Statements) -> None:
    """However many ids a filter has, the text of the SQL is one: databases keep its plan."""
    texts = []
    for actors in ("russia", "russia,syria", "russia,syria,john-kerry,sergey-lavrov"):
        statements.texts.clear()
        client.get(f"/v1/events?actor={actors}&actor__not=odd-envoy&limit=0&count=exact")
        texts.append(list(statements.texts))
    assert texts[0] == texts[1] == texts[2]


@pytest.mark.parametrize("query", ["sort=date", "sort=date&date=2016-10", "sort=goldstein", "sort=-goldstein", ""])
def test_any_order_of_an_index_is_read_from_it(seeded_url: str, query: str) -> None:
    """The oldest are found like the newest, though the index has missing values at its other end."""
    index = "ix_event_goldstein_newest" if "goldstein" in query else "ix_event_newest"
    found = plans_of(seeded_url, f"/v1/events?limit=5&{query}", "seqscan", "sort")
    # What is known by its ids is sorted.
    pages = [plan for plan in found if index in plan and not re.search(r"json_each|= ANY", plan)]
    assert pages
    sorting = re.compile(r"USE TEMP B-TREE FOR ORDER BY|^\s*(->\s+)?Sort  \(", re.MULTILINE)
    assert [plan for plan in pages if sorting.search(plan)] == []


def test_a_write_looks_at_no_whole_table(seeded_url: str) -> None:
    """PostgreSQL has an index for each condition of a write; a table of millions would take seconds."""
    if not seeded_url.startswith("postgresql"):
        pytest.skip("test_work.py counts what SQLite does")
    edits = {
        "/v1/events/2016-09-09-geneva-deal": {"label": {"en": "A deal"}},
        "/v1/actors/sergey-lavrov": {"names": {"en": "Lavrov"}},
        "/v1/articles/2016-09-10-reuters-geneva-deal": {"title": {"en": "A deal"}},
        "/v1/statements/2016-09-10-reuters-geneva-deal-s1": {"note": "As printed."},
        "/v1/places/aleppo": {"names": {"en": "Halab"}},
    }
    with writer_of(seeded_url) as client, noting() as asked:
        for path, change in edits.items():
            assert client.patch(path, json=change, headers=tag_of(client, path)).status_code == 200
        assert client.post("/v1/articles", json=article(source_url="https://example.org/call")).status_code == 201
    written = [one for one in asked if one[0].lstrip().startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
    # Then a table is gone through only if there is no other way.
    found = plans(seeded_url, written, "seqscan")
    large = "|".join((*Base.metadata.tables.keys() - {"state", "dataset", "key", "merge", "merge_moved", "code"},))
    assert len(found) > 50
    assert {text: plan for text, plan in found.items() if re.search(rf"Seq Scan on ({large})\b", plan)} == {}
