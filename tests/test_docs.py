"""The documents say what is so."""

import re

import jq
import pytest
from starlette.testclient import TestClient

from app import __version__
from app.loading.annotated import FILES, schema
from app.loading.folder import validated
from app.loading.reading import read
from app.openapi import EXAMPLES
from app.settings import ROOT, Settings
from tests.make_examples import make

README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\$ curl -s '([^']+)'(?: \\\n *)? \| jq (-\w) '([^']+)'\n((?:.+\n)+)```$", re.MULTILINE)
BASE = "http://127.0.0.1:8000"


@pytest.mark.parametrize("example", EXAMPLE.findall(README), ids=lambda example: example[0].removeprefix(BASE)[:40])
def test_an_example_of_the_readme_answers_what_it_shows(client: TestClient, example: tuple[str, str, str, str]) -> None:
    """The output under each curl line is the real one."""
    url, style, program, shown = example
    found = jq.compile(program).input_text(client.get(url.removeprefix(BASE)).text)
    lines = [str(line) for line in found.all()] if style == "-r" else found.text().splitlines()
    assert "\n".join(lines) == shown.rstrip()


def test_the_readme_has_its_examples() -> None:
    """Three questions and a mistake, each with its output, in under 200 lines."""
    assert len(EXAMPLE.findall(README)) == README.count("$ curl") == 4
    assert README.count("\n") < 200


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
