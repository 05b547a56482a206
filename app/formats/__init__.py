"""The formats of a result, one small file each: records in, bytes out.

Every one of them streams: it holds one batch of records, and what it has written is gone.
"""

from app.formats import atom, csv, geojson, ics, ndjson, parquet
from app.formats.result import Batch, Format, Result

__all__ = ["FORMATS", "Batch", "Format", "Result", "formats_of"]

# In the order of preference for a client that takes several alike.
FORMATS = (ndjson.FORMAT, csv.FORMAT, geojson.FORMAT, parquet.FORMAT, atom.FORMAT, ics.FORMAT)


def formats_of(kind: str) -> dict[str, Format]:
    """The formats that records of KIND can be had in, by ending."""
    return {one.ending: one for one in FORMATS if kind in one.kinds}
