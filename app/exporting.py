"""All records of a kind as lines of JSON, in the order of their ids, in constant memory."""

from enum import Enum
from typing import Any, BinaryIO

import orjson
from sqlalchemy import Connection, select

from app.documents import fill
from app.models import Actor, Article, Dataset, Event, Place, Statement

BATCH = 500


class Kind(Enum):
    """What can be exported."""

    EVENTS = "events"
    STATEMENTS = "statements"
    ACTORS = "actors"
    ARTICLES = "articles"
    PLACES = "places"
    DATASETS = "datasets"


_TABLES: dict[Kind, type[Any]] = {
    Kind.EVENTS: Event,
    Kind.STATEMENTS: Statement,
    Kind.ACTORS: Actor,
    Kind.ARTICLES: Article,
    Kind.PLACES: Place,
    Kind.DATASETS: Dataset,
}


def write_lines(db: Connection, kind: Kind, file: BinaryIO) -> int:
    """Write every record of KIND to FILE as lists serve it, then a line that says how many; returns the count."""
    table, count, last = _TABLES[kind], 0, ""
    query = select(table.id, table.doc).order_by(table.id).limit(BATCH)
    while rows := db.execute(query.where(table.id > last)).all():
        file.write(fill(db, b"\n".join(row.doc.encode() for row in rows)) + b"\n")
        count, last = count + len(rows), rows[-1].id
    file.write(orjson.dumps({"_end": True, "count": count}) + b"\n")
    return count
