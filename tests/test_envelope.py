"""The envelope of every list: limit, total, picked fields, embedded parts, and the address of the next page."""

from collections.abc import Iterator
from itertools import combinations
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.resources.events import EVENTS
from app.resources.statements import STATEMENTS
from app.settings import Settings
from tests.conftest import Databases, client_of
from tests.helpers import KINDS, Record, detail, ids, key, listed, odd_url, without

INCLUDES = [
    (kind, names)
    for kind, resource in (("events", EVENTS), ("statements", STATEMENTS))
    for size in (1, 2, len(resource.includes))
    for names in combinations(resource.includes, size)
]
# A proxy or a liar: none of these may find its way into an answer.
HOSTS = ["evil.example", "evil.example/path", "evil.example?x=", "evil.example#", "[", "a b", "evil.example:99999", ""]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.mark.parametrize("kind", KINDS)
def test_a_list_of_none_only_counts(client: TestClient, kind: str) -> None:
    """`limit=0` gives no rows and no next page; with `count=exact` it gives the number of all."""
    total = len(listed(client, f"/v1/{kind}"))
    counted = client.get(f"/v1/{kind}?limit=0&count=exact")
    assert counted.json()["data"] == []
    assert counted.json()["page"] == {"limit": 0, "next": None, "total": total}
    assert "link" not in counted.headers
    assert client.get(f"/v1/{kind}?limit=0").json()["page"] == {"limit": 0, "next": None, "total": None}


@pytest.mark.parametrize("query", ["type=contact", "actor=russia&role=target", "country__not=SYR", "date=2016-10"])
def test_the_total_is_of_the_filters_not_of_the_page(client: TestClient, query: str) -> None:
    """`count=exact` counts all that match, on every page alike."""
    total = len(listed(client, "/v1/events", query))
    first = client.get(f"/v1/events?{query}&limit=2&count=exact").json()
    second = client.get(first["page"]["next"].removeprefix("http://127.0.0.1:8000")).json()
    assert len(first["data"]) == len(second["data"]) == 2
    assert (first["page"]["total"], second["page"]["total"]) == (total, total)


@pytest.mark.parametrize("kind", KINDS)
def test_fields_pick_top_level_names(client: TestClient, kind: str) -> None:
    """Each field can be had alone, with the id, in a list and in a detail."""
    (record,) = client.get(f"/v1/{kind}?limit=1").json()["data"]
    for name in record:
        picked = {"id": record["id"], name: record[name]}
        assert client.get(f"/v1/{kind}?limit=1&fields={name}").json()["data"] == [picked]
        assert client.get(f"/v1/{kind}/{record['id']}?fields={name}").json()["data"] == picked


def test_fields_come_in_the_order_of_the_record(client: TestClient) -> None:
    """Whatever order they are asked in, and whether by comma or by repeating, fields come as the record has them."""
    (record,) = client.get("/v1/events?limit=1").json()["data"]
    for query in ("fields=url,label,id,type", "fields=label&fields=url&fields=type"):
        (picked,) = client.get(f"/v1/events?limit=1&{query}").json()["data"]
        assert list(picked.items()) == [(name, record[name]) for name in ("id", "type", "label", "url")]


@pytest.mark.parametrize("kind", KINDS)
def test_fields_pick_the_parts_of_a_detail(client: TestClient, kind: str) -> None:
    """What only a detail has can be picked from a detail, and is refused in a list."""
    row = client.get(f"/v1/{kind}?limit=1").json()["data"][0]
    whole = detail(client, kind, row["id"])
    for name in set(whole) - set(row):
        picked = client.get(f"/v1/{kind}/{row['id']}?fields={name}")
        assert picked.status_code == 200, f"{kind}: {name}"
        assert picked.json()["data"] == {"id": row["id"], name: whole[name]}
        assert client.get(f"/v1/{kind}?fields={name}").status_code == 422


@pytest.fixture(scope="module")
def embedded(client: TestClient) -> dict[str, dict[str, Record]]:
    """What may be embedded in each event and statement, as their own details and lists tell it."""
    articles = listed(client, "/v1/articles")
    articles.sort(key=lambda one: (one["published"]["start"] is None, one["published"]["start"] or "", one["id"]))
    found: dict[str, dict[str, Record]] = {"events": {}, "statements": {}}
    for id in ids(listed(client, "/v1/events")):
        event = detail(client, "events", id)
        telling = {one["article"]["id"] for one in event["evidence"] + event["accounts"]}
        own = [one for one in articles if one["id"] in telling]
        found["events"][id] = {name: event[name] for name in ("evidence", "statements", "relations")}
        found["events"][id]["articles"] = own
    for id in ids(listed(client, "/v1/statements")):
        statement = detail(client, "statements", id)
        own = [one for one in articles if one["id"] == key(statement["article"])]
        found["statements"][id] = {name: statement[name] for name in ("evidence", "relations")}
        found["statements"][id]["articles"] = own
    return found


@pytest.mark.parametrize(("kind", "names"), INCLUDES, ids=str)
def test_parts_are_embedded(
    client: TestClient, embedded: dict[str, dict[str, Record]], kind: str, names: tuple[str, ...]
) -> None:
    """`include` adds just what is asked for to every record of the page, empty where there is none."""
    plain = listed(client, f"/v1/{kind}")
    rows = listed(client, f"/v1/{kind}", f"include={','.join(names)}")
    for row, bare in zip(rows, plain, strict=True):
        assert {name: row[name] for name in names} == {name: embedded[kind][row["id"]][name] for name in names}
        assert without(row, *names) == without(bare, *names)


@pytest.mark.parametrize(("kind", "names"), INCLUDES, ids=str)
def test_parts_are_embedded_beside_picked_fields(
    client: TestClient, embedded: dict[str, dict[str, Record]], kind: str, names: tuple[str, ...]
) -> None:
    """With `fields`, a record has these, its id, and what is embedded."""
    for row in listed(client, f"/v1/{kind}", f"fields=date&include={','.join(names)}"):
        assert set(row) == {"id", "date", *names}
        assert {name: row[name] for name in names} == {name: embedded[kind][row["id"]][name] for name in names}


@pytest.mark.parametrize("host", HOSTS)
def test_the_next_page_begins_with_the_public_address(databases: Databases, host: str) -> None:
    """A forged Host header changes nothing: the next page is at the configured address, and its cursor is good."""
    public = "https://events.example/api"
    with client_of(odd_url(databases), public_url=f"{public}/") as client:
        answer = client.get("/v1/events?type=contact&limit=3&sort=-date,id", headers={"Host": host})
        assert answer.status_code == 200
        following = answer.json()["page"]["next"]
        assert answer.headers["link"] == f'<{following}>; rel="next"'
        parts = urlsplit(following)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{public}/v1/events"
        query = parse_qsl(parts.query, strict_parsing=True)
        assert query[:-1] == [("type", "contact"), ("limit", "3"), ("sort", "-date,id")]
        assert query[-1][0] == "cursor"
        second = client.get(following.removeprefix(public))
        assert second.status_code == 200
        everything = ids(listed(client, "/v1/events", "type=contact&sort=-date,id"))
    assert ids(answer.json()["data"] + second.json()["data"]) == everything[:6]


def test_no_answer_repeats_a_forged_host(client: TestClient) -> None:
    """Greeting, detail, error and annotations say nothing of the Host header."""
    paths = ("/", "/v1/events/odd-week", "/v1/events/nope", "/nope", "/v1/events?limit=x", "/openapi.json")
    for path in (*paths, "/v1/articles/odd-dated/annotations"):
        honest = client.get(path)
        for host in HOSTS:
            forged = client.get(path, headers={"Host": host})
            assert forged.status_code == honest.status_code, (path, host)
            assert forged.content == honest.content, (path, host)


def test_what_was_asked_comes_back_in_the_next_address(client: TestClient) -> None:
    """Values with letters of any script, spaces and signs are written so that they are read back the same."""
    asked = [("limit", "1"), ("code__not", "a:b&c=d+e%41,x y:سورية"), ("code__not", "<>:\"'")]
    following = client.get("/v1/events", params=asked).json()["page"]["next"]
    assert following.isascii()
    assert parse_qsl(urlsplit(following).query, strict_parsing=True)[:-1] == asked
    assert client.get(following.removeprefix("http://127.0.0.1:8000")).status_code == 200


@pytest.mark.parametrize(
    "address", ["https://\u4f8b\u3048.jp", "https://events.example/\u0623", "https://events.example/a b"]
)
def test_a_public_address_that_no_header_can_carry_is_refused(address: str) -> None:
    """The address stands in `Link`: one that is not plain ASCII is refused at the start, not on the first full page."""
    with pytest.raises(ValidationError):
        Settings(public_url=address)
