"""Our articles as files of brat, which brat can show and change, and `dragoman import brat` can read again.

An event becomes an event of its type on its first words, and a statement one of the type Statement. Other words are
linked to it as `Evidence`. What brat has no place for is in a note: the whole record as JSON. The import takes the
record from there (`records: true` in the mapping), and its words from the marks.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import orjson
from sqlalchemy import Connection

from app.importing.annotated_text.own_mapping import EVIDENCE, STATEMENT, own_mapping
from app.importing.annotated_text.retelling import Retold, retold

FIELD = "Field"
_NAME = re.compile(r"[^A-Za-z0-9_.-]")


def export_brat(db: Connection, folder: Path, dataset: str | None = None) -> int:
    """Write the articles of DB, or of its DATASET, whose text may be served, into FOLDER; returns how many."""
    folder.mkdir(parents=True, exist_ok=True)
    types: set[str] = set()
    names: set[tuple[str, str]] = set()
    count = 0
    for article in retold(db, dataset):
        name = _NAME.sub("-", article.record["id"])
        _write(folder / f"{name}.txt", article.text)
        _write(folder / f"{name}.ann", "".join(f"{line}\n" for line in _lines(article)))
        _write(folder / f"{name}.json", orjson.dumps({"record": article.record}).decode())
        names |= article.names
        types |= {telling.type for telling in article.tellings if telling.kind == "event"}
        count += 1
    _write(folder / "annotation.conf", _configuration(sorted(types)))
    _write(folder / "mapping.yaml", own_mapping(db, "brat", types, names))
    return count


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")


def _lines(article: Retold) -> Iterator[str]:
    marks = attributes = 0
    for number, telling in enumerate(article.tellings, 1):
        label = telling.type if telling.kind == "event" else STATEMENT
        keys = []
        for place, row in enumerate(telling.evidence):
            marks += 1
            keys.append(f"T{marks}")
            words = row.exact.replace("\n", " ").replace("\t", " ")
            yield f"T{marks}\t{EVIDENCE if place else label} {row.start_at} {row.end_at}\t{words}"
        more = "".join(f" {EVIDENCE}{place if place > 1 else ''}:{key}" for place, key in enumerate(keys[1:], 1))
        yield f"E{number}\t{label}:{keys[0]}{more}"
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
