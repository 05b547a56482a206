"""Two records that turn out to be one: merged, followed, changed meanwhile, and parted again."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, select
from starlette.testclient import TestClient

from app.database import open_engine
from app.loading.edits import naming
from app.loading.edits.drafted import drafts_from, packed, unpacked
from app.loading.stored import RECORDS
from app.models import Base
from tests.helpers import Record, detail, found, listed
from tests.writers import ARTICLE, CALL, SECOND, YAML, article, tag_of, writer_of

# What tells when and how often, not what.
HISTORY = {"revision", "created_at", "updated_at", "doc", "valid_from"}
SKIPPED = ("change", "state", "key", "answered", "merge", "merge_moved", "dataset")
# The teller of an event, who acts in it, for whom, and the event itself.
TANGLED = (
    ("actors", "russian-mfa", "us-state-department"),
    ("actors", "sergey-lavrov", "mark-toner"),
    ("actors", "russia", "france"),
    ("events", "2016-10-01-kerry-lavrov-call", "2016-10-01-kerry-lavrov-call-late"),
)
TWIN = {"kind": "person", "names": {"en": "Sergej Lawrow", "de": "Sergej Lawrow"}, "codes": {"gnd": "129"}}


@pytest.fixture(params=[None, 2], ids=["whole", "in portions"])
def portions(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Merges that are small enough to be written at once, and those that are written two records at a time."""
    if request.param:
        monkeypatch.setattr(naming, "PORTION", request.param)


def content(url: str) -> dict[str, list[str]]:
    """Every row of the data, without what tells of its history."""
    engine = open_engine(url)
    with engine.connect() as db:
        tables = [table for table in Base.metadata.sorted_tables if not _is_history(table.name)]
        found = {table.name: db.execute(select(table)).mappings().all() for table in tables}
    engine.dispose()
    # Evidence and relations are told apart by numbers that are given anew.
    hidden = {name: HISTORY | ({"id"} if name in ("evidence", "relation") else set()) for name in found}
    return {
        name: sorted(repr(sorted(pair for pair in row.items() if pair[0] not in hidden[name])) for row in rows)
        for name, rows in found.items()
    }


def _is_history(table: str) -> bool:
    return table in SKIPPED or table.endswith("_past")


def test_a_stored_record_is_the_draft_that_made_it(engine: Engine) -> None:
    """Read back from its rows, every record of the seed has the digest that it was stored with, packed or not."""
    with engine.connect() as db:
        for table in RECORDS:
            digests: dict[str, str] = dict(db.execute(select(table.id, table.digest)).all())
            drafts = drafts_from(db, table, list(digests))
            assert {key: draft.digest for key, draft in drafts.items()} == digests
            assert {key: unpacked(table, packed(draft)).digest for key, draft in drafts.items()} == digests


@pytest.mark.usefixtures("portions")
def test_an_actor_becomes_part_of_another_and_comes_back(seeded_url: str) -> None:
    """Everything that named the one names the other, its spellings stay; undoing leaves every row as it was."""
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        said = found(client, "/v1/statements", "speaker=john-kirby")
        took_part = found(client, "/v1/events", "actor=john-kirby")
        answer = client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        assert answer.status_code == 200
        assert (answer.json()["data"]["id"], answer.json()["data"]["into"]) == ("john-kirby", "mark-toner")
        assert said
        assert set(said) <= set(found(client, "/v1/statements", "speaker=mark-toner"))
        assert set(took_part) <= set(found(client, "/v1/events", "actor=mark-toner"))
        winner = detail(client, "actors", "mark-toner")
        assert "John Kirby" in [alias["name"] for alias in winner["aliases"]]
        moved = client.get("/v1/actors/john-kirby", follow_redirects=False)
        assert (moved.status_code, moved.headers["location"]) == (308, "/v1/actors/mark-toner")
        undone = client.request("DELETE", "/v1/actors/john-kirby/merge")
        assert undone.status_code == 200
        assert content(seeded_url) == before
        assert detail(client, "actors", "john-kirby")["name"] == "John Kirby"


@pytest.mark.usefixtures("portions")
def test_every_actor_of_the_seed_can_go_into_another_and_back(seeded_url: str) -> None:
    """Whatever names it: parents, offices, wires, venues, both sides of one event."""
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        for loser, winner in (
            ("russian-mfa", "us-state-department"),
            ("russia", "united-states"),
            ("reuters", "interfax"),
            ("john-kerry", "sergey-lavrov"),
            ("un-security-council", "united-nations"),
        ):
            answer = client.post(f"/v1/actors/{loser}/merge", json={"into": winner})
            assert answer.status_code in (200, 409), answer.text
            if answer.status_code == 200:
                assert client.get("/v1/actors?limit=0&count=exact").json()["page"]["total"] == 130
                assert client.delete(f"/v1/actors/{loser}/merge").status_code == 200
            assert content(seeded_url) == before, loser


def _words(row: Record) -> tuple[str, int, int]:
    return row["article"]["id"], row["start"], row["end"]


@pytest.mark.usefixtures("portions")
def test_an_event_becomes_part_of_another_and_comes_back(seeded_url: str) -> None:
    """Its evidence, accounts and statements go along; undoing leaves every row as it was."""
    one, other = "2016-10-01-kerry-lavrov-call", "2016-10-01-kerry-lavrov-call-late"
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        evidence = {_words(row) for key in (one, other) for row in detail(client, "events", key)["evidence"]}
        statements = found(client, "/v1/statements", f"event={one}")
        assert client.post(f"/v1/events/{one}/merge", json={"into": other}).status_code == 200
        after = detail(client, "events", other)
        assert sorted(map(_words, after["evidence"])) == sorted(evidence)
        assert set(statements) <= set(found(client, "/v1/statements", f"event={other}"))
        assert [row["target"]["id"] for row in after["relations"] if row["target"]["id"] in (one, other)] == []
        assert client.get(f"/v1/events/{one}", follow_redirects=False).status_code == 308
        assert client.delete(f"/v1/events/{one}/merge").status_code == 200
        assert content(seeded_url) == before


@pytest.mark.usefixtures("portions")
@pytest.mark.parametrize("merges", [TANGLED, TANGLED[::-1]], ids=["event last", "event first"])
def test_merges_are_undone_in_the_order_they_were_made(seeded_url: str, merges: Sequence[tuple[str, str, str]]) -> None:
    """Who speaks for whom, and whose account goes to another event, is in rows that several merges change."""
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        for kind, loser, winner in merges:
            client.post(f"/v1/{kind}/{loser}/merge", json={"into": winner}).raise_for_status()
        for kind, loser, _winner in merges:
            client.delete(f"/v1/{kind}/{loser}/merge").raise_for_status()
        assert content(seeded_url) == before


def test_a_merge_is_undone_in_the_names_of_later_ones(seeded_url: str) -> None:
    """Who stood for one that has become another stands for that one; an account goes back in its teller's new name."""
    one, other = "2016-10-01-kerry-lavrov-call", "2016-10-01-kerry-lavrov-call-late"
    with writer_of(seeded_url) as client:
        tellers = [account["actor"]["id"] for account in detail(client, "events", one)["accounts"] if account["actor"]]
        for kind, loser, winner in TANGLED[::-1]:
            client.post(f"/v1/{kind}/{loser}/merge", json={"into": winner}).raise_for_status()
        for kind, loser, _winner in TANGLED[:0:-1]:
            client.delete(f"/v1/{kind}/{loser}/merge").raise_for_status()
        for event in (one, other):
            stood = {(row["actor"]["id"], row["on_behalf_of"]["id"]) for row in _participants(client, event)}
            assert stood == {("sergey-lavrov", "russia"), ("john-kerry", "united-states")}
        now = [account["actor"]["id"] for account in detail(client, "events", one)["accounts"] if account["actor"]]
        assert "russian-mfa" in tellers
        assert now == ["us-state-department" if teller == "russian-mfa" else teller for teller in tellers]


def test_what_has_become_another_twice_is_found_when_an_earlier_merge_is_undone(seeded_url: str) -> None:
    """The state that an envoy stood for went into a second, and that into a third; all is as it was in the end."""
    states = (("russia", "france"), ("france", "germany"))
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        for loser, winner in (("sergey-lavrov", "mark-toner"), *states):
            client.post(f"/v1/actors/{loser}/merge", json={"into": winner}).raise_for_status()
        client.delete("/v1/actors/sergey-lavrov/merge").raise_for_status()
        event = detail(client, "events", "2016-10-01-kerry-lavrov-call")
        stood = {(row["actor"]["id"], row["on_behalf_of"]["id"]) for row in event["participants"]}
        assert stood == {("sergey-lavrov", "germany"), ("john-kerry", "united-states")}
        for loser, _winner in states[::-1]:
            client.delete(f"/v1/actors/{loser}/merge").raise_for_status()
        assert content(seeded_url) == before


def _participants(client: TestClient, event: str) -> list[Record]:
    rows: list[Record] = detail(client, "events", event)["participants"]
    return rows


def test_a_data_set_counts_what_it_has(seeded_url: str) -> None:
    """Whatever comes and goes, its counts are the totals of the lists under it."""
    with writer_of(seeded_url) as client:
        assert client.post("/v1/articles", content=ARTICLE, headers=YAML).status_code == 201
        counts = [_counts(client)]
        assert client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"}).status_code == 200
        counts.append(_counts(client))
        assert client.delete("/v1/actors/john-kirby/merge").status_code == 200
        counts.append(_counts(client))
        said = "/v1/statements/2016-10-05-call-s1"
        assert client.delete(said, headers=tag_of(client, said)).status_code == 204
        counts.append(_counts(client))
        assert counts[0] == counts[2]
        assert len({str(one) for one in counts}) == 3


def _counts(client: TestClient) -> list[dict[str, int]]:
    """What data sets say that they have, which is what they have."""
    found = []
    for dataset in client.get("/v1/datasets").json()["data"]:
        lists = {kind: f"/v1/{kind}?limit=0&count=exact&dataset={dataset['id']}" for kind in dataset["counts"]}
        assert dataset["counts"] == {kind: client.get(path).json()["page"]["total"] for kind, path in lists.items()}
        found.append(dataset["counts"])
    return found


@pytest.mark.usefixtures("portions")
def test_the_feed_tells_of_a_merge_and_of_its_undoing(seeded_url: str) -> None:
    """As a merge into the winner, and as a record that is there again."""
    with writer_of(seeded_url) as client:
        client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        client.delete("/v1/actors/john-kirby/merge")
        rows = [row for row in listed(client, "/v1/changes", "since=464") if row["id"] == "john-kirby"]
        assert [(row["operation"], row["into"]) for row in rows] == [("merge", "mark-toner"), ("insert", None)]


def test_what_changed_since_a_merge_stays(seeded_url: str) -> None:
    """Undoing takes back what the merge did, and nothing that was done to the same records later."""
    with writer_of(seeded_url) as client:
        client.put("/v1/actors/twin", json=TWIN)
        body = ARTICLE.replace("speaker: sergey-lavrov", "speaker: twin")
        client.post("/v1/articles", content=body, headers=YAML)
        client.post("/v1/actors/twin/merge", json={"into": "sergey-lavrov"})
        path = "/v1/statements/2016-10-05-call-s1"
        assert client.get(path).json()["data"]["speaker"]["id"] == "sergey-lavrov"
        client.patch(path, json={"note": "seen"}, headers=tag_of(client, path)).raise_for_status()
        winner = "/v1/actors/sergey-lavrov"
        client.patch(winner, json={"note": "still there"}, headers=tag_of(client, winner)).raise_for_status()
        assert client.delete("/v1/actors/twin/merge").status_code == 200
        statement = client.get(path).json()["data"]
        assert (statement["speaker"]["id"], statement["note"]) == ("twin", "seen")
        lavrov = client.get(winner).json()["data"]
        assert lavrov["note"] == "still there"
        assert "Sergej Lawrow" not in lavrov["names"].values()
        assert "gnd" not in lavrov["codes"]
        assert client.get("/v1/actors/twin").json()["data"]["codes"] == {"gnd": "129"}


@pytest.mark.parametrize(
    ("changes", "parted"),
    [
        ({"date": "2016-10-04"}, ["twin", "john-kerry"]),
        ({"label": "They talk"}, ["twin", "john-kerry"]),
        ({"participants": [{"actor": "john-kerry", "role": "target"}]}, ["john-kerry"]),
        (
            {"participants": [{"actor": "mark-toner", "role": "host"}, {"actor": "john-kerry", "role": "target"}]},
            ["mark-toner", "john-kerry"],
        ),
    ],
    ids=["date", "label", "removed", "role"],
)
def test_who_took_part_is_parted_as_it_was_changed(seeded_url: str, changes: Record, parted: list[str]) -> None:
    """Nobody takes part twice after the undoing, and nobody who was taken away meanwhile comes back."""
    with writer_of(seeded_url) as client:
        client.put("/v1/actors/twin", json=TWIN)
        body = ARTICLE.replace("actor: sergey-lavrov", "actor: twin").replace("[john-kerry]", "[john-kerry, twin]")
        client.post("/v1/articles", content=body, headers=YAML).raise_for_status()
        client.post("/v1/actors/twin/merge", json={"into": "mark-toner"}).raise_for_status()
        event, statement = f"/v1/events/{CALL}", "/v1/statements/2016-10-05-call-s1"
        client.patch(event, json=changes, headers=tag_of(client, event)).raise_for_status()
        client.patch(statement, json={"date": "2016-10-04"}, headers=tag_of(client, statement)).raise_for_status()
        client.delete("/v1/actors/twin/merge").raise_for_status()
        took_part = [one["actor"]["id"] for one in client.get(event).json()["data"]["participants"]]
        assert sorted(took_part) == sorted(parted)
        told = [one["id"] for one in client.get(statement).json()["data"]["addressees"]]
        assert told == ["john-kerry", "twin"]
        for kind, named in (("events", {"actor": took_part}), ("statements", {"addressee": told})):
            (name, actors) = named.popitem()
            for actor in actors:
                found = listed(client, f"/v1/{kind}", f"{name}={actor}")
                days = [one["date"]["start"] or "" for one in found]
                assert days == sorted(days, reverse=True)


def test_an_event_that_articles_tell_meanwhile_is_parted_rightly(seeded_url: str) -> None:
    """What an article said of the winner after the merge stays with the winner."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        winner = "2016-12-14-kerry-lavrov-call"
        client.post(f"/v1/events/{CALL}/merge", json={"into": winner})
        later = SECOND.replace(CALL, winner)
        assert client.post("/v1/articles", content=later, headers=YAML).status_code == 201
        assert client.delete(f"/v1/events/{CALL}/merge").status_code == 200
        articles = {one["article"]["id"] for one in detail(client, "events", CALL)["evidence"]}
        assert articles == {"2016-10-05-call"}
        told = {one["article"]["id"] for one in detail(client, "events", winner)["evidence"]}
        assert "2016-10-06-call-again" in told
        assert "2016-10-05-call" not in told


def merged_calls(client: TestClient) -> str:
    """The id of an event that CALL, told by its own article only, was merged into; another article tells that one."""
    client.post("/v1/articles", content=ARTICLE, headers=YAML).raise_for_status()
    other = ARTICLE.replace(CALL, "2016-10-05-other-call").replace("2016-10-05-call", "2016-10-01-other")
    client.post("/v1/articles", content=other, headers=YAML).raise_for_status()
    winner = "2016-10-05-other-call"
    client.post("/v1/articles", content=SECOND.replace(CALL, winner), headers=YAML).raise_for_status()
    client.post(f"/v1/events/{CALL}/merge", json={"into": winner}).raise_for_status()
    return winner


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/check"])
def test_an_article_that_defines_a_merged_event_is_told_where(seeded_url: str, path: str) -> None:
    """What became part of another event cannot be made anew; the fault is that of the id in the article."""
    with writer_of(seeded_url) as client:
        winner = merged_calls(client)
        first = article()["events"][0]
        sent = article(id="2016-10-07-third", statements=[], events=[{**first, "id": "2016-10-07-new"}, first])
        answer = client.post(path, json=sent).json()
        (fault,) = answer["errors"] if path == "/v1/articles" else answer["data"]["faults"]
        assert fault.get("parameter", fault.get("where")) == "events[1].id"
        assert (fault["message"], fault["nearest"]) == (f"was merged into {winner}; name that event instead", [winner])


def drop(client: TestClient, *articles: str) -> None:
    for key in articles:
        path = f"/v1/articles/{key}"
        answer = client.delete(path, headers=tag_of(client, path))
        assert answer.status_code == 204, answer.text


@pytest.mark.usefixtures("portions")
def test_an_event_goes_if_nothing_tells_it_once_it_is_parted(seeded_url: str) -> None:
    """The winner's own articles were deleted since: what is left of it came from the other one, which has it back."""
    with writer_of(seeded_url) as client:
        winner = merged_calls(client)
        drop(client, "2016-10-01-other", "2016-10-06-call-again")
        done = client.delete(f"/v1/events/{CALL}/merge")
        assert done.status_code == 200
        assert {"operation": "delete", "kind": "event", "id": winner} in done.json()["data"]["records"]
        assert client.get(f"/v1/events/{winner}").status_code == 410
        assert [one["article"]["id"] for one in detail(client, "events", CALL)["evidence"]] == ["2016-10-05-call"]
        statement = detail(client, "statements", "2016-10-05-call-s1")
        assert statement["event"]["id"] == CALL


@pytest.mark.usefixtures("portions")
def test_what_refers_to_an_event_that_goes_is_parted_without_that(seeded_url: str) -> None:
    """The merged one referred to the winner. Others, which are parted before that is known to go, to the merged one."""
    others = ["2016-10-01-kerry-lavrov-call", "2016-10-01-kerry-lavrov-call-late"]
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML).raise_for_status()
        other = ARTICLE.replace(CALL, "2016-10-05-other-call").replace("2016-10-05-call", "2016-10-01-other")
        client.post("/v1/articles", content=other, headers=YAML).raise_for_status()
        for key, target in ((CALL, "2016-10-05-other-call"), *((one, CALL) for one in others)):
            path = f"/v1/events/{key}"
            tie = {"relations": [{"type": "refers_to", "target": target}]}
            answer = client.patch(path, json=tie, headers=tag_of(client, path))
            assert answer.status_code == 200, answer.text
        client.post(f"/v1/events/{CALL}/merge", json={"into": "2016-10-05-other-call"}).raise_for_status()
        drop(client, "2016-10-01-other")
        answer = client.delete(f"/v1/events/{CALL}/merge")
        assert answer.status_code == 200, answer.text
        assert client.get("/v1/events/2016-10-05-other-call").status_code == 410
        assert detail(client, "events", CALL)["relations"] == []
        assert [detail(client, "events", one)["relations"][0]["target"]["id"] for one in others] == [CALL, CALL]


def test_an_event_that_nobody_would_tell_stays_where_it_is(seeded_url: str) -> None:
    """The loser's only article was deleted since: there is nothing to bring back."""
    with writer_of(seeded_url) as client:
        winner = merged_calls(client)
        drop(client, "2016-10-05-call")
        before = content(seeded_url)
        answer = client.delete(f"/v1/events/{CALL}/merge")
        assert answer.status_code == 409
        assert (
            answer.json()["detail"] == f"Every article that told {CALL} was deleted since: nothing would be left of it."
        )
        assert content(seeded_url) == before
        assert client.get(f"/v1/events/{CALL}", follow_redirects=False).headers["location"] == f"/v1/events/{winner}"


def test_an_event_is_described_by_an_article_that_tells_it_once_it_is_parted(seeded_url: str) -> None:
    """Its article was deleted, and the loser's said meanwhile what it is; now its own other article says so."""
    with writer_of(seeded_url) as client:
        winner = f"/v1/events/{merged_calls(client)}"
        drop(client, "2016-10-01-other")
        client.delete(f"/v1/events/{CALL}/merge").raise_for_status()
        for path in (
            winner,
            f"/v1/events/{CALL}",
            "/v1/articles/2016-10-05-call",
            "/v1/articles/2016-10-06-call-again",
        ):
            read = client.get(f"{path}/annotated")
            answer = client.put(path, json=read.json()["data"], headers={"If-Match": read.headers["etag"]})
            assert answer.status_code == 200, (path, answer.text)
        told = [one["article"]["id"] for one in client.get(winner).json()["data"]["evidence"]]
        assert told == ["2016-10-06-call-again"]


def test_a_merged_id_is_not_written_to(seeded_url: str) -> None:
    """Its own path says where to; an article that names it is told what it became."""
    with writer_of(seeded_url) as client:
        client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        put = client.put("/v1/actors/john-kirby", json=TWIN, follow_redirects=False)
        assert (put.status_code, put.headers["location"]) == (308, "/v1/actors/mark-toner")
        body = ARTICLE.replace("speaker: sergey-lavrov", "speaker: john-kirby")
        (error,) = client.post("/v1/articles", content=body, headers=YAML).json()["errors"]
        assert (error["parameter"], error["nearest"][0]) == ("statements[0].speaker", "mark-toner")
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        client.post(f"/v1/events/{CALL}/merge", json={"into": "2016-12-14-kerry-lavrov-call"})
        body = ARTICLE.replace("05-call\n", "05-b\n").replace("call-s1", "b-s1")
        again = client.post("/v1/articles", content=body, headers=YAML)
        assert again.status_code == 422
        assert "2016-12-14-kerry-lavrov-call" in again.text


@pytest.mark.parametrize(
    ("kind", "loser", "body", "parameter"),
    [
        ("actors", "nobody", {"into": "russia"}, None),
        ("actors", "russia", {"into": "russia"}, "into"),
        ("actors", "russia", {"into": "rusia"}, "into"),
        ("actors", "russia", {"into": ["syria"]}, "into"),
        ("actors", "russia", {"into": "syria", "by": "me"}, "by"),
        ("actors", "russia", {"to": "syria"}, "to"),
        ("actors", "russia", {}, "into"),
        ("actors", "russia", ["syria"], "document"),
        ("events", "nothing", {"into": "2016-12-14-kerry-lavrov-call"}, None),
    ],
)
def test_what_cannot_be_merged(seeded_url: str, kind: str, loser: str, body: Any, parameter: str | None) -> None:
    """What is not there, itself, and what is not said, each named."""
    with writer_of(seeded_url) as client:
        answer = client.post(f"/v1/{kind}/{loser}/merge", json=body)
        assert answer.headers["content-type"] == "application/problem+json"
        if parameter is None:
            assert answer.status_code == 404
        else:
            assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


def test_what_was_merged_is_told_where_it_is_asked_for(seeded_url: str) -> None:
    """A filter and a merge that name it are told first what it became."""
    with writer_of(seeded_url) as client:
        client.post("/v1/actors/john-kerry/merge", json={"into": "mark-toner"}).raise_for_status()
        for answer in (
            client.get("/v1/events?actor=john-kerry"),
            client.post("/v1/actors/russia/merge", json={"into": "john-kerry"}),
        ):
            assert answer.json()["errors"][0]["nearest"][0] == "mark-toner"
        client.post("/v1/actors/russian-mod/merge", json={"into": "russian-mfa"}).raise_for_status()
        near = client.get("/v1/events?actor=russian-mod").json()["errors"][0]["nearest"]
        assert near[0] == "russian-mfa"
        assert len(set(near)) == len(near)


def test_merging_twice_is_merging_once(seeded_url: str) -> None:
    """The second changes nothing; a third into another is sent to the first."""
    with writer_of(seeded_url) as client:
        client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        again = client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        assert (again.status_code, again.json()["data"]["records"]) == (200, [])
        other = client.post("/v1/actors/john-kirby/merge", json={"into": "john-kerry"}, follow_redirects=False)
        assert other.status_code == 308


def test_merges_are_undone_in_their_order(seeded_url: str) -> None:
    """What was merged into what was merged comes back last."""
    with writer_of(seeded_url) as client:
        before = content(seeded_url)
        client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"})
        client.post("/v1/actors/mark-toner/merge", json={"into": "john-kerry"})
        assert client.delete("/v1/actors/john-kirby/merge").status_code == 409
        assert client.delete("/v1/actors/mark-toner/merge").status_code == 200
        assert client.delete("/v1/actors/john-kirby/merge").status_code == 200
        assert client.delete("/v1/actors/john-kirby/merge").status_code == 409
        assert content(seeded_url) == before


@pytest.mark.usefixtures("portions")
def test_a_merge_that_makes_a_circle_is_refused(seeded_url: str) -> None:
    """Nothing becomes part of itself by a detour, and nothing is written."""
    with writer_of(seeded_url) as client:
        for key, parent in (("a", None), ("b", "a"), ("c", "b")):
            body = {"kind": "other", "names": key.upper(), "parent": parent}
            assert client.put(f"/v1/actors/{key}", json=body).status_code == 201
        before = content(seeded_url)
        answer = client.post("/v1/actors/a/merge", json={"into": "c"})
        assert answer.status_code == 409
        assert "part of itself" in answer.json()["detail"]
        assert content(seeded_url) == before
        assert client.post("/v1/actors/a/merge", json={"into": "b"}).status_code == 200
        assert client.get("/v1/actors/b").json()["data"]["parent"] is None


def test_merging_needs_a_key(seeded_url: str) -> None:
    """Like every write; a key for reading is not enough."""
    with writer_of(seeded_url, "read") as client:
        assert client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"}).status_code == 403
        del client.headers["authorization"]
        assert client.post("/v1/actors/john-kirby/merge", json={"into": "mark-toner"}).status_code == 401
        assert client.delete("/v1/actors/john-kirby/merge").status_code == 401
