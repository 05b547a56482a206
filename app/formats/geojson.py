"""GeoJSON (RFC 7946): one feature for each event, at its place; without geometry if that is not known."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from app.documents import picked
from app.formats.result import Batch, Format, Result


def write(result: Result) -> Iterator[bytes]:
    told = {"type": "FeatureCollection", **result.meta}
    yield orjson.dumps(told)[:-1] + b',"features":['
    count = 0
    for batch in result.batches:
        yield (b"," if count else b"") + b",".join(_features(batch, result.fields))
        count += len(batch.docs)
    yield b'],"numberReturned":%d}\n' % count


def _features(batch: Batch, fields: Sequence[str]) -> Iterator[bytes]:
    for event in orjson.loads(b"[" + batch.filled().replace(b"\n", b",") + b"]"):
        yield orjson.dumps(_feature(event, fields))


def _feature(event: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    place = event["place"] or {}
    known = place.get("lat") is not None and place.get("lon") is not None
    # GeoJSON names longitude first.
    geometry = {"type": "Point", "coordinates": [place["lon"], place["lat"]]} if known else None
    precision = {"place_precision": place.get("precision")}
    return {"type": "Feature", "id": event["id"], "geometry": geometry, "properties": picked(event, fields) | precision}


FORMAT = Format(
    ending="geojson",
    name="GeoJSON",
    media_type="application/geo+json",
    kinds=("event",),
    write=write,
    options=("fields",),
    schema={"type": "object"},
)
