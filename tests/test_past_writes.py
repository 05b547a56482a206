"""The past of what is written through the API and of what is imported."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from starlette.testclient import TestClient

from app.database import open_engine
from tests.conftest import client_of
from tests.gdelt_rows import rows as gdelt_rows
from tests.helpers import Record, listed
from tests.imports import imported
from tests.writers import ARTICLE, CALL, SECOND, YAML, tag_of, writer_of

LAVROV, KERRY = "sergey-lavrov", "john-kerry"
DATES = ("2016-10-05", "2016-10", "2016-10-02/..", None)
ASKED = (
    f"/v1/events/{CALL}",
    f"/v1/events?actor={LAVROV}&include=evidence,statements&count=exact",
    "/v1/events.csv?date=2016-10",
    "/v1/statements.ndjson?date=2016-10",
    "/v1/events.geojson?date=2016-10-02/..",
    f"/v1/statements?speaker={LAVROV}&count=exact",
    f"/v1/actors/{KERRY}",
    f"/v1/actors/{LAVROV}",
    "/v1/articles/2016-10-06-call-again",
    "/v1/events/timeline?group_by=actor&interval=day&date=2016-10",
    "/v1/dyads?roll_up=country",
)


def _send(client: TestClient, article: str) -> None:
    assert client.post("/v1/articles", content=article, headers=YAML).status_code in (200, 201)


def _patch(client: TestClient) -> None:
    change = {"type": "meeting", "label": "They meet"}
    answer = client.patch(f"/v1/events/{CALL}", json=change, headers=tag_of(client, f"/v1/events/{CALL}"))
    assert answer.status_code == 200


def _delete(client: TestClient) -> None:
    path = "/v1/articles/2016-10-06-call-again"
    assert client.request("DELETE", path, headers=tag_of(client, path)).status_code in (200, 204)


WRITES: tuple[Callable[[TestClient], object], ...] = (
    lambda client: _send(client, ARTICLE),
    lambda client: _send(client, SECOND),
    _patch,
    lambda client: client.post(f"/v1/actors/{KERRY}/merge", json={"into": "mark-toner"}).raise_for_status(),
    lambda client: client.request("DELETE", f"/v1/actors/{KERRY}/merge").raise_for_status(),
    _delete,
)


def _answers(client: TestClient, as_of: int | None = None) -> dict[str, tuple[int, bytes]]:
    found = {}
    for path in ASKED:
        when = "" if as_of is None else f"{'&' if '?' in path else '?'}as_of={as_of}"
        answer = client.get(path + when, follow_redirects=False)
        found[path] = (answer.status_code, answer.content)
    return found


def _revision(client: TestClient) -> int:
    found: int = client.get("/v1/meta").json()["meta"]["revision"]
    return found


def _told(client: TestClient, path: str) -> list[Record]:
    found: list[Record] = client.get(f"{path}/history").json()["data"]
    return found


def test_each_state_that_writes_left_can_be_had_again(seeded_url: str) -> None:
    """Posting, patching, merging, parting and deleting: every answer comes again as it was, errors and files too."""
    with writer_of(seeded_url) as client:
        states = {_revision(client): _answers(client)}
        for write in WRITES:
            write(client)
            states[_revision(client)] = _answers(client)
        assert len(states) == len(WRITES) + 1
        assert len({answers[ASKED[1]] for answers in states.values()}) > len(WRITES) // 2
        for revision, answers in states.items():
            assert _answers(client, revision) == answers, revision


def test_a_history_names_the_key_and_what_changed(seeded_url: str) -> None:
    """Of a record that came with an article, was told again, patched, renamed by a merge, and told less."""
    with writer_of(seeded_url, name="night-desk") as client:
        for write in WRITES:
            write(client)
        told = _told(client, f"/v1/events/{CALL}")
        assert {row["key"] for row in told} == {"night-desk"}
        assert [row["operation"] for row in told] == ["update"] * (len(told) - 1) + ["insert"]
        changed = [set(row["changed"]) for row in told[:-1]]
        assert {"type", "label", "labels"} <= changed[-2]
        assert ["participants" in names for names in changed] == [False, True, True, False, False]
        merged = _told(client, f"/v1/actors/{KERRY}")
        assert [row["operation"] for row in merged] == ["insert", "merge", "insert"]
        assert [row["key"] for row in merged] == ["night-desk", "night-desk", None]


def test_an_import_is_a_write_like_any_other(seeded_url: str, tmp_path: Path) -> None:
    """Before it there is nothing of it; what it changed is there as it was, its source's codes too."""
    file = tmp_path / "gdelt.tsv"
    engine = open_engine(seeded_url)
    with client_of(seeded_url) as client:
        before = _revision(client)
        present = client.get("/v1/events?limit=1000&count=exact").content
        file.write_text(gdelt_rows(30), "utf-8")
        imported(engine, "gdelt-events", file)
        between = _revision(client)
        events = listed(client, "/v1/events", "dataset=gdelt")
        (code,) = {one["codes"]["originals"]["cameo"] for one in events[:1]}
        asked = f"/v1/events?code=cameo:{code}&count=exact"
        then = client.get(asked).content
        file.write_text(gdelt_rows(30).replace(f"\t{code}\t", "\t042\t"), "utf-8")
        imported(engine, "gdelt-events", file)
        assert client.get(asked).content != then
        assert client.get(f"{asked}&as_of={between}").content == then
        assert client.get(f"/v1/events?limit=1000&count=exact&as_of={before}").content == present
    engine.dispose()


@pytest.mark.parametrize("ending", ["csv", "ndjson"])
def test_a_file_looks_back(seeded_url: str, ending: str) -> None:
    """As of now it is what it is now; before there was anything it is refused."""
    with client_of(seeded_url) as client:
        revision = _revision(client)
        now = client.get(f"/v1/events.{ending}")
        then = client.get(f"/v1/events.{ending}?as_of={revision}")
        assert (then.status_code, then.content) == (now.status_code, now.content)
        assert client.get(f"/v1/events.{ending}?as_of=0").status_code == 422


def _random_write(client: TestClient, random: Random) -> None:
    """A write that may be refused."""
    actor, into = random.sample((LAVROV, KERRY, "mark-toner", "josh-earnest"), 2)
    article = random.choice(("2016-10-05-call", "2016-10-06-call-again"))
    names, label = {"names": {"ar": random.choice("سش")}}, {"label": random.choice("AB"), "date": random.choice(DATES)}
    seen = {"If-Match": "*"}
    random.choice(
        (
            lambda: client.post("/v1/articles", content=random.choice((ARTICLE, SECOND)), headers=YAML),
            lambda: client.patch(f"/v1/actors/{actor}", json=names, headers=seen),
            lambda: client.patch(f"/v1/events/{CALL}", json=label, headers=seen),
            lambda: client.patch(f"/v1/articles/{article}", json={"publisher": actor}, headers=seen),
            lambda: client.patch("/v1/statements/2016-10-05-call-s1", json={"speaker": actor}, headers=seen),
            lambda: client.post(f"/v1/actors/{actor}/merge", json={"into": into}),
            lambda: client.delete(f"/v1/actors/{actor}/merge"),
            lambda: client.post(f"/v1/events/{CALL}/merge", json={"into": "2016-12-14-kerry-lavrov-call"}),
            lambda: client.delete(f"/v1/events/{CALL}/merge"),
            lambda: client.request("DELETE", f"/v1/articles/{article}", headers=seen),
        )
    )()


@pytest.mark.parametrize("seed", range(2))
def test_each_state_of_a_random_walk_can_be_had_again(seeded_url: str, seed: int) -> None:
    """Whatever is written after whatever, and refused: each answer comes again as of its revision."""
    random = Random(seed)
    with writer_of(seeded_url) as client:
        for article in (ARTICLE, SECOND):
            _send(client, article)
        states = {_revision(client): _answers(client)}
        for _ in range(25):
            _random_write(client, random)
            revision, answers = _revision(client), _answers(client)
            assert states.setdefault(revision, answers) == answers
        assert len(states) > 5
        for revision, answers in states.items():
            assert _answers(client, revision) == answers, revision
