"""What came: a body of JSON or YAML, bounded, and what is wrong with it in the words of a refusal."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from fastapi import Depends, Request
from sqlalchemy import Connection, select

from app.errors import ApiError, Invalid, ParameterError, TooLarge, UnsupportedMediaType
from app.filters import nearest_ids
from app.loading import annotated
from app.loading.applying import DESK
from app.loading.faults import Fault
from app.loading.reading import Sheet, read, read_json
from app.models import Change, Dataset
from app.records.writing import MergeIn
from app.suggesting import suggestions

MOST_BYTES = 2 << 20
MOST_NEAREST = 5
JSON = "application/json"
YAML = "application/yaml"
PATCH = "application/merge-patch+json"
_READERS = {
    JSON: read_json,
    PATCH: read_json,
    YAML: read,
    "application/x-yaml": read,
    "text/yaml": read,
    "text/x-yaml": read,
}
# The shapes of bodies, for the OpenAPI document.
SHAPES = (
    annotated.Actor,
    annotated.Place,
    annotated.Article,
    annotated.LoneEvent,
    annotated.LoneStatement,
    annotated.Dataset,
    MergeIn,
)
# What a body is called in faults: clients know no file.
NAME = "body"
# The fields that name an actor, or a place, whose id cannot even be read as one.
_ACTORS = frozenset(
    "speaker on_behalf_of venue publisher actor organisation addressees agency reported_via parent".split()  # noqa: SIM905
)
_UNKNOWN = re.compile(r"there is no (\w+) of this id")


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes that came, and how to read them."""

    source: bytes
    media: str

    def sheet(self) -> Sheet:
        """What the body says. Raises Refused."""
        return _READERS[self.media](NAME, self.source)


async def _read_body(request: Request) -> Body:
    media, _, rest = request.headers.get("content-type", "").partition(";")
    media, charset = media.strip().lower(), rest.strip().lower().replace('"', "")
    if media not in _READERS:
        raise UnsupportedMediaType(
            f"The body is {media or 'of no stated kind'}; send {JSON} or {YAML}.", allowed=list(_READERS)
        )
    if charset.startswith("charset=") and charset != "charset=utf-8":
        raise UnsupportedMediaType(f"The body is in {charset.removeprefix('charset=')}; send UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("The body is compressed; send it as it is.")
    return Body(await _bounded(request), media)


async def _bounded(request: Request) -> bytes:
    """The bytes of the body. Raises TooLarge as soon as there are too many."""
    told = request.headers.get("content-length", "0")
    source = bytearray()
    if not told.isdigit() or int(told) <= MOST_BYTES:
        async for chunk in request.stream():
            source += chunk
            if len(source) > MOST_BYTES:
                break
        else:
            return bytes(source)
    detail = f"The body is larger than {MOST_BYTES} bytes; send one article at a time."
    raise TooLarge(detail, maximum_bytes=MOST_BYTES)


body_of: Any = Depends(_read_body)


def refusal(db: Connection, faults: Sequence[Fault]) -> ApiError:
    """The answer that tells FAULTS."""
    errors = [
        ParameterError(
            fault.where, fault.found and fault.found.strip("'\""), fault.message, fault.allowed, fault.nearest
        )
        for fault in helped(db, faults)
    ]
    return Invalid(errors)


def told(db: Connection, faults: Sequence[Fault]) -> list[dict[str, Any]]:
    """FAULTS as data."""
    return [{key: value for key, value in asdict(fault).items() if key != "file"} for fault in helped(db, faults)]


def helped(db: Connection, faults: Sequence[Fault]) -> list[Fault]:
    """FAULTS, each unknown actor, place, event or statement with the nearest that there are."""
    return [_helped(db, fault) for fault in faults]


def _helped(db: Connection, fault: Fault) -> Fault:
    value = (fault.found or "").strip("'\"")
    near = [key for kind in _kinds(fault) if value for key in _nearest(db, kind, value)]
    if not near:
        return fault
    return replace(fault, nearest=tuple(dict.fromkeys([*near, *fault.nearest]))[:MOST_NEAREST])


def _kinds(fault: Fault) -> tuple[str, ...]:
    """The kinds of record that FAULT may have meant."""
    if unknown := _UNKNOWN.match(fault.message):
        return ("event", "statement") if unknown[1] == "record" else (unknown[1],)
    last = fault.where.rpartition(".")[2].partition("[")[0]
    if "pattern" not in fault.message:
        return ()
    return ("place",) if last == "place" else ("actor",) * (last in _ACTORS)


def _nearest(db: Connection, kind: str, value: str) -> list[str]:
    """The ids of KIND that VALUE may have meant, by name or by id; of one that was merged, what it became part of."""
    into = select(Change.into_id).where(Change.kind == kind, Change.record_id == value, Change.operation == "merge")
    merged = db.scalar(into.order_by(Change.revision.desc()).limit(1))
    named = suggestions(db, value.replace("-", " "), [kind], MOST_NEAREST) if kind in ("actor", "place") else []
    return [*([merged] if merged else []), *(one.id for one in named), *nearest_ids(db, kind, value)]


def known_dataset(db: Connection, dataset: str) -> str:
    """DATASET, which is there, or is the desk's. Raises Invalid."""
    if dataset != DESK.id and db.scalar(select(Dataset.id).where(Dataset.id == dataset)) is None:
        message = "there is no data set of this id; PUT /v1/datasets/{id} makes one"
        raise Invalid([ParameterError("dataset", dataset, message, nearest=nearest_ids(db, "dataset", dataset))])
    return dataset


def with_id(sheet: Sheet, key: str) -> Sheet:
    """SHEET with the id of its path, which it may leave out. Raises Invalid if it has another."""
    if not isinstance(sheet.content, dict):
        return sheet
    if sheet.content.get("id", key) != key:
        message = "is not the id of the path; leave it out, or write to its own path"
        raise Invalid([ParameterError("id", str(sheet.content["id"]), message, [key])])
    return replace(sheet, content={**sheet.content, "id": key})
