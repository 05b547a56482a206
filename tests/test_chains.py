"""Chains and contradictions over HTTP: what led to an event, what followed, and who tells it otherwise."""

import pytest
from starlette.testclient import TestClient

from tests.conftest import Statements
from tests.helpers import Record, detail, details

COLLAPSE = "2016-09-19-syrian-army-ends-truce"
CONVOY = "2016-09-19-urum-al-kubra-convoy-attack"
Node = tuple[str, str]


def chain(client: TestClient, event: str, query: str = "") -> Record:
    answer = client.get(f"/v1/events/{event}/chain?{query}".rstrip("?"))
    assert answer.status_code == 200, answer.text
    data: Record = answer.json()["data"]
    return data


@pytest.fixture(scope="module")
def relations(client: TestClient) -> set[tuple[Node, Node, str]]:
    """Every relation of the seed."""
    return {
        ((kind, record["id"]), (one["target"]["kind"], one["target"]["id"]), one["type"])
        for kind in ("event", "statement")
        for record in details(client, f"{kind}s")
        for one in record["relations"]
    }


def reached(relations: set[tuple[Node, Node, str]], root: Node, depth: int) -> dict[Node, int]:
    """How far every record is from ROOT."""
    found, last = {root: 0}, {root}
    for step in range(1, depth + 1):
        last = {two for one, two, _ in relations if one in last} | {one for one, two, _ in relations if two in last}
        last -= set(found)
        found |= dict.fromkeys(last, step)
    return found


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5, 6])
@pytest.mark.parametrize("event", [COLLAPSE, CONVOY, "2016-12-14-east-aleppo-evacuation"])
def test_a_chain_follows_relations_both_ways(
    client: TestClient, relations: set[tuple[Node, Node, str]], event: str, depth: int
) -> None:
    """Its nodes are all that the depth reaches, and its edges all relations between them."""
    expected = reached(relations, ("event", event), depth)
    found = chain(client, event, f"depth={depth}")
    assert (found["root"], found["depth"], found["truncated"]) == (event, depth, False)
    assert {(node["kind"], node["id"]): node["depth"] for node in found["nodes"]} == expected
    edges = {((e["source_kind"], e["source"]), (e["target_kind"], e["target"]), e["type"]) for e in found["edges"]}
    assert edges == {edge for edge in relations if edge[0] in expected and edge[1] in expected}
    assert len(edges) == len(found["edges"])


def test_nodes_stand_in_order_of_time(client: TestClient) -> None:
    """Dated nodes come in order of their days, undated ones behind them, each as its own page has it."""
    nodes = chain(client, COLLAPSE, "depth=6")["nodes"]
    days = [node["date"]["start"] or node["date"]["end"] for node in nodes]
    known = [day for day in days if day]
    assert known == sorted(known)
    assert days == known + [None] * (len(days) - len(known))
    for node in nodes[::4]:
        record = detail(client, f"{node['kind']}s", node["id"])
        assert node["date"] == record["date"]
        assert node["type"] == record["type" if node["kind"] == "event" else "act"]
        assert node["label"] == record["label" if node["kind"] == "event" else "gist"]
        assert node["url"] == record["url"]


def test_the_chain_of_the_collapse_tells_the_story(client: TestClient) -> None:
    """By default it has the deal, the strike, the convoy, a call, the warnings and the suspension."""
    nodes = chain(client, COLLAPSE)["nodes"]
    story = [
        "2016-09-09-geneva-deal",
        "2016-09-17-deir-ez-zor-strike",
        COLLAPSE,
        CONVOY,
        "2016-09-28-kerry-lavrov-call",
    ]
    order = [node["id"] for node in nodes]
    assert [one for one in order if one in {*story, "2016-10-03-us-suspends-channel"}] == [
        *story,
        "2016-10-03-us-suspends-channel",
    ]
    assert {"warning", "threat"} & {node["type"] for node in nodes}
    assert "2016-10-06-konashenkov-warning" in order


def test_a_chain_is_bounded_and_says_so(client: TestClient) -> None:
    """The nearest are kept, and edges lead to no node that was cut."""
    found = chain(client, COLLAPSE, "depth=6&limit=5")
    assert found["truncated"] is True
    kept = {node["id"] for node in found["nodes"]}
    assert len(kept) == 5
    assert COLLAPSE in kept
    assert all(node["depth"] <= 1 for node in found["nodes"])
    assert all({edge["source"], edge["target"]} <= kept for edge in found["edges"])
    whole = chain(client, COLLAPSE, "depth=1")
    assert chain(client, COLLAPSE, f"depth=1&limit={len(whole['nodes'])}")["truncated"] is False


def test_a_chain_costs_a_query_a_step(client: TestClient, statements: Statements) -> None:
    """However many relations there are."""
    chain(client, COLLAPSE, "depth=6")
    assert len(statements.texts) <= 6 + 5


@pytest.mark.parametrize("query", ["depth=0", "depth=7", "limit=0", "limit=501", "type=warning", "depth=1&depth=2"])
def test_a_chain_refuses_what_it_cannot_follow(client: TestClient, query: str) -> None:
    """Depths and limits out of range, and filters, are refused by name."""
    answer = client.get(f"/v1/events/{COLLAPSE}/chain?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


def test_a_chain_of_nothing_is_not_found(client: TestClient) -> None:
    """An unknown event is a 404 with those near."""
    answer = client.get("/v1/events/2016-09-19-syrian-army-end-truce/chain")
    assert (answer.status_code, answer.json()["nearest"][0]) == (404, COLLAPSE)


def test_an_event_without_relations_is_its_own_chain(client: TestClient) -> None:
    """One node, no edges."""
    lonely = [one for one in details(client, "events") if not one["relations"] + one["inverse_relations"]]
    assert lonely
    for event in lonely:
        found = chain(client, event["id"])
        assert [node["id"] for node in found["nodes"]] == [event["id"]]
        assert found["edges"] == []


def test_accounts_that_contradict_each_other_are_told_by_field(client: TestClient) -> None:
    """Who differs in a field stands against those that assert it, and figures that differ side by side."""
    found = detail(client, "events", CONVOY)["contradictions"]
    by_field = {one["field"]: one for one in found}
    assert "sohr" in [one["actor"] and one["actor"]["id"] for one in by_field["participants"]["accounts"]]
    (denial,) = by_field["status"]["accounts"]
    assert (denial["actor"]["id"], denial["stance"]) == ("vitaly-churkin", "denies")
    assert "united-nations" in [one["actor"] and one["actor"]["id"] for one in by_field["status"]["against"]]
    assert by_field["figures"]["figures"] == []
    offer = {one["field"]: one for one in detail(client, "events", "2016-10-06-de-mistura-offer")["contradictions"]}
    assert [(one["value"], one["qualifier"]) for one in offer["figures"]["figures"]] == [
        *((900, "at_least"), (1000, "at_most"), (900, "about"))
    ]


def test_contradictions_leave_no_account_out(client: TestClient) -> None:
    """Every field that an account differs in is there, every denial, every figure that is given twice, nothing else."""
    told = 0
    for event in details(client, "events"):
        found = {one["field"]: one for one in event["contradictions"]}
        fields = {field for one in event["accounts"] for field in one["differs"]}
        kinds = [(one["kind"], one["unit"]) for one in event["figures"]]
        twice = [one for one in event["figures"] if kinds.count((one["kind"], one["unit"])) > 1]
        unsure = [one for one in event["accounts"] if one["stance"] != "asserts"]
        assert set(found) - {"status", "figures"} == fields - {"status", "figures"}
        assert ("status" in found) == bool(unsure or "status" in fields)
        assert ("figures" in found) == bool(twice or "figures" in fields)
        for field, one in found.items():
            assert one["accounts"] + one["against"] == [] or one["accounts"] or field == "figures"
            assert all(account in event["accounts"] for account in one["accounts"] + one["against"])
            assert all(account["stance"] == "asserts" for account in one["against"])
            assert all(figure in twice for figure in one["figures"])
        told += len(found)
    assert told > 10
    denied = [one for one in details(client, "events") if any(a["stance"] == "denies" for a in one["accounts"])]
    assert all("status" in {one["field"] for one in event["contradictions"]} for event in denied)
    assert denied


def test_versions_of_an_utterance_stand_side_by_side(client: TestClient) -> None:
    """Every statement has the other versions of its utterance, whole, and never itself."""
    statements = details(client, "statements")
    assert any(one["versions"] for one in statements)
    for one in statements:
        others = [two["id"] for two in statements if two["utterance"] == one["utterance"] and one["utterance"]]
        assert [two["id"] for two in one["versions"]] == sorted(set(others) - {one["id"]})
        assert all(two.keys() >= {"quote", "gist", "article", "speaker"} for two in one["versions"])
