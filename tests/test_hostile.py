"""Requests that nobody sends in good faith: never a 5xx, never ignored, never answered at length."""

from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

from app.loading.faults import MOST_FAULTS
from app.resources.events import EventQuery
from app.resources.statements import StatementQuery
from tests.helpers import FOUNDING, KINDS
from tests.writers import article, writer_of

DETAILS = ["/v1/events/x", f"/v1/statements/{FOUNDING}-s9", "/v1/articles/x/annotations", "/v1/codes/media"]
SERVICE = ["/v1/codes", "/v1/meta", "/v1/limits", "/healthz", "/readyz", "/", "/docs", "/openapi.json"]
PATHS = [f"/v1/{kind}" for kind in KINDS] + DETAILS + SERVICE
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = [f"{a}{b}{number}" for a, b, number in product(LETTERS, LETTERS, range(20))]
HUGE = {
    "one value": "actor=" + "a" * 100_000,
    "one name": "a" * 100_000,
    "many values": "actor=" + ",".join(["a"] * 50_000),
    "many of one": "&".join(["actor=a"] * 12_500),
    "many names": "&".join(f"{name}={name}" for name in NAMES),
    "many commas": "type=" + "," * 100_000,
    "many ands": "&" * 100_000 + "limit=x",
    "many signs": "limit=" + "%25" * 33_000,
    "many digits": "limit=" + "1" * 100_000,
    "unknown codes": "type=" + ",".join(f"x{number}" for number in range(100)) + "&sort=" + "a" * 90_000,
    "unknown codes of every list": "&".join(
        f"{name}=" + ",".join(f"x{number}" for number in range(100))
        for name in ("type", "type__not", "role", "role__not", "role__all", "status", "status__not", "has", "sort")
    ),
    "unknown ids": "&".join(
        f"{name}=" + ",".join(f"x{number}" for number in range(100))
        for name in ("actor", "actor__not", "actor__all", "source", "target", "place", "article", "dataset")
    ),
}


def ask(client: TestClient, path: str, query: str) -> tuple[int, str, bytes]:
    """Status, media type and body for a GET of PATH; httpx itself would not send an address as long."""
    started: Message = {}
    body = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        started.update(message) if message["type"] == "http.response.start" else body.extend(message["body"])

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", b"testserver")],
        "client": ("test", 1),
        "server": ("testserver", 80),
        "state": dict(client.app_state),
    }

    async def exchange() -> None:
        await client.app(scope, receive, send)

    assert client.portal
    client.portal.call(exchange)
    headers = dict(started["headers"])
    return started["status"], headers[b"content-type"].decode(), bytes(body)


@pytest.mark.parametrize("shape", HUGE)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/statements", "/v1/meta"])
def test_a_huge_query_is_refused(client: TestClient, path: str, shape: str) -> None:
    """100 kB of query is a 4xx, and the answer is not many times as long as the question."""
    status, media_type, body = ask(client, path, HUGE[shape])
    assert 400 <= status < 500
    assert media_type == "application/problem+json"
    assert len(body) < 1_000_000


@pytest.mark.parametrize("path", [f"/v1/{kind}/" for kind in (*KINDS, "codes")])
@pytest.mark.parametrize("length", [201, 301, 5000, 60_000])
def test_a_huge_id_is_not_found(client: TestClient, path: str, length: int) -> None:
    """An id longer than any is a problem like any other: there is no such record."""
    answer = client.get(path + "x" * length)
    assert answer.status_code in (404, 414, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path + "x" * length


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("bad", ["%00", "%ff", "a%00b", "%c3%28", "%ed%a0%80", "%f4%90%80%80", "%c0%80", "%00%ff"])
def test_bytes_that_are_no_text_are_refused(client: TestClient, path: str, bad: str) -> None:
    """NUL and what is not UTF-8 is a 400 in the path and in the query, in names and in values, on both databases."""
    for url in (
        f"{path}?limit={bad}",
        f"{path}?actor={bad}",
        f"{path}?{bad}=1",
        f"{path}{bad}",
        f"{path.rstrip('/')}/{bad}",
    ):
        answer = client.get(url)
        assert answer.status_code == 400, url
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"] == "The address has bytes that are not UTF-8, or a NUL."


@pytest.mark.parametrize("sign", ["%3F", "%23", "%25", "%2F", "%5C", "%20", "%0D%0A", "%D8%B3", "%1a"])
def test_signs_in_a_path_stay_signs(client: TestClient, sign: str) -> None:
    """An escaped sign is a letter of the path: nothing is there, and the answer tells the path that was asked."""
    for path in ("/v1/events", "/v1/events/x", "/v1/codes/media"):
        answer = client.get(f"{path}{sign}y")
        assert answer.status_code == 404, f"{path}{sign}y"
        assert answer.json()["instance"] != path
        assert answer.json()["instance"].startswith(path)


PARTS = [
    *(
        "",
        ",",
        ",,",
        "..",
        "/",
        "2016",
        "2016-10-01",
        "../2016",
        "2016/..",
        "9999-W52",
        "0001-01-01T00:00+23:59",
        "true",
    ),
    *("nan", "-0", "1e309", "-181,-91,181,91", "0,0,0,0", "180,-90,-180,90", "999999999", "1000", "0", "-1", "'", '"'),
    *(
        "\\",
        "%",
        "_",
        "*",
        ";",
        "--",
        "\x1aactor/russia",
        "\u0661",
        "\U0001d52c",
        "\u202e",
        "\ufeff",
        "a\u0301",
        "\x7f",
    ),
    *("russia", "iso3:RUS", ":", "::", "wikidata:", "warning", "contact", "id", "-id", "--id", "date", "evidence"),
    *("exact", "a.b.c", "$where", "{}", "[]", "null", "\n", "\t", " ", "+", "&", "=", "#", "?", "x" * 300),
]
NASTY = st.lists(st.sampled_from(PARTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=4)
KNOWN = sorted({*EventQuery.model_fields, *StatementQuery.model_fields})


@given(
    path=st.sampled_from(PATHS),
    names=st.lists(st.sampled_from(KNOWN) | NASTY.map("".join), min_size=1, max_size=6),
    data=st.data(),
)
@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_in_a_query_breaks_the_service(
    client: TestClient, path: str, names: list[str], data: st.DataObject
) -> None:
    """Whatever the names and values, the answer is right or a refusal that is a problem, never a 5xx."""
    query = [(name, data.draw(st.sampled_from(["", ","])).join(data.draw(NASTY))) for name in names]
    answer = client.get(path, params=query)
    assert answer.status_code in (200, 400, 404, 422), (path, query)
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code


@given(data=st.data())
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_every_parameter_takes_or_refuses_a_nasty_value(client: TestClient, data: st.DataObject) -> None:
    """One known parameter at a time, so that its own check is reached: 200, or a refusal that names just it."""
    kind, model = data.draw(st.sampled_from([("events", EventQuery), ("statements", StatementQuery)]))
    name = data.draw(st.sampled_from(sorted(model.model_fields)))
    value = "".join(data.draw(NASTY))
    answer = client.get(f"/v1/{kind}", params={name: value})
    assert answer.status_code in (200, 400, 422), (name, value)
    if answer.status_code == 422:
        assert {error["parameter"] for error in answer.json()["errors"]} == {name}
    if answer.status_code == 400:
        assert name == "cursor" or "\0" in value


@pytest.mark.parametrize("name", [" ", "-", "---", "😀", "\U0010ffff", "\ud7ff", "'"])
def test_a_name_without_letters_is_a_fault_like_others(seeded_url: str, name: str) -> None:
    """There is nothing near it, which is no reason to fail."""
    with writer_of(seeded_url) as client:
        sent = article(publisher=name, statements=[], events=[])
        checked = client.post("/v1/check", json=sent)
        assert checked.status_code == 200, checked.text
        assert "publisher" in {fault["where"] for fault in checked.json()["data"]["faults"]}
        assert client.post("/v1/articles", json=sent).status_code == 422


# A hundred times as many as are told.
FAULTS = 100 * MOST_FAULTS
SWOLLEN: dict[str, Any] = {
    "names that nobody knows": {f"k{number}": 1 for number in range(FAULTS)},
    "ids that nobody has": article(agency=[f"nobody-{number}" for number in range(FAULTS)]),
    "ids that cannot be": article(agency=[f"No Body {number}" for number in range(FAULTS)]),
    "words that are not there": article(events=[], statements=[], notes=[""] * FAULTS),
}


@pytest.mark.parametrize("shape", SWOLLEN)
def test_a_body_of_faults_is_answered_in_brief(seeded_url: str, shape: str) -> None:
    """Of a great many faults the first are told, and that there are more; to seek what all mean takes long."""
    with writer_of(seeded_url) as client:
        faults = client.post("/v1/check", json=SWOLLEN[shape]).json()["data"]["faults"]
        assert len(faults) == MOST_FAULTS + 1
        assert "has more faults than these 200" in [fault["message"] for fault in faults]
