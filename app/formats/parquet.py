"""Parquet: typed columns, in row groups of bounded size, with licence and citation in the metadata."""

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from app.formats.columns import Column, Lists, Values, table_of
from app.formats.result import Format, Result

# The least size of a group in bytes, before it is encoded. A reader takes a group at once, and it is held until then.
GROUP_BYTES = 4 << 20


def write(result: Result) -> Iterator[bytes]:
    # Arrow's own allocator takes some 14 MB as soon as it is loaded, and keeps what each thread once used.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # Arrow is heavy, and most processes never write a table.
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    table = table_of(result.kind, tuple(result.fields))
    schema = pa.schema([(column.name, _type(column)) for column in table.columns], metadata=_about(result))
    sink = _Sink()
    writer = parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd")
    waiting: list[Any] = []
    size = 0
    for batch in result.batches:
        waiting.append(_record_batch(table.read(batch), schema))
        size += waiting[-1].nbytes
        if size >= GROUP_BYTES:
            _write_group(writer, waiting)
            size = 0
        # Mostly nothing; but whoever asks for the next part need not wait until there is a group.
        yield sink.taken()
    if waiting:
        _write_group(writer, waiting)
    # The footer. Every reader refuses a file without one, so a broken download shows.
    writer.close()
    yield sink.taken()


def _write_group(writer: Any, waiting: list[Any]) -> None:
    import pyarrow as pa  # noqa: PLC0415

    writer.write_table(pa.Table.from_batches(waiting), row_group_size=sum(one.num_rows for one in waiting))
    waiting.clear()


def _record_batch(columns: Sequence[Values], schema: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    arrays = [_array(values, field.type) for values, field in zip(columns, schema, strict=True)]
    return pa.record_batch(arrays, schema=schema)


def _array(values: Values, kind: Any) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    if isinstance(values, Lists):
        offsets = pa.array(accumulate(values.lengths, initial=0), pa.int32())
        return pa.ListArray.from_arrays(offsets, _array(values.members, kind.value_type))
    if pa.types.is_date(kind):
        values = _parsed(values, date.fromisoformat)
    elif pa.types.is_timestamp(kind):
        values = _parsed(values, datetime.fromisoformat)
    return pa.array(values, kind)


def _parsed(values: Sequence[str | None], parse: Callable[[str], Any]) -> list[Any]:
    """VALUES as PARSE reads them, equal ones once. Arrow could do it too, but would take 10 MB for it."""
    parsed = {one: one and parse(one) for one in set(values)}
    return list(map(parsed.__getitem__, values))


def _type(column: Column) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    types = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), date: pa.date32()}
    member = types.get(column.type) or pa.timestamp("us", "UTC")
    return pa.list_(member) if column.many else member


def _about(result: Result) -> dict[str, str]:
    return {name: str(value) for name, value in {**result.meta, "url": result.address}.items() if value is not None}


class _Sink:
    """A file that is taken away as it is written."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def taken(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken

    def flush(self) -> None:
        """Do nothing: no bytes are held back."""

    def close(self) -> None:
        """Do nothing: what is written is taken away."""


FORMAT = Format(
    ending="parquet",
    name="Parquet",
    media_type="application/vnd.apache.parquet",
    kinds=("event", "statement", "actor", "article", "place"),
    write=write,
    options=("fields",),
    schema={"type": "string", "format": "binary"},
)
