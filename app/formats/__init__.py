"""The formats of results, one module each: records in, bytes out.

All of them stream: only one batch of records is held in memory.
"""

from app.formats import atom, csv, geojson, ics, ndjson, parquet
from app.formats.result import Batch, Format, Result

__all__ = ["FORMATS", "Batch", "Format", "Result", "formats_of"]

# The order decides for clients that accept several of them equally.
FORMATS = (ndjson.FORMAT, csv.FORMAT, geojson.FORMAT, parquet.FORMAT, atom.FORMAT, ics.FORMAT)


def formats_of(kind: str) -> dict[str, Format]:
    """The formats that records of KIND can be had in, by ending."""
    return {one.ending: one for one in FORMATS if kind in one.kinds}
