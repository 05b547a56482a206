"""How far an import of annotated texts came, stored together with what it wrote, so that the next run can resume."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select

from app.dialects.keys import among
from app.importing.annotated_text.mapping import Mapping
from app.importing.annotated_text.shape import AnnotatedText
from app.loading.annotated import Dataset
from app.models import ImportedFile


class Position:
    """The batches of texts that an earlier import, which broke off, left in the database.

    A text may depend on several files, and its name on those before it. So a batch is known by a hash of everything
    that was read up to its end. If something is read differently, it is written anew with everything after it.
    """

    def __init__(self, db: Connection, form: str, dataset: Dataset, mapping: Mapping) -> None:
        self._import = {"dataset_id": dataset.id, "format": form}
        self._where = [getattr(ImportedFile, name) == value for name, value in self._import.items()]
        self._left = set(db.scalars(select(ImportedFile.sha256).where(*self._where)))
        self._hash = sha256(_bytes((dataset, mapping)))

    def passes(self, batch: Sequence[AnnotatedText]) -> bool:
        """Whether BATCH, the next one, is in the database already."""
        self._hash.update(_bytes(batch))
        passed = self._hash.hexdigest() in self._left
        self._left.discard(self._hash.hexdigest())
        return passed

    def note(self, db: Connection, batch: Sequence[AnnotatedText]) -> None:
        """Note in the transaction of DB that BATCH, which did not pass, is written; forget batches of other imports."""
        db.execute(delete(ImportedFile).where(*self._where, among(ImportedFile.sha256, self._left)))
        self._left.clear()
        row = {"sha256": self._hash.hexdigest(), "items": len(batch), "done": False, "at": datetime.now(UTC)}
        db.execute(insert(ImportedFile), self._import | row)

    def end(self, db: Connection) -> None:
        """Note that everything is in: the next run starts from the beginning."""
        db.execute(delete(ImportedFile).where(*self._where))


def _bytes(read: object) -> bytes:
    return repr(read).encode("utf-8", "backslashreplace")
