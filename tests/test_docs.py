"""The documents say what is so."""

import re
from collections import Counter
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app import __version__
from app.http.openapi import EXAMPLES
from app.loading.reading import read
from app.loading.schemas import FILES, schema
from app.loading.validating import validated
from app.settings import ROOT, Settings
from tests.documented import DOCUMENTS, output, shown
from tests.make_examples import make

README = (ROOT / "README.md").read_text(encoding="utf-8")
LINES = [(document.name, *line) for document in DOCUMENTS for line in shown(document.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("document", "command", "answer"), LINES)
def test_a_line_of_a_document_answers_what_it_shows(
    client: TestClient, document: str, command: str, answer: str
) -> None:
    """The output under each line is the real one; `make examples` puts it there."""
    assert output(client, command) == answer, document


def test_the_documents_have_their_lines() -> None:
    """Three questions and a mistake in the README, which is short; twelve questions; ten panels of one request."""
    lines = Counter(document for document, *_ in LINES)
    assert lines["README.md"] == README.count("$ curl") == 4
    assert README.count("\n") < 220
    for name, sections in (("cookbook.md", 12), ("dashboards.md", 10)):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        parts = re.split(r"^## \d+\. ", text, flags=re.MULTILINE)[1:]
        assert len(parts) == sections
        assert all(shown(part) for part in parts)
        assert lines[name] == len(re.findall(r"^\$ ", text, re.MULTILINE))
    assert lines["dashboards.md"] == 10


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    """A link to a file of the repository names one that is there."""
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text(encoding="utf-8"))
    found = [link for link in links if not link.startswith("http")]
    assert found
    assert [link for link in found if not (document.parent / link).exists()] == []


def test_every_setting_is_in_the_readme() -> None:
    """The table of settings names all of them and no other."""
    named = set(re.findall(r"^\| `DRAGOMAN_(\w+)`", README, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_the_article_of_the_readme_is_sound() -> None:
    """The example of an annotated article loads."""
    source = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)
    assert source is not None
    article = validated(read("README.md", source[1].encode()), FILES["article"])
    assert article.model_dump()["id"] == "2016-10-03-example"


@pytest.mark.parametrize("name", FILES)
def test_the_published_schemas_are_those_of_the_models(name: str) -> None:
    """`dragoman schema` has been run since the models changed."""
    stored = read(f"{name}.json", (ROOT / "seed" / "schemas" / f"{name}.json").read_bytes())
    assert stored.content == schema(name)


def test_the_examples_are_the_answers_of_today(client: TestClient) -> None:
    """`make examples` has been run since the seed or the answers changed."""
    assert EXAMPLES.read_bytes() == make(client)


def test_version_and_changelog_agree() -> None:
    """The newest entry of the changelog is the version."""
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == __version__
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
