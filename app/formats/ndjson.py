"""NDJSON: one record on each line, as lists serve it, and a last line that shows that the stream is complete."""

from collections.abc import Iterator

import orjson

from app.formats.result import Format, Result


def write(result: Result) -> Iterator[bytes]:
    count = 0
    for batch in result.batches:
        count += len(batch.docs)
        yield batch.filled() + b"\n"
    yield orjson.dumps({"_end": True, "count": count}) + b"\n"


FORMAT = Format(
    ending="ndjson",
    name="NDJSON",
    media_type="application/x-ndjson",
    kinds=("event", "statement", "actor", "article", "place", "dataset"),
    write=write,
    options=("fields", "include"),
)
