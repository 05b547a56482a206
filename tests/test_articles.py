"""Articles over HTTP: what each filter finds, their texts, and their annotations."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from app.resources.articles import FILTERS
from tests.conftest import Databases, client_of
from tests.helpers import (
    FOUNDING,
    Case,
    Record,
    annotated,
    articles,
    check_case,
    check_names,
    check_opposite,
    detail,
    details,
    ids,
    key,
    listed,
    odd_url,
    opposites,
    overlaps,
)

WEB_ANNOTATION = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'
FRAKTUR = "\N{MATHEMATICAL FRAKTUR SMALL O}" + 2 * "\N{MATHEMATICAL FRAKTUR SMALL D}"
WARNING = "2016-10-01-zakharova-warning"


def printed(article: Record, start: str | None, end: str | None) -> bool:
    return overlaps(article["published"], start, end)


CASES: list[Case] = [
    ("publisher=reuters", lambda a: key(a["publisher"]) == "reuters"),
    ("publisher=odd-gazette,tass", lambda a: key(a["publisher"]) in ("odd-gazette", "tass")),
    ("publisher__not=reuters", lambda a: key(a["publisher"]) != "reuters"),
    ("agency=reuters", lambda a: "reuters" in ids(a["agency"])),
    ("agency__all=wikidata:Q999000001,odd-gazette", lambda a: a["id"] == "odd-dated"),
    ("agency__not=reuters,tass", lambda a: not {"reuters", "tass"} & set(ids(a["agency"]))),
    ("language=ar,fr", lambda a: a["language"] in ("ar", "fr")),
    ("language__not=en", lambda a: a["language"] != "en"),
    ("published=2016-10-03", lambda a: printed(a, "2016-10-03", "2016-10-03")),
    ("published=2020-05-31", lambda a: a["id"] == "odd-dated"),
    ("published=2020", lambda a: a["id"] in ("odd-dated", "odd-silent")),
    ("published=2016-09/2016-10", lambda a: printed(a, "2016-09-01", "2016-10-31")),
    ("published=../2016-09-19", lambda a: printed(a, None, "2016-09-19")),
    ("published=2016-12-14/..", lambda a: printed(a, "2016-12-14", None)),
    (f"event={WARNING}", lambda a: WARNING in ids(a["events"])),
    ("event=odd-quarter", lambda a: a["id"] in ("odd-dated", "odd-undated")),
    (f"event__not={WARNING},odd-week", lambda a: not {WARNING, "odd-week"} & set(ids(a["events"]))),
    ("text_kind=full,none", lambda a: a["text_kind"] in ("full", "none")),
    ("text_kind__not=none", lambda a: a["text_kind"] != "none"),
    ("dataset=odd-ones", lambda a: a["dataset"] == "odd-ones"),
    (
        "language=ar&published=2016-10&agency__not=reuters",
        lambda a: (
            a["language"] == "ar" and printed(a, "2016-10-01", "2016-10-31") and "reuters" not in ids(a["agency"])
        ),
    ),
]


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def all_articles(client: TestClient) -> list[Record]:
    """Every article with all its parts."""
    return details(client, "articles")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_filter_finds_exactly_its_articles(client: TestClient, all_articles: list[Record], case: Case) -> None:
    """What a query finds is what a walk over all articles picks out."""
    check_case(client, "/v1/articles", all_articles, case)


@pytest.mark.parametrize("query", opposites(CASES, [one.name for one in FILTERS if one.several]))
def test_not_is_the_opposite(client: TestClient, all_articles: list[Record], query: str) -> None:
    """A filter and its `__not` share no article and leave none out."""
    check_opposite(client, "/v1/articles", all_articles, query)


def test_every_filter_is_tried() -> None:
    """No filter of articles goes untested; `updated_since` is tried with events."""
    check_names(CASES, {one.name for one in FILTERS} - {"updated_since", "q"})


def test_annotations_stand_where_they_say(all_articles: list[Record]) -> None:
    """Cutting a served text at an annotation's offsets, in code points, gives its words and what stands around them."""
    for article in all_articles:
        text = article["text"]
        if text is None:
            continue
        assert sha256(text.encode()).hexdigest() == article["text_sha256"]
        for one in article["annotations"]:
            assert text[one["start"] : one["end"]] == one["exact"]
            assert text[: one["start"]].endswith(one["prefix"])
            assert text[one["end"] :].startswith(one["suffix"])
            assert one["article"]["id"] == article["id"]
            assert one["verified"] is True


def test_offsets_count_code_points(client: TestClient) -> None:
    """A letter beyond the basic plane counts once, as a person would count."""
    (one,) = [one for one in detail(client, "articles", "odd-dated")["annotations"] if "November" in one["exact"]]
    assert (one["start"], one["end"], one["exact"]) == (80, 98, f"November {FRAKTUR} oscar")


def test_the_texts_are_those_of_the_files(client: TestClient) -> None:
    """A digest is served as it was written, whatever its script."""
    for written in articles():
        assert detail(client, "articles", written["id"])["text"] == written["text"].rstrip()


def test_a_text_that_may_not_be_served_is_withheld(client: TestClient) -> None:
    """A full text is known by its hash only; an article without a text has none."""
    withheld, silent = detail(client, "articles", "odd-undated"), detail(client, "articles", "odd-silent")
    text = "Un deux trois, un quatre."
    assert (withheld["rights"], withheld["text"]) == ("withheld", None)
    assert withheld["text_sha256"] == sha256(text.encode()).hexdigest()
    assert (silent["text_kind"], silent["text"], silent["text_sha256"]) == ("none", None, None)


def test_an_article_counts_what_it_has(all_articles: list[Record]) -> None:
    """The counts of an article are those of the lists in its detail."""
    for article in all_articles:
        assert article["counts"] == {
            "events": len(article["events"]),
            "statements": len(article["statements"]),
            "evidence": len(article["annotations"]),
        }, article["id"]


def test_an_article_has_its_records_as_lists_serve_them(client: TestClient, all_articles: list[Record]) -> None:
    """Events and statements in an article are the records of their own lists, and both sides agree on the ties."""
    events = {one["id"]: one for one in listed(client, "/v1/events")}
    statements = {one["id"]: one for one in listed(client, "/v1/statements")}
    telling = {
        (told["article"]["id"], event["id"])
        for event in details(client, "events")
        for told in event["evidence"] + event["accounts"]
    }
    assert {(article["id"], one["id"]) for article in all_articles for one in article["events"]} == telling
    for article in all_articles:
        assert article["events"] == [events[one["id"]] for one in article["events"]]
        own = [one for one in statements.values() if one["article"]["id"] == article["id"]]
        assert article["statements"] == sorted(own, key=lambda one: str(one["id"]))


def test_the_web_annotations(client: TestClient, all_articles: list[Record]) -> None:
    """The W3C page has every annotation with both selectors, and whole addresses from the public one."""
    for article in all_articles:
        here = f"http://127.0.0.1:8000/v1/articles/{article['id']}"
        answer = client.get(f"/v1/articles/{article['id']}/annotations", headers={"Host": "evil.example"})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == WEB_ANNOTATION
        page = answer.json()
        items = page.pop("items")
        assert page == {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": f"{here}/annotations",
            "type": "AnnotationPage",
            "partOf": {"id": f"{here}#annotations", "type": "AnnotationCollection", "total": len(items)},
            "startIndex": 0,
        }
        assert len({item["id"] for item in items}) == len(items)
        assert all(item.pop("id").startswith(f"{here}/annotations#") for item in items)
        assert items == [web_annotation(here, one) for one in article["annotations"]]


def web_annotation(here: str, one: Record) -> Record:
    target = one["target"]
    source = f"http://127.0.0.1:8000/v1/{target['kind']}s/{target['id']}"
    quote = {"type": "TextQuoteSelector", "exact": one["exact"], "prefix": one["prefix"], "suffix": one["suffix"]}
    position = {"type": "TextPositionSelector", "start": one["start"], "end": one["end"]}
    return {
        "type": "Annotation",
        "motivation": "identifying",
        "body": {"type": "SpecificResource", "source": source, "purpose": "identifying"},
        "target": {"source": here, "selector": [quote, position]},
    }


def test_web_annotations_begin_with_the_public_address(databases: Databases) -> None:
    """Behind a proxy with a path of its own, every address begins there; a slash at its end is not doubled."""
    with client_of(odd_url(databases), public_url="https://events.example/api/") as client:
        page = client.get(f"/v1/articles/{FOUNDING}/annotations").json()
    assert page["id"] == f"https://events.example/api/v1/articles/{FOUNDING}/annotations"
    for item in page["items"]:
        assert item["target"]["source"] == f"https://events.example/api/v1/articles/{FOUNDING}"
        assert item["body"]["source"].startswith("https://events.example/api/v1/")
    assert len(page["items"]) == sum(
        len(one["evidence"]) for kind in ("events", "statements") for one in annotated(FOUNDING)[kind]
    )


def test_there_are_no_annotations_of_no_article(client: TestClient) -> None:
    """An unknown article is a 404 that names the nearest, and its annotations likewise."""
    for path in (f"/v1/articles/{FOUNDING}x", f"/v1/articles/{FOUNDING}x/annotations"):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.json()["nearest"][0] == FOUNDING
