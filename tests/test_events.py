"""Events over HTTP: what each filter finds, and the ties between them."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.codes import code_list
from app.database import open_engine, writing
from app.resources.events import FILTERS
from tests.conftest import Databases, client_of
from tests.helpers import (
    FOUNDING,
    Case,
    Record,
    check_case,
    check_names,
    check_opposite,
    details,
    found,
    ids,
    key,
    listed,
    odd_url,
    opposites,
    overlaps,
)

CALL = "2016-10-01-kerry-lavrov-call-late"
SIDES = {role: code["side"] for role, code in code_list("participant-roles").codes.items()}
CLASSES = {type: code["class"] for type, code in code_list("event-types").codes.items()}


def acted(event: Record, *actors: str, role: str | None = None) -> bool:
    return any(part["actor"]["id"] in actors and role in (None, part["role"]) for part in event["participants"])


def sided(event: Record, actor: str, side: str) -> bool:
    return any(part["actor"]["id"] == actor and SIDES[part["role"]] in (side, "both") for part in event["participants"])


def roles(event: Record) -> set[str]:
    return {part["role"] for part in event["participants"]}


def countries(event: Record) -> set[str]:
    return {part["actor"]["country"] for part in event["participants"]}


def served(event: Record) -> set[str | None]:
    return {key(part["on_behalf_of"]) for part in event["participants"]}


def country(event: Record) -> str | None:
    found: str | None = event["place"] and event["place"]["country"]
    return found


def boxed(event: Record, south: float, north: float, *spans: tuple[float, float]) -> bool:
    place = event["place"]
    if not place or place["lat"] is None:
        return False
    return south <= place["lat"] <= north and any(west <= place["lon"] <= east for west, east in spans)


def told(event: Record) -> set[str]:
    return {one["article"]["id"] for one in event["evidence"] + event["accounts"]}


def cameo(event: Record, *prefixes: str) -> bool:
    return (event["codes"]["cameo"] or "").startswith(prefixes)


def quoted(event: Record) -> bool:
    return any(one["quote"] for one in event["statements"])


CASES: list[Case] = [
    ("type=warning", lambda e: e["type"] == "warning"),
    ("type=warning,veto", lambda e: e["type"] in ("warning", "veto")),
    ("type=contact", lambda e: CLASSES[e["type"]] == "contact"),
    ("type=contact,veto&type=threat", lambda e: CLASSES[e["type"]] == "contact" or e["type"] in ("veto", "threat")),
    ("type__not=contact,warning", lambda e: CLASSES[e["type"]] != "contact" and e["type"] != "warning"),
    ("type=contact&type__not=meeting", lambda e: CLASSES[e["type"]] == "contact" and e["type"] != "meeting"),
    ("actor=sergey-lavrov", lambda e: acted(e, "sergey-lavrov")),
    ("actor=wikidata:Q58217", lambda e: acted(e, "sergey-lavrov")),
    ("actor=iso3:RUS,odd-envoy", lambda e: acted(e, "russia", "odd-envoy")),
    ("actor__all=wikidata:Q58217,john-kerry", lambda e: acted(e, "sergey-lavrov") and acted(e, "john-kerry")),
    ("actor__not=cameo:RUS,john-kerry", lambda e: not acted(e, "russia", "john-kerry")),
    ("actor=russia&actor__not=syria", lambda e: acted(e, "russia") and not acted(e, "syria")),
    ("actor=john-kerry&role=initiator", lambda e: acted(e, "john-kerry", role="initiator")),
    ("actor=odd-envoy,odd-ministry&role=host", lambda e: acted(e, "odd-envoy", "odd-ministry", role="host")),
    ("actor=odd-envoy&role=target&role__not=host", lambda e: e["id"] == "odd-quarter"),
    ("role=host", lambda e: "host" in roles(e)),
    ("role__not=host,participant", lambda e: not roles(e) & {"host", "participant"}),
    ("role__all=initiator,target", lambda e: roles(e) >= {"initiator", "target"}),
    ("source=russia", lambda e: sided(e, "russia", "source")),
    (
        "source=sergey-lavrov&target=john-kerry",
        lambda e: sided(e, "sergey-lavrov", "source") and sided(e, "john-kerry", "target"),
    ),
    ("target=iso3:RUS", lambda e: sided(e, "russia", "target")),
    ("on_behalf_of=russia", lambda e: "russia" in served(e)),
    ("on_behalf_of__all=russia,united-states", lambda e: served(e) >= {"russia", "united-states"}),
    ("actor_country=FJI,CHN", lambda e: bool(countries(e) & {"FJI", "CHN"})),
    ("actor_country__all=RUS,USA", lambda e: countries(e) >= {"RUS", "USA"}),
    ("place=aleppo", lambda e: "aleppo" in e["within"]),
    ("place=odd-ocean", lambda e: "odd-ocean" in e["within"]),
    ("place=syria,odd-far-west", lambda e: bool(e["within"] & {"syria", "odd-far-west"})),
    ("place__not=syria", lambda e: "syria" not in e["within"]),
    ("country=FJI,CHE", lambda e: country(e) in ("FJI", "CHE")),
    ("country__not=SYR", lambda e: country(e) != "SYR"),
    ("status=disputed,denied", lambda e: e["status"] in ("disputed", "denied")),
    ("date=2016-10-01", lambda e: overlaps(e["date"], "2016-10-01", "2016-10-01")),
    ("date=2016-10", lambda e: overlaps(e["date"], "2016-10-01", "2016-10-31")),
    ("date=2020", lambda e: overlaps(e["date"], "2020-01-01", "2020-12-31")),
    ("date=2020-02-29/2020-03-02", lambda e: overlaps(e["date"], "2020-02-29", "2020-03-02")),
    ("date=2020-02/2020-03", lambda e: overlaps(e["date"], "2020-02-01", "2020-03-31")),
    ("date=2020-02-16/..", lambda e: overlaps(e["date"], "2020-02-16", None)),
    ("date=../2016-09-30", lambda e: overlaps(e["date"], None, "2016-09-30")),
    ("date=../3000-01-01", lambda e: overlaps(e["date"], None, "3000-01-01")),
    ("date=2999-01-01", lambda e: e["id"] == "odd-future"),
    ("date=0001", lambda e: overlaps(e["date"], "0001-01-01", "0001-12-31")),
    ("bbox=36,35,38,37", lambda e: boxed(e, 35, 37, (36, 38))),
    ("bbox=35.999999999999986,35.00000000000001,38,37.000000000000003", lambda e: boxed(e, 35, 37, (36, 38))),
    ("bbox=178,-20,-171,-13", lambda e: boxed(e, -20, -13, (178, 180), (-180, -171))),
    ("bbox=9.45,0,9.45,0", lambda e: e["id"] == "odd-by-then"),
    ("bbox=-180.0,-90,180.00,90", lambda e: boxed(e, -90, 90, (-180, 180))),
    ("bbox=180,-90,180,90", lambda e: boxed(e, -90, 90, (180, 180))),
    (f"article={FOUNDING}", lambda e: FOUNDING in told(e)),
    ("article=odd-undated", lambda e: "odd-undated" in told(e)),
    ("dataset=odd-ones", lambda e: e["dataset"] == "odd-ones"),
    ("cameo=19", lambda e: cameo(e, "19")),
    ("cameo=041,190", lambda e: cameo(e, "041", "190")),
    ("cameo__not=1,04", lambda e: not cameo(e, "1", "04")),
    ("plover=CONSULT", lambda e: (e["codes"]["plover"] or "").partition("-")[0] == "CONSULT"),
    ("plover=CONSULT-phone", lambda e: e["codes"]["plover"] == "CONSULT-phone"),
    ("plover__not=CONSULT", lambda e: (e["codes"]["plover"] or "").partition("-")[0] != "CONSULT"),
    ("quad_class=2,3", lambda e: e["codes"]["quad_class"] in (2, 3)),
    ("has=accounts", lambda e: bool(e["accounts"])),
    ("has=coordinates", lambda e: boxed(e, -90, 90, (-180, 180))),
    ("has=figures", lambda e: bool(e["figures"])),
    ("has=goldstein", lambda e: e["codes"]["goldstein"] is not None),
    ("has=place", lambda e: e["place"] is not None),
    ("has=quote", quoted),
    ("has=relations", lambda e: bool(e["relations"])),
    ("has=statements", lambda e: bool(e["statements"])),
    ("has=quote,figures", lambda e: bool(e["figures"]) or quoted(e)),
    ("has__all=quote,figures", lambda e: bool(e["figures"]) and quoted(e)),
    ("has__not=quote,figures", lambda e: not e["figures"] and not quoted(e)),
    (
        "type=contact&actor=russia,sergey-lavrov&date=2016-10/..&country__not=USA&status=confirmed",
        lambda e: (
            CLASSES[e["type"]] == "contact"
            and acted(e, "russia", "sergey-lavrov")
            and overlaps(e["date"], "2016-10-01", None)
            and country(e) != "USA"
            and e["status"] == "confirmed"
        ),
    ),
]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def events(client: TestClient) -> list[Record]:
    """Every event with all its parts, and `within`: its place and all around it."""
    parents = {place["id"]: key(place["parent"]) for place in listed(client, "/v1/places")}
    found = details(client, "events")
    for event in found:
        event["within"], at = set(), key(event["place"])
        while at:
            event["within"].add(at)
            at = parents[at]
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_filter_finds_exactly_its_events(client: TestClient, events: list[Record], case: Case) -> None:
    """What a query finds is what a walk over all events picks out."""
    check_case(client, "/v1/events", events, case)


@pytest.mark.parametrize("query", opposites(CASES, [one.name for one in FILTERS if one.several]))
def test_not_is_the_opposite(client: TestClient, events: list[Record], query: str) -> None:
    """A filter and its `__not` share no event and leave none out."""
    check_opposite(client, "/v1/events", events, query)


def test_every_filter_is_tried() -> None:
    """No filter of events goes untested; what all or none have is tried below or where it comes in."""
    check_names(CASES, {one.name for one in FILTERS} - {"verified", "updated_since", "q", "code"})


def test_evidence_that_nobody_holds_is_not_verified(seeded_url: str) -> None:
    """An event is verified by the words that we hold, and only by them; having evidence is another matter."""
    engine = open_engine(seeded_url)
    with writing(engine) as db:
        db.execute(text("UPDATE evidence SET verified = (1 = 0) WHERE event_id = :id"), {"id": CALL})
        db.execute(text("DELETE FROM evidence WHERE event_id = '2016-10-20-kerry-lavrov-call'"))
    engine.dispose()
    with client_of(seeded_url) as client:
        assert found(client, "/v1/events", "verified=false") == [CALL, "2016-10-20-kerry-lavrov-call"]
        assert found(client, "/v1/events", "has__not=evidence") == ["2016-10-20-kerry-lavrov-call"]
        assert len(found(client, "/v1/events", "verified=true")) == len(listed(client, "/v1/events")) - 2


@pytest.mark.parametrize(
    ("since", "found_sets"),
    [
        ("2025-03-04T05:06:07.890123Z", {"aleppo-2016", "odd-ones"}),
        ("2025-03-04", {"aleppo-2016", "odd-ones"}),
        ("2025-03-04T05:06:07.890124Z", {"aleppo-2016"}),
        ("2026-11-23", {"aleppo-2016"}),
        ("2026-11-23T12:00:00Z", {"aleppo-2016"}),
        ("2026-11-23T13:00%2B01:00", {"aleppo-2016"}),
        ("2026-11-23T12:00:00.000001Z", set()),
        ("2026-11-23T10:00:01-02:00", set()),
        ("2026-11-24", set()),
    ],
)
@pytest.mark.parametrize("kind", ["events", "statements", "actors", "articles", "places"])
def test_updated_since_counts_from_the_instant_on(
    client: TestClient, kind: str, since: str, found_sets: set[str]
) -> None:
    """A record that changed at that very moment is found, in whatever zone it is told."""
    records = [record for record in listed(client, f"/v1/{kind}") if record["dataset"] in found_sets]
    assert found(client, f"/v1/{kind}", f"updated_since={since}") == sorted(ids(records))


def test_relations_are_told_from_both_ends(client: TestClient, events: list[Record]) -> None:
    """A relation of one record is an inverse relation of the other, derived and complete."""
    inverse = {type: code["inverse"]["id"] for type, code in code_list("relation-types").codes.items()}
    told = {
        (one["target"]["id"], inverse[one["type"]], kind, record["id"])
        for kind, records in (("event", events), ("statement", details(client, "statements")))
        for record in records
        for one in record["relations"]
        if one["target"]["kind"] == "event"
    }
    assert {
        (event["id"], one["type"], one["target"]["kind"], one["target"]["id"])
        for event in events
        for one in event["inverse_relations"]
    } == told
