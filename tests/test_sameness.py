"""Two databases, one truth: byte for byte the same answers on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.migrating import upgrade
from tests.conftest import LOADED_AT, SEED, Databases, client_of
from tests.helpers import FOUNDING, KINDS, ODD, ODD_AT, ids, listed, load

LISTS = [f"/v1/{kind}?limit=1000" for kind in KINDS]
REQUESTS = [
    *LISTS,
    *(f"/v1/{kind}?limit=3&count=exact" for kind in KINDS),
    *(f"/v1/events?limit=1000&sort={sort}" for sort in ("date", "goldstein,-type", "-goldstein", "type,-date", "-id")),
    *(f"/v1/statements?limit=1000&sort={sort}" for sort in ("date", "act,-date", "-act,date,-id")),
    *(f"/v1/actors?limit=1000&sort={sort}" for sort in ("-name", "kind,-name")),
    *(f"/v1/articles?limit=1000&sort={sort}" for sort in ("published", "-published,-id")),
    "/v1/places?limit=1000&sort=-country,-name",
    "/v1/events?limit=1000&include=evidence,statements,articles,relations",
    "/v1/statements?limit=1000&include=evidence,articles,relations&fields=date,utterance",
    "/v1/events?actor=iso3:RUS&role__not=host&date=2016-09-28/..&fields=id,date,participants",
    "/v1/events?type=contact,warning&actor_country__all=RUS,USA&limit=5",
    "/v1/events?place=syria&bbox=30,30,40,37.5&has__all=quote,figures",
    "/v1/events?bbox=170,-90,-170,90",
    "/v1/events?cameo=19,04&plover__not=CONSULT",
    "/v1/statements?act=warn&conditional=true&topic__not=aleppo&language=ar,ru",
    "/v1/statements?about=2016-09-22-aleppo-bombing&has=quote&verified=true",
    "/v1/actors?country__not=RUS&parent__not=russia",
    "/v1/events?actor=sergei&place=alepo",
    "/v1/events?limti=5&limit=x&type=warnig&date=2016-13",
    "/v1/events?cursor=x",
    "/v1/events/2016-10-01-kerry-lavrov-call-lat",
    "/v1/actors/nobody-at-all",
    f"/v1/articles/{FOUNDING}/annotations",
    "/v1/codes",
    "/v1/codes/event-types",
    "/v1/meta",
    "/v1/limits",
    "/readyz",
    "/openapi.json",
    "/v1/events?type=%ff",
    "/nope",
]


def made(databases: Databases, name: str, *folders: tuple[Path, datetime]) -> str:
    """The address of a new database NAME with the data sets in FOLDERS."""
    url = databases.make(name)
    engine = open_engine(url)
    with writing(engine) as db:
        upgrade(db)
    engine.dispose()
    for folder, at in folders:
        load(url, folder, at)
    return url


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, postgres: str) -> tuple[Databases, Databases]:
    """Where databases of SQLite and of PostgreSQL can be made."""
    folder = tmp_path_factory.mktemp("same")
    return Databases(folder, None), Databases(folder, postgres)


@pytest.fixture(scope="module")
def clients(both: tuple[Databases, Databases]) -> Iterator[tuple[TestClient, TestClient]]:
    """The application on SQLite and on PostgreSQL, filled alike with the seed and the odd ones."""
    urls = [made(databases, "same", (SEED, LOADED_AT), (ODD, ODD_AT)) for databases in both]
    with client_of(urls[0]) as sqlite, client_of(urls[1]) as postgresql:
        yield sqlite, postgresql


def of_content(answer: Response) -> dict[str, str]:
    """The headers that follow from what was asked; a tag is of one installation, and a time of one answer."""
    return {name: value for name, value in answer.headers.items() if name not in ("etag", "server-timing")}


def test_both_databases_answer_alike(clients: tuple[TestClient, TestClient]) -> None:
    """Status, body and headers of every request are the same on both databases."""
    for url in REQUESTS:
        left, right = (client.get(url, headers={"X-Request-Id": "same"}) for client in clients)
        assert left.status_code == right.status_code, url
        assert left.content == right.content, url
        assert of_content(left) == of_content(right), url


def test_both_databases_give_the_same_details(clients: tuple[TestClient, TestClient]) -> None:
    """Every record with all its parts is the same on both databases, the order of the parts too."""
    paths = [record["url"] for kind in KINDS for record in listed(clients[0], f"/v1/{kind}")]
    assert [path for path in paths if clients[0].get(path).content != clients[1].get(path).content] == []


def test_a_cursor_of_one_database_is_good_for_the_other(clients: tuple[TestClient, TestClient]) -> None:
    """Moving from SQLite to PostgreSQL breaks no walk: the next page of one continues on the other."""
    for sort in ("-date", "goldstein", "-updated_at", "type,-goldstein", "-id"):
        whole = ids(listed(clients[0], "/v1/events", f"sort={sort}"))
        url, turn, seen = f"/v1/events?sort={sort}&limit=7", 0, list[str]()
        while url:
            body = clients[turn % 2].get(url).json()
            seen += ids(body["data"])
            url, turn = (body["page"]["next"] or "").removeprefix("http://127.0.0.1:8000"), turn + 1
        assert seen == whole


def test_evidence_without_words_stands_in_one_order(both: tuple[Databases, Databases]) -> None:
    """References without offsets, as coded data brings them, come after the words that are found, on both databases."""
    answers = []
    for databases in both:
        url = made(databases, "bare_evidence", (ODD, ODD_AT))
        engine = open_engine(url)
        rows = [
            {"id": 10_000 + number, "position": 100 + number, "event": event, "statement": statement}
            for number, (event, statement) in enumerate(
                [("odd-year", None), (None, "odd-dated-s3"), ("odd-week", None), ("odd-week", None)]
            )
        ]
        with writing(engine) as db:
            db.execute(
                text(
                    "INSERT INTO evidence (id, event_id, statement_id, position, article_id, verified)"
                    " VALUES (:id, :event, :statement, :position, 'odd-dated', 1 = 0)"
                ),
                rows,
            )
        engine.dispose()
        with client_of(url) as client:
            served = client.get("/v1/articles/odd-dated").json()["data"]["annotations"]
            page = client.get("/v1/articles/odd-dated/annotations")
            assert page.status_code == 200
            answers.append((served, page.json()["items"]))
    assert answers[0] == answers[1]
    served, items = answers[0]
    assert [one["exact"] is None for one in served] == [False] * (len(served) - 4) + [True] * 4
    assert [one["target"]["id"] for one in served[-4:]] == ["odd-week", "odd-week", "odd-year", "odd-dated-s3"]
    assert {item["target"] for item in items[-4:]} == {"http://127.0.0.1:8000/v1/articles/odd-dated"}
