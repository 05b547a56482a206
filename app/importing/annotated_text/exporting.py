"""What the exports of articles share: files for each article, and the mapping by which the import reads them back."""

import re
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from app.importing.annotated_text.own_mapping import own_mapping
from app.importing.annotated_text.retelling import Retold, retold

_NAME = re.compile(r"[^A-Za-z0-9_.-]")


def export(
    db: Connection, form: str, folder: Path, dataset: str | None, write: Callable[[Retold, str], None]
) -> tuple[int, set[str]]:
    """Write the articles of DB, or of its DATASET, whose text may be served, into FOLDER, and the mapping for FORM.

    WRITE writes one, into files of a name. Returns how many there are, and the types of their events.
    """
    folder.mkdir(parents=True, exist_ok=True)
    types: set[str] = set()
    names: set[tuple[str, str]] = set()
    count = 0
    for article in retold(db, dataset):
        write(article, _NAME.sub("-", article.record["id"]))
        names |= article.names
        types |= {telling.label for telling in article.tellings if telling.kind == "event"}
        count += 1
    save(folder / "mapping.yaml", own_mapping(db, form, types, names))
    return count, types


def save(path: Path, text: str) -> None:
    """Write TEXT to PATH as it is."""
    path.write_text(text, "utf-8", newline="")
