"""What is typed in a dozen languages, and what must come of it, on both databases."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from starlette.testclient import TestClient

from tests.conftest import Databases, client_of
from tests.helpers import found, scripts_url

PAIRS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "search_pairs.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def client(databases: Databases) -> Iterator[TestClient]:
    """A client of the application on the seed and the other scripts."""
    with client_of(scripts_url(databases)) as opened:
        yield opened


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['in']}-{pair['q']}")
def test_a_query_finds_what_it_means(client: TestClient, pair: dict[str, Any]) -> None:
    """Each query finds its records, whatever script, accents, endings or particles, and not those it must miss."""
    hits = found(client, f"/v1/{pair['in']}", urlencode({"q": pair["q"]}))
    if "only" in pair:
        assert hits == sorted(pair["only"])
    assert set(pair.get("finds", ())) <= set(hits)
    assert not set(pair.get("misses", ())) & set(hits)


def test_the_pairs_are_many() -> None:
    """At least eighty pairs in at least eight languages."""
    assert len(PAIRS) >= 80
    assert len({pair["language"] for pair in PAIRS}) >= 8
