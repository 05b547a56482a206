"""What holds of every view: its shape, and the same bytes from both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter
from starlette.testclient import TestClient

from app.records.analysis import ChainOut, DyadDetails, DyadOut, FacetsOut, NetworkOut, TimelineOut
from app.records.details import EventDetails
from app.records.envelope import Detail, Listing
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS
from tests.conftest import Databases, client_of
from tests.crowd import crowd_url

COLLAPSE = "2016-09-19-syrian-army-ends-truce"
VIEWS: dict[str, Any] = {
    "/v1/events/timeline?group_by=actor&group_size=2": Detail[TimelineOut],
    "/v1/events/timeline?interval=day&date=2016-02&dataset=crowd": Detail[TimelineOut],
    "/v1/statements/timeline?interval=week&group_by=speaker": Detail[TimelineOut],
    f"/v1/events/facets?facets={','.join(OF_EVENTS)}&type=warning&actor=france": Detail[FacetsOut],
    f"/v1/statements/facets?facets={','.join(OF_STATEMENTS)}": Detail[FacetsOut],
    "/v1/dyads?limit=1000": Listing[DyadOut],
    "/v1/dyads?roll_up=country&sort=goldstein,-last": Listing[DyadOut],
    "/v1/dyads?date=1999": Listing[DyadOut],
    "/v1/dyads/france/germany?interval=quarter": Detail[DyadDetails],
    "/v1/dyads/france/crowd-paper?date=1999": Detail[DyadDetails],
    "/v1/network?limit=20": Detail[NetworkOut],
    "/v1/network?date=1999": Detail[NetworkOut],
    f"/v1/events/{COLLAPSE}/chain?depth=6": Detail[ChainOut],
    "/v1/events/2016-09-19-urum-al-kubra-convoy-attack": Detail[EventDetails],
    "/v1/network.graphml": None,
    "/v1/network.gexf": None,
}
# What the first database answered.
SEEN: dict[str, bytes] = {}


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the crowd."""
    with client_of(crowd_url(databases)) as opened:
        yield opened


@pytest.mark.parametrize("path", VIEWS)
def test_an_answer_has_its_shape_and_no_database_of_its_own(client: TestClient, path: str) -> None:
    """Every answer is what the OpenAPI document says, and the bytes are those of the other database."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    if VIEWS[path] is not None:
        TypeAdapter(VIEWS[path]).validate_json(answer.content)
    assert SEEN.setdefault(path, answer.content) == answer.content


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (path, query)
        for path in ("events/timeline", "statements/facets", "dyads", "dyads/russia/syria", "network.gexf")
        for query in ("limits=3", "cursor=x", "count=exact", "include=evidence", "date=", "date=2016-13")
        # Pairs come page by page.
        if (path, query) != ("dyads", "cursor=x")
    ],
)
def test_nothing_is_ignored(client: TestClient, path: str, query: str) -> None:
    """What makes sense only on a list, or nowhere, is refused by name."""
    answer = client.get(f"/v1/{path}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_views_of_nothing_are_empty(empty_client: TestClient) -> None:
    """A database without data answers every view that needs no record."""
    for path in ("events/timeline", "statements/timeline", "events/facets", "statements/facets", "dyads", "network"):
        assert empty_client.get(f"/v1/{path}").status_code == 200
    assert empty_client.get("/v1/dyads").json()["page"] == {"limit": 50, "next": None, "total": 0}
    assert empty_client.get("/v1/network.graphml").status_code == 200
