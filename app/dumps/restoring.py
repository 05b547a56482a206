"""Restoring a dump into an empty database. The whole dump is checked before a row is written."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from hashlib import file_digest
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError
from sqlalchemy import Connection, Table, delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from app.dialects.columns import to_json
from app.dialects.references import defer_foreign_keys
from app.dumps.manifest import DOCUMENTS, MANIFEST, TABLES, Entry, Manifest, columns_of
from app.dumps.writing import Watch
from app.loading import Fault, Refused, Report, indexing, summing
from app.loading.stored import RECORDS
from app.models import State
from app.schema import revision_of

BATCH = 1000


def restore(db: Connection, folder: Path, watch: Watch) -> Report:
    """Fill DB, which is empty, from the dump in FOLDER, in the caller's transaction.

    Raises Refused with every fault; then nothing may be committed.
    """
    manifest = _manifest(folder)
    if faults := [*_unfit(db, manifest), *(fault for entry in manifest.files for fault in _damage(folder, entry))]:
        raise Refused(faults)
    defer_foreign_keys(db)
    for table in reversed(TABLES.values()):
        db.execute(delete(table))
    written = watch(sum(entry.rows for entry in manifest.files))
    rows = {entry.name: entry.rows for entry in manifest.files}
    for name, table in TABLES.items():
        if (number := _fill(db, folder / name, table, written)) != rows[name]:
            raise Refused([Fault(name, 1, "rows", f"are {number}, and {rows[name]} in the manifest")])
    indexing.rebuild(db)
    summing.rebuild(db)
    kinds = {kind: rows[f"{kind}.ndjson"] for kind in (*(str(one.__tablename__) for one in RECORDS), "dataset")}
    return Report(added={kind: number for kind, number in kinds.items() if number})


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as error:
        told = error.errors(include_url=False)
        raise Refused(
            [Fault(MANIFEST, 1, ".".join(map(str, one["loc"])) or "file", one["msg"]) for one in told]
        ) from None


def _unfit(db: Connection, manifest: Manifest) -> Iterator[Fault]:
    """Why DB cannot take the dump, even if no file is damaged."""
    if (current := revision_of(db)) != manifest.schema_revision:
        message = f"is of the schema {manifest.schema_revision}, and the database is of {current}"
        yield Fault(MANIFEST, 1, "schema_revision", f"{message}; restore it with Dragoman {manifest.version}")
    if db.scalar(select(State.revision)):
        yield Fault(MANIFEST, 1, "database", "has data already; a dump goes into an empty one")
    names = [entry.name for entry in manifest.files]
    for name in sorted({*names, *TABLES}):
        if (number := names.count(name)) != 1 or name not in TABLES:
            message = "is unknown to this version" if name not in TABLES else f"is named {number} times"
            yield Fault(MANIFEST, 1, "files", message, name)


def _damage(folder: Path, entry: Entry) -> Iterator[Fault]:
    """What is wrong with the file of ENTRY."""
    # An unknown name is a fault already, and may be a path that leads elsewhere.
    if entry.name not in TABLES:
        return
    path = folder / entry.name
    if not path.is_file():
        yield Fault(entry.name, 1, "file", "is missing")
    elif (size := path.stat().st_size) != entry.bytes:
        short = "is cut off" if size < entry.bytes else "is too long"
        yield Fault(entry.name, 1, "file", f"{short}: {size} bytes of {entry.bytes}")
    else:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        if digest != entry.sha256:
            yield Fault(entry.name, 1, "sha256", f"is damaged: its hash is not {entry.sha256}", digest)


def _fill(db: Connection, path: Path, table: Table, written: Callable[[int], None]) -> int:
    """Fill TABLE with the rows in the file PATH; returns how many there are."""
    readers = {column.name: _reader(column) for column in columns_of(table)}
    line = 1
    with path.open("rb") as file:
        while lines := list(islice(file, BATCH)):
            try:
                db.execute(insert(table), [_row(one, readers) for one in lines])
            except (ValueError, KeyError, TypeError, IntegrityError, DataError) as error:
                # The hash is right, so the dump was made with this fault.
                told = str(getattr(error, "orig", error)).splitlines()[0]
                raise Refused([Fault(path.name, line, "rows", f"cannot be taken: {told}")]) from None
            line += len(lines)
            written(len(lines))
    return line - 1


def _row(line: bytes, readers: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    found = orjson.loads(line)
    if found.keys() != readers.keys():
        raise ValueError(f"the columns are {', '.join(found)}")
    return {name: None if value is None else readers[name](value) for name, value in found.items()}


def _reader(column: Any) -> Any:
    """A function from JSON to a value of COLUMN."""
    if column.name in DOCUMENTS:
        return lambda value: value if isinstance(value, str) else to_json(value)
    kind = getattr(column.type, "impl_instance", column.type).python_type
    if kind in (date, datetime):
        return kind.fromisoformat
    return lambda value: value
