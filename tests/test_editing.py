"""One record changed by itself: what is not meant to change does not, and nothing that is sent is passed over."""

from typing import Any

import pytest

from tests.helpers import Record, ids, listed
from tests.writers import ARTICLE, CALL, SECOND, YAML, article, tag_of, writer_of


def test_what_is_read_to_be_written_changes_nothing(seeded_url: str) -> None:
    """PUT takes what `/annotated` gives, and the record stays as it was."""
    with writer_of(seeded_url) as client:
        revision = client.get("/v1/meta").json()["meta"]["revision"]
        for kind in ("events", "statements", "actors", "articles", "places"):
            for key in ids(listed(client, f"/v1/{kind}"))[::12]:
                path = f"/v1/{kind}/{key}"
                read = client.get(f"{path}/annotated")
                answer = client.put(path, json=read.json()["data"], headers={"If-Match": read.headers["etag"]})
                assert answer.status_code == 200, (path, answer.text)
        assert client.get("/v1/meta").json()["meta"]["revision"] == revision


def test_an_article_can_be_changed_whose_event_others_tell(seeded_url: str) -> None:
    """What the event is stays with the article that says so, whichever of them is changed."""
    with writer_of(seeded_url) as client:
        for article in (ARTICLE, SECOND):
            assert client.post("/v1/articles", content=article, headers=YAML).status_code == 201
        before = client.get(f"/v1/events/{CALL}/annotated").json()["data"]
        for key in ("2016-10-05-call", "2016-10-06-call-again"):
            path = f"/v1/articles/{key}"
            answer = client.patch(path, json={"title": "The call was long"}, headers=tag_of(client, path))
            assert answer.status_code == 200, answer.text
        assert client.get(f"/v1/events/{CALL}/annotated").json()["data"] == before


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_code_is_of_one_actor(seeded_url: str, method: str) -> None:
    """A code that another actor has is refused, with whose it is."""
    with writer_of(seeded_url) as client:
        path = "/v1/actors/russia"
        code = client.get(path).json()["data"]["codes"]["iso3"]
        sent = {"kind": "state", "names": "Other", "codes": {"iso3": code}}
        assert client.put("/v1/actors/other", json={**sent, "codes": {}}).status_code == 201
        answer = client.request(method, "/v1/actors/other", json=sent, headers=tag_of(client, "/v1/actors/other"))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["parameter"], error["value"]) == ("codes.iso3", code)
        assert error["message"] == "is the code of russia already"


def test_a_fault_of_what_several_articles_tell_is_told_once(seeded_url: str) -> None:
    """Six articles tell this event: their evidence is one list in its form for writing, and so is its fault."""
    with writer_of(seeded_url) as client:
        path = "/v1/events/2016-09-19-syrian-army-ends-truce"
        assert len({one["article"] for one in client.get(f"{path}/annotated").json()["data"]["evidence"]}) == 6
        answer = client.patch(path, json={"evidence": []}, headers=tag_of(client, path))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert (error["parameter"], error["message"]) == ("evidence", "has no evidence")


@pytest.mark.parametrize("name", ["sumary", "id", "url", "revision", "updated_at"])
def test_a_patch_takes_nothing_away_that_is_not_there_to_take(seeded_url: str, name: str) -> None:
    """Null for a field that a record has not, or must keep, is refused like any other value of it."""
    with writer_of(seeded_url) as client:
        path = "/v1/events/2016-09-12-truce-start"
        answer = client.patch(path, json={name: None}, headers=tag_of(client, path))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["parameter"] == name
        assert {"summary", "label"} <= set(error["allowed"])


@pytest.mark.parametrize(
    ("sent", "parameter"),
    [
        ({"type": None}, "type"),
        ({"label": None}, "label"),
        ({"evidence": []}, "evidence"),
        ({"evidence": ["“Not” in the 'text'"]}, "evidence[0]"),
    ],
)
def test_a_refusal_names_the_field_and_what_it_had(seeded_url: str, sent: Record, parameter: str) -> None:
    """The parameter is what is to be mended, and the value is what came, quotation marks and all."""
    with writer_of(seeded_url) as client:
        client.post("/v1/articles", content=ARTICLE, headers=YAML)
        path = f"/v1/events/{CALL}"
        answer = client.patch(path, json=sent, headers=tag_of(client, path))
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["parameter"] == parameter
        if sent.get("evidence"):
            assert error["value"] == sent["evidence"][0]


def test_a_new_event_says_which_article_tells_it(seeded_url: str) -> None:
    """The parameter that is missing is named."""
    with writer_of(seeded_url) as client:
        answer = client.put("/v1/events/new", json={"type": "meeting", "label": "They meet", "evidence": ["x"]})
        assert [error["parameter"] for error in answer.json()["errors"]] == ["article"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('{"id": %s}' % ("1" * 5000), "not JSON: it has a number too long to read"),
        ("", "not JSON: Expecting value"),
    ],
)
def test_what_is_no_json_is_told_in_our_words(seeded_url: str, body: str, found: str) -> None:
    """Nothing of how the program reads it."""
    with writer_of(seeded_url) as client:
        answer = client.post("/v1/check", content=body, headers={"Content-Type": "application/json"})
        assert [fault["message"] for fault in answer.json()["data"]["faults"]] == [found]


@pytest.mark.parametrize(
    ("method", "kind", "status"),
    [
        ("PUT", "application/json", 200),
        ("PUT", "Application/JSON; profile=x; charset=UTF-8", 200),
        ("PUT", 'application/json;charset="utf8"', 200),
        ("PUT", "application/yaml", 200),
        ("PUT", "application/merge-patch+json", 415),
        ("PUT", "application/json; profile=x; charset=latin-1", 415),
        ("PUT", "application/json; charset=", 415),
        ("PUT", "text/plain", 415),
        ("PUT", "", 415),
        ("PATCH", "application/merge-patch+json", 200),
    ],
)
def test_a_body_is_of_a_kind_that_is_read(seeded_url: str, method: str, kind: str, status: int) -> None:
    """Parts are not taken for a whole, nor one charset for another."""
    with writer_of(seeded_url) as client:
        body = b'{"names": "Aleppo", "precision": "settlement", "parent": "syria"}'
        headers = {"Content-Type": kind, "Content-Encoding": "Identity", "If-Match": "*"}
        answer = client.request(method, "/v1/places/aleppo", content=body, headers=headers)
        assert answer.status_code == status, answer.text
        if status == 415:
            assert answer.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/check", "/v1/articles"])
def test_everything_that_is_wrong_is_told_at_once(seeded_url: str, path: str) -> None:
    """A field that cannot be read hides nothing that is wrong elsewhere, and what names its record is not at fault."""
    sent = article(sumary=None, agency=["A", "B"])
    (call,), (said,) = sent["events"], sent["statements"]
    sent["events"] = [
        {**call, "date": "2016-02-30"},
        {**call, "id": "other", "place": "nowhere", "evidence": ["Not so"]},
    ]
    sent["statements"] = [{**said, "about": ["other"], "speaker": "sergei-lavrov"}]
    with writer_of(seeded_url) as client:
        answer = client.post(path, json=sent).json()
        faults = answer["data"]["faults"] if path == "/v1/check" else answer["errors"]
        assert sorted(fault["where" if path == "/v1/check" else "parameter"] for fault in faults) == [
            *("agency[0]", "agency[1]", "events[0].date", "events[1].evidence[0]", "events[1].place"),
            *("statements[0].speaker", "sumary"),
        ]


@pytest.mark.parametrize("broken", [{"text": 1}, {"id": "A"}, {"events": {}}, {"title": None}])
def test_what_the_rest_hangs_on_is_told_alone(seeded_url: str, broken: Record) -> None:
    """Without its text, id or title an article cannot be checked further."""
    with writer_of(seeded_url) as client:
        faults = client.post("/v1/check", json=article(**broken)).json()["data"]["faults"]
        assert [fault["where"] for fault in faults] == list(broken)


def test_no_event_has_the_id_of_a_view(seeded_url: str) -> None:
    """Nobody could read it at its path, nor change it: what is written is refused if a fixed path has its id."""
    with writer_of(seeded_url) as client:
        paths = [path.split("/") for path in client.get("/openapi.json").json()["paths"]]
        views = {path[3] for path in paths if path[:3] == ["", "v1", "events"] and len(path) == 4} - {"{id}"}
        assert views == {"timeline", "facets"}
        for view in views:
            sent = article(statements=[], events=[{**article()["events"][0], "id": view}])
            answer = client.post("/v1/articles", json=sent)
            assert answer.status_code == 422
            (error,) = answer.json()["errors"]
            assert (error["parameter"], error["value"]) == ("events[0].id", view)
            assert error["message"] == f"is a view of events, at /v1/events/{view}; choose another id"


@pytest.mark.parametrize(
    ("where", "name", "meant"),
    [
        ((), "eventz", "events"),
        (("events", 0), "evidnce", "evidence"),
        (("events", 0, "participants", 1), "onbehalfof", "on_behalf_of"),
        (("statements", 0, "quote"), "txt", "text"),
    ],
)
def test_an_unknown_name_has_the_names_that_are_known(
    seeded_url: str, where: tuple[str | int, ...], name: str, meant: str
) -> None:
    """Wherever it stands, with the nearest of them first."""
    sent = article()
    part: Any = sent
    for step in where:
        part = part[step]
    part[name] = "x"
    with writer_of(seeded_url) as client:
        (error,) = client.post("/v1/articles", json=sent).json()["errors"]
        assert error["parameter"].rpartition(".")[2] == name
        assert error["message"] == "is not known here"
        assert set(part) - {name} <= set(error["allowed"])
        assert error["nearest"][0] == meant


def test_an_unknown_name_of_a_role_has_those_of_roles(seeded_url: str) -> None:
    """They are the names that are written, not those of the program."""
    sent = {"kind": "person", "names": "New", "roles": [{"title": "Envoy", "form": 2016}]}
    with writer_of(seeded_url) as client:
        (error,) = client.put("/v1/actors/new", json=sent).json()["errors"]
        assert (error["parameter"], error["allowed"]) == ("roles[0].form", ["title", "organisation", "from", "to"])
        assert error["nearest"] == ["from"]


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("json", b"", "not JSON: Expecting value, in line 1"),
        ("json", b'{\n"names": "X",\n', "not JSON: Expecting property name enclosed in double quotes, in line 3"),
        ("json", b'{"lat": NaN}', "not JSON: NaN is not a number, in line 1"),
        ("json", b'{"names": "\xff"}', "not UTF-8, in line 1"),
        ("yaml", b"names: X\nprecision: [", "not YAML: did not find expected node content, in line 3"),
    ],
)
def test_a_body_that_cannot_be_read_is_malformed(seeded_url: str, kind: str, body: bytes, message: str) -> None:
    """It is a 400 that says where, whatever it was sent to; one that can be read but is wrong is a 422."""
    with writer_of(seeded_url) as client:
        for method, path, headers in (
            ("POST", "/v1/articles", {}),
            ("PUT", "/v1/places/new", {}),
            ("PATCH", "/v1/places/aleppo", {"If-Match": "*"}),
            ("POST", "/v1/actors/john-kerry/merge", {}),
        ):
            told = {"Content-Type": f"application/{kind}", **headers}
            answer = client.request(method, path, content=body, headers=told)
            assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
            (error,) = answer.json()["errors"]
            assert (error["parameter"], error["message"]) == ("document", message)
            assert client.request(method, path, json=[], headers=headers).status_code == 422
