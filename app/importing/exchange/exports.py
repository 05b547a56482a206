"""The export formats that the field uses: records with their evidence in, lines out."""

from collections.abc import Iterator

import orjson

from app.formats import Format, Result
from app.importing.crosswalks.cameo import codes
from app.importing.exchange.cameo_tsv import table
from app.importing.exchange.coded import coded
from app.importing.exchange.plover_json import record
from app.importing.records import Coded
from app.web_annotation import CONTEXT, annotation

EVIDENCE = ("evidence",)


def _events(result: Result, scheme: str) -> Iterator[Coded]:
    for batch in result.batches:
        yield from (coded(orjson.loads(line), scheme) for line in batch.filled().split(b"\n") if line)


def _cameo(result: Result) -> Iterator[bytes]:
    labels = {code: known.label for code, known in codes().items()}
    yield from (f"{line}\n".encode() for line in table(_events(result, "cameo"), labels))


def _plover(result: Result) -> Iterator[bytes]:
    records = filter(None, map(record, _events(result, "plover")))
    yield from (orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in records)


def _w3c(result: Result) -> Iterator[bytes]:
    """Each piece of evidence as an annotation on a line, with the id that its article's page gives it."""
    for batch in result.batches:
        for one in map(orjson.loads, filter(None, batch.filled().split(b"\n"))):
            for position, found in enumerate(one["evidence"]):
                target = (result.kind, one["id"])
                told = annotation(result.base_url, found["article"]["id"], target, position, found)
                yield orjson.dumps({"@context": CONTEXT, **told}, option=orjson.OPT_APPEND_NEWLINE)


FORMATS = {
    one.ending: one
    for one in (
        Format("cameo", "CAMEO table", "text/tab-separated-values", ("event",), _cameo, needs="cameo", embeds=EVIDENCE),
        Format(
            "plover", "PLOVER records", "application/x-ndjson", ("event",), _plover, needs="plover", embeds=EVIDENCE
        ),
        Format("w3c", "Web Annotations", "application/ld+json", ("event", "statement"), _w3c, embeds=EVIDENCE),
    )
}
