"""Pages: whatever the limit and the order, the pages together are the whole list, each record once."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from starlette.testclient import TestClient

from app.answering.ranges import MOST_ALONG
from app.database import open_engine, writing
from app.resources.actors import ACTORS
from app.resources.articles import ARTICLES
from app.resources.datasets import DATASETS
from app.resources.events import EVENTS
from app.resources.places import PLACES
from app.resources.statements import STATEMENTS
from tests.conftest import Databases, client_of
from tests.helpers import ODD, ODD_AT, Record, found, ids, listed, load, odd_url

RESOURCES = {
    "events": EVENTS,
    "statements": STATEMENTS,
    "actors": ACTORS,
    "articles": ARTICLES,
    "places": PLACES,
    "datasets": DATASETS,
}
FILTERS = {
    "events": [
        "",
        "type=contact",
        "actor_country=RUS,FJI",
        "date=2016-10/..",
        "date=../2016-10-10",
        "has__not=quote",
        "dataset=odd-ones",
    ],
    "statements": [
        "",
        "act=warn,inform",
        "speaker_country=RUS",
        "date=2016-10",
        "date=../2016-10-03",
        "dataset=odd-ones",
    ],
    "actors": ["", "kind=media,other", "country__not=RUS", "dataset=odd-ones"],
    "articles": ["", "language=en", "published=../2016-10-01", "dataset=odd-ones"],
    "places": ["", "parent=syria", "bbox=30,30,40,40", "dataset=odd-ones"],
    "datasets": [""],
}
SORTS = [
    (kind, f"{sign}{name}") for kind, resource in RESOURCES.items() for name in resource.sorts for sign in ("", "-")
]
HYPOTHESIS = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones, which have ties and gaps. It keeps no answers."""
    with client_of(odd_url(databases), cache_bytes=0) as opened:
        yield opened


def walk(client: TestClient, kind: str, query: str, limit: int) -> list[Record]:
    """All pages of KIND for QUERY, joined."""
    rows: list[Record] = []
    url = f"/v1/{kind}?limit={limit}&{query}"
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        link = answer.headers.get("link")
        following: str | None = body["page"]["next"]
        assert link == (f'<{following}>; rel="next"' if following else None)
        assert len(body["data"]) == limit or following is None
        rows += body["data"]
        assert following is None or following.startswith(f"http://127.0.0.1:8000/v1/{kind}?")
        url = following.removeprefix("http://127.0.0.1:8000") if following else ""
    return rows


def value(record: Record, field: str) -> Any:
    """What RECORD sorts by when it is sorted by FIELD."""
    if field in ("date", "published"):
        return record[field]["start"]
    return record["codes"]["goldstein"] if field == "goldstein" else record[field]


def ordered(records: list[Record], *sort: str) -> list[Record]:
    """RECORDS by SORT, missing values last, ties by id, downwards where the last written come first."""
    rows = sorted(records, key=lambda record: str(record["id"]), reverse=sort[-1] == "-updated_at")
    for name in reversed(sort):
        field = name.removeprefix("-")
        known = [record for record in rows if value(record, field) is not None]
        known.sort(key=lambda record: value(record, field), reverse=name.startswith("-"))
        rows = known + [record for record in rows if value(record, field) is None]
    return rows


def test_python_sorts_as_is_told() -> None:
    """The order that the tests compare with: nulls last and ids ascending, up and down."""
    dates = {"a": "2", "b": None, "c": "1", "d": "2", "e": None}
    records = [{"id": id, "date": {"start": start}} for id, start in dates.items()]
    assert ids(ordered(records, "date")) == ["c", "a", "d", "b", "e"]
    assert ids(ordered(records, "-date")) == ["a", "d", "c", "b", "e"]
    assert ids(ordered(records, "-date", "-id")) == ["d", "a", "c", "e", "b"]


@pytest.mark.parametrize(("kind", "sort"), SORTS, ids=str)
def test_every_order_is_kept(client: TestClient, kind: str, sort: str) -> None:
    """Up or down, missing values come last and ids break ties; pages of seven end within ties and gaps."""
    everything = listed(client, f"/v1/{kind}")
    rows = listed(client, f"/v1/{kind}", f"sort={sort}")
    assert ids(rows) == ids(ordered(everything, sort))
    assert walk(client, kind, f"sort={sort}", 7) == rows


@pytest.mark.parametrize("kind", RESOURCES)
def test_the_usual_order(client: TestClient, kind: str) -> None:
    """Without `sort`, a list comes in the order that its document tells."""
    usual = {"events": "-date", "statements": "-date", "articles": "-published", "datasets": "id"}.get(kind, "name")
    assert listed(client, f"/v1/{kind}") == listed(client, f"/v1/{kind}", f"sort={usual}")


def test_ties_and_gaps_are_there(client: TestClient) -> None:
    """The data tries what it should: in orders of events and statements, both ties and missing values."""
    for kind, field in (("events", "date"), ("events", "goldstein"), ("statements", "date"), ("articles", "published")):
        values = [value(record, field) for record in listed(client, f"/v1/{kind}")]
        known = [one for one in values if one is not None]
        assert values.count(None) > 1
        assert len(set(known)) < len(known)


@given(data=st.data())
@HYPOTHESIS
def test_pages_together_are_the_whole(client: TestClient, data: st.DataObject) -> None:
    """By any limit, any order of several fields and any filter, walking the pages gives the one big page."""
    kind = data.draw(st.sampled_from(sorted(RESOURCES)))
    names = data.draw(st.lists(st.sampled_from(sorted(RESOURCES[kind].sorts)), unique=True, max_size=4))
    sort = [data.draw(st.sampled_from(["", "-"])) + name for name in names]
    query = data.draw(st.sampled_from(FILTERS[kind])) + (f"&sort={','.join(sort)}" if sort else "")
    limit = data.draw(st.integers(1, 9) | st.sampled_from([10, 50, 199, 1000]))
    whole = listed(client, f"/v1/{kind}", query.lstrip("&"))
    assert walk(client, kind, query, limit) == whole
    if sort:
        assert ids(whole) == ids(ordered(whole, *sort))


def test_pages_survive_inserts(databases: Databases) -> None:
    """What comes in between two pages costs no old record and repeats none, in any order."""
    url = databases.copy("seeded")
    with client_of(url) as client:
        before = {one: listed(client, f"/v1/{one[0]}", f"sort={one[1]}") for one in SORTS}
        halves = {
            (kind, sort): client.get(f"/v1/{kind}?sort={sort}&limit={max(1, len(before[kind, sort]) // 2)}").json()
            for kind, sort in SORTS
        }
        load(url, ODD, ODD_AT)
        for (kind, sort), page in halves.items():
            seen = ids(page["data"])
            if page["page"]["next"]:
                cursor = page["page"]["next"].rpartition("cursor=")[2]
                answer = client.get(f"/v1/{kind}?sort={sort}&limit=1000&cursor={cursor}")
                assert answer.status_code == 200, f"{kind} by {sort}"
                seen += ids(answer.json()["data"])
            old = ids(before[kind, sort])
            assert len(set(seen)) == len(seen)
            assert [one for one in seen if one in old] == old


def first_page(client: TestClient, query: str = "limit=5") -> Record:
    body: Record = client.get(f"/v1/events?{query}").json()
    return body


def cursor_of(client: TestClient, query: str = "limit=5") -> str:
    return str(first_page(client, query)["page"]["next"].rpartition("cursor=")[2])


def check_refused(client: TestClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 400, url
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["parameter"] == "cursor"
    assert "page.next" in body["detail"]


def test_a_tampered_cursor_is_refused(client: TestClient) -> None:
    """A cursor that is changed in any place, cut, or made up is a 400."""
    cursor = cursor_of(client)
    changed = [cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :] for at in range(0, len(cursor), 3)]
    for one in [*changed, cursor[:-1], cursor[1:], cursor + "A", "x", ".", "...", "%D8%B3", "W10", "a" * 2000]:
        check_refused(client, f"/v1/events?limit=5&cursor={one}")


@pytest.mark.parametrize(
    "url",
    [
        "/v1/events?limit=5&type=meeting&cursor=",
        "/v1/events?limit=5&sort=date&cursor=",
        "/v1/events?limit=5&sort=-date,id&cursor=",
        "/v1/events?limit=5&date=2016&cursor=",
        "/v1/events?limit=0&type=meeting&cursor=",
        "/v1/statements?limit=5&cursor=",
        "/v1/articles?limit=5&sort=id&cursor=",
    ],
)
def test_a_foreign_cursor_is_refused(client: TestClient, url: str) -> None:
    """A cursor of another filter, order or path is a 400, whatever the limit."""
    check_refused(client, url + cursor_of(client))


def test_a_cursor_of_another_secret_is_refused(client: TestClient, databases: Databases) -> None:
    """Servers with another secret do not take the cursor."""
    with client_of(odd_url(databases), cursor_secret="another") as other:
        check_refused(other, f"/v1/events?limit=5&cursor={cursor_of(client)}")


def test_a_cursor_outlives_what_does_not_change_the_list(client: TestClient) -> None:
    """With one cursor, the limit, the fields, the embedded parts and the count may change from page to page."""
    whole = ids(listed(client, "/v1/events"))
    cursor = cursor_of(client)
    body = client.get(f"/v1/events?limit=7&fields=id&include=evidence&count=exact&cursor={cursor}").json()
    assert ids(body["data"]) == whole[5:12]
    assert body["page"]["total"] == len(whole)
    explicit = client.get(f"/v1/events?sort=-date&limit=7&cursor={cursor}").json()
    assert ids(explicit["data"]) == whole[5:12]


@pytest.mark.parametrize("many", [0, 5_000])
@pytest.mark.parametrize("asked", ["date=2016-10", "date=../2016-09-20", "date=2016-12-10/2016-12-20", "date=2000"])
def test_those_of_a_date_are_all_of_it(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, asked: str, many: int
) -> None:
    """Reading begins at the end of what is asked for, and misses nothing: open starts come last.

    It makes no difference whether much had begun before.
    """
    monkeypatch.setattr("app.answering.earlier.MOST", many)
    for kind in ("events", "statements"):
        for sort, last in (("-date", ""), ("date", "9999")):
            found = listed(client, f"/v1/{kind}", f"{asked}&sort={sort}")
            assert sorted(ids(found)) == ids(listed(client, f"/v1/{kind}", f"{asked}&sort=id"))
            assert walk(client, kind, f"{asked}&sort={sort}", 7) == found
            days = [one["date"]["start"] or last for one in found]
            assert days == sorted(days, reverse=not last)


LED = [
    ("events", "actor=russia&date=2016-10"),
    ("events", "source=john-kerry&type__not=phone_call"),
    ("events", "target=russia&actor__not=syria&date=2016-09-20/.."),
    ("events", "on_behalf_of=united-states&role=participant"),
    ("events", "actor=odd-envoy"),
    ("events", "source=john-kerry,united-states&target=russia,sergey-lavrov"),
    ("events", "target=russia&actor=john-kerry&on_behalf_of=united-states,russia"),
    ("events", "actor=sergey-lavrov,john-kerry,odd-envoy"),
    ("events", "actor=sergey-lavrov,john-kerry&role=participant&date=2016-09"),
    ("events", "actor=russia,syria,france&actor__not=john-kerry&actor__all=united-states"),
    ("statements", "addressee=russia&act=warn"),
    ("statements", "addressee=russia,united-states&speaker=john-kerry,sergey-lavrov"),
]


@pytest.mark.parametrize(("kind", "query"), LED)
def test_a_list_along_an_actor_is_the_list(client: TestClient, kind: str, query: str) -> None:
    """Read along the rows of one actor, page by page, a list has what it has in any other order, in its own."""
    usual = walk(client, kind, query, limit=2)
    other = walk(client, kind, f"{query}&sort=-date,id", limit=1000)
    assert [record["id"] for record in usual] == [record["id"] for record in other]
    assert usual
    counted = client.get(f"/v1/{kind}?{query}&limit=0&count=exact").json()
    assert counted["page"]["total"] == len(usual)


def test_a_list_along_many_actors_is_the_list(client: TestClient) -> None:
    """However many actors are named, the list has what each of them has, once."""
    actors = ids(listed(client, "/v1/actors"))[: 2 * MOST_ALONG]
    for many in (2, 3, MOST_ALONG, MOST_ALONG + 1, 2 * MOST_ALONG):
        query = f"actor={','.join(actors[-many:])}"
        usual = walk(client, "events", query, limit=7)
        assert ids(usual) == ids(listed(client, "/v1/events", f"{query}&sort=-date,id"))
        each = {one for actor in actors[-many:] for one in ids(listed(client, "/v1/events", f"actor={actor}"))}
        assert {one["id"] for one in usual} == each


@pytest.mark.parametrize("few", [0, 3, 2_000])
@pytest.mark.parametrize("kind", [kind for kind in RESOURCES if kind != "datasets"])
def test_what_has_changed_since_is_the_list(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, kind: str, few: int
) -> None:
    """Few or many, in any order: what has changed since an instant, page by page."""
    monkeypatch.setattr("app.answering.few.MOST", few)
    everything = listed(client, f"/v1/{kind}")
    instants = sorted({record["updated_at"] for record in everything})
    for since in (*instants, "2999-01-01T00:00:00Z"):
        changed = [record for record in everything if record["updated_at"] >= since]
        for sort in (RESOURCES[kind].sort, "id", "-updated_at"):
            assert walk(client, kind, f"updated_since={since}&sort={sort}", 7) == ordered(changed, sort)


def test_every_actor_has_the_events_that_name_them(client: TestClient) -> None:
    """The list along an actor's rows has each event once, however often they took part in it."""
    for actor in ids(listed(client, "/v1/actors")):
        usual = listed(client, "/v1/events", f"actor={actor}")
        assert ids(usual) == ids(listed(client, "/v1/events", f"actor={actor}&sort=-date,id"))


def test_who_takes_part_again_and_again_has_it_once(seeded_url: str) -> None:
    """Pages are full and miss nothing where an actor has many rows in most events, and more than a page in one."""
    engine = open_engine(seeded_url)
    columns = "actor_id, role, side, on_behalf_of_id, start_on"
    with writing(engine) as db:
        for more in range(1, 4):
            db.execute(
                text(f"""
                INSERT INTO participant (event_id, position, {columns})
                SELECT event_id, position + {more * 100}, {columns} FROM participant
                WHERE actor_id = 'russia' AND position < 100 AND ({more} < 3 OR event_id IN
                    (SELECT event_id FROM participant WHERE actor_id = 'russia' ORDER BY event_id LIMIT 5))
                """)
            )
    engine.dispose()
    with client_of(seeded_url) as client:
        whole = listed(client, "/v1/events", "actor=russia&sort=-date,id")
        assert len(whole) > 7
        for limit in (1, 2, 3, 7, 50, 1000):
            assert walk(client, "events", "actor=russia", limit) == whole


def test_the_last_page_has_no_next(client: TestClient) -> None:
    """A page that ends with the list, full or not, is the last one; nothing comes after the end."""
    total = len(listed(client, "/v1/places"))
    assert client.get(f"/v1/places?limit={total}").json()["page"]["next"] is None
    assert client.get(f"/v1/places?limit={total - 1}").json()["page"]["next"] is not None


def test_an_actor_found_by_code_has_the_same_pages(client: TestClient) -> None:
    """A cursor of `actor=<id>` goes on with `actor=<code>`: they are one query."""
    cursor = cursor_of(client, "actor=sergey-lavrov&limit=3")
    rest = client.get(f"/v1/events?actor=wikidata:Q58217&limit=1000&cursor={cursor}").json()["data"]
    first = first_page(client, "actor=sergey-lavrov&limit=3")["data"]
    assert sorted(ids(first + rest)) == found(client, "/v1/events", "actor=sergey-lavrov")
