"""The records of the founding article, word for word.

What is literal here is part of the contract; texts that the seed's editors may still polish are read from its files.
"""

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.helpers import (
    FOUNDING,
    HISTORY,
    Record,
    annotated,
    article_reference,
    articles,
    day,
    detail,
    key,
    listed,
    office_of,
    without,
    words,
    written_event,
    written_statement,
)

CALL = "2016-10-01-kerry-lavrov-call-late"
KERRY = {"id": "john-kerry", "name": "John Kerry", "kind": "person", "country": "USA"}
LAVROV = {"id": "sergey-lavrov", "name": "Sergey Lavrov", "kind": "person", "country": "RUS"}
OBRIEN: dict[str, Any] = {"id": "stephen-obrien", "name": "Stephen O'Brien", "kind": "person", "country": None}
RUSSIA = {"id": "russia", "name": "Russia", "kind": "state", "country": "RUS"}
RUSSIAN_MFA = {
    "id": "russian-mfa",
    "name": "Ministry of Foreign Affairs of the Russian Federation",
    "kind": "government_body",
    "country": "RUS",
}
UNITED_STATES = {"id": "united-states", "name": "United States", "kind": "state", "country": "USA"}
OCHA: dict[str, Any] = {
    "id": "un-ocha",
    "name": "United Nations Office for the Coordination of Humanitarian Affairs",
    "kind": "intergovernmental",
    "country": None,
}
ZAKHAROVA = {"id": "maria-zakharova", "name": "Maria Zakharova", "kind": "person", "country": "RUS"}

EVENTS = [
    "2016-10-01-kerry-lavrov-call-late",
    "2016-09-30-kerry-lavrov-call",
    "2016-09-30-toner-on-the-verge",
    "2016-09-30-russian-offer-of-dialogue",
    "2016-10-01-zakharova-warning",
    "2016-09-22-aleppo-bombing",
    "2016-09-19-syrian-army-ends-truce",
    "2016-10-01-russian-strikes-aleppo",
    "2016-09-22-aleppo-offensive",
    "2016-10-01-m10-hospital-bombed",
    "2016-10-02-obrien-appeal",
    "2016-09-aid-to-aleppo-blocked",
    "2016-09-09-geneva-deal",
]
# s14 of the sheet repeats s1, and has no record of its own.
STATEMENTS = [f"{FOUNDING}-s{number}" for number in range(1, 22) if number != 14]


def event_reference(id: str, type: str) -> Record:
    return {"id": id, "type": type, "label": written_event(id)["label"]["en"]}


def event_target(id: str) -> Record:
    return {"kind": "event", "id": id, "label": written_event(id)["label"]["en"]}


def tallied(event: str) -> dict[str, int]:
    """How often the seed's files speak of EVENT."""
    tellings = [one for file in articles() for one in file.get("events", []) if one["id"] == event]
    said = [one for file in articles() for one in file.get("statements", []) if one.get("event") == event]
    return {
        "articles": len(tellings),
        "evidence": sum(len(one["evidence"]) for one in tellings),
        "statements": len(said),
        "accounts": sum(len(one.get("accounts", [])) for one in tellings),
    }


def test_the_call(client: TestClient) -> None:
    """The late call of 1 October is served exactly so, in lists and alone."""
    written = written_event(CALL)
    expected: dict[str, Any] = {
        "id": CALL,
        "type": "phone_call",
        "label": written["label"]["en"],
        "labels": written["label"],
        "summary": written.get("summary"),
        "date": {"start": "2016-10-01", "end": "2016-10-01", "precision": "day"},
        "place": None,
        "participants": [
            {"actor": KERRY, "role": "participant", "on_behalf_of": UNITED_STATES},
            {"actor": LAVROV, "role": "participant", "on_behalf_of": RUSSIA},
        ],
        "status": written.get("status", "reported"),
        "codes": {
            "cameo": "041",
            "plover": "CONSULT-phone",
            "quad_class": 1,
            "goldstein": 1.0,
            "goldstein_table": None,
            "originals": {},
        },
        "measures": {},
        "figures": [],
        "relations": [
            {"type": "follows", "target": event_target("2016-10-01-kerry-lavrov-call")},
            {"type": "follows", "target": event_target("2016-09-30-kerry-lavrov-call")},
        ],
        "counts": tallied(CALL),
        "dataset": "aleppo-2016",
        "url": "/v1/events/2016-10-01-kerry-lavrov-call-late",
    }
    alone = detail(client, "events", CALL)
    (in_list,) = [event for event in listed(client, "/v1/events") if event["id"] == CALL]
    parts = ("evidence", "accounts", "contradictions", "inverse_relations", "statements")
    assert without(in_list, *HISTORY) == expected
    assert without(alone, *parts, *HISTORY) == expected
    assert set(alone) == {*in_list, *parts}


def test_the_proof_of_the_call(client: TestClient) -> None:
    """The founding article tells the call twice: two pieces of evidence, each where the words stand, in one account."""
    (written,) = [one for one in annotated(FOUNDING)["events"] if one["id"] == CALL]
    here = article_reference(FOUNDING)
    served = detail(client, "events", CALL)
    evidence = [one for one in served["evidence"] if one["article"]["id"] == FOUNDING]
    accounts = [one for one in served["accounts"] if one["article"]["id"] == FOUNDING]
    assert evidence == [
        {"article": here, **words(FOUNDING, exact), "field": None, "verified": True} for exact in written["evidence"]
    ]
    assert len(evidence) == 2
    assert accounts == [
        {
            "actor": RUSSIAN_MFA,
            "article": here,
            "stance": "asserts",
            "note": written["accounts"][0]["note"],
            "differs": [],
        }
    ]


def statement_of(id: str, **known: Any) -> Record:
    """A statement of the founding article as it is served: what is KNOWN, and the texts of its file."""
    written = written_statement(id)
    return {
        "id": id,
        "gist": written["gist"]["en"],
        "gists": written["gist"],
        "quote": {
            "text": written["quote"]["text"],
            "language": "ar",
            "is_translation": True,
            "translation": written["quote"]["translation"],
        },
        "venue": None,
        "reported_via": [],
        "utterance": written.get("utterance"),
        "article": article_reference(FOUNDING),
        "counts": {"articles": 1, "evidence": 1},
        "dataset": "aleppo-2016",
        "url": f"/v1/statements/{id}",
        **known,
    }


def zakharova_warns() -> Record:
    return statement_of(
        f"{FOUNDING}-s9",
        speaker=ZAKHAROVA,
        role=office_of("maria-zakharova"),
        on_behalf_of=RUSSIAN_MFA,
        addressees=[UNITED_STATES],
        date={"start": "2016-10-01", "end": "2016-10-01", "precision": "day"},
        medium="unknown",
        directness="direct",
        act="warn",
        topics=["us-military-action", "regional-stability"],
        conditional=True,
        condition=written_statement(f"{FOUNDING}-s9")["condition"],
        event=event_reference("2016-10-01-zakharova-warning", "warning"),
        about=[],
    )


def obrien_condemns() -> Record:
    return statement_of(
        f"{FOUNDING}-s15",
        speaker=OBRIEN,
        role=office_of("stephen-obrien"),
        on_behalf_of=OCHA,
        addressees=[],
        date={"start": None, "end": None, "precision": "unknown"},
        medium="written_statement",
        directness="direct",
        act="condemn",
        topics=["civilians", "aleppo"],
        conditional=False,
        condition=None,
        event=event_reference("2016-10-02-obrien-appeal", "appeal"),
        about=[event_reference("2016-09-22-aleppo-bombing", "bombardment")],
    )


@pytest.mark.parametrize("made", [zakharova_warns, obrien_condemns])
def test_statements_of_the_founding_article(client: TestClient, made: Any) -> None:
    """A warning with its condition, and a condemnation without a day, are served exactly so, in lists and alone."""
    expected = made()
    written = written_statement(expected["id"])
    alone = detail(client, "statements", expected["id"])
    (in_list,) = [one for one in listed(client, "/v1/statements") if one["id"] == expected["id"]]
    parts = ("evidence", "relations", "inverse_relations", "note", "versions")
    assert without(in_list, *HISTORY) == expected
    assert without(alone, *parts, *HISTORY) == expected
    assert set(alone) == {*in_list, *parts}
    assert alone["relations"] == []
    assert alone["note"] == written["note"]
    assert alone["evidence"] == [
        {
            "article": article_reference(FOUNDING),
            **words(FOUNDING, written["evidence"][0]),
            "field": None,
            "verified": True,
        }
    ]


def test_the_actor_lavrov(client: TestClient) -> None:
    """Lavrov is a person with four names, a Wikidata code and one office, open to this day."""
    names = {"en": "Sergey Lavrov", "ar": "سيرغي لافروف", "ru": "Сергей Лавров", "fr": "Sergueï Lavrov"}
    expected: dict[str, Any] = {
        "id": "sergey-lavrov",
        "kind": "person",
        "name": "Sergey Lavrov",
        "names": names,
        "country": "RUS",
        "parent": None,
        "codes": {"wikidata": "Q58217"},
        "dataset": "aleppo-2016",
        "url": "/v1/actors/sergey-lavrov",
    }
    office = {
        "title": "Minister of Foreign Affairs of the Russian Federation",
        "organisation": RUSSIAN_MFA,
        "from": "2004-03-09",
        "to": None,
    }
    alone = detail(client, "actors", "sergey-lavrov")
    (in_list,) = [one for one in listed(client, "/v1/actors") if one["id"] == "sergey-lavrov"]
    parts = ("aliases", "roles", "note", "counts", "first_seen", "last_seen")
    assert without(in_list, *HISTORY) == expected
    assert without(alone, *parts, *HISTORY) == expected
    assert set(alone) == {*in_list, *parts}
    assert alone["roles"] == [office]
    assert {"name": "Sergej Lawrow", "language": "de"} in alone["aliases"]


def test_the_article(client: TestClient) -> None:
    """The founding article has 13 events and 20 statements; its text is served as written, with all annotations."""
    written = annotated(FOUNDING)
    served = detail(client, "articles", FOUNDING)
    parts = ("text", "text_sha256", "notes", "events", "statements", "annotations")
    assert without(served, *parts, *HISTORY) == {
        "id": FOUNDING,
        "publisher": None,
        "agency": [{"id": "reuters", "name": "Reuters", "kind": "media", "country": "GBR"}],
        "title": written["title"]["en"],
        "titles": written["title"],
        "language": "ar",
        "published": day("2016-10-03"),
        "source_url": None,
        "text_kind": "digest",
        "rights": "served",
        "counts": {"events": 13, "statements": 20, "evidence": len(served["annotations"])},
        "dataset": "aleppo-2016",
        "url": f"/v1/articles/{FOUNDING}",
    }
    assert served["text"] == written["text"].rstrip()
    assert served["notes"] == written["notes"]
    assert sorted(one["id"] for one in served["events"]) == sorted(EVENTS)
    assert sorted(one["id"] for one in served["statements"]) == sorted(STATEMENTS)
    records = written["events"] + written["statements"]
    assert sorted((one["target"]["id"], one["exact"]) for one in served["annotations"]) == sorted(
        (record["id"], words if isinstance(words, str) else words["exact"])
        for record in records
        for words in record["evidence"]
    )


def test_the_article_is_found_by_what_it_tells(client: TestClient) -> None:
    """Each of its events and statements finds the article, and the article finds them."""
    events = listed(client, "/v1/events", f"article={FOUNDING}")
    statements = listed(client, "/v1/statements", f"article={FOUNDING}")
    assert sorted(one["id"] for one in events) == sorted(EVENTS)
    assert sorted(one["id"] for one in statements) == sorted(STATEMENTS)
    assert {key(one["article"]) for one in statements} == {FOUNDING}
    for event in EVENTS:
        assert FOUNDING in [one["id"] for one in listed(client, "/v1/articles", f"event={event}")]
