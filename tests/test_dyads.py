"""Dyads and networks over HTTP: the pairs that a walk over events and statements makes."""

from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import networkx as nx
import pytest
from starlette.testclient import TestClient

from tests.conftest import Databases, Statements, client_of
from tests.counting import SIDES, points, spot
from tests.crowd import crowd_url
from tests.helpers import Record, key, listed

Who = Callable[[Record], str]
Pairs = dict[tuple[str, str], dict[str, Record]]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the crowd."""
    with client_of(crowd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def states(client: TestClient) -> dict[str, str]:
    """The state of each country."""
    return {actor["country"]: actor["id"] for actor in listed(client, "/v1/actors", "kind=state")}


def itself(actor: Record) -> str:
    return str(actor["id"])


def its_state(states: dict[str, str]) -> Who:
    """For whom an actor counts when countries are rolled up."""

    def state(actor: Record) -> str:
        own = actor["kind"] in ("person", "government_body")
        return str(states.get(actor["country"], actor["id"]) if own else actor["id"])

    return state


def pairs_of(records: list[Record], between: Callable[[Record], list[tuple[Record, Record]]], who: Who) -> Pairs:
    pairs: Pairs = {}
    for record in records:
        for source, target in between(record):
            if who(source) != who(target):
                pairs.setdefault((who(source), who(target)), {})[record["id"]] = record
    return pairs


def acted(event: Record) -> list[tuple[Record, Record]]:
    parts = [(part["actor"], SIDES[part["role"]]) for part in event["participants"]]
    return [
        (one, other)
        for one, side in parts
        for other, other_side in parts
        if side in ("source", "both") and other_side in ("target", "both")
    ]


def said(statement: Record) -> list[tuple[Record, Record]]:
    speakers = [one for one in (statement["speaker"], statement["on_behalf_of"]) if one]
    return [(speaker, addressee) for speaker in speakers for addressee in statement["addressees"]]


def sums(events: dict[str, Record], statements: dict[str, Record]) -> Record:
    """What a dyad must say of its EVENTS and STATEMENTS."""
    classes = [event["codes"]["quad_class"] for event in events.values()]
    scores = [one["codes"]["goldstein"] for one in events.values() if one["codes"]["goldstein"] is not None]
    warm, cold = [one for one in scores if one > 0], [one for one in scores if one < 0]
    days = [one["date"]["start"] for one in (*events.values(), *statements.values()) if one["date"]["start"]]
    return {
        "counts": {
            "events": len(events),
            "statements": len(statements),
            "by_quad_class": {str(one): classes.count(one) for one in (1, 2, 3, 4)},
        },
        "goldstein": {
            "sum": round(sum(scores), 3) if scores else None,
            "mean": round(round(sum(scores), 3) / len(scores), 3) if scores else None,
            "scored": len(scores),
            "cooperative": round(sum(warm), 3) if warm else None,
            "conflictual": round(sum(cold), 3) if cold else None,
        },
        "first": min(days, default=None),
        "last": max(days, default=None),
    }


def read(client: TestClient, path: str) -> Any:
    answer = client.get(f"/v1/{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("roll_up", ["", "roll_up=country&"])
@pytest.mark.parametrize("query", ["", "date=2016-02/2016-10", "dataset=aleppo-2016", "dataset=crowd&date=2015"])
def test_every_pair_is_the_one_that_a_walk_makes(
    client: TestClient, states: dict[str, str], query: str, roll_up: str
) -> None:
    """Sums, classes, scores and days of all pairs, most events first, then most statements."""
    who = its_state(states) if roll_up else itself
    events = pairs_of(listed(client, "/v1/events", query), acted, who)
    statements = pairs_of(listed(client, "/v1/statements", query), said, who)
    expected = {pair: sums(events.get(pair, {}), statements.get(pair, {})) for pair in {*events, *statements}}
    body = read(client, f"dyads?{roll_up}{query}&limit=1000".replace("&&", "&"))
    found = {(row.pop("source")["id"], row.pop("target")["id"]): row for row in body["data"]}
    assert found == expected
    order = sorted(expected, key=lambda one: (*(-expected[one]["counts"][n] for n in ("events", "statements")), *one))
    assert list(found) == order
    assert body["page"] == {"limit": 1000, "next": None, "total": len(expected)}


def test_a_pair_counts_what_the_list_finds_by_its_sides(client: TestClient) -> None:
    """The events of a pair are those that `source` and `target` find, so that a click leads to them."""
    for row in read(client, "dyads?limit=60")["data"]:
        query = f"source={row['source']['id']}&target={row['target']['id']}"
        assert row["counts"]["events"] == len(listed(client, "/v1/events", query))


def test_sides_narrow_the_pairs_themselves(client: TestClient) -> None:
    """With `source` asked for, only its own pairs are served, and never others of the same events."""
    every = read(client, "dyads?limit=1000")["data"]
    for query, wanted in (
        ("source=russia", lambda row: row["source"]["id"] == "russia"),
        ("target=wikidata:Q58217,john-kerry", lambda row: row["target"]["id"] in ("sergey-lavrov", "john-kerry")),
        (
            "source=russia&target__not=syria",
            lambda row: row["source"]["id"] == "russia" and row["target"]["id"] != "syria",
        ),
    ):
        rows = read(client, f"dyads?limit=1000&{query}")["data"]
        assert {(row["source"]["id"], row["target"]["id"]) for row in rows} == {
            (row["source"]["id"], row["target"]["id"]) for row in every if wanted(row)
        }


def test_statements_follow_the_events_that_are_asked_for(client: TestClient) -> None:
    """A filter that only events have counts the statements that belong to them."""
    events = listed(client, "/v1/events", "type=warning,phone_call")
    known = {event["id"] for event in events}
    statements = [one for one in listed(client, "/v1/statements") if key(one["event"]) in known]
    expected = {pair: len(found) for pair, found in pairs_of(statements, said, itself).items()}
    rows = read(client, "dyads?limit=1000&type=warning,phone_call")["data"]
    counted = {(row["source"]["id"], row["target"]["id"]): row["counts"]["statements"] for row in rows}
    assert {pair: count for pair, count in counted.items() if count} == expected


@pytest.mark.parametrize("name", ["events", "statements", "goldstein", "first", "last"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_pairs_are_sorted_as_asked(client: TestClient, name: str, sign: str) -> None:
    """Missing values come last either way, and ids break ties; pages follow each other in the same order."""
    rows = read(client, f"dyads?limit=1000&sort={sign}{name}")["data"]
    values = [
        {"goldstein": row["goldstein"]["sum"], **row["counts"], "first": row["first"], "last": row["last"]}[name]
        for row in rows
    ]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=bool(sign))
    assert values == known + [None] * (len(values) - len(known))
    ids = [(value, row["source"]["id"], row["target"]["id"]) for value, row in zip(values, rows, strict=True)]
    assert all(one[1:] < two[1:] for one, two in pairwise(ids) if one[0] == two[0])
    assert walked(client, f"limit={len(rows) // 3}&sort={sign}{name}") == rows


def walked(client: TestClient, query: str) -> list[Record]:
    """All pairs that QUERY finds, page by page."""
    found, url = [], f"/v1/dyads?{query}"
    while url:
        answer = client.get(url)
        body = answer.json()
        found += body["data"]
        url = body["page"]["next"]
        assert answer.links.get("next", {}).get("url") == url
        assert body["page"]["total"] >= len(found)
    assert body["page"]["total"] == len(found)
    return found


@pytest.mark.parametrize(
    "query",
    ["roll_up=country", "date=2016-10", "date=2016", "source=russia", "as_of=1", "sort=-goldstein,last&q=aleppo"],
)
def test_every_pair_is_on_a_page(client: TestClient, query: str) -> None:
    """However pairs are asked for, `page.next` leads to the last of them."""
    rows = read(client, f"dyads?limit=1000&{query}")["data"]
    assert len(rows) > 7
    assert walked(client, f"limit=7&{query}") == rows


def test_a_cursor_of_pairs_is_of_its_query(client: TestClient) -> None:
    """Under another filter or order it is refused, and so is one that somebody made up."""
    url = client.get("/v1/dyads?limit=7").json()["page"]["next"]
    assert client.get(url.replace("limit=7", "limit=9")).status_code == 200
    for other in (f"{url}&roll_up=country", f"{url}&sort=first", f"{url}x"):
        answer = client.get(other)
        assert (answer.status_code, answer.json()["parameter"]) == (400, "cursor")


@pytest.mark.parametrize("query", ["", "roll_up=country", "roll_up=country&date=2016-10", "type=veto"])
def test_a_pair_is_read_from_both_ends(client: TestClient, query: str) -> None:
    """What is forward from one end is backward from the other, as the list has it; and the timeline likewise."""
    for a, b in (("united-states", "russia"), ("france", "germany"), ("john-kerry", "syria")):
        forth, back = (read(client, f"dyads/{one}?{query}".rstrip("?"))["data"] for one in (f"{a}/{b}", f"{b}/{a}"))
        assert (forth["forward"], forth["backward"]) == (back["backward"], back["forward"])
        rows = read(client, f"dyads?limit=1000&{query}".rstrip("&"))["data"]
        listed_rows = [row for row in rows if (row["source"]["id"], row["target"]["id"]) == (a, b)]
        assert [forth["forward"]] == listed_rows or (not listed_rows and forth["forward"]["counts"]["events"] == 0)
        for name in ("timeline", "statements_timeline"):
            lines = {series["key"]: series["points"] for series in forth[name]["series"]}
            mirrored = {series["key"]: series["points"] for series in back[name]["series"]}
            assert (lines["forward"], lines["backward"]) == (mirrored["backward"], mirrored["forward"])
            assert lines[None] == mirrored[None]


@pytest.mark.parametrize("interval", ["day", "month", "year"])
def test_the_timeline_of_a_pair_counts_its_events_once(client: TestClient, interval: str) -> None:
    """An event that went both ways is one event of the pair."""
    found = read(client, f"dyads/france/germany?interval={interval}")["data"]
    pairs = pairs_of(listed(client, "/v1/events"), acted, itself)
    forward, backward = pairs[("france", "germany")], pairs[("germany", "france")]
    for series, events in zip(found["timeline"]["series"], (forward | backward, forward, backward), strict=True):
        stands = [spot(interval, event) for event in events.values()]
        assert series["count"] == len(events)
        for start, point in points(series).items():
            assert point["count"] == stands.count(start)
        assert series["imprecise"] == stands.count("imprecise")
    assert found["timeline"]["total"] == len(forward | backward)


def test_an_actor_that_nobody_knows_is_told_with_those_near(client: TestClient) -> None:
    """A dyad of an unknown actor is a 404, and of an actor with itself a 422."""
    answer = client.get("/v1/dyads/russia/united-stats")
    assert (answer.status_code, answer.json()["nearest"][0]) == (404, "united-states")
    assert client.get("/v1/dyads/russia/russia").status_code == 422


def test_ministries_and_people_count_for_their_state(client: TestClient, states: dict[str, str]) -> None:
    """Rolled up, no person or ministry of a state that is known stands beside it; all others stand for themselves."""
    nodes = read(client, "network?roll_up=country&limit=500")["data"]["nodes"]
    rolled = {node["id"] for node in nodes if node["kind"] in ("person", "government_body")}
    assert {"russia", "united-states", "france"} <= {node["id"] for node in nodes}
    assert all(node["country"] not in states for node in nodes if node["id"] in rolled)
    assert {"crowd-person-none", "crowd-person-fji", "crowd-armed-group-fra"} <= {node["id"] for node in nodes}


@pytest.mark.parametrize("query", ["", "roll_up=country", "type=contact&date=2016-10", "dataset=crowd&source=france"])
def test_a_network_is_the_pairs_and_whoever_took_part(client: TestClient, states: dict[str, str], query: str) -> None:
    """Nodes count the events in which they took part in any role; edges are the pairs of those events."""
    who = its_state(states) if "roll_up" in query else itself
    events = listed(client, "/v1/events", query.removeprefix("roll_up=country"))
    network = read(client, f"network?limit=500&{query}".rstrip("&"))["data"]
    took_part: dict[str, set[str]] = {}
    for event in events:
        for part in event["participants"]:
            took_part.setdefault(who(part["actor"]), set()).add(event["id"])
    assert {node["id"]: node["events"] for node in network["nodes"]} == {a: len(e) for a, e in took_part.items()}
    pairs = pairs_of(events, acted, who)
    if "source" in query:
        pairs = {pair: found for pair, found in pairs.items() if pair[0] == "france"}
    assert {(edge.pop("source"), edge.pop("target")): edge for edge in network["edges"]} == {
        pair: {
            "events": len(found),
            "goldstein": sums(found, {})["goldstein"]["mean"],
            "scored": sums(found, {})["goldstein"]["scored"],
            "first": sums(found, {})["first"],
            "last": sums(found, {})["last"],
        }
        for pair, found in pairs.items()
    }
    assert network["truncated"] is False
    assert network["omitted"] == {"nodes": 0, "edges": 0}


def test_a_network_says_what_was_cut(client: TestClient) -> None:
    """A bound keeps the nodes with most events and the edges between them, and counts the others."""
    whole, part = (read(client, f"network?limit={limit}")["data"] for limit in (500, 6))
    assert part["nodes"] == whole["nodes"][:6]
    kept = {node["id"] for node in part["nodes"]}
    assert part["edges"] == [edge for edge in whole["edges"] if {edge["source"], edge["target"]} <= kept]
    assert part["truncated"] is True
    assert part["omitted"] == {
        "nodes": len(whole["nodes"]) - 6,
        "edges": len(whole["edges"]) - len(part["edges"]),
    }


@pytest.mark.parametrize(("ending", "opened"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
@pytest.mark.parametrize("query", ["", "roll_up=country", "date=1999"])
def test_networkx_opens_the_files(
    client: TestClient, ending: str, opened: Callable[[BytesIO], "nx.DiGraph[str]"], query: str
) -> None:
    """The files have the nodes, the edges and the attributes of the JSON; what is null there is left out."""
    network = read(client, f"network?{query}".rstrip("?"))["data"]
    answer = client.get(f"/v1/network.{ending}?{query}".rstrip("?"))
    assert answer.headers["content-type"] == f"application/{ending}+xml"
    graph = opened(BytesIO(answer.content))
    assert graph.is_directed()
    for node in network["nodes"]:
        known = {name: value for name, value in node.items() if value is not None and name != "id"}
        assert graph.nodes[node["id"]].items() >= known.items()
    assert len(graph) == len(network["nodes"])
    for edge in network["edges"]:
        known = {name: value for name, value in edge.items() if value is not None and name not in ("source", "target")}
        assert graph.edges[edge["source"], edge["target"]].items() >= {**known, "weight": edge["events"]}.items()
    assert graph.number_of_edges() == len(network["edges"])
    assert client.get(f"/v1/network.{ending}?{query}".rstrip("?")).content == answer.content


@pytest.mark.parametrize(
    ("path", "most"), [("dyads", 7), ("dyads?roll_up=country", 6), ("dyads/russia/united-states", 12), ("network", 11)]
)
def test_views_of_pairs_cost_few_queries(client: TestClient, statements: Statements, path: str, most: int) -> None:
    """The number of queries does not grow with what is counted; what is not done at once is begun anew."""
    read(client, path)
    assert len(statements.texts) <= most
