"""Facets over HTTP: every count is the total that the list has for its value."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS
from tests.conftest import Databases, Statements, client_of
from tests.counting import OF_EVENT, OF_STATEMENT, SEVERAL, SEVERAL_SAID, spoken, values, within
from tests.crowd import crowd_url
from tests.helpers import Record, listed

FILTERED_BY = {"class": "type"}
DAYS = st.dates(date(2015, 12, 1), date(2017, 2, 1))


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the crowd."""
    with client_of(crowd_url(databases)) as opened:
        yield opened


def read(client: TestClient, path: str, query: str) -> Record:
    answer = client.get(f"/v1/{path}/facets?{query}")
    assert answer.status_code == 200, answer.text
    data: Record = answer.json()["data"]
    return data


def total(client: TestClient, path: str, query: str) -> int:
    count: int = client.get(f"/v1/{path}?limit=0&count=exact&{query}").json()["page"]["total"]
    return count


@pytest.mark.parametrize(
    ("path", "facet"), [("events", name) for name in OF_EVENTS] + [("statements", name) for name in OF_STATEMENTS]
)
def test_a_count_is_the_total_of_the_list(client: TestClient, path: str, facet: str) -> None:
    """Choosing a value of the sidebar finds as many as stood beside it, whatever else is asked for."""
    name = FILTERED_BY.get(facet, facet)
    for rest in ("", "date=2016-02/..&", "dataset=crowd&date=2016&" if facet != "dataset" else "date=2016-10&"):
        found = read(client, path, f"{rest}facets={facet}&facet_size=100")[facet]
        assert found["other"] == 0
        for value in found["values"][:8] + found["values"][-2:]:
            assert value["count"] == total(client, path, f"{rest}{name}={value['value']}"), value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(DAYS, DAYS), st.sampled_from(["{0}", "{0}/{1}", "{0}/..", "../{0}", "2999-01-01/.."]))
def test_a_date_is_that_of_the_list(client: TestClient, days: tuple[date, date], form: str) -> None:
    """However long, open or undated: what is counted case by case is what the list finds at once."""
    asked = f"date={form.format(*sorted(days))}"
    for path in ("events", "statements"):
        found = read(client, path, f"facets=dataset&{asked}")["dataset"]
        counted = sum(one["count"] for one in found["values"]) + found["other"] + found["missing"]
        line = client.get(f"/v1/{path}/timeline?interval=year&{asked}").json()["data"]
        assert counted == line["total"] == total(client, path, asked)


@pytest.mark.parametrize("pair", ["john-kerry,sergey-lavrov", "united-states,russia", "russia,syria"])
def test_actors_are_those_of_the_list(client: TestClient, pair: str) -> None:
    """Whoever is looked up first: sides, roles and whom somebody stood for are the list's."""
    one, other = pair.split(",")
    for asked in (
        f"source={one}&target={other}",
        f"actor={other}&source={one}&date=2016",
        f"actor__all={pair}&on_behalf_of={one}",
        f"actor={one}&role=source,target&target={other}",
    ):
        found = read(client, "events", f"facets=status,actor,target&{asked}")
        counted = sum(one["count"] for one in found["status"]["values"]) + found["status"]["missing"]
        assert counted == total(client, "events", asked)
        actors = {one["value"]: one["count"] for one in found["target"]["values"]}
        for name, count in actors.items():
            rest = "&".join(part for part in asked.split("&") if not part.startswith("target="))
            assert count == total(client, "events", f"{rest}&target={name}"), name


@pytest.mark.parametrize("size", [1, 3, 100])
def test_values_other_and_missing_are_those_of_a_walk(client: TestClient, size: int) -> None:
    """The most frequent come first, ties by value; the rest is summed, and what has none is counted."""
    for path, facets, several, add in (
        ("events", OF_EVENT, SEVERAL, within),
        ("statements", OF_STATEMENT, SEVERAL_SAID, spoken),
    ):
        records = add(client, listed(client, f"/v1/{path}"))
        found = read(client, path, f"facets={','.join(facets)}&facet_size={size}")
        for facet, values_of in facets.items():
            held = [values(values_of, one, several=facet in several) - {None} for one in records]
            sizes = Counter(str(value) for one in held for value in one)
            order = sorted(sizes.items(), key=lambda item: (-item[1], item[0]))
            assert [(one["value"], one["count"]) for one in found[facet]["values"]] == order[:size]
            assert found[facet]["other"] == sum(count for _, count in order[size:])
            assert found[facet]["missing"] == sum(not one for one in held)


def test_a_facet_ignores_its_own_filter_and_no_other(client: TestClient) -> None:
    """A sidebar offers alternatives to what is chosen, under everything else that is."""
    query = "type=contact,warning&status__not=denied&country=SYR,FJI&date=2016"
    found = read(client, "events", f"{query}&facets=type,class,country,status,actor&facet_size=100")
    free = {
        "type": "status__not=denied&country=SYR,FJI&date=2016",
        "class": "status__not=denied&country=SYR,FJI&date=2016",
        "country": "type=contact,warning&status__not=denied&date=2016",
        "status": "type=contact,warning&country=SYR,FJI&date=2016",
        "actor": query,
    }
    for facet, without in free.items():
        assert found[facet] | {"values": None} == {
            **read(client, "events", f"{without}&facets={facet}&facet_size=100")[facet],
            "values": None,
        }
        for value in found[facet]["values"]:
            name = FILTERED_BY.get(facet, facet)
            assert value["count"] == total(client, "events", f"{without}&{name}={value['value']}")


def test_an_actor_and_a_role_are_one_participant(client: TestClient) -> None:
    """With a role chosen, actors are counted in that role, as the list finds them; and roles with an actor chosen."""
    actors = read(client, "events", "role=target,victim&facets=actor&facet_size=100")["actor"]["values"]
    assert actors
    for one in actors:
        assert one["count"] == total(client, "events", f"role=target,victim&actor={one['value']}")
    roles = read(client, "events", "actor=france,russia&facets=role&facet_size=100")["role"]["values"]
    assert {one["value"]: one["count"] for one in roles} == {
        one["value"]: total(client, "events", f"actor=france,russia&role={one['value']}") for one in roles
    }


def test_what_is_chosen_is_always_shown(client: TestClient) -> None:
    """A chosen value stands in its facet however rare it is, by whatever code it was named, and is marked."""
    found = read(client, "events", "actor=iso3:VEN&type=pressure&facets=actor,type,class&facet_size=1")
    assert [one["value"] for one in found["actor"]["values"] if one["selected"]] == ["venezuela"]
    assert [one["count"] for one in found["actor"]["values"] if one["selected"]] == [0]
    assert len(found["actor"]["values"]) == 2
    assert [one["value"] for one in found["class"]["values"] if one["selected"]] == ["pressure"]
    found = read(client, "events", "type=pressure&facets=type&facet_size=1")
    chosen = [one["value"] for one in found["type"]["values"] if one["selected"]]
    assert chosen
    assert all(OF_EVENT["class"]({"type": one}) == ["pressure"] for one in chosen)


def test_labels_are_for_people(client: TestClient) -> None:
    """Codes, actors, countries, languages and classes come with what people call them."""
    found = read(client, "events", "facets=type,actor,country,quad_class,dataset&facet_size=100&dataset=aleppo-2016")
    labels = {one["value"]: one["label"] for facet in found.values() for one in facet["values"]}
    assert labels["phone_call"] == "Phone call"
    assert labels["sergey-lavrov"] == "Sergey Lavrov"
    assert labels["CHE"] == "Switzerland"
    assert labels["4"] == "Material conflict"
    assert labels["crowd"] == "A crowd"
    said = read(client, "statements", "facets=language")["language"]["values"]
    assert {"value": "ar", "label": "Arabic", "selected": False} in [
        {name: value for name, value in one.items() if name != "count"} for one in said
    ]


def test_facets_cost_few_queries(client: TestClient, statements: Statements) -> None:
    """At most three queries a facet, whatever they count."""
    read(client, "events", f"facets={','.join(OF_EVENTS)}")
    assert len(statements.texts) <= 3 * len(OF_EVENTS) + 1


@pytest.mark.parametrize(
    ("query", "parameter", "nearest"),
    [
        ("facets=typ", "facets", ["type"]),
        ("facets=", "facets", []),
        ("facets=type,type", "facets", []),
        ("facet_size=0", "facet_size", []),
        ("facet_size=101", "facet_size", []),
        ("facets=type&limit=5", "limit", []),
        ("facets=type&actor=sergey-lavrow", "actor", ["sergey-lavrov"]),
    ],
)
def test_what_cannot_be_counted_is_refused(client: TestClient, query: str, parameter: str, nearest: list[str]) -> None:
    """A wrong facet, size or filter is told with what is near."""
    answer = client.get(f"/v1/events/facets?{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert error["nearest"][: len(nearest)] == nearest
