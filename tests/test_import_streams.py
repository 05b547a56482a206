"""What imported events have beyond others, in lists and in every format."""

import csv
import io
from pathlib import Path

import orjson
import pyarrow as pa
from pyarrow import parquet
from sqlalchemy import Engine

from tests import gdelt_rows
from tests.conftest import client_of
from tests.formats import row
from tests.helpers import listed
from tests.imports import imported

ORIGINALS = "codes_originals"


def test_formats_tell_the_codes_and_numbers_of_the_source(engine: Engine, seeded_url: str, tmp_path: Path) -> None:
    """NDJSON and GeoJSON as lists do, tables as `name:value`; the filter takes what the table has."""
    file = tmp_path / "rows.tsv"
    file.write_text(gdelt_rows.rows(39) + gdelt_rows.row(GoldsteinScale="-3.0") + "\n", "utf-8")
    imported(engine, "gdelt-events", file)
    with client_of(seeded_url) as client:
        records = listed(client, "/v1/events", "dataset=gdelt")
        assert len(records) == 40
        assert any(one["codes"]["goldstein_table"] is not None for one in records)
        assert all(one["codes"]["originals"]["cameo"] and one["measures"] for one in records)
        *lines, _ = client.get("/v1/events.ndjson?dataset=gdelt").content.splitlines()
        assert [orjson.loads(line) for line in lines] == records
        features = client.get("/v1/events.geojson?dataset=gdelt&fields=measures").json()["features"]
        assert [one["properties"]["measures"] for one in features] == [one["measures"] for one in records]
        text = client.get("/v1/events.csv?dataset=gdelt").content.decode()
        header, *found = csv.reader(io.StringIO(text, newline=""))
        assert found == [row(one, header) for one in records]
        body = client.get("/v1/events.parquet?dataset=gdelt").content
        table = parquet.read_table(pa.BufferReader(body), columns=[ORIGINALS]).to_pylist()
        pairs = [[f"{name}:{code}" for name, code in one["codes"]["originals"].items()] for one in records]
        assert [one[ORIGINALS] for one in table] == pairs
        for pair in pairs[0]:
            assert records[0] in listed(client, "/v1/events", f"code={pair}")
