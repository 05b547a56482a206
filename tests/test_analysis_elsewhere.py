"""What docs/analysis.md shows: files of ours in the engines that people count everything with."""

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from starlette.testclient import TestClient

from app.settings import ROOT
from tests.helpers import Record, listed

TEXT = (ROOT / "docs" / "analysis.md").read_text("utf-8")
FIRST, SECOND = re.findall(r"```sql\n(.*?)```", TEXT, re.DOTALL)
(SPARK,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def lake(client: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files."""
    folder = tmp_path_factory.mktemp("lake")
    for kind in ("events", "statements"):
        (folder / f"{kind}.parquet").write_bytes(client.get(f"/v1/{kind}.parquet").content)
    return folder


def in_duckdb(lake: Path, query: str) -> list[Any]:
    with duckdb.connect() as db:
        return db.sql(re.sub(r"'(?=\w+\.parquet')", f"'{lake}/", query)).fetchall()


def _conflictual(client: TestClient) -> list[tuple[str, float, int]]:
    """What the second question asks, from the list."""
    found: dict[str, list[float | None]] = defaultdict(list)
    for one in listed(client, "/v1/events"):
        for part in one["participants"]:
            found[part["actor"]["id"]].append(one["codes"]["goldstein"])
    means = []
    for actor, scores in found.items():
        known = [score for score in scores if score is not None]
        if len(scores) > 2 and known:
            means.append((actor, round(sum(known) / len(known), 2), len(scores)))
    return sorted(means, key=lambda one: (one[1], one[0]))[:5]


def test_duckdb_joins_what_was_said_and_what_happened(client: TestClient, lake: Path) -> None:
    """As a walk over both lists counts it."""
    wanted: dict[tuple[str | None, str | None], int] = defaultdict(int)
    fights = [one for one in listed(client, "/v1/events") if one["codes"]["quad_class"] == 4]
    for said in listed(client, "/v1/statements", "act=warn,threaten"):
        if said["date"]["precision"] == "day":
            for one in fights:
                if one["date"]["start"] == said["date"]["start"]:
                    speaker, place = said["speaker"] or {}, one["place"] or {}
                    wanted[speaker.get("country"), place.get("country")] += 1
    rows = in_duckdb(lake, FIRST)
    assert len(rows) == min(5, len(wanted))
    assert rows
    assert all(wanted[speaker, place] == times for speaker, place, times in rows)
    assert rows[0][2] == max(wanted.values())


def test_duckdb_opens_lists(client: TestClient, lake: Path) -> None:
    """Each actor with its own events."""
    assert in_duckdb(lake, SECOND) == _conflictual(client)


@pytest.fixture
def java() -> Iterator[None]:
    """Spark, where it is installed; its session ends with the test."""
    spark = pytest.importorskip("pyspark.sql", reason="Spark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java")
    yield
    if session := spark.SparkSession.getActiveSession():
        session.stop()


@pytest.mark.usefixtures("java")
@pytest.mark.filterwarnings("ignore")
def test_spark_says_the_same(client: TestClient, lake: Path) -> None:
    """The same rows, by PySpark on this machine."""
    names: Record = {"lake": str(lake)}
    exec(SPARK, names)
    assert names["rows"] == _conflictual(client)
