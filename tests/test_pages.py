"""Pages for people: the greeting, and the documentation that needs no network."""

import re
from urllib.parse import urljoin

import pytest
from starlette.testclient import TestClient

from app import __version__
from tests.conftest import Databases, client_of
from tests.helpers import odd_url

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
# What a page fetches by itself; a link is followed by a person.
FETCHED = re.compile(
    r"""<(?:script|img|link|iframe|source|object|form)\b[^>]*?\b(?:src|href|data|action)=["']([^"']+)"""
)
ABSOLUTE = re.compile(r"""https?://[^\s"'<>`)]+""")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (BROWSER, "text/html; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        ("*/*", "text/plain; charset=utf-8"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("", "text/plain; charset=utf-8"),
    ],
)
def test_the_greeting_is_of_the_asked_kind(client: TestClient, accept: str, media_type: str) -> None:
    """A browser gets a page, a program JSON, curl plain text; caches keep them apart."""
    answer = client.get("/", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert "accept" in answer.headers["vary"].lower()
    assert __version__ in answer.text
    assert "/v1/events" in answer.text


def test_the_greeting_as_json_lists_every_path(client: TestClient) -> None:
    """A program finds the lists, the document and its page by whole addresses, all of which answer.

    The formats of a list stand in the document, at its path.
    """
    body = client.get("/", headers={"Accept": "application/json"}).json()
    base = "http://127.0.0.1:8000"
    assert (body["name"], body["version"]) == ("Dragoman", __version__)
    assert (body["openapi"], body["docs"]) == (f"{base}/openapi.json", f"{base}/docs")
    document = client.get("/openapi.json").json()
    named = {path: one["get"]["operationId"] for path, one in document["paths"].items() if "get" in one}
    listed = {
        path
        for path, name in named.items()
        if path.startswith("/v1/") and "{" not in path and not name.startswith(("export_", "stream_"))
    }
    assert {path.removeprefix(base).partition("?")[0] for path in body["paths"]} == listed
    for address in (*body["paths"], body["openapi"], body["docs"]):
        assert client.get(address.removeprefix(base)).status_code == 200


@pytest.mark.parametrize("accept", [BROWSER, "*/*"])
def test_every_address_of_the_greeting_answers(client: TestClient, accept: str) -> None:
    """The examples can be pasted as they stand."""
    page = client.get("/", headers={"Accept": accept}).text
    addresses = re.findall(r"http://127\.0\.0\.1:8000([^\s'\"<)]*)", page)
    assert len(addresses) >= 3
    for address in {*addresses, *re.findall(r'href="(/[^"]*)"', page)}:
        assert client.get(address.replace("&amp;", "&")).status_code == 200, address


def test_the_greeting_names_the_public_address(databases: Databases) -> None:
    """Behind a proxy the greeting shows the address that clients use."""
    with client_of(odd_url(databases), public_url="https://events.example/api/") as client:
        for accept in (BROWSER, "application/json", "*/*"):
            page = client.get("/", headers={"Accept": accept, "Host": "evil.example"}).text
            assert "https://events.example/api/v1/events" in page
            assert "127.0.0.1" not in page
            assert "evil" not in page


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_fetches_nothing_from_elsewhere(client: TestClient, path: str) -> None:
    """Scripts, styles and images come from this server, and are there."""
    page = client.get(path, headers={"Accept": BROWSER})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    fetched = [address for address in FETCHED.findall(page.text) if not address.startswith("data:")]
    # Relative, so that they are found behind a proxy that puts all of this under a path of its own.
    assert not any(address.startswith("/") or ":" in address for address in fetched)
    for address in fetched:
        answer = client.get(urljoin(path, address))
        assert answer.status_code == 200, address
        assert answer.content
    assert all(address.startswith("http://127.0.0.1:8000") for address in ABSOLUTE.findall(page.text))


def test_the_documentation_has_its_assets(client: TestClient) -> None:
    """`/docs` brings script, style and icon, each of its kind, and reads our own document."""
    page = client.get("/docs").text
    fetched = FETCHED.findall(page)
    kinds = {address.rpartition(".")[2]: client.get(f"/{address}").headers["content-type"] for address in fetched}
    assert kinds["js"].partition(";")[0] in ("text/javascript", "application/javascript")
    assert kinds["css"].partition(";")[0] == "text/css"
    assert kinds["png"] == "image/png"
    assert "'openapi.json'" in page


@pytest.mark.parametrize("path", ["/assets/../settings.py", "/assets/%2e%2e/__init__.py", "/assets/", "/assets"])
def test_only_assets_are_served(client: TestClient, path: str) -> None:
    """No way leads out of the folder of assets, and it is not listed."""
    assert client.get(path).status_code == 404
