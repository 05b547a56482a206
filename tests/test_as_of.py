"""`as_of`: the data as it stood, byte for byte as it was answered then."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.database import open_engine, writing
from app.migrating import downgrade, upgrade
from tests.conftest import LOADED_AT, Databases, client_of
from tests.folders import (
    ACTORS,
    DATASET,
    ECHO,
    ECHO_FILE,
    PLACES,
    STRIKE,
    STRIKE_FILE,
    WARNING,
    WARNING_FILE,
    write,
    write_small,
)
from tests.helpers import ids, load

EVENT = "2016-10-01-anna-warns"
EVIDENCE = "evidence,statements,articles,relations"
# Lists with filters of every sort, counted, sorted and embedding; records of every kind; sums over them.
ASKED = (
    "/v1/events?count=exact&dataset=small",
    f"/v1/events?actor=anna-arc&role=source&include={EVIDENCE}",
    "/v1/events?place=north&country__not=ITA&sort=-updated_at",
    "/v1/events?date=2016-10&has=accounts,figures&status__not=denied",
    "/v1/events?country=FRA,DEU&fields=id,label&sort=type",
    "/v1/events?bbox=2,48,3,49&verified=true",
    "/v1/events?article=2016-10-04-echo",
    "/v1/events?actor_country=FRA,ITA",
    "/v1/events?limit=0&count=exact&on_behalf_of=gallia",
    f"/v1/events/{EVENT}",
    "/v1/events/2016-09-strike",
    "/v1/statements?count=exact&include=evidence,articles,relations&dataset=small",
    "/v1/statements?speaker=wikidata:Q1&addressee=gallia",
    f"/v1/statements?about={EVENT}&speaker_country=FRA&conditional=true",
    "/v1/statements/2016-10-01-warning-s1",
    "/v1/statements/2016-10-04-echo-s1",
    "/v1/actors?dataset=small&sort=-name",
    "/v1/actors?parent=gallia&country__not=ITA",
    "/v1/actors/anna-arc",
    "/v1/actors/ministry?fields=counts,name",
    f"/v1/articles?event={EVENT}&count=exact&sort=-updated_at",
    "/v1/articles?publisher=ministry&language=en,fr",
    "/v1/articles/2016-10-04-echo",
    "/v1/articles/2016-10-03-strike",
    "/v1/places?parent=north&count=exact",
    "/v1/places/lutetia",
    "/v1/datasets/small",
    "/v1/events/timeline?group_by=type&dataset=small",
    "/v1/statements/facets?facets=speaker,act,topic&dataset=small",
    "/v1/dyads?dataset=small",
    "/v1/network?dataset=small",
    f"/v1/events/{EVENT}/chain",
)
# What may become of each file: the first is the set as we know it; None is no file.
WAYS: dict[str, tuple[str | None, ...]] = {
    "dataset.yaml": (DATASET, DATASET.replace("CC0-1.0", "CC-BY-4.0"), DATASET.replace("Nobody", "Somebody")),
    "actors.yaml": (
        ACTORS,
        ACTORS.replace("en: Anna Arc", "en: Anna d'Arc").replace("Q1", "Q2"),
        ACTORS.replace("    parent: gallia\n", ""),
        ACTORS.replace("country: FRA\n    roles", "country: ITA\n    roles"),
    ),
    "places.yaml": (
        PLACES,
        PLACES.replace("country: FRA\n    precision", "country: DEU\n    precision"),
        PLACES.replace("    parent: north\n", "").replace("48.9", "50"),
    ),
    WARNING_FILE: (
        WARNING,
        WARNING.replace("en: Anna warns the north", "en: Anna scolds the north"),
        WARNING.replace("role: source", "role: target").replace("value: 3", "value: 4"),
        WARNING.replace("date: 2016-10-01\n    place", "date: 2016-11-01/..\n    place"),
        WARNING.replace("    addressees: [gallia]\n", "").replace("    about: [2016-09-strike]\n", ""),
    ),
    STRIKE_FILE: (
        STRIKE,
        STRIKE.replace("date: 2016-09\n", "date: 2016-08\n").replace("airstrike", "shelling"),
    ),
    ECHO_FILE: (ECHO, None, ECHO.replace("title: An echo", "title: The echo")),
}
STEPS = st.lists(
    st.sampled_from([(name, way) for name, ways in WAYS.items() for way in range(len(ways))]), min_size=3, max_size=8
)


class Desk:
    """A data set that is edited, and what the service answered after some edits."""

    def __init__(self, url: str, folder: Path, client: TestClient) -> None:
        self.url = url
        self.folder = write_small(folder)
        self.client = client
        self.save()

    def edit(self, name: str, text: str | None) -> None:
        """Make TEXT the file NAME, or take it away, and load the set."""
        if text is None:
            (self.folder / name).unlink(missing_ok=True)
        else:
            write(self.folder, name, text)
        self.save()

    def save(self) -> None:
        load(self.url, self.folder, datetime.now(UTC))

    def answers(self) -> dict[str, bytes]:
        """What is answered now."""
        return {path: self.client.get(path).content for path in ASKED}

    @property
    def revision(self) -> int:
        found: int = self.client.get("/v1/meta").json()["meta"]["revision"]
        return found

    def at(self, path: str, when: object) -> bytes:
        """What PATH answers of the data as it stood then."""
        found: bytes = self.client.get(_at(path, when)).content
        return found


def _at(path: str, when: object) -> str:
    return f"{path}{'&' if '?' in path else '?'}as_of={when}"


@pytest.fixture
def desk(empty_url: str, tmp_path: Path) -> Iterator[Desk]:
    """The small data set, just loaded."""
    with client_of(empty_url) as client:
        yield Desk(empty_url, tmp_path / "small", client)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_every_answer_can_be_had_again(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """Whatever is changed, deleted and brought back: each answer of each state comes again, byte for byte."""
    url = databases.copy("migrated")
    with client_of(url) as client:
        desk = Desk(url, tmp_path_factory.mktemp("desk"), client)
        answered = {desk.revision: desk.answers()}
        for name, way in steps:
            desk.edit(name, WAYS[name][way])
            answered[desk.revision] = desk.answers()
        for revision, answers in answered.items():
            for path, answer in answers.items():
                assert desk.at(path, revision) == answer, _at(path, revision)


def test_the_ways_of_the_law_lead_somewhere(desk: Desk) -> None:
    """Every change of the law above loads, and changes some answer; the paths answer what they are asked."""
    first = desk.answers()
    assert {path for path in ASKED if b'"status":4' in first[path]} == set()
    for name, ways in WAYS.items():
        for way in ways[1:]:
            before = desk.revision
            desk.edit(name, way)
            assert desk.answers() != first, way
            assert desk.revision > before
            desk.edit(name, ways[0])


def test_a_number_in_the_middle_of_a_write_stands_for_its_end(desk: Desk) -> None:
    """Nobody saw half a load; its numbers all mean the whole, and `meta.revision` says which was the last."""
    end, answer = desk.revision, desk.client.get(ASKED[0]).content
    desk.edit(ECHO_FILE, None)
    for number in range(1, end + 1):
        assert desk.at(ASKED[0], number) == answer


def test_pages_go_on_in_the_past(desk: Desk) -> None:
    """A cursor keeps to its state, whatever is changed between two pages; another state's cursor is refused."""
    before = desk.revision
    path = f"/v1/statements?limit=1&sort=-date&as_of={before}"
    whole = ids(desk.client.get(f"/v1/statements?sort=-date&as_of={before}").json()["data"])
    seen: list[str] = []
    while path:
        page = desk.client.get(path).json()
        seen += ids(page["data"])
        path = (page["page"]["next"] or "").removeprefix("http://127.0.0.1:8000")
        desk.edit(ECHO_FILE, None if len(seen) % 2 else ECHO)
    assert seen == whole
    assert len(whole) == 3
    page = desk.client.get(f"/v1/statements?limit=1&as_of={before}").json()
    other = page["page"]["next"].removeprefix("http://127.0.0.1:8000").replace(f"as_of={before}", "as_of=1")
    assert desk.client.get(other).status_code == 400


def test_a_record_that_was_not_there_yet_is_not_found(desk: Desk) -> None:
    """Before its first change it is 404, after its deletion 410, between them it is there; lists agree."""
    path = "/v1/articles/2016-10-04-echo"
    desk.edit(ECHO_FILE, None)
    without = desk.revision
    desk.edit(ECHO_FILE, ECHO)
    again = desk.revision
    desk.edit(ECHO_FILE, None)
    codes = [desk.client.get(_at(path, when)).status_code for when in (1, without, again, desk.revision)]
    assert codes == [200, 410, 200, 410]
    desk.edit("actors.yaml", ACTORS + "  - {id: embassy, kind: government_body, names: The embassy}\n")
    assert desk.client.get(_at("/v1/actors/embassy", again)).status_code == 404
    assert desk.client.get(_at("/v1/events?actor=embassy", again)).status_code == 422


def test_names_are_those_of_the_time(desk: Desk) -> None:
    """A record that did not change refers to others as they were called then."""
    desk.edit("actors.yaml", WAYS["actors.yaml"][1])
    now, then = (desk.client.get(_at(f"/v1/events/{EVENT}", when)).json()["data"] for when in (desk.revision, 1))
    assert now["participants"][0]["actor"]["name"] == "Anna d'Arc"
    assert then["participants"][0]["actor"]["name"] == "Anna Arc"
    assert now["revision"] == then["revision"]


def test_a_day_is_the_state_at_its_end(empty_url: str, tmp_path: Path) -> None:
    """The last write that was made by midnight, UTC; on a day without one, that of a day before."""
    folder = write_small(tmp_path)
    titles = {}
    for day, hour in ((0, 0), (0, 23), (3, 12)):
        at = LOADED_AT.replace(hour=hour, minute=59) - timedelta(days=9 - day)
        write(folder, ECHO_FILE, ECHO.replace("An echo", f"Echo {day} {hour}"))
        load(empty_url, folder, at)
        titles[day] = f"Echo {day} {hour}"
    first = (LOADED_AT - timedelta(days=9)).date()
    with client_of(empty_url) as client:
        for day, title in ((0, titles[0]), (1, titles[0]), (2, titles[0]), (3, titles[3]), (9, titles[3])):
            answer = client.get(f"/v1/articles/2016-10-04-echo?as_of={first + timedelta(days=day)}")
            assert answer.json()["data"]["title"] == title
        assert client.get(f"/v1/articles?as_of={first - timedelta(days=1)}").status_code == 422


def test_an_open_end_reaches_to_the_day_asked_about(empty_url: str, tmp_path: Path) -> None:
    """What was not yet over then did not last until a day that was yet to come."""
    folder = write_small(tmp_path)
    write(folder, WARNING_FILE, str(WAYS[WARNING_FILE][3]))
    then = LOADED_AT - timedelta(days=30)
    load(empty_url, folder, then)
    with client_of(empty_url) as client:
        for day, found in ((then.date(), 1), (then.date() + timedelta(days=1), 0)):
            answer = client.get(f"/v1/events?date={day}&as_of={then.date()}&actor=anna-arc")
            assert len(answer.json()["data"]) == found


@pytest.mark.parametrize("wrong", ["0", "{newest}1", "2016-10-03", "2999-01-01", "999999999"])
def test_what_is_not_known_is_refused_with_what_is(desk: Desk, wrong: str) -> None:
    """Before the first change, after the newest, and on days without: 422 with the numbers and days there are."""
    answer = desk.client.get(_at("/v1/events", wrong.format(newest=desk.revision)))
    assert answer.status_code == 422
    today = datetime.now(UTC).date()
    (error,) = answer.json()["errors"]
    assert error["parameter"] == "as_of"
    assert re.fullmatch(rf"the data is known from 1 to {desk.revision}, and from {today} to today", error["message"])


@pytest.mark.parametrize("wrong", ["yesterday", "-1", "1.5", "2016-02-30", "2016-10", "2016-10-03T12:00:00Z", "٣"])
def test_what_is_no_number_and_no_day_is_refused(client: TestClient, wrong: str) -> None:
    """The refusal says what it takes."""
    answer = client.get("/v1/events", params={"as_of": wrong})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "as_of"


def test_without_data_there_is_no_past(empty_client: TestClient) -> None:
    """A database that nothing was loaded into says so."""
    answer = empty_client.get("/v1/events?as_of=1")
    assert (answer.status_code, "no data yet" in answer.text) == (422, True)


def test_what_knows_the_present_only_says_so(client: TestClient) -> None:
    """Full text, search and whatever else cannot look back refuses, and says what can."""
    for path in ("/v1/events?q=aleppo&", "/v1/network?q=aleppo&", "/v1/search?q=aleppo&", "/v1/codes?", "/v1/meta?"):
        (error,) = client.get(f"{path}as_of=1").json()["errors"]
        assert error["parameter"] == "as_of"
        assert "present only" in error["message"]


def test_a_database_from_before_looks_back_to_its_migration(desk: Desk) -> None:
    """What was changed before the past was kept is not known; the state at the migration is."""
    desk.edit(ECHO_FILE, None)
    at_migration, answers = desk.revision, desk.answers()
    engine = open_engine(desk.url)
    with writing(engine) as db:
        downgrade(db, "0004")
        upgrade(db)
    engine.dispose()
    desk.edit(ECHO_FILE, ECHO)
    for path, answer in answers.items():
        assert desk.at(path, at_migration) == answer
    message = desk.client.get(_at("/v1/events", at_migration - 1)).json()["errors"][0]["message"]
    assert message.startswith(f"the data is known from {at_migration} to {desk.revision}, ")
    history = desk.client.get(f"/v1/events/{EVENT}/history").json()["data"]
    assert [row["changed"] for row in history][-2:] == [None, []]
