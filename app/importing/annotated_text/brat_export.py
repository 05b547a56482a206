"""Our articles as files of brat, which brat can show and change, and `dragoman import brat` can read again.

An event becomes an event of its type on its first words, and a statement one of the type Statement. Other words are
linked to it as `Evidence`. What brat has no place for is in a note: the whole record as JSON. The import takes the
record from there (`records: true` in the mapping), and its words from the marks. The mapping has the actors and places
that the records name, for a database without them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from app.importing.annotated_text.retelling import Retold, retold
from app.loading.edits import recalling

STATEMENT = "Statement"
EVIDENCE = "Evidence"
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
    _write(folder / "mapping.yaml", _mapping(sorted(types)) + "".join(_named(db, names)))
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


def _named(db: Connection, names: set[tuple[str, str]]) -> Iterator[str]:
    """The actors and places of DB that have NAMES, and those that these name, for the mapping file."""
    for kind, recall in (("actor", recalling.actors), ("place", recalling.places)):
        listed: dict[str, Any] = {}
        more = {key for named, key in names if named == kind}
        while more:
            listed |= (found := recall(db, more))
            more = {key for one in found.values() for key in _naming(one)} - set(listed)
        yield f"{kind}s:\n" if listed else ""
        for _key, one in sorted(listed.items()):
            content = one.model_dump(mode="json", by_alias=True, exclude_defaults=True)
            yield f"  - {orjson.dumps(content).decode()}\n"


def _naming(one: Any) -> Iterator[str]:
    """The actors or places that ONE belongs to."""
    yield from filter(None, (one.parent, *(role.organisation for role in getattr(one, "roles", ()))))


def _configuration(types: list[str]) -> str:
    """The configuration that brat needs to show the folder."""
    events = "".join(f"{name} {EVIDENCE}*:{EVIDENCE}\n" for name in [*types, STATEMENT])
    attribute = f"{FIELD} Arg:<ANY>, Value:participants|place|date|figures|speaker|addressees|act|quote\n"
    return f"[entities]\n{EVIDENCE}\n\n[relations]\n\n[events]\n{events}\n[attributes]\n{attribute}"


def _mapping(types: list[str]) -> str:
    """The mapping file to read the folder again with."""
    labels = "".join(f"  {name}: {{as: event, type: {name}}}\n" for name in types)
    return (
        "# Reads these files back: dragoman import brat FOLDER --mapping FOLDER/mapping.yaml --dataset ID\n"
        "# The notes hold whole records; which words prove them is taken from the marks.\n"
        f"records: true\nlabels:\n{labels}  {STATEMENT}: {{as: quotation}}\n  {EVIDENCE}: {{as: ignore}}\n"
        f"links:\n  {EVIDENCE}: {{as: evidence}}\n"
    )
