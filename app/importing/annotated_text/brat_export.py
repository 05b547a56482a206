"""Our articles as files of brat, which brat can show and change, and `dragoman import brat` can read again.

An event becomes an event of its type on its first words, and a statement one of the type Statement. Other words are
linked to it as `Evidence`. What brat has no place for is in a note: the whole record as JSON. The import takes the
record from there (`records: true` in the mapping), and its words from the marks.
"""

from collections.abc import Iterator
from pathlib import Path

import orjson
from sqlalchemy import Connection

from app.importing.annotated_text.exporting import export, save
from app.importing.annotated_text.own_mapping import EVIDENCE, STATEMENT
from app.importing.annotated_text.retelling import Retold

FIELD = "Field"


def export_brat(db: Connection, folder: Path, dataset: str | None = None) -> int:
    """Write the articles of DB, or of its DATASET, whose text may be served, into FOLDER; returns how many."""

    def write(article: Retold, name: str) -> None:
        save(folder / f"{name}.txt", article.text)
        save(folder / f"{name}.ann", "".join(f"{line}\n" for line in _lines(article)))
        save(folder / f"{name}.json", orjson.dumps({"record": article.record}).decode())

    count, types = export(db, "brat", folder, dataset, write)
    save(folder / "annotation.conf", _configuration(sorted(types)))
    return count


def _lines(article: Retold) -> Iterator[str]:
    marks = attributes = 0
    for number, telling in enumerate(article.tellings, 1):
        keys = []
        for place, row in enumerate(telling.evidence):
            marks += 1
            keys.append(f"T{marks}")
            words = row.exact.replace("\n", " ").replace("\t", " ")
            yield f"T{marks}\t{EVIDENCE if place else telling.label} {row.start_at} {row.end_at}\t{words}"
        more = "".join(f" {EVIDENCE}{place if place > 1 else ''}:{key}" for place, key in enumerate(keys[1:], 1))
        yield f"E{number}\t{telling.label}:{keys[0]}{more}"
        for place, (key, row) in enumerate(zip(keys, telling.evidence, strict=True)):
            if row.field:
                attributes += 1
                yield f"A{attributes}\t{FIELD} {key if place else f'E{number}'} {row.field}"
        yield f"#{number}\tAnnotatorNotes E{number}\t{orjson.dumps(telling.record).decode()}"


def _configuration(types: list[str]) -> str:
    """The configuration that brat needs to show the folder."""
    events = "".join(f"{name} {EVIDENCE}*:{EVIDENCE}\n" for name in [*types, STATEMENT])
    attribute = f"{FIELD} Arg:<ANY>, Value:participants|place|date|figures|speaker|addressees|act|quote\n"
    return f"[entities]\n{EVIDENCE}\n\n[relations]\n\n[events]\n{events}\n[attributes]\n{attribute}"
