"""Statements over HTTP: what each filter finds, and the versions of one utterance."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.codes import code_list
from app.database import open_engine, writing
from app.resources.statements import FILTERS
from tests.conftest import Databases, client_of
from tests.helpers import (
    FOUNDING,
    Case,
    Record,
    check_case,
    check_names,
    check_opposite,
    detail,
    details,
    found,
    ids,
    key,
    listed,
    odd_url,
    opposites,
    overlaps,
)

WARNING = "2016-10-01-zakharova-warning"
BOMBING = "2016-09-22-aleppo-bombing"


def country(statement: Record) -> str | None:
    found: str | None = statement["speaker"] and statement["speaker"]["country"]
    return found


def about(statement: Record) -> set[str | None]:
    return {key(statement["event"]), *ids(statement["about"])}


def said(statement: Record, start: str | None, end: str | None) -> bool:
    return overlaps(statement["date"], start, end)


CASES: list[Case] = [
    ("speaker=maria-zakharova", lambda s: key(s["speaker"]) == "maria-zakharova"),
    ("speaker=wikidata:Q58217,odd-envoy", lambda s: key(s["speaker"]) in ("sergey-lavrov", "odd-envoy")),
    ("speaker__not=mark-toner", lambda s: key(s["speaker"]) != "mark-toner"),
    ("on_behalf_of=russian-mfa,iso3:FJI", lambda s: key(s["on_behalf_of"]) in ("russian-mfa", "odd-state")),
    ("on_behalf_of__not=russian-mfa", lambda s: key(s["on_behalf_of"]) != "russian-mfa"),
    ("addressee=iso3:USA", lambda s: "united-states" in ids(s["addressees"])),
    ("addressee__all=odd-ministry,odd-twin-1", lambda s: {"odd-ministry", "odd-twin-1"} <= set(ids(s["addressees"]))),
    ("addressee__not=united-states,russia", lambda s: not {"united-states", "russia"} & set(ids(s["addressees"]))),
    ("speaker_country=RUS,FJI", lambda s: country(s) in ("RUS", "FJI")),
    ("speaker_country__not=RUS", lambda s: country(s) != "RUS"),
    ("act=warn", lambda s: s["act"] == "warn"),
    ("act=warn,threaten&act=offer", lambda s: s["act"] in ("warn", "threaten", "offer")),
    ("act__not=inform,accuse", lambda s: s["act"] not in ("inform", "accuse")),
    ("directness=mixed", lambda s: s["directness"] == "mixed"),
    ("directness__not=indirect", lambda s: s["directness"] != "indirect"),
    ("topic=yemen,libya", lambda s: bool({"yemen", "libya"} & set(s["topics"]))),
    ("topic__all=ceasefire,yemen", lambda s: {"ceasefire", "yemen"} <= set(s["topics"])),
    ("topic__not=aleppo", lambda s: "aleppo" not in s["topics"]),
    ("medium=press_briefing,letter", lambda s: s["medium"] in ("press_briefing", "letter")),
    ("venue=cnn,odd-gazette", lambda s: key(s["venue"]) in ("cnn", "odd-gazette")),
    ("venue__not=un-security-council", lambda s: key(s["venue"]) != "un-security-council"),
    ("reported_via=reuters", lambda s: "reuters" in ids(s["reported_via"])),
    (
        "reported_via__all=odd-gazette,odd-twin-2",
        lambda s: {"odd-gazette", "odd-twin-2"} <= set(ids(s["reported_via"])),
    ),
    ("language=ar,fr", lambda s: s["language"] in ("ar", "fr")),
    (f"event={WARNING}", lambda s: key(s["event"]) == WARNING),
    (f"event__not={WARNING}", lambda s: key(s["event"]) != WARNING),
    (f"about={BOMBING}", lambda s: BOMBING in about(s)),
    ("about__all=odd-week,odd-quarter,odd-year", lambda s: {"odd-week", "odd-quarter", "odd-year"} <= about(s)),
    ("about__not=odd-week", lambda s: "odd-week" not in about(s)),
    ("utterance=odd-november", lambda s: s["utterance"] == "odd-november"),
    (f"article={FOUNDING},odd-undated", lambda s: key(s["article"]) in (FOUNDING, "odd-undated")),
    ("dataset=odd-ones", lambda s: s["dataset"] == "odd-ones"),
    ("conditional=true", lambda s: s["conditional"]),
    ("conditional=false", lambda s: not s["conditional"]),
    ("date=2016-10-01", lambda s: said(s, "2016-10-01", "2016-10-01")),
    ("date=2020-03-31", lambda s: said(s, "2020-03-31", "2020-03-31")),
    ("date=2020-02-20/2020-02-29", lambda s: said(s, "2020-02-20", "2020-02-29")),
    ("date=2016", lambda s: said(s, "2016-01-01", "2016-12-31")),
    ("date=2021/..", lambda s: s["id"] == "odd-dated-s3"),
    ("date=../2016-09-20", lambda s: said(s, None, "2016-09-20")),
    ("has=addressees", lambda s: bool(s["addressees"])),
    ("has=condition", lambda s: s["condition"] is not None),
    ("has=event", lambda s: s["event"] is not None),
    ("has=quote", lambda s: s["quote"] is not None),
    ("has=relations", lambda s: bool(s["relations"])),
    ("has=speaker", lambda s: s["speaker"] is not None),
    ("has=venue", lambda s: s["venue"] is not None),
    ("has=condition,venue", lambda s: s["condition"] is not None or s["venue"] is not None),
    ("has__all=quote,event", lambda s: bool(s["quote"] and s["event"])),
    ("has__not=quote,event", lambda s: not (s["quote"] or s["event"])),
    (
        "act=warn,threaten&speaker_country=RUS&conditional=true&date=2016-09/2016-10&language__not=fr&has=quote",
        lambda s: (
            s["act"] in ("warn", "threaten")
            and country(s) == "RUS"
            and s["conditional"]
            and said(s, "2016-09-01", "2016-10-31")
            and s["language"] != "fr"
            and s["quote"] is not None
        ),
    ),
]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def all_statements(client: TestClient) -> list[Record]:
    """Every statement with all its parts, and its article's `language`."""
    languages = {article["id"]: article["language"] for article in listed(client, "/v1/articles")}
    return [{**one, "language": languages[one["article"]["id"]]} for one in details(client, "statements")]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_filter_finds_exactly_its_statements(client: TestClient, all_statements: list[Record], case: Case) -> None:
    """What a query finds is what a walk over all statements picks out."""
    check_case(client, "/v1/statements", all_statements, case)


@pytest.mark.parametrize("query", opposites(CASES, [one.name for one in FILTERS if one.several]))
def test_not_is_the_opposite(client: TestClient, all_statements: list[Record], query: str) -> None:
    """A filter and its `__not` share no statement and leave none out."""
    check_opposite(client, "/v1/statements", all_statements, query)


def test_every_filter_is_tried() -> None:
    """No filter of statements goes untested; what all or none have is tried elsewhere."""
    check_names(CASES, {one.name for one in FILTERS} - {"verified", "updated_since", "q"})


def test_words_that_nobody_holds_are_not_verified(seeded_url: str) -> None:
    """A statement is verified by the words that we hold, and only by them."""
    id = f"{FOUNDING}-s9"
    engine = open_engine(seeded_url)
    with writing(engine) as db:
        db.execute(text("UPDATE evidence SET verified = (1 = 0) WHERE statement_id = :id"), {"id": id})
    engine.dispose()
    with client_of(seeded_url) as client:
        assert found(client, "/v1/statements", "verified=false") == [id]
        verified = found(client, "/v1/statements", "verified=true")
        assert sorted([*verified, id]) == found(client, "/v1/statements", "")


def test_versions_of_one_utterance_name_each_other(client: TestClient, all_statements: list[Record]) -> None:
    """A statement's versions are the other statements of its utterance, as lists serve them."""
    in_list = {one["id"]: one for one in listed(client, "/v1/statements")}
    for one in all_statements:
        others = [
            in_list[other["id"]]
            for other in all_statements
            if one["utterance"] and other["utterance"] == one["utterance"] and other["id"] != one["id"]
        ]
        assert one["versions"] == sorted(others, key=lambda other: str(other["id"]))
    assert ids(detail(client, "statements", "odd-dated-s1")["versions"]) == ["odd-undated-s1"]


def test_relations_are_told_from_both_ends(client: TestClient, all_statements: list[Record]) -> None:
    """A relation of one record is an inverse relation of the other, derived and complete."""
    inverse = {type: code["inverse"]["id"] for type, code in code_list("relation-types").codes.items()}
    told = {
        (one["target"]["id"], inverse[one["type"]], kind, record["id"])
        for kind, records in (("event", details(client, "events")), ("statement", all_statements))
        for record in records
        for one in record["relations"]
        if one["target"]["kind"] == "statement"
    }
    assert ("odd-dated-s1", inverse["refers_to"], "event", "odd-week") in told
    assert {
        (one["id"], back["type"], back["target"]["kind"], back["target"]["id"])
        for one in all_statements
        for back in one["inverse_relations"]
    } == told


def test_statements_of_an_event_are_those_that_name_it(client: TestClient, all_statements: list[Record]) -> None:
    """An event's own statements come in order of time, those without a day last."""
    for event in details(client, "events"):
        own = [one for one in all_statements if key(one["event"]) == event["id"]]
        own.sort(key=lambda one: (one["date"]["start"] is None, one["date"]["start"] or "", one["id"]))
        assert ids(event["statements"]) == ids(own)
        assert event["counts"]["statements"] == len(own)


def test_versions_are_looked_up_though_nobody_has_any(databases: Databases) -> None:
    """SQLite took the index of utterances for useless, because all statements had the same: none."""
    engine = open_engine(databases.copy("seeded"))
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL counts what has a value apart")
    with engine.begin() as db:
        db.execute(text("UPDATE statement SET utterance = NULL, venue_id = NULL"))
        db.execute(text("ANALYZE"))
        for column in ("utterance", "venue_id"):
            plan = db.execute(text(f"EXPLAIN QUERY PLAN SELECT doc FROM statement WHERE {column} = 'one'")).all()
            assert f"ix_statement_{column}" in str(plan)
    engine.dispose()
