"""Code lists and data sets over HTTP."""

from collections.abc import Iterator

import pytest
import yaml
from starlette.testclient import TestClient

from app.codes import LISTS
from app.settings import ROOT
from tests.conftest import Databases, client_of
from tests.helpers import Record, detail, ids, listed, odd_url, without

# Named in the contract.
CONTRACT = {
    "event-types",
    "event-classes",
    "speech-acts",
    "participant-roles",
    "relation-types",
    "actor-kinds",
    "media",
    "directness",
    "statuses",
    "figure-kinds",
    "topics",
    "date-precisions",
    "place-precisions",
}


def written(name: str) -> Record:
    content: Record = yaml.safe_load((ROOT / "seed" / "codes" / f"{name}.yaml").read_text("utf-8"))
    return content


@pytest.fixture(scope="module")
def both(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


def test_the_lists_of_the_contract_are_there(client: TestClient) -> None:
    """`/v1/codes` tells every list in one page, with how many codes it has."""
    answer = client.get("/v1/codes").json()
    assert {one["id"] for one in answer["data"]} == CONTRACT == set(LISTS)
    assert answer["page"] == {"limit": len(CONTRACT), "next": None, "total": len(CONTRACT)}
    for one in answer["data"]:
        content = written(one["id"])
        assert one == {
            "id": one["id"],
            "title": content["title"],
            "description": content["description"],
            "count": len(content["codes"]),
            "url": f"/v1/codes/{one['id']}",
        }


@pytest.mark.parametrize("name", sorted(CONTRACT))
def test_a_list_has_all_that_its_file_says(client: TestClient, name: str) -> None:
    """Each code comes with label, definition and example, in the order of the file, with what other schemes call it."""
    content, served = written(name), detail(client, "codes", name)
    assert without(served, "codes") == {
        "id": name,
        "title": content["title"],
        "description": content["description"],
        "count": len(content["codes"]),
        "url": f"/v1/codes/{name}",
        "schemes": content.get("schemes", {}),
    }
    assert served["codes"] == [{"example": None, **code} for code in content["codes"]]
    for code in served["codes"]:
        assert code["label"]["en"]
        assert code["definition"]


def test_every_type_has_a_class(client: TestClient) -> None:
    """A class that an event type names is in the list of classes, and every class has a type."""
    types, classes = detail(client, "codes", "event-types"), detail(client, "codes", "event-classes")
    assert {code["class"] for code in types["codes"]} == set(ids(classes["codes"]))
    assert not set(ids(types["codes"])) & set(ids(classes["codes"]))


def test_the_codes_of_an_event_are_those_of_its_type(client: TestClient) -> None:
    """An event carries the CAMEO and PLOVER codes, the class and the score that the list gives its type."""
    types = {code["id"]: code for code in detail(client, "codes", "event-types")["codes"]}
    for event in listed(client, "/v1/events"):
        code = types[event["type"]]
        plover = code["plover"] and "-".join(filter(None, (code["plover"]["event"], code["plover"].get("mode"))))
        assert event["codes"] == {
            "cameo": code["cameo"],
            "plover": plover,
            "quad_class": code["quad_class"]["standard"],
            "goldstein": code["goldstein"]["gdelt"],
            "goldstein_table": None,
            "originals": {},
        }


def test_an_unknown_list_is_not_found(client: TestClient) -> None:
    """A list that is not there is a 404 that names the nearest."""
    answer = client.get("/v1/codes/event-typs")
    assert answer.status_code == 404
    assert answer.json()["detail"].startswith("There is no code list 'event-typs'. Nearest: event-types")
    assert answer.json()["nearest"][0] == "event-types"


def test_data_sets_tell_their_licence_and_counts(both: TestClient) -> None:
    """Every data set says who made it, under which licence, and how much of each kind it has."""
    sets = listed(both, "/v1/datasets")
    assert ids(sets) == ["aleppo-2016", "odd-ones"]
    for one in sets:
        assert one == detail(both, "datasets", one["id"])
        assert one["counts"] == {
            kind: len(listed(both, f"/v1/{kind}", f"dataset={one['id']}"))
            for kind in ("actors", "articles", "events", "places", "statements")
        }
    assert without(sets[1], "revision", "counts") == {
        "id": "odd-ones",
        "title": "Odd ones",
        "publisher": "The tests of Dragoman",
        "license": "CC0-1.0",
        "attribution": "The tests of Dragoman, odd-ones",
        "homepage": "https://example.org/odd",
        "version": "2",
        "created_at": "2025-03-04T05:06:07.890123Z",
        "updated_at": "2025-03-04T05:06:07.890123Z",
        "url": "/v1/datasets/odd-ones",
    }


def test_every_answer_carries_all_licences(both: TestClient) -> None:
    """With two data sets, the line that is printed with every answer names both licences and both citations."""
    sets = listed(both, "/v1/datasets")
    meta = both.get("/v1/events?limit=0").json()["meta"]
    assert meta["license"] == "CC-BY-4.0 AND CC0-1.0"
    assert meta["citation"] == "; ".join(one["attribution"] for one in sets)
    assert meta["revision"] == max(one["revision"] for one in sets)


def test_data_sets_sort_by_title(both: TestClient) -> None:
    """Data sets can be had by title, either way."""
    assert ids(listed(both, "/v1/datasets", "sort=title")) == ["aleppo-2016", "odd-ones"]
    assert ids(listed(both, "/v1/datasets", "sort=-title")) == ["odd-ones", "aleppo-2016"]
