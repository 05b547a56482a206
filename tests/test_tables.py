"""CSV and Parquet: the columns of a record."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import orjson
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet
from starlette.testclient import TestClient

from app.documents import References
from app.formats import Batch, Result, formats_of
from tests.conftest import Databases, client_of
from tests.formats import FORMULA, TABLES, awkward_url, harmless, row, value_at
from tests.helpers import listed

NUMBERS = {
    "place_lat",
    "place_lon",
    "lat",
    "lon",
    "codes_quad_class",
    "codes_goldstein",
    "codes_goldstein_table",
    "revision",
    "geonames",
}


@pytest.fixture(scope="module")
def awkward(databases: Databases) -> Iterator[TestClient]:
    """A client of the seed and the awkward ones."""
    with client_of(awkward_url(databases)) as client:
        yield client


def read_csv(body: bytes) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a CSV that is as RFC 4180 has it."""
    text = body.decode("utf-8")
    assert text.endswith("\r\n")
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert {len(one) for one in rows} <= {len(header)}
    return header, rows


@pytest.mark.parametrize("kind", TABLES)
def test_csv_says_what_the_list_says(awkward: TestClient, kind: str) -> None:
    """Each cell is the value at its column's path; lists are joined, and formulas are made harmless."""
    answer = awkward.get(f"/v1/{kind}.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    header, rows = read_csv(answer.content)
    assert rows == [row(record, header) for record in listed(awkward, f"/v1/{kind}")]


def test_the_columns_that_programs_rely_on(client: TestClient) -> None:
    """Columns are named after the path in JSON."""
    header, _ = read_csv(client.get("/v1/events.csv?limit=1").content)
    assert {"id", "type", "label", "date_start", "date_end", "place_id", "place_name", "codes_goldstein"} <= set(header)
    assert header[0] == "id"
    header, _ = read_csv(client.get("/v1/statements.csv?limit=1").content)
    assert {"speaker_name", "addressees_name", "act", "quote_text", "quote_translation_en"} <= set(header)


@pytest.mark.parametrize("kind", TABLES)
def test_no_cell_is_a_formula(awkward: TestClient, kind: str) -> None:
    """Only numbers begin with a sign."""
    header, rows = read_csv(awkward.get(f"/v1/{kind}.csv").content)
    begun = {name for one in rows for name, value in zip(header, one, strict=True) if value.startswith(FORMULA)}
    assert begun <= NUMBERS


def test_polars_reads_numbers_as_numbers(awkward: TestClient) -> None:
    """Coordinates and scores are floats, negative ones too; days are days."""
    frame = pl.read_csv(awkward.get("/v1/events.csv").content, infer_schema_length=None, try_parse_dates=True)
    records = listed(awkward, "/v1/events")
    assert frame.height == len(records)
    assert frame["place_lon"].to_list() == [value_at(one, "place_lon") for one in records]
    assert frame["codes_goldstein"].to_list() == [one["codes"]["goldstein"] for one in records]
    assert frame["counts_evidence"].to_list() == [one["counts"]["evidence"] for one in records]
    assert frame.filter(pl.col("id") == "awkward-formula")["place_lon"].item() == -178.44


@pytest.mark.parametrize("kind", TABLES)
def test_csv_of_nothing_is_a_header(empty_client: TestClient, client: TestClient, kind: str) -> None:
    """The columns do not depend on what there is."""
    header, rows = read_csv(empty_client.get(f"/v1/{kind}.csv").content)
    assert rows == []
    assert header == read_csv(client.get(f"/v1/{kind}.csv?limit=1").content)[0]


def test_fields_choose_columns(client: TestClient) -> None:
    """A field stands for its columns, and the id always comes."""
    header, rows = read_csv(client.get("/v1/events.csv?fields=place,label&limit=2").content)
    wanted = ["id", "label", *(f"place_{name}" for name in ("id", "name", "country", "lat", "lon", "precision"))]
    assert header == wanted
    assert len(rows) == 2
    table = parquet.read_table(pa.BufferReader(client.get("/v1/events.parquet?fields=place,label").content))
    assert table.column_names == wanted


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
def test_any_text_comes_back_from_csv(texts: list[str]) -> None:
    """Whatever the text, a reader finds it again, harmless."""
    empty: dict[str, Any] = dict.fromkeys(("country", "lat", "lon", "parent", "geonames"))
    history = {"dataset": "d", "revision": 1, "created_at": "t", "updated_at": "t", "url": "/"}
    records = [{"id": "x", "name": text, "precision": "point", **empty, **history} for text in texts]
    # Nothing in them refers to a database.
    batch = Batch([orjson.dumps(one) for one in records], References(None))  # type: ignore[arg-type]
    result = Result("place", iter([batch]), (), "", "", {}, datetime.now(UTC))
    _, rows = read_csv(b"".join(formats_of("place")["csv"].write(result)))
    wide = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
    assert [one[1] for one in rows] == [f"'{text}" if text.startswith(wide) else harmless(text) for text in texts]


def plain(value: Any, kind: pa.DataType) -> Any:
    """A value of JSON as a column of KIND has it."""
    if isinstance(value, list):
        return [plain(one, kind.value_type) for one in value]
    if value is None:
        return None
    if pa.types.is_date32(kind):
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if pa.types.is_timestamp(kind) else value


@pytest.mark.parametrize("kind", TABLES)
def test_parquet_says_what_the_list_says(awkward: TestClient, kind: str) -> None:
    """Typed: days are days, counts are whole numbers, lists are lists, and what is absent is null."""
    answer = awkward.get(f"/v1/{kind}.parquet")
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    table = parquet.read_table(pa.BufferReader(answer.content))
    records = listed(awkward, f"/v1/{kind}")
    for field in table.schema:
        expected = [plain(value_at(record, field.name), field.type) for record in records]
        assert table[field.name].to_pylist() == expected, field.name


def test_parquet_is_typed(client: TestClient) -> None:
    """The types that readers rely on, and the licence and the citation with the data."""
    schema = parquet.read_schema(pa.BufferReader(client.get("/v1/events.parquet").content))
    assert schema.field("date_start").type == pa.date32()
    assert schema.field("counts_evidence").type == pa.int64()
    assert schema.field("codes_goldstein").type == pa.float64()
    assert schema.field("participants_actor_id").type == pa.list_(pa.string())
    assert schema.field("updated_at").type == pa.timestamp("us", "UTC")
    assert schema.metadata[b"license"] == b"CC-BY-4.0"
    assert schema.metadata[b"citation"].startswith(b"Dragoman contributors")


def test_parquet_of_nothing_has_the_same_schema(empty_client: TestClient, client: TestClient) -> None:
    """A file without rows is read like any other."""
    for kind in TABLES:
        empty = parquet.read_table(pa.BufferReader(empty_client.get(f"/v1/{kind}.parquet").content))
        full = parquet.read_schema(pa.BufferReader(client.get(f"/v1/{kind}.parquet").content))
        assert empty.num_rows == 0
        assert empty.schema.equals(full)


def test_a_broken_parquet_is_no_parquet(client: TestClient) -> None:
    """Half a file has no footer, and every reader refuses it."""
    whole = client.get("/v1/events.parquet").content
    with pytest.raises(pa.ArrowInvalid):
        parquet.read_table(pa.BufferReader(whole[: len(whole) // 2]))
