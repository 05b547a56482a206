"""What clients may ask: everything else is refused, by name, with what is allowed and the nearest match."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from app.codes import codes
from tests.helpers import FOUNDING, KINDS, Record

DETAILS = [
    "/v1/events/2016-10-01-kerry-lavrov-call-late",
    f"/v1/statements/{FOUNDING}-s9",
    "/v1/actors/sergey-lavrov",
    f"/v1/articles/{FOUNDING}",
    "/v1/places/aleppo",
    "/v1/datasets/aleppo-2016",
]
PLAIN = ["/v1/meta", "/v1/limits", "/v1/codes", "/v1/codes/media", "/healthz", "/readyz"]
PLAIN += [f"/v1/articles/{FOUNDING}/annotations"]
PATHS = [f"/v1/{kind}" for kind in KINDS] + DETAILS + PLAIN
NUMBER = "must be a whole number in plain digits"


def refused(client: TestClient, url: str) -> list[Record]:
    """The errors of the 422 that URL gets."""
    answer = client.get(url)
    assert answer.status_code == 422, f"{url}: {answer.status_code}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    errors: list[Record] = body.pop("errors")
    detail = body.pop("detail")
    instance = url.partition("?")[0]
    assert body == {"type": "about:blank", "title": "Unprocessable Content", "status": 422, "instance": instance}
    assert errors
    for error in errors:
        assert set(error) == {"parameter", "value", "message", "allowed", "nearest"}
        assert f"{error['parameter']}: {error['message']}" in detail
    return errors


def only(client: TestClient, url: str) -> Record:
    """The one error of the 422 that URL gets."""
    (error,) = refused(client, url)
    return error


@pytest.mark.parametrize("path", PATHS)
def test_an_unknown_parameter_is_refused_everywhere(client: TestClient, path: str) -> None:
    """A name that a path does not take is refused, in lists, details and the service's own paths."""
    error = only(client, f"{path}?nonsense=1")
    assert (error["parameter"], error["value"], error["message"]) == ("nonsense", "1", "is not a parameter here")
    assert error["allowed"] == sorted(error["allowed"])
    if path in PLAIN:
        assert error["allowed"] == []


@pytest.mark.parametrize(
    ("given_name", "meant"),
    [("limti", "limit"), ("actors", "actor"), ("Type", "type"), ("types", "type"), ("quadclass", "quad_class")],
)
def test_a_mistyped_name_has_its_nearest(client: TestClient, given_name: str, meant: str) -> None:
    """The parameter that was meant comes first among the nearest."""
    error = only(client, f"/v1/events?{given_name}=5")
    assert error["nearest"][0] == meant
    assert meant in error["allowed"]


@pytest.mark.parametrize(
    ("query", "value", "message"),
    [
        ("type=", "", "has an empty value"),
        ("type=warning,", "warning,", "has an empty value"),
        ("type=warning&type=", "warning,", "has an empty value"),
        ("type=,", ",", "has an empty value"),
        ("actor__not=", "", "has an empty value"),
        ("fields=id,,type", "id,,type", "has an empty value"),
        ("limit=", "", "is empty; leave it out instead"),
        ("limit", "", "is empty; leave it out instead"),
        ("date=", "", "is empty; leave it out instead"),
        ("cursor=", "", "is empty; leave it out instead"),
        ("bbox=", "", "is empty; leave it out instead"),
        ("count=", "", "is empty; leave it out instead"),
        ("limit=5&limit=6", "5, 6", "is given more than once, and takes one value"),
        ("limit=5&limit=5", "5, 5", "is given more than once, and takes one value"),
        ("date=2016&date=2017", "2016, 2017", "is given more than once, and takes one value"),
        ("verified=true&verified=true", "true, true", "is given more than once, and takes one value"),
        ("bbox=1,2,3,4&bbox=1,2,3,4", "1,2,3,4, 1,2,3,4", "is given more than once, and takes one value"),
        ("limit=1_000", "1_000", NUMBER),
        ("limit=%205", " 5", NUMBER),
        ("limit=5%0A", "5\n", NUMBER),
        ("limit=%2B5", "+5", NUMBER),
        ("limit=+5", " 5", NUMBER),
        ("limit=-1", "-1", NUMBER),
        ("limit=5.0", "5.0", NUMBER),
        ("limit=1e3", "1e3", NUMBER),
        ("limit=0x10", "0x10", NUMBER),
        ("limit=%D9%A1%D9%A0", "\u0661\u0660", NUMBER),
        ("limit=%EF%BC%95", "\uff15", NUMBER),
        ("limit=ten", "ten", NUMBER),
        ("limit=" + "9" * 40, "9" * 40, NUMBER),
        ("limit=1001", "1001", "must be at most 1000"),
        ("limit=999999999", "999999999", "must be at most 1000"),
        ("verified=yes", "yes", "must be true or false"),
        ("verified=True", "True", "must be true or false"),
        ("verified=1", "1", "must be true or false"),
        ("bbox=1,2,3", "1,2,3", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=1,2,3,4,5", "1,2,3,4,5", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=nan,2,3,4", "nan,2,3,4", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=NaN,NaN,NaN,NaN", "NaN,NaN,NaN,NaN", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=-inf,-90,inf,90", "-inf,-90,inf,90", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=1, 2,3,4", "1, 2,3,4", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=1e1,2,3,4", "1e1,2,3,4", "must be four numbers: west,south,east,north in degrees"),
        ("bbox=1,4,3,2", "1,4,3,2", "must lie within -180,-90,180,90, south before north"),
        ("bbox=-180.1,0,0,0", "-180.1,0,0,0", "must lie within -180,-90,180,90, south before north"),
        ("bbox=0,0,0,90.5", "0,0,0,90.5", "must lie within -180,-90,180,90, south before north"),
        ("sort=date,-date", "date,-date", "names a field twice"),
        ("sort=id,date,id", "id,date,id", "names a field twice"),
        ("fields=id,id", "id,id", "names a field twice"),
        ("include=evidence,evidence", "evidence,evidence", "names a field twice"),
        ("cameo=" + "1" * 201, "1" * 201, "must have at most 200 characters"),
        ("actor=" + ",".join(["russia"] * 101), None, "has 101 values, and takes at most 100"),
        ("cursor=" + "a" * 2001, "a" * 2001, "must have at most 2000 characters"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_an_ill_value_is_refused(client: TestClient, query: str, value: str | None, message: str) -> None:
    """A value that is empty, repeated, out of range or no plain scalar is refused, and shown as far as it is short."""
    error = only(client, f"/v1/events?{query}")
    assert error["parameter"] == query.partition("=")[0]
    assert (error["value"], error["message"]) == (value and value[:200], message)


@pytest.mark.parametrize(
    "date",
    [
        *("yesterday", "2016-13", "2016-02-30", "2016-1-1", "20161001", "2016-10-01T00:00:00", "16", "02016", "0000"),
        *("2016/2015", "../..", "..", "/", "2016/", "/2016", "2016/2017/2018", "2016-10-01/2016-09-30"),
        *("2016-W54", "2016-Q5", "0000-W01", "9999-W52", "9999-W53", "9999-W52/..", "../9999-W52"),
        *("\u0662\u0660\u0661\u0666", " 2016", "2016 ", "2016-10-01\n", "+2016", "-2016", "2016,2017"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/events?date", "/v1/statements?date", "/v1/articles?published"])
def test_what_is_no_date_is_refused(client: TestClient, path: str, date: str) -> None:
    """Only days that the calendar has, and intervals of them in order, are dates; the message says how to write one."""
    answer = client.get(path.partition("?")[0], params={path.partition("?")[2]: date})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["value"] == date
    assert "2016-09-12/2016-10-03" in error["message"]


@pytest.mark.parametrize(
    "instant",
    [
        *("now", "2016", "2016-10", "2016-02-30", "2016-10-01T12:00:00", "2016-10-01 12:00:00Z", "2016-10-01T25:00Z"),
        *("2016-10-01T12:00:00+99:00", "2016-10-01T12:60Z", "2016-10-01T12:00:00.1234567Z", "1475323200"),
        *("0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00"),
    ],
)
@pytest.mark.parametrize("kind", ["events", "statements", "actors", "articles", "places"])
def test_what_is_no_instant_is_refused(client: TestClient, kind: str, instant: str) -> None:
    """A moment needs its zone, and must be one that the calendar has in UTC too."""
    answer = client.get(f"/v1/{kind}", params={"updated_since": instant})
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["parameter"], error["value"]) == ("updated_since", instant)


@pytest.mark.parametrize(
    ("url", "allowed", "nearest"),
    [
        ("/v1/events?type=warnig", [*codes("event-types"), *codes("event-classes")], "warning"),
        ("/v1/events?type__not=phonecall", [*codes("event-types"), *codes("event-classes")], "phone_call"),
        ("/v1/events?role=initator", codes("participant-roles"), "initiator"),
        ("/v1/events?role__all=initator", codes("participant-roles"), "initiator"),
        ("/v1/events?status=confirm", codes("statuses"), "confirmed"),
        ("/v1/events?has=quotes", None, "quote"),
        ("/v1/events?sort=dates", None, "date"),
        ("/v1/events?sort=--date", None, "-date"),
        ("/v1/events?fields=lable", None, "label"),
        ("/v1/events?include=evidense", ["evidence", "statements", "articles", "relations"], "evidence"),
        ("/v1/events?quad_class=5", ["1", "2", "3", "4"], None),
        ("/v1/events?count=exakt", ["exact"], "exact"),
        ("/v1/statements?act=warning", codes("speech-acts"), "warn"),
        ("/v1/statements?topic=ceasefires", codes("topics"), "ceasefire"),
        ("/v1/statements?medium=press-briefing", codes("media"), "press_briefing"),
        ("/v1/statements?directness=Direct", codes("directness"), "direct"),
        ("/v1/actors?kind=persons", codes("actor-kinds"), "person"),
        ("/v1/articles?text_kind=digests", ["full", "digest", "none"], "digest"),
        ("/v1/places?precision=town", codes("place-precisions"), None),
        ("/v1/datasets?sort=titel", None, "title"),
        (f"{DETAILS[0]}?fields=lable", None, "label"),
    ],
    ids=str,
)
def test_an_unknown_code_is_refused(client: TestClient, url: str, allowed: Any, nearest: str | None) -> None:
    """A code that is not in its list is refused with the list, and the nearest code first."""
    error = only(client, url)
    assert error["value"] == url.partition("=")[2]
    if allowed is not None:
        assert error["allowed"] == list(allowed)
    if nearest is not None:
        assert error["nearest"][0] == nearest
        assert nearest in error["allowed"]


@pytest.mark.parametrize(
    ("url", "kind", "nearest"),
    [
        ("/v1/events?actor=sergei-lavrov", "actor", "sergey-lavrov"),
        ("/v1/events?actor__all=russia,sergei-lavrov", "actor", "sergey-lavrov"),
        ("/v1/events?source=rusia", "actor", "russia"),
        ("/v1/events?place__not=alepo", "place", "aleppo"),
        (f"/v1/events?article={FOUNDING}s", "article", FOUNDING),
        ("/v1/events?dataset=alepo-2016", "dataset", "aleppo-2016"),
        ("/v1/events?actor=wikidata:Q0", "actor", None),
        ("/v1/statements?speaker=zakharova", "actor", "maria-zakharova"),
        ("/v1/statements?about=2016-10-01-zakharova-warnin", "event", "2016-10-01-zakharova-warning"),
        ("/v1/actors?parent=RUSSIA", "actor", "russia"),
        ("/v1/articles?publisher=reuter", "actor", "reuters"),
        ("/v1/places?parent=syrie", "place", "syria"),
    ],
)
def test_an_unknown_id_is_refused(client: TestClient, url: str, kind: str, nearest: str | None) -> None:
    """An id that no record has is refused, never an empty list; the nearest ids come with it."""
    error = only(client, url)
    assert error["message"] == f"there is no {kind} of this id"
    assert error["value"] == url.partition("=")[2].rpartition(",")[2]
    if nearest is not None:
        assert error["nearest"][0] == nearest


@pytest.mark.parametrize(
    "url",
    [
        *("/v1/events?country=RU", "/v1/events?actor_country=Russia", "/v1/statements?speaker_country__not=rus"),
        *(
            "/v1/actors?country=XXX",
            "/v1/places?country=SY",
            "/v1/articles?language=arabic",
            "/v1/statements?language=a",
        ),
    ],
)
def test_an_unknown_country_or_language_is_refused(client: TestClient, url: str) -> None:
    """ISO 3166-1 and BCP 47 are public lists: what is in neither is refused, never an empty list."""
    assert only(client, url)["value"] == url.partition("=")[2]


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("cameo=999", None),
        ("cameo=00", "010"),
        ("cameo=04x", "04"),
        ("cameo__not=\u0661\u0669", None),
        # A spreadsheet has taken its zero away.
        ("cameo=42", "042"),
        ("plover=consult", "CONSULT"),
        ("plover__not=consult-phone", "CONSULT"),
        ("plover=CONSULTS", "CONSULT"),
        ("plover=-phone", None),
    ],
)
def test_what_is_in_no_scheme_is_refused(client: TestClient, query: str, nearest: str | None) -> None:
    """CAMEO's roots and PLOVER's events are public lists: what begins with none of them is refused."""
    error = only(client, f"/v1/events?{query}")
    assert (error["parameter"], error["value"]) == query.partition("=")[::2]
    roots = [f"{root:02}" for root in range(1, 21)]
    assert error["allowed"] == roots if query.startswith("cameo") else "CONSULT" in error["allowed"]
    assert error["nearest"][:1] == ([nearest] if nearest else [])


@pytest.mark.parametrize("query", ["cameo=2", "cameo=0", "cameo=20", "cameo=0479", "plover=RETREAT", "plover=AID-any"])
def test_what_a_scheme_may_have_is_looked_for(client: TestClient, query: str) -> None:
    """Data have finer codes than any list, and a code that nothing has is no fault."""
    assert client.get(f"/v1/events?{query}").status_code == 200


def test_all_faults_are_told_at_once(client: TestClient) -> None:
    """One answer names every fault, of names, scalars and codes alike, so that one repair is enough."""
    url = "/v1/events?limti=5&limit=x&type=warnig,veto&type=nope&date=2016-13&sort=date,date&bbox=1&actor="
    told = [(error["parameter"], error["value"]) for error in refused(client, url)]
    assert sorted(told, key=str) == sorted(
        [
            *(("limti", "5"), ("limit", "x"), ("type", "warnig"), ("type", "nope"), ("date", "2016-13")),
            *(("sort", "date,date"), ("actor", ""), ("bbox", "1")),
        ],
        key=str,
    )


def test_several_unknown_ids_are_told_at_once(client: TestClient) -> None:
    """Each id that is unknown is named, with its own parameter."""
    errors = refused(client, "/v1/events?actor=russia,nobody-1&source=nobody-2&place__not=nowhere-3")
    assert [(error["parameter"], error["value"]) for error in errors] == [
        ("actor", "nobody-1"),
        ("source", "nobody-2"),
        ("place__not", "nowhere-3"),
    ]


@pytest.mark.parametrize("path", ["/v1/search", "/v1/suggest"])
def test_what_is_empty_is_not_missing_too(client: TestClient, path: str) -> None:
    """A parameter that a path needs has one error: it is there and empty, or it is not there."""
    assert only(client, f"{path}?q=")["message"] == "is empty; leave it out instead"
    assert only(client, f"{path}?q=a&q=b")["message"] == "is given more than once, and takes one value"
    assert only(client, path)["message"] == "is missing"


@pytest.mark.parametrize(
    ("given_tag", "written"), [("AR", "ar"), ("en-gb", "en-GB"), ("zh-hant", "zh-Hant"), ("iw", "he")]
)
def test_a_tag_in_another_form_has_the_form_that_is_used(client: TestClient, given_tag: str, written: str) -> None:
    """It is a language all the same, so the refusal does not deny that."""
    error = only(client, f"/v1/statements?language={given_tag}")
    assert (error["value"], error["message"]) == (given_tag, f"is written {written}")
    assert error["nearest"] == [written]
