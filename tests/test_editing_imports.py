"""Imported records changed at the desk: what no article tells of them stays, and nobody is asked for what they lack."""

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.helpers import Record, ids, listed
from tests.imports import imported
from tests.reading import SAMPLES
from tests.writers import article, writer_of

FILES = {
    "acled": "acled.csv",
    "icews": "icews.tab",
    "petrarch": "petrarch.xml",
    "phoenix": "phoenix_cline.csv",
    "plover": "plover.txt",
    "polecat": "polecat_text.txt",
    "ucdp-ged": "ucdp_ged.csv",
}
# What a write sets.
SET = ("revision", "created_at", "updated_at")


def _record(client: TestClient, path: str) -> Record:
    """What is at PATH, without what a write sets; evidence in one order, for a write has it in that of the articles."""
    found: Record = client.get(path).json()["data"]
    evidence = [{**one, "language": None} for one in found.get("evidence", ())]
    return {
        **{name: value for name, value in found.items() if name not in SET},
        "evidence": sorted(evidence, key=lambda one: (one["article"]["id"], one["exact"] or "")),
    }


def _bring_in(engine: Engine, name: str) -> None:
    report = imported(engine, name, SAMPLES / FILES[name], dataset="coded")
    assert report.added["event"]


@pytest.mark.parametrize("name", FILES)
def test_what_is_read_of_an_import_to_be_written_changes_nothing(engine: Engine, seeded_url: str, name: str) -> None:
    """PUT takes what `/annotated` gives: codes, numbers and evidence without words stay."""
    _bring_in(engine, name)
    with writer_of(seeded_url) as client:
        for kind in ("events", "articles"):
            for key in ids(listed(client, f"/v1/{kind}", "dataset=coded"))[:3]:
                path = f"/v1/{kind}/{key}"
                before, read = _record(client, path), client.get(f"{path}/annotated")
                if kind == "events" and not before["evidence"]:
                    continue
                answer = client.put(path, json=read.json()["data"], headers={"If-Match": read.headers["etag"]})
                assert answer.status_code == 200, answer.text
                assert _record(client, path) == before


def test_an_article_of_the_desk_may_tell_an_imported_event(engine: Engine, seeded_url: str) -> None:
    """The event has its evidence beside what it came with; taken away again, it is as it was."""
    _bring_in(engine, "ucdp-ged")
    with writer_of(seeded_url) as client:
        key = listed(client, "/v1/events", "dataset=coded")[0]["id"]
        before = _record(client, f"/v1/events/{key}")
        sent = article(statements=[], events=[{"id": key, "evidence": ["Kerry said little"]}])
        assert client.post("/v1/articles", json=sent).status_code == 201
        assert len(_record(client, f"/v1/events/{key}")["evidence"]) == len(before["evidence"]) + 1
        gone = client.request("DELETE", f"/v1/articles/{sent['id']}", headers={"If-Match": "*"})
        assert gone.status_code == 204, gone.text
        assert _record(client, f"/v1/events/{key}") == before


def test_codes_stay_while_the_type_does(engine: Engine, seeded_url: str) -> None:
    """Of another type, an event has that one's codes and still the source's own."""
    _bring_in(engine, "polecat")
    with writer_of(seeded_url) as client:
        path = "/v1/events/" + listed(client, "/v1/events", "dataset=coded")[0]["id"]
        before = _record(client, path)["codes"]
        assert before["originals"]
        for change, same in (({"summary": "Told"}, True), ({"type": "airstrike"}, False)):
            assert client.patch(path, json=change, headers={"If-Match": "*"}).status_code == 200
            after = _record(client, path)["codes"]
            assert after["originals"] == before["originals"]
            assert (after == before) is same


def test_evidence_needs_words_where_there_is_a_text(seeded_url: str) -> None:
    """Evidence without words is for imports alone."""
    with writer_of(seeded_url) as client:
        event = {**article()["events"][0], "evidence": [{"exact": None}]}
        answer = client.post("/v1/articles", json=article(events=[event]))
        assert [error["parameter"] for error in answer.json()["errors"]] == ["events[0].evidence[0].exact"]


def test_an_event_that_no_article_tells_is_given_one(engine: Engine, seeded_url: str) -> None:
    """Coded data may have no source; who changes such an event says which article does."""
    _bring_in(engine, "acled")
    with writer_of(seeded_url) as client:
        events = listed(client, "/v1/events", "dataset=coded")
        path = next(f"/v1/events/{one['id']}" for one in events if not one["counts"]["evidence"])
        before = _record(client, path)
        assert client.get(f"{path}/annotated").json()["data"]["type"] == before["type"]
        refused = client.patch(path, json={"label": "Told"}, headers={"If-Match": "*"})
        assert [error["parameter"] for error in refused.json()["errors"]] == ["article"]
        sent = article(statements=[], events=[])
        client.post("/v1/articles", json=sent).raise_for_status()
        told = {"article": sent["id"], "evidence": ["Kerry said little"]}
        answer = client.patch(path, json=told, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text
        assert _record(client, path)["codes"] == before["codes"]
