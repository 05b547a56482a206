"""What looks like a record that is there is told on the way in, with reasons, and never decided."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.writers import CALL, article, writer_of

Sent = dict[str, Any]


def _like(**changes: Any) -> Sent:
    """Another article that tells of the same call under an id of its own, with CHANGES to the event."""
    told = article()
    event = {**told["events"][0], "id": "2016-10-05-a-call", **changes}
    text = told["text"] + "Told again."
    return {**told, "id": "2016-10-05-other", "text": text, "events": [event], "statements": []}


def _duplicates(client: TestClient, path: str, body: Sent) -> list[Sent]:
    answer = client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    found: list[Sent] = answer.json()["data"]["duplicates"]
    return found


@pytest.mark.parametrize("path", ["/v1/check", "/v1/articles"])
def test_an_event_like_one_that_is_there_is_told(seeded_url: str, path: str) -> None:
    """The same type, overlapping days, the same people: each is a reason. It is written all the same."""
    with writer_of(seeded_url) as client:
        assert not any(one["of"] == CALL for one in _duplicates(client, path, article()))
        client.post("/v1/articles", json=article())
        assert _duplicates(client, path, article()) == [], "what is sent again is itself"
        found = {one["of"]: one for one in _duplicates(client, path, _like(date="2016-10-04/2016-10-05"))}
        assert found[CALL] == {
            "id": "2016-10-05-a-call",
            "of": CALL,
            "reasons": [
                "same type: phone_call",
                "overlapping date: 2016-10-05/2016-10-05",
                "same participant: john-kerry",
                "same participant: sergey-lavrov",
            ],
        }
        there = client.get("/v1/events/2016-10-05-a-call").status_code
        assert there == (200 if path == "/v1/articles" else 404)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "meeting"},
        {"date": "2016-10-06"},
        {"participants": [{"actor": "france", "role": "participant"}]},
        {"participants": []},
        {"date": None},
    ],
)
def test_an_event_that_differs_is_none(seeded_url: str, changes: Sent) -> None:
    """In type, in days, in who took part; of what has no day or nobody, nothing can be said."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", json=article())
        assert not any(one["of"] == CALL for one in _duplicates(client, "/v1/check", _like(**changes)))


@pytest.mark.parametrize(
    ("stored", "sent", "overlap"),
    [
        ("2016-10-05", "2016-10-05/2016-10-09", True),
        ("2016-10-01/2016-10-07", "2016-10-05", True),
        ("2016-10-01/2016-10-07", "2016-10-08/..", False),
        ("2016-10-01/2016-10-07", "2016-10-07/..", True),
        ("2016-10-01/2016-10-07", "../2016-10-01", True),
        ("2016-10-02/2016-10-07", "../2016-10-01", False),
        ("2016-10-02/..", "2016-10-05", True),
        ("2016-10-06/..", "2016-10-05", False),
        ("2016-10-02/..", "../2016-10-03", True),
        ("../2016-10-05", "2016-10-05/..", True),
        ("../2016-10-05", "2016-10-06", False),
        ("../2016-10-05", "../2016-10-01", True),
    ],
)
def test_days_overlap_however_open_they_are(seeded_url: str, stored: str, sent: str, overlap: bool) -> None:
    """An event that has no end, or no beginning, overlaps all days that it may have been on."""
    with writer_of(seeded_url) as client:
        told = article()
        told["events"][0]["date"] = stored
        client.post("/v1/articles", json={**told, "statements": []}).raise_for_status()
        found = _duplicates(client, "/v1/check", _like(date=sent))
        assert any(one["of"] == CALL for one in found) is overlap


def test_those_with_the_most_in_common_are_told(seeded_url: str) -> None:
    """Five at most; of those that agree in as much, first those of the same days. One of the seed has no start."""
    with writer_of(seeded_url) as client:
        told = article(statements=[])
        (call,) = told["events"]
        one, both = call["participants"][:1], call["participants"]
        events = [{**call, "id": f"2016-10-05-call-{number}", "participants": one} for number in range(5)]
        events += [{**call, "id": f"2016-10-05-twin-{number}", "participants": both} for number in range(2)]
        events.append({**call, "id": "2016-10-05-any-day", "date": "2016-10-01/2016-10-09"})
        client.post("/v1/articles", json={**told, "events": events}).raise_for_status()
        found = [one["of"] for one in _duplicates(client, "/v1/check", _like())]
        twins, others = (
            ["2016-10-05-twin-0", "2016-10-05-twin-1"],
            ["2016-10-05-any-day", "2016-12-14-kerry-lavrov-call"],
        )
        assert found == [*twins, *others, "2016-10-05-call-0"]


@pytest.mark.parametrize("url", ["https://example.org/call", f"https://example.org/{'call/' * 1_000}"])
def test_an_article_of_the_same_text_or_address_is_told(seeded_url: str, url: str) -> None:
    """Printed twice, it is likely one, however long the address."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", json=article(source_url=url))
        twin = {**_like(), "text": article()["text"], "source_url": url}
        found = {one["of"]: one["reasons"] for one in _duplicates(client, "/v1/check", twin)}
        assert found["2016-10-05-call"] == ["same address", "same text"]


def test_of_many_articles_of_one_text_the_same_are_always_told(seeded_url: str) -> None:
    """Five at most: those that have the address, too, then by their ids, in whatever order they came."""
    url = "https://example.org/call"
    with writer_of(seeded_url) as client:
        for number in (6, 3, 5, 2, 4, 1):
            sent = article(id=f"2016-10-05-call-{number}", source_url=url if number == 6 else None)
            client.post("/v1/articles", json={**sent, "events": [], "statements": []}).raise_for_status()
        twin = {**_like(), "text": article()["text"], "source_url": url, "events": []}
        found = [(one["of"], len(one["reasons"])) for one in _duplicates(client, "/v1/check", twin)]
        assert found == [("2016-10-05-call-6", 2), *((f"2016-10-05-call-{number}", 1) for number in (1, 2, 3, 4))]


@pytest.mark.parametrize("path", ["/v1/check", "/v1/articles"])
@pytest.mark.parametrize(("given", "nearest"), [("sergei-lavrof", "sergey-lavrov"), ("Lavrov", "sergey-lavrov")])
def test_an_unknown_name_gets_the_nearest_actors(seeded_url: str, path: str, given: str, nearest: str) -> None:
    """By what it is spelled or sounds like."""
    body = article()
    body["statements"][0]["speaker"] = given
    with writer_of(seeded_url) as client:
        answer = client.post(path, json=body).json()
        faults = answer["data"]["faults"] if path == "/v1/check" else answer["errors"]
        (fault,) = [one for one in faults if "statements[0].speaker" in (one.get("where"), one.get("parameter"))]
        assert nearest in fault["nearest"]
