"""Actors over HTTP: what each filter finds, and what an actor did and said."""

from collections import Counter
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.codes import code_list
from app.resources.actors import FILTERS
from tests.conftest import Databases, client_of
from tests.helpers import (
    Case,
    Record,
    check_case,
    check_names,
    check_opposite,
    detail,
    details,
    ids,
    key,
    listed,
    odd_url,
    opposites,
)

CASES: list[Case] = [
    ("kind=person", lambda a: a["kind"] == "person"),
    ("kind=armed_group,population", lambda a: a["kind"] in ("armed_group", "population")),
    ("kind__not=media,person", lambda a: a["kind"] not in ("media", "person")),
    ("country=RUS,FJI", lambda a: a["country"] in ("RUS", "FJI")),
    ("country__not=RUS", lambda a: a["country"] != "RUS"),
    ("parent=russia", lambda a: key(a["parent"]) == "russia"),
    ("parent=iso3:USA,odd-state", lambda a: key(a["parent"]) in ("united-states", "odd-state")),
    ("parent__not=united-nations", lambda a: key(a["parent"]) != "united-nations"),
    ("dataset=odd-ones", lambda a: a["dataset"] == "odd-ones"),
    (
        "kind=government_body&country=USA,RUS&parent__not=russia",
        lambda a: a["kind"] == "government_body" and a["country"] in ("USA", "RUS") and key(a["parent"]) != "russia",
    ),
]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def actors(client: TestClient) -> list[Record]:
    """Every actor with all its parts."""
    return details(client, "actors")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_filter_finds_exactly_its_actors(client: TestClient, actors: list[Record], case: Case) -> None:
    """What a query finds is what a walk over all actors picks out."""
    check_case(client, "/v1/actors", actors, case)


@pytest.mark.parametrize("query", opposites(CASES, [one.name for one in FILTERS if one.several]))
def test_not_is_the_opposite(client: TestClient, actors: list[Record], query: str) -> None:
    """A filter and its `__not` share no actor and leave none out."""
    check_opposite(client, "/v1/actors", actors, query)


def test_every_filter_is_tried() -> None:
    """No filter of actors goes untested; `updated_since` is tried with events."""
    check_names(CASES, {one.name for one in FILTERS} - {"updated_since", "q"})


def test_every_code_names_its_actor(client: TestClient, actors: list[Record]) -> None:
    """What another scheme calls an actor finds just what the actor's id finds."""
    coded = [(f"{scheme}:{code}", actor["id"]) for actor in actors for scheme, code in actor["codes"].items()]
    assert {code.partition(":")[0] for code, _ in coded} >= {"wikidata", "iso3", "cameo"}
    for code, id in coded:
        by_code, by_id = (client.get("/v1/events", params={"actor": value, "fields": "id"}) for value in (code, id))
        assert by_code.json()["data"] == by_id.json()["data"], code


def test_counts_tell_what_an_actor_did_and_said(client: TestClient, actors: list[Record]) -> None:
    """An actor's counts, and the first and last day it is seen, are those of its events and statements."""
    events = listed(client, "/v1/events")
    statements = listed(client, "/v1/statements")
    types, acts = code_list("event-types").codes, code_list("speech-acts").codes
    for actor in actors:
        took_part = [one for one in events if actor["id"] in [key(part["actor"]) for part in one["participants"]]]
        said = [one for one in statements if key(one["speaker"]) == actor["id"]]
        days = [one["date"]["start"] for one in took_part + said if one["date"]["start"]]
        assert actor["counts"] == {
            "events": len(took_part),
            "statements": len(said),
            "event_types": tally([one["type"] for one in took_part], types),
            "speech_acts": tally([one["act"] for one in said], acts),
        }
        assert (actor["first_seen"], actor["last_seen"]) == (min(days, default=None), max(days, default=None))


def tally(codes: list[str], labels: dict[str, Record]) -> list[Record]:
    most = sorted(Counter(codes).items(), key=lambda one: (-one[1], one[0]))
    return [{"value": code, "label": labels[code]["label"]["en"], "count": count} for code, count in most]


def test_an_actor_has_its_spellings_offices_and_parent(client: TestClient) -> None:
    """An actor's detail adds aliases and dated offices; references say who they are."""
    envoy = detail(client, "actors", "odd-envoy")
    ministry = {"id": "odd-ministry", "name": "Odd Ministry", "kind": "government_body", "country": "FJI"}
    assert envoy["parent"] == ministry
    assert envoy["aliases"] == [{"name": "The Envoy", "language": "en"}]
    assert envoy["roles"] == [{"title": "Envoy", "organisation": ministry, "from": "2015", "to": "2020-12"}]
    assert envoy["note"] == "Has a parent, a dated office and a code."
    assert envoy["names"] == {"en": "Odd Envoy", "fr": "Émissaire"}


def test_actors_of_one_name_come_in_order_of_their_ids(client: TestClient) -> None:
    """Names sort by code point, and equal names by id."""
    actors = listed(client, "/v1/actors")
    assert ids(actors) == [one["id"] for one in sorted(actors, key=lambda one: (one["name"], one["id"]))]
    twins = [one["id"] for one in actors if one["name"] == "Odd Twin"]
    assert twins == ["odd-twin-1", "odd-twin-2", "odd-twin-3"]
