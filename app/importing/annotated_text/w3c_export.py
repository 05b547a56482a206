"""Articles as pages of W3C Web Annotations, with the mapping to read them back.

The annotations are those that the API serves for an article, with a tag each: the type of the event, or Statement; for
all but the first words of a record, Evidence. The first one of a record also has the whole record as JSON, and one of
the page itself the article, with its text. The import takes the records from there (`records: true` in the mapping).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection

from app.importing.annotated_text.exporting import export, save
from app.importing.annotated_text.filling import exactly
from app.importing.annotated_text.own_mapping import EVIDENCE
from app.importing.annotated_text.retelling import Retold, Telling
from app.web_annotation import CONTEXT, annotation

Json = dict[str, Any]


def export_w3c(db: Connection, folder: Path, base: str, dataset: str | None = None) -> int:
    """Write the articles of DB, or of its DATASET, whose text may be served, into FOLDER; returns how many.

    BASE is the address of the API, which those of articles and records begin with.
    """

    def write(article: Retold, name: str) -> None:
        page = {"id": f"{base}/v1/articles/{article.record['id']}/annotations", "type": "AnnotationPage"}
        content = {"@context": CONTEXT, **page, "startIndex": 0, "items": [*_items(article, base)]}
        save(folder / f"{name}.json", orjson.dumps(content).decode())

    count, _types = export(db, "w3c", folder, dataset, write)
    return count


def _items(article: Retold, base: str) -> Iterator[Json]:
    here = f"{base}/v1/articles/{article.record['id']}"
    whole = {"id": f"{here}/annotations#article", "type": "Annotation", "motivation": "describing", "target": here}
    yield {**whole, "body": _record({**article.record, "text": article.text})}
    for telling in article.tellings:
        yield from _annotations(article, telling, base)


def _annotations(article: Retold, telling: Telling, base: str) -> Iterator[Json]:
    target = telling.kind, telling.record["id"]
    evidence = [_words(article.text, row) for row in telling.evidence]
    for place, row in enumerate(telling.evidence):
        found = {
            "exact": row.exact,
            "prefix": row.prefix,
            "suffix": row.suffix,
            "start": row.start_at,
            "end": row.end_at,
        }
        told = annotation(base, article.record["id"], target, row.position, found)
        tag = {"type": "TextualBody", "purpose": "tagging", "value": EVIDENCE if place else telling.label}
        record = [] if place else [_record({**telling.record, "evidence": evidence})]
        yield {**told, "body": [told["body"], tag, *record]}


def _words(text: str, row: Any) -> Json:
    return exactly(text, row.start_at, row.end_at) | ({"field": row.field} if row.field else {})


def _record(record: Json) -> Json:
    value = orjson.dumps(record).decode()
    return {"type": "TextualBody", "purpose": "describing", "format": "application/json", "value": value}
