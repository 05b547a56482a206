"""Whether what is asked for is few: the answers are the same, and few are not met among all."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import Databases, client_of
from tests.helpers import odd_url
from tests.plans import plans_of

EVENTS = (
    "verified=true",
    "verified=false",
    "has=quote",
    "has=accounts,figures",
    "has=accounts,place",
    "has__all=evidence,relations",
    "has__not=statements",
    "dataset=aleppo-2016",
    "dataset__not=aleppo-2016",
    "status=disputed",
    "status=disputed,confirmed",
    "actor=russia",
    "actor=john-kerry&role=initiator",
    "actor__all=russia,united-states",
    "source=russia&verified=true",
    "target=russia&status=reported",
    "on_behalf_of=russia",
    "type=pressure&has=statements",
    "date=2016-10&has=statements",
    "updated_since=2000-01-01&status=disputed",
    "q=aleppo&verified=true",
    "status__not=disputed",
    "has__not=quote&date=2016-10",
    "has__not=accounts&date=2016-09-20/2016-10-05",
    "status__not=reported&date=../2016-10",
    "dataset=aleppo-2016&date=2016-10-01/..",
)
STATEMENTS = (
    "verified=true",
    "has=addressees",
    "has=addressees,quote",
    "dataset__not=aleppo-2016",
    "addressee=russia&act=warn",
    "addressee__all=russia,united-states",
    "q=aleppo&has=relations",
    "has__not=addressees&date=2016-10",
)
ASKED = [*(("events", query) for query in EVENTS), *(("statements", query) for query in STATEMENTS)]
CODE = {"events": "type", "statements": "act"}
# What an index finds at once, beside whatever else is asked for.
FOUND = (
    "verified=true",
    "has=accounts",
    "has=quote",
    "dataset__not=aleppo-2016",
    "status=disputed",
    "dataset=aleppo-2016",
)


@pytest.fixture(scope="module")
def uncached(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones, which keeps no answers."""
    with client_of(odd_url(databases), cache_bytes=0) as opened:
        yield opened


def walked(client: TestClient, path: str) -> list[Any]:
    """The data of all pages from PATH on."""
    found: list[Any] = []
    following: str | None = path
    while following:
        answer = client.get(following)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        found.append(body["data"])
        following = body["page"]["next"] and body["page"]["next"].removeprefix("http://127.0.0.1:8000")
    return found


@pytest.mark.parametrize(("kind", "query"), ASKED)
def test_answers_do_not_tell_what_is_few(
    uncached: TestClient, monkeypatch: pytest.MonkeyPatch, kind: str, query: str
) -> None:
    """Lists in any order, totals, facets and time lines are the same, however many are looked up."""
    views = (f"{kind}?limit=0&count=exact&", f"{kind}/facets?", f"{kind}/timeline?", f"{kind}/facets?facets=dataset&")
    orders = ("", "&sort=date", f"&sort={CODE[kind]},-date", "&sort=id", "&sort=-updated_at")
    answers = []
    for most in (2_000, 5, 0):
        monkeypatch.setattr("app.answering.few.MOST", most)
        pages = [walked(uncached, f"/v1/{kind}?{query}{order}&limit=7") for order in orders]
        sums = [uncached.get(f"/v1/{view}{query}").content for view in views]
        answers.append((pages, sums))
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("query", FOUND)
@pytest.mark.parametrize(
    "path", ["/v1/events?sort=date&", "/v1/events?", "/v1/events?limit=0&count=exact&", "/v1/events/timeline?"]
)
def test_few_are_not_met_among_all(seeded_url: str, query: str, path: str) -> None:
    """No statement goes through all events, though with so few of them each database might think that quicker."""
    plans = plans_of(seeded_url, f"{path}{query}&type__not=statement", "seqscan")
    assert any("event" in plan for plan in plans)
    assert [plan for plan in plans if re.search(r"SCAN event\b|Seq Scan on event\b", plan)] == []
