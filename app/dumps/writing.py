"""Writing a dump, in one transaction and in constant memory."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Table, func, select

from app import __version__
from app.answering.paging import read_meta
from app.dumps.manifest import DOCUMENTS, MANIFEST, TABLES, Entry, Manifest, columns_of
from app.reading.readers import snapshot
from app.schema import revision_of

BATCH = 1000
# Called with the number of rows to come. Returns what is called with how many were written, each time some were.
Watch = Callable[[int], Callable[[int], None]]


class NotEmpty(Exception):
    """The folder has files already."""


def write_dump(engine: Engine, folder: Path, watch: Watch) -> Manifest:
    """Write everything into FOLDER, which must be new or empty, and appears once it is complete. Raises NotEmpty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} has files already; a dump needs a folder of its own.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as scratch:
        partial = Path(scratch) / "dump"
        partial.mkdir()
        manifest = _write(engine, partial, watch)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    return manifest


def _write(engine: Engine, folder: Path, watch: Watch) -> Manifest:
    with snapshot(engine) as db:
        written = watch(sum(db.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES.values()))
        files = [_write_table(db, folder / name, table, written) for name, table in TABLES.items()]
        manifest = Manifest(
            format="dragoman-dump-1",
            version=__version__,
            schema_revision=revision_of(db) or "",
            created_at=datetime.now(UTC),
            **read_meta(db),
            files=files,
        )
    body = manifest.model_dump(mode="json")
    (folder / MANIFEST).write_bytes(orjson.dumps(body, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return manifest


def _write_table(db: Connection, path: Path, table: Table, written: Callable[[int], None]) -> Entry:
    digest, rows, size = sha256(), 0, 0
    with path.open("wb") as file:
        for batch in _batches(db, table):
            body = b"".join(_line(row) for row in batch)
            file.write(body)
            digest.update(body)
            rows, size = rows + len(batch), size + len(body)
            written(len(batch))
    return Entry(name=path.name, rows=rows, bytes=size, sha256=digest.hexdigest())


def _batches(db: Connection, table: Table) -> Iterator[Any]:
    query = select(*columns_of(table)).order_by(*table.primary_key.columns)
    yield from db.execute(query, execution_options={"yield_per": BATCH}).mappings().partitions(BATCH)


def _line(row: Any) -> bytes:
    documents = {name: orjson.Fragment(row[name]) for name in DOCUMENTS if row.get(name)}
    # SQLAlchemy's names of columns are not all plain strings.
    option = orjson.OPT_APPEND_NEWLINE | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS
    return orjson.dumps({**row, **documents}, option=option)
