"""The OpenAPI document says what the service does, and every record is as it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from pydantic import BaseModel
from starlette.testclient import TestClient

from app import __version__
from app.codes import LISTS, code_list
from app.http.negotiation import OFFERS
from app.records.actors import ActorDetails, ActorOut
from app.records.articles import ArticleOut
from app.records.datasets import DatasetOut
from app.records.details import ArticleDetails, EventDetails, StatementDetails
from app.records.events import EventOut
from app.records.places import PlaceOut
from app.records.statements import StatementOut
from tests.conftest import Databases, client_of
from tests.helpers import FOUNDING, KINDS, Record, ids, listed, odd_url
from tests.writers import ARTICLE, writer_of

SHAPES: dict[str, tuple[type[BaseModel], type[BaseModel]]] = {
    "events": (EventOut, EventDetails),
    "statements": (StatementOut, StatementDetails),
    "actors": (ActorOut, ActorDetails),
    "articles": (ArticleOut, ArticleDetails),
    "places": (PlaceOut, PlaceOut),
    "datasets": (DatasetOut, DatasetOut),
}
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
# A cursor is good for one query of one installation: there is none to show.
UNSHOWN = {"cursor"}
# A stream of changes goes on for ever, and the odd records span more weeks than one answer holds.
ENDS = {"changes": {"since": "0", "limit": "1"}, "timeline": {"date": "2016"}}
# A parameter that says something of another has no meaning without it, and so no default, which clients would send.
BESIDE = {"group_size": "group_by"}
# Stands for a path that nobody reads without a key.
KEYED: Record = {"security": []}
INCLUDES = {"events": "evidence,statements,articles,relations", "statements": "evidence,articles,relations"}


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the odd ones."""
    with client_of(odd_url(databases)) as opened:
        yield opened


@pytest.fixture(scope="module")
def document(client: TestClient) -> Record:
    """The OpenAPI document as it is served."""
    found: Record = client.get("/openapi.json").json()
    return found


@pytest.fixture(scope="module")
def operations(document: Record) -> dict[str, Record]:
    """Every operation that anybody may use to read, by its path."""
    return {path: one["get"] for path, one in document["paths"].items() if "security" not in one.get("get", KEYED)}


@pytest.fixture(scope="module")
def keyed(document: Record) -> dict[tuple[str, str], Record]:
    """Every other operation, by its method and path: all need a key but that which checks."""
    return {
        (method, path): one
        for path, methods in document["paths"].items()
        for method, one in methods.items()
        if method != "get" or "security" in one
    }


NEEDS_WORDS = ("/v1/search", "/v1/suggest")


def filled(path: str, operation: Record) -> str:
    """PATH with the example of its parameter."""
    examples = {
        one["name"]: one["schema"]["examples"][0] for one in operation.get("parameters", []) if one["in"] == "path"
    }
    return path.format(**examples)


def needed(operation: Record) -> dict[str, str]:
    """What OPERATION wants beside its own: parameters without which it has no answer, or no end of it."""
    ends = ENDS.get(operation["operationId"].rpartition("_")[2], {})
    return ends | {one["name"]: str(one["example"]) for one in asked(operation) if one["required"]}


def written(example: Any) -> str:
    """EXAMPLE as it stands in a query string."""
    if isinstance(example, list):
        return ",".join(written(one) for one in example)
    return example if isinstance(example, str) else json.dumps(example)


def asked(operation: Record) -> list[Record]:
    return [one for one in operation.get("parameters", []) if one["in"] == "query"]


def nodes(node: Any) -> Iterator[Record]:
    if isinstance(node, dict):
        yield node
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(child)


def check_against(document: Record, schema: Record, body: Any, where: str) -> None:
    """BODY is as SCHEMA of DOCUMENT says."""
    validator = Draft202012Validator({**schema, "components": document["components"]}, format_checker=FormatChecker())
    faults = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(body)]
    assert faults == [], where


def test_the_document_is_openapi(document: Record, operations: dict[str, Record]) -> None:
    """Version 3.1, with title, version, licence and the public address; its tags are described and all used."""
    assert re.fullmatch(r"3\.1\.\d", document["openapi"])
    assert set(document) <= {"openapi", "info", "servers", "paths", "components", "tags", "externalDocs", "security"}
    assert (document["info"]["title"], document["info"]["version"]) == ("Dragoman", __version__)
    assert document["info"]["license"]["identifier"] == "Apache-2.0"
    assert document["info"]["description"]
    assert document["servers"] == [{"url": "http://127.0.0.1:8000"}]
    assert all(tag["description"] for tag in document["tags"])
    used = {tag for one in operations.values() for tag in one["tags"]}
    assert {tag["name"] for tag in document["tags"]} == used | {"writing"}


def test_every_schema_is_a_json_schema(document: Record) -> None:
    """Every schema of the document is sound by the rules of JSON Schema 2020-12, which OpenAPI 3.1 takes."""
    for name, schema in document["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)


def test_every_reference_resolves(document: Record) -> None:
    """What the document refers to stands in it, and nothing stands in it that nobody refers to."""
    schemas = document["components"]["schemas"]
    used = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    assert used <= {f"#/components/schemas/{name}" for name in schemas}
    lists = {code_list(name).name for name in LISTS}
    assert {name for name in schemas if f"#/components/schemas/{name}" not in used} <= lists


def test_every_operation_is_named_and_described(operations: dict[str, Record]) -> None:
    """An operation has a summary that says more than its name, one tag, and a short id of its own in snake case."""
    names = [one["operationId"] for one in operations.values()]
    assert len(set(names)) == len(names)
    for path, one in operations.items():
        assert re.fullmatch(r"(list|read|export|stream)(_[a-z]+){1,3}|search|suggest", one["operationId"]), path
        assert len(one["tags"]) == 1, path
        assert one["summary"], path
        assert one["summary"].lower() != one["operationId"].replace("_", " "), path


def test_every_parameter_is_described(operations: dict[str, Record]) -> None:
    """A parameter says what it does, in a sentence, and shows an example that its own schema takes."""
    for path, operation in operations.items():
        names = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
        assert len(set(names)) == len(names), path
        assert [name for kind, name in names if kind == "path"] == re.findall(r"{(\w+)}", path)
        for one in operation.get("parameters", []):
            assert one["description"].endswith("."), f"{path} {one['name']}"
            assert one["required"] is (one["in"] == "path" or (path in NEEDS_WORDS and one["name"] == "q"))


def test_every_example_is_as_its_schema_says(document: Record, operations: dict[str, Record]) -> None:
    """An example of a parameter, and its default, are values of its schema."""
    for path, operation in operations.items():
        for one in operation.get("parameters", []):
            if one["name"] not in UNSHOWN:
                example = one["example"] if "example" in one else one["schema"]["examples"][0]
                check_against(document, one["schema"], example, f"{path} {one['name']}")
            if "default" in one["schema"]:
                assert one["name"] not in BESIDE
                check_against(document, one["schema"], one["schema"]["default"], f"{path} {one['name']}")
            if one["schema"].get("format") == "date-time":
                assert "T" in one["example"], f"{path} {one['name']}"


def test_every_example_is_accepted(client: TestClient, operations: dict[str, Record]) -> None:
    """Each example of each parameter is answered alone, and all those of a path together.

    Alone it is asked for of one file of a list, whatever the format: they all take the same way up to the writing.
    """
    alone: set[tuple[str, str, str]] = set()
    for path, operation in operations.items():
        shown = {
            one["name"]: ",".join(one["example"])
            if isinstance(one["example"], list)
            else str(one["example"]).replace("True", "true")
            for one in asked(operation)
            if one["name"] not in UNSHOWN
        }
        url = filled(path, operation)
        near = needed(operation)
        whole = re.sub(r"\.\w+$", ".*", path)
        for name, value in shown.items():
            if (whole, name, value) not in alone:
                alone.add((whole, name, value))
                params = near | {other: shown[other] for other in {name, BESIDE.get(name, name)}}
                assert client.get(url, params=params).status_code == 200, f"{url}?{name}={value}"
        # Words are looked up in the present only.
        shown.pop("as_of" if "q" in shown else "", None)
        assert client.get(url, params=near | shown).status_code == 200, url


@pytest.mark.parametrize("path", ["/v1/events", "/v1/statements", "/v1/actors", "/v1/articles", "/v1/places"])
def test_every_example_of_a_filter_finds_something(
    client: TestClient, operations: dict[str, Record], path: str
) -> None:
    """In the seed, so that who tries it sees what it is; only codes of other sources are in none of its records."""
    shown = [one for one in asked(operations[path]) if one["name"] not in {*UNSHOWN, "limit"}]
    for one in (one for one in shown if one["name"].partition("__")[0] != "code"):
        params = {one["name"]: written(one["example"])}
        assert client.get(path, params=params).json()["data"], params


def test_the_document_has_the_parameters_that_are_taken(client: TestClient, operations: dict[str, Record]) -> None:
    """A path takes the parameters of the document and no other: its refusal of an unknown one lists the same."""
    for path, operation in operations.items():
        wanted = needed(operation) | {"nonsense": "1"}
        (error,) = client.get(filled(path, operation), params=wanted).json()["errors"]
        assert error["allowed"] == sorted(one["name"] for one in asked(operation)), path


def test_every_error_is_declared_as_a_problem(client: TestClient, operations: dict[str, Record]) -> None:
    """Errors have the one media type; what a path can refuse is declared."""
    for path, operation in operations.items():
        answers = operation["responses"]
        for status, answer in answers.items():
            assert answer["description"]
            assert status == "200" or answer["content"] == PROBLEM, f"{path} {status}"
        url = filled(path, operation)
        tried = [f"{url}?nonsense=1", f"{url}?a=%00"] + ([f"{url}-x"] if "{" in path else [])
        for address in tried:
            assert str(client.get(address).status_code) in answers, address


def test_the_enums_are_the_code_lists(document: Record) -> None:
    """Each code list is one enum, in the order of its file, named after it."""
    for name in LISTS:
        schema = document["components"]["schemas"][code_list(name).name]
        assert schema["enum"] == list(code_list(name).codes)
        assert schema["type"] == "string"
        assert schema["description"] == code_list(name).description
    assert not [node for node in nodes(document) if "x-code-list" in node]


def test_what_a_parameter_may_be_has_one_name(document: Record, operations: dict[str, Record]) -> None:
    """Parameters of several paths that take the same words share one named enum, for one type in clients."""
    schemas = document["components"]["schemas"]
    parameters = [one for operation in operations.values() for one in operation.get("parameters", [])]
    assert not [node for one in parameters for node in nodes(one["schema"]) if "enum" in node]
    listed, rows = (
        {node["$ref"] for one in asked(operations[path]) for node in nodes(one["schema"]) if "$ref" in node}
        for path in ("/v1/events", "/v1/events.csv")
    )
    assert rows < listed
    assert schemas["EventInclude"]["enum"] == ["evidence", "statements", "articles", "relations"]
    assert schemas["EventSort"]["enum"] != schemas["StatementSort"]["enum"]


def test_an_answer_promises_no_default(document: Record) -> None:
    """What may be left out of an answer has no default, which clients would take for a promise that it is there."""
    members = [
        member
        for name, schema in document["components"]["schemas"].items()
        if name.endswith(("Out", "Listed", "Details", "Problem"))
        for member in schema.get("properties", {}).values()
    ]
    assert members
    assert not [member for member in members if "default" in member]


def test_every_path_answers_as_declared(client: TestClient, document: Record, operations: dict[str, Record]) -> None:
    """The example of every path is answered with the declared media type, in the declared shape."""
    for path, operation in operations.items():
        answer = client.get(filled(path, operation), params=needed(operation))
        assert answer.status_code == 200, path
        declared = operation["responses"]["200"]["content"]
        exact = answer.headers["content-type"]
        media_type = exact if exact in declared else exact.partition(";")[0]
        assert next(iter(declared)) == media_type, path
        # What else is declared is had by Accept.
        assert [*declared][1:] == [one for one in OFFERS.get(path, {}) if one != media_type], path
        if not re.fullmatch(r"application/(\w+\+)?json\b.*", media_type):
            continue
        check_against(document, declared[media_type]["schema"], answer.json(), path)
        for media in declared.values():
            if "example" in media:
                check_against(document, media["schema"], media["example"], f"the example of {path}")


@pytest.mark.parametrize("kind", KINDS)
def test_every_list_is_as_declared(
    client: TestClient, document: Record, operations: dict[str, Record], kind: str
) -> None:
    """The whole list, and what may be embedded in it, is in the declared shape."""
    schema = operations[f"/v1/{kind}"]["responses"]["200"]["content"]["application/json"]["schema"]
    for query in ("", *(f"&include={name}" for name in INCLUDES.get(kind, "").split(",") if name)):
        body = client.get(f"/v1/{kind}?limit=1000{query}").json()
        body["data"] = body["data"][:25]
        check_against(document, schema, body, query)


def test_problems_are_as_declared(client: TestClient, document: Record) -> None:
    """A refusal, a missing record and a bad cursor have the declared shape."""
    for url in ("/v1/events?limit=x&actor=&nope=1", "/v1/events/nope", "/v1/events?cursor=x", "/nope"):
        check_against(document, PROBLEM["application/problem+json"]["schema"], client.get(url).json(), url)


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_is_of_its_class(client: TestClient, kind: str) -> None:
    """Every stored record, in lists and alone, is what its class says: nothing missing, nothing more."""
    in_list, alone = SHAPES[kind]
    rows = listed(client, f"/v1/{kind}")
    for row in rows:
        in_list.model_validate(row, by_alias=True)
    for id in ids(rows):
        alone.model_validate(client.get(f"/v1/{kind}/{id}").json()["data"], by_alias=True)


def test_every_address_in_a_record_answers(client: TestClient) -> None:
    """The `url` of a record, and of a reference to one, is its path here."""
    for kind in KINDS:
        rows = listed(client, f"/v1/{kind}")
        assert [row["url"] for row in rows] == [f"/v1/{kind}/{row['id']}" for row in rows]
        urls = [*(row["url"] for row in rows[::20]), *(node["url"] for node in nodes(rows[:20]) if "url" in node)]
        assert {client.head(url).status_code for url in urls} == {200}


def test_every_write_is_described(document: Record, keyed: dict[tuple[str, str], Record]) -> None:
    """A summary, one tag, a name of its own, described headers, a typed body, typed answers, and the need of a key."""
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    names = [one["operationId"] for one in keyed.values()]
    assert len(set(names)) == len(names) == 27
    for (method, path), one in keyed.items():
        assert re.fullmatch(r"(post|put|patch|delete|merge|unmerge|check|read)(_[a-z]+){1,2}", one["operationId"])
        assert (one["tags"], bool(one["summary"])) == (["writing"], True)
        assert one.get("security") == (None if path == "/v1/check" else [{"bearer": []}])
        for parameter in one.get("parameters", []):
            assert parameter["description"].endswith("."), f"{method} {path} {parameter['name']}"
            shown = parameter["example"] if "example" in parameter else parameter["schema"]["examples"][0]
            check_against(document, parameter["schema"], shown, f"{method} {path}")
        assert ("requestBody" in one) is (method in ("post", "put", "patch")), f"{method} {path}"
        for status, answer in one["responses"].items():
            assert answer["description"]
            assert answer.get("content") == PROBLEM if int(status) >= 300 else int(status) in (200, 201, 204)
        headers = {parameter["name"] for parameter in one.get("parameters", []) if parameter["in"] == "header"}
        assert ("Idempotency-Key" in headers) is (method != "get" and path != "/v1/check")
        told = {
            "401": "security" in one,
            "409": "Idempotency-Key" in headers,
            "412": "If-Match" in headers,
            "413": "requestBody" in one,
            "415": "requestBody" in one,
            "428": "If-Match" in headers,
        }
        assert {status: status in one["responses"] for status in told} == told, f"{method} {path}"


@pytest.mark.parametrize("kind", ["events", "statements", "actors", "articles", "places"])
def test_what_is_read_to_be_written_is_as_declared(
    databases: Databases, document: Record, keyed: dict[tuple[str, str], Record], kind: str
) -> None:
    """The form for writing has the shape that the body of a PUT has."""
    declared = keyed["get", f"/v1/{kind}/{{id}}/annotated"]["responses"]["200"]["content"]["application/json"]["schema"]
    body = keyed["put", f"/v1/{kind}/{{id}}"]["requestBody"]["content"]["application/json"]["schema"]
    with writer_of(odd_url(databases), name=f"reads-{kind}") as client:
        for key in ids(listed(client, f"/v1/{kind}"))[::9]:
            path = f"/v1/{kind}/{key}/annotated"
            read = client.get(path).json()
            check_against(document, declared, read, path)
            check_against(document, body, read["data"], path)


def test_a_body_is_as_declared(document: Record, client: TestClient) -> None:
    """What a record is in the form for writing is what the document says of a body."""
    article = client.get(f"/v1/articles/{FOUNDING}").json()["data"]
    assert article["id"] == FOUNDING
    schemas = document["components"]["schemas"]
    for name in ("Article", "LoneEvent", "LoneStatement", "Actor", "Place", "Dataset", "MergeIn", "MergePatch"):
        assert schemas[name]["type"] == "object", name
    check_against(
        document, {"$ref": "#/components/schemas/Article"}, yaml.load(ARTICLE, yaml.BaseLoader), "the article"
    )
