"""Places over HTTP: what each filter finds, and a place in a place."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from app.resources.places import FILTERS
from tests.conftest import Databases, client_of
from tests.helpers import (
    HISTORY,
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
    without,
)


def boxed(place: Record, south: float, north: float, *spans: tuple[float, float]) -> bool:
    if place["lat"] is None:
        return False
    return south <= place["lat"] <= north and any(west <= place["lon"] <= east for west, east in spans)


CASES: list[Case] = [
    ("country=CHE,FJI", lambda p: p["country"] in ("CHE", "FJI")),
    ("country__not=SYR", lambda p: p["country"] != "SYR"),
    ("precision=point,region", lambda p: p["precision"] in ("point", "region")),
    ("precision__not=settlement", lambda p: p["precision"] != "settlement"),
    ("parent=aleppo", lambda p: "aleppo" in p["around"]),
    ("parent=odd-ocean", lambda p: "odd-ocean" in p["around"]),
    ("parent=syria,odd-far-west", lambda p: bool({"syria", "odd-far-west"} & p["around"])),
    ("parent=syria,aleppo", lambda p: bool({"syria", "aleppo"} & p["around"])),
    ("parent__not=syria", lambda p: "syria" not in p["around"]),
    ("bbox=36,35,38,37", lambda p: boxed(p, 35, 37, (36, 38))),
    ("bbox=9.45,0,9.45,0", lambda p: p["id"] == "odd-zero"),
    ("bbox=6.15,46.2,6.15,46.2", lambda p: p["id"] == "geneva"),
    ("bbox=178.43,-90,-171,90", lambda p: boxed(p, -90, 90, (178.43, 180), (-180, -171))),
    ("bbox=180,-90,-180,90", lambda p: p["id"] == "odd-date-line"),
    ("bbox=-180,-90,180,90", lambda p: boxed(p, -90, 90, (-180, 180))),
    ("bbox=-180,-90,180,-12.05", lambda p: boxed(p, -90, -12.05, (-180, 180))),
    ("dataset=aleppo-2016", lambda p: p["dataset"] == "aleppo-2016"),
    (
        "parent=syria&precision=settlement&bbox=37,36,38,37",
        lambda p: "syria" in p["around"] and p["precision"] == "settlement" and boxed(p, 36, 37, (37, 38)),
    ),
]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def places(client: TestClient) -> list[Record]:
    """Every place, and what lies `around` it."""
    found = details(client, "places")
    parents = {place["id"]: key(place["parent"]) for place in found}
    for place in found:
        place["around"], at = set(), parents[place["id"]]
        while at:
            place["around"].add(at)
            at = parents[at]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_filter_finds_exactly_its_places(client: TestClient, places: list[Record], case: Case) -> None:
    """What a query finds is what a walk over all places picks out."""
    check_case(client, "/v1/places", places, case)


@pytest.mark.parametrize("query", opposites(CASES, [one.name for one in FILTERS if one.several]))
def test_not_is_the_opposite(client: TestClient, places: list[Record], query: str) -> None:
    """A filter and its `__not` share no place and leave none out."""
    check_opposite(client, "/v1/places", places, query)


def test_every_filter_is_tried() -> None:
    """No filter of places goes untested; `updated_since` is tried with events."""
    check_names(CASES, {one.name for one in FILTERS} - {"updated_since"})


def test_a_place_in_a_place(client: TestClient) -> None:
    """A place names the one around it in short, and says how exactly it is known."""
    harbour = detail(client, "places", "odd-harbour")
    assert without(harbour, *HISTORY) == {
        "id": "odd-harbour",
        "name": "Odd Harbour",
        "names": {"en": "Odd Harbour"},
        "country": "FJI",
        "lat": -18.13,
        "lon": 178.42,
        "precision": "point",
        "parent": {
            "id": "odd-far-west",
            "name": "Odd Far West",
            "country": "FJI",
            "lat": -18.14,
            "lon": 178.44,
            "precision": "settlement",
        },
        "geonames": None,
        "dataset": "odd-ones",
        "url": "/v1/places/odd-harbour",
    }
    assert detail(client, "places", "odd-far-west")["geonames"] == 2198148


def test_a_list_has_whole_places_by_name(client: TestClient, places: list[Record]) -> None:
    """A place has no parts beside what lists serve; they come by name."""
    by_name = sorted(places, key=lambda place: (place["name"], place["id"]))
    assert listed(client, "/v1/places") == [without(place, "around") for place in by_name]
    assert ids(listed(client, "/v1/places", "sort=-name")) == ids(by_name[::-1])
