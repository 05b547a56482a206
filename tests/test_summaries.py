"""Sums over everything: whatever was written, they are those of the query that looks at each record."""

import random
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.codes import codes
from app.dates import INTERVALS
from app.loading.activity import ACTING, SPEAKING
from app.loading.series import MOST_PAIRED
from app.loading.summing import KINDS
from app.resources.analysis.buckets import end_of
from app.resources.analysis.dimensions import OF_EVENTS, OF_STATEMENTS
from app.resources.analysis.summaries import covering
from tests import crowd
from tests.conftest import Databases, Statements, client_of
from tests.helpers import Record
from tests.writers import article, writer_of

# All records of the data, asked for in a way that no summary knows.
SLOWLY = "updated_since=1970-01-01"
DAYS = st.dates(date(2013, 12, 1), date(2017, 3, 1))
FORMS = ("{0}", "{0}/{1}", "{0}/..", "../{0}", "2999-01-01/..", "../1999-01-01", "2016", "2016-02", "0001/9999")
CHANGES = 40
TYPES = codes("event-types")
ANYWAY = {"If-Match": "*"}
PAIRS = [f"{crowd.ACTORS[one]}/{crowd.ACTORS[other]}" for one, other in ((0, 1), (1, 2), (2, 0))]
PAIR_INTERVALS = ("week", "month", "year")


def told(client: TestClient, path: str) -> Record:
    """The data at PATH, or what is wrong with it."""
    answer = client.get(path)
    assert answer.status_code in (200, 422), answer.text
    found: Record = answer.json()
    return found["data"] if answer.status_code == 200 else {"errors": found["errors"]}


def check(client: TestClient, dated: str = "") -> None:
    """Every view of everything, or of the days that are DATED, is that of the slow query."""
    for kind, dimensions in (("event", OF_EVENTS), ("statement", OF_STATEMENTS)):
        names = ",".join(name for name in dimensions if KINDS[kind].part_of(name))
        views = [f"facets?facets={names}&facet_size={size}" for size in (1, 3, 100)]
        views += [f"timeline?interval={interval}" for interval in INTERVALS]
        for view in views:
            check_one(client, f"/v1/{kind}s/{view}{dated}")
    check_one(client, f"/v1/dyads?limit=1000&sort=-last{dated}")
    for who in ("source=france,germany", "target=germany", "source=sergey-lavrov,france&target=john-kerry,germany"):
        check_one(client, f"/v1/dyads?limit=1000&{who}{dated}")
    for pair, interval in zip(PAIRS, PAIR_INTERVALS, strict=True):
        check_one(client, f"/v1/dyads/{pair}?interval={interval}{dated}")
    for limit in (1, 10, 500):
        check_one(client, f"/v1/network?limit={limit}{dated}")


def check_one(client: TestClient, path: str) -> None:
    """The view at PATH is that of the slow query."""
    assert told(client, path) == told(client, f"{path}&{SLOWLY}"), path


def check_series(client: TestClient, actors: Sequence[str]) -> None:
    """The timelines of ACTORS and of their pairs are those of the slow query."""
    pairs = [f"source={source}&target={target}" for source in actors for target in actors]
    several = ",".join(actors)
    for who in (*(f"actor={actor}" for actor in actors), *pairs):
        for interval in ("week", "month", "quarter", "year"):
            check_one(client, f"/v1/events/timeline?interval={interval}&{who}")
    # The rows of all these pairs, and one of them alone.
    for who in (*(f"source={source}&target={several}" for source in actors), pairs[1]):
        check_one(client, f"/v1/dyads?limit=1000&{who}")


def check_activity(client: TestClient, actors: Sequence[str]) -> None:
    """What ACTORS did and said is what the same question counts of the data as they stood at their last change."""
    revision = client.get("/v1/meta").json()["meta"]["revision"]
    for actor in actors:
        assert told(client, f"/v1/actors/{actor}") == told(client, f"/v1/actors/{actor}?as_of={revision}")
        check_one(client, f"/v1/events/facets?facets={','.join(ACTING.dimensions)}&actor={actor}")
        check_one(client, f"/v1/statements/facets?facets={','.join(SPEAKING.dimensions)}&speaker={actor}")


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the crowd, which nobody changes."""
    with client_of(crowd.crowd_url(databases)) as opened:
        yield opened


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(DAYS, DAYS), st.sampled_from(FORMS))
def test_some_days_of_everything(client: TestClient, days: tuple[date, date], form: str) -> None:
    """Long, open, undated, within a month, across years: each counts as in the slow query."""
    check(client, f"&date={form.format(*sorted(days))}")


def test_everything(client: TestClient) -> None:
    """Without a date, what has none counts, too; each pair in each interval, and dyads in each order."""
    check(client)
    for pair, interval in product(PAIRS, PAIR_INTERVALS):
        check_one(client, f"/v1/dyads/{pair}?interval={interval}")
    for sort in ("-events,-statements", "goldstein", "first", "-last"):
        check_one(client, f"/v1/dyads?limit=1000&sort={sort}")
    assert told(client, "/v1/events/timeline")["undated"] > 0


def test_actors_and_pairs(client: TestClient) -> None:
    """What nothing but an actor, or a source and a target, is asked for; also of an actor with itself."""
    check_series(client, crowd.ACTORS)
    assert told(client, "/v1/events/timeline?source=sergey-lavrov&target=john-kerry")["total"] > 0


def test_what_actors_do(client: TestClient) -> None:
    """An actor's details, and the facets of its events and of its statements; some actors do nothing."""
    everybody = client.get("/v1/actors?limit=100&fields=id").json()["data"]
    check_activity(client, [*crowd.ACTORS, *(one["id"] for one in everybody)])
    counts = told(client, "/v1/actors/sergey-lavrov")["counts"]
    assert counts["event_types"]
    assert counts["speech_acts"]


@pytest.mark.parametrize(
    "path",
    [
        "actors/sergey-lavrov?fields=counts",
        "events/facets?facets=type,country&actor=sergey-lavrov&type=meeting",
        "statements/facets?facets=act,topic&speaker=sergey-lavrov",
    ],
)
def test_what_an_actor_does_costs_look_ups(client: TestClient, statements: Statements, path: str) -> None:
    """No event and no statement is counted; their first and last days are at the ends of indexes."""
    told(client, f"/v1/{path}")
    assert [one for one in statements.texts if "FROM summary" in one]
    counted = [one for one in statements.texts if "count(" in one]
    assert len(counted) == ("type=" in path)


@pytest.mark.parametrize(
    "path",
    [
        "events/timeline?source=sergey-lavrov&target=john-kerry&interval=year",
        "dyads/sergey-lavrov/john-kerry",
    ],
)
def test_a_pair_costs_look_ups(client: TestClient, statements: Statements, path: str) -> None:
    """No event and no participant is read, or counted, for the years of a pair."""
    told(client, f"/v1/{path}")
    assert [one for one in statements.texts if "FROM summary" in one]
    assert not [one for one in statements.texts if "FROM event" in one or "FROM participant" in one]


@pytest.mark.parametrize("path", ["dyads", "dyads?sort=last", "dyads?source=russia", "network", "network.gexf"])
@pytest.mark.parametrize("days", ["", "date=2016", "date=2011/2016"])
def test_pairs_of_everything_cost_no_look_at_it(
    client: TestClient, statements: Statements, path: str, days: str
) -> None:
    """No participant and no addressee is read for whole years, but of what had begun before."""
    answer = client.get(f"/v1/{path}{'&' if '?' in path else '?'}{days}".rstrip("?&"))
    assert answer.status_code == 200
    looks = [one for one in statements.texts if "JOIN participant" in one or "JOIN addressee" in one]
    assert all("event.id IN (SELECT" in one for one in looks) if days else not looks
    assert [one for one in statements.texts if "FROM dyad" in one]


def test_a_crowd_has_no_pairs_of_its_own(databases: Databases) -> None:
    """An event of more actors than pairs are kept of counts all the same, also when it is gone again."""
    with writer_of(databases.copy("seeded")) as client:
        names = [one["id"] for one in client.get("/v1/actors?limit=100").json()["data"]][: MOST_PAIRED + 2]
        assert len(names) == MOST_PAIRED + 2
        asked = ["russia", "united-states", names[0], names[-1]]
        for many in (MOST_PAIRED + 1, MOST_PAIRED):
            parts = [{"actor": name, "role": "participant"} for name in names[:many]]
            call = article()["events"][0] | {"participants": parts}
            sent = article(id="2016-10-05-crowd", events=[call], statements=[])
            answer = client.post("/v1/articles", json=sent)
            assert answer.is_success, answer.text
            check_series(client, asked)
            assert client.request("DELETE", "/v1/articles/2016-10-05-crowd", headers=ANYWAY).is_success
            check_series(client, asked)


def test_a_facet_of_everything_ignores_its_own_filter(client: TestClient) -> None:
    """What is chosen in a facet is shown in it, and every other facet is narrowed by it."""
    asked = "facets=type,status,country&facet_size=1&type=pressure,veto&type__not=meeting&date=2016"
    assert told(client, f"/v1/events/facets?{asked}") == told(client, f"/v1/events/facets?{asked}&{SLOWLY}")


def test_sums_cost_a_few_look_ups(client: TestClient, statements: Statements) -> None:
    """Everything is added up from one table: no record is read but those that had begun before."""
    told(client, "/v1/events/facets?facets=type,country,status,role")
    assert len([one for one in statements.texts if "FROM event" in one or "FROM participant" in one]) <= 1
    assert 1 <= len(statements.texts) <= 3


def test_every_write_keeps_them(databases: Databases) -> None:
    """A walk of changes through the API: after each, what is summed up is what is there."""
    url = crowd.load_crowd(databases)
    chance, done = random.Random(5), 0
    with writer_of(url) as client:
        for number in range(CHANGES):
            done += _change(client, chance, number)
            if number % 4 == 3:
                check(client, chance.choice(("", "&date=2016", "&date=2016-01-15/2016-03-10")))
                check_series(client, chance.sample(crowd.ACTORS, 3))
                check_activity(client, crowd.ACTORS)
    assert done > CHANGES / 2


def _change(client: TestClient, chance: random.Random, number: int) -> bool:
    """Change something; whether that was allowed."""
    event = f"/v1/events/crowd-{chance.randrange(crowd.EVENTS):03}"
    statement = f"/v1/statements/crowd-s{chance.randrange(crowd.STATEMENTS) + 1}"
    place, country = chance.choice(("crowd-land", "crowd-town", "crowd-sea")), chance.choice(("SYR", "FJI", None))
    actors, day, type_ = chance.sample(crowd.ACTORS[2:], 2), chance.choice(crowd.DATES), chance.choice(TYPES)
    parts = [{"actor": one, "role": "host"} for one in actors]
    spoken = {"on_behalf_of": chance.choice((None, "france", "germany")), "addressees": actors}
    changes: dict[str, tuple[Record, ...]] = {
        event: ({"date": day}, {"type": type_}, {"participants": parts}, {"place": None}),
        statement: ({"date": day}, {"act": "warn"}, {"speaker": actors[0]}, {"topics": []}, spoken),
        f"/v1/places/{place}": ({"country": country},),
    }
    path = chance.choice([*changes, *changes, "delete", "merge", "part", "post"])
    if path in changes:
        answer = client.patch(path, json=chance.choice(changes[path]), headers=ANYWAY)
    elif path == "delete":
        answer = client.request("DELETE", chance.choice((event, statement)), headers=ANYWAY)
    elif path == "merge":
        answer = client.post(f"/v1/actors/{actors[0]}/merge", json={"into": actors[1]})
    elif path == "part":
        answer = client.request("DELETE", f"/v1/actors/{actors[0]}/merge")
    else:
        call = article()["events"][0] | {"id": f"2016-10-05-call-{number}", "date": day}
        sent = article(id=f"2016-10-05-call-{number}", events=[call], statements=[])
        answer = client.post("/v1/articles", json=sent)
    assert answer.status_code < 500, answer.text
    return bool(answer.is_success)


@given(st.tuples(DAYS, DAYS))
def test_buckets_cover_each_day_once(days: tuple[date, date]) -> None:
    """Years, months and days are those from the first to the last, none twice, and no more than there must be."""
    first, last = sorted(days)
    found = list(covering(first, last, ("year", "month")))
    every = [day for name in found for day in _days(name)]
    assert every == list(range(first.toordinal(), last.toordinal() + 1))
    assert len(found) <= 2 * (30 + 11) + 4


def _days(bucket: str) -> range:
    first = date.fromisoformat(f"{bucket}-01-01"[:10])
    end = end_of({4: "year", 7: "month", 10: "day"}[len(bucket)], first)
    return range(first.toordinal(), end.toordinal() + 1)
