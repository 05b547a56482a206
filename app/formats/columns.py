"""Records as columns, for the formats that are tables: which there are, and a batch of records read into them.

A column is a path into a record's JSON and is named after it (`date.start` is `date_start`). Types come from the
shapes of app/records.py. Of a stored record only what the columns need is decoded, and its references are looked up
instead of being written in and read again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel

from app.codes import InList
from app.documents import Referred
from app.formats.result import Batch
from app.records import (
    ActorOut,
    ActorRef,
    ArticleOut,
    ArticleRef,
    EventOut,
    EventRef,
    PlaceOut,
    PlaceRef,
    StatementOut,
    TargetRef,
)

HISTORY = ("dataset", "revision", "created_at", "updated_at", "url")
SPAN = ("start", "end", "precision")
PLACE = ("id", "name", "country", "lat", "lon", "precision")
ACTOR = ("id", "name", "kind", "country")


def _of(name: str, parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}.{part}" for part in parts)


# What a table tells of a record. Translations of labels, and lists inside lists, are left to JSON.
PATHS: Mapping[str, tuple[type[BaseModel], tuple[str, ...]]] = {
    "event": (
        EventOut,
        (
            *("id", "type", "label", "summary", *_of("date", SPAN), *_of("place", PLACE)),
            *_of("participants", ("actor.id", "actor.name", "actor.country", "role", "on_behalf_of.id")),
            *("status", *_of("codes", ("cameo", "plover", "quad_class", "goldstein", "goldstein_table"))),
            *("codes.originals", "measures"),
            *_of("figures", ("kind", "value", "qualifier", "unit")),
            *_of("relations", ("type", "target.id")),
            *(*_of("counts", ("articles", "evidence", "statements", "accounts")), *HISTORY),
        ),
    ),
    "statement": (
        StatementOut,
        (
            *("id", *_of("speaker", ACTOR), "role", *_of("on_behalf_of", ("id", "name"))),
            *(*_of("addressees", ("id", "name")), *_of("date", SPAN), "medium", *_of("venue", ("id", "name"))),
            *("directness", "act", "gist", *_of("quote", ("text", "language", "is_translation", "translation.en"))),
            *("topics", "conditional", "condition", *_of("event", ("id", "type", "label")), "about.id"),
            *("reported_via.id", "utterance", *_of("article", ("id", "title", "source_url"))),
            *(*_of("counts", ("articles", "evidence")), *HISTORY),
        ),
    ),
    "actor": (
        ActorOut,
        (
            *("id", "kind", "name", "country", *_of("parent", ("id", "name"))),
            *(*_of("codes", ("wikidata", "iso3", "cameo")), *HISTORY),
        ),
    ),
    "article": (
        ArticleOut,
        (
            *("id", *_of("publisher", ACTOR), *_of("agency", ("id", "name")), "title", "language"),
            *(*_of("published", SPAN), "source_url", "text_kind", "rights"),
            *(*_of("counts", ("events", "statements", "evidence")), *HISTORY),
        ),
    ),
    "place": (
        PlaceOut,
        ("id", "name", "country", "lat", "lon", "precision", *_of("parent", ("id", "name")), "geonames", *HISTORY),
    ),
}
_KEYS = ("id", "dataset", "url")
_REFERENCES = (ActorRef, ArticleRef, EventRef, PlaceRef, TargetRef)


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `type` is that of a value, or with `many` of the members of a list; `coded` text is no free text.

    An object of any names is a list of `name:value`.
    """

    name: str
    path: str
    type: Any
    many: bool
    coded: bool
    values: Callable[[Sequence[Any]], list[Any]]

    @property
    def field(self) -> str:
        """The top-level field that it is of."""
        return self.path.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a kind of record that were asked for, and what decodes them."""

    columns: Sequence[Column]
    shape: Any

    def read(self, batch: Batch) -> list[list[Any]]:
        """The values of each column for the records of BATCH."""
        objects = batch.references.objects
        decoder = msgspec.json.Decoder(self.shape, dec_hook=lambda _type, hole: objects[hole])
        body = b"\n".join(batch.docs)
        try:
            records = decoder.decode_lines(body)
        except KeyError:
            # Some of them were not met before.
            batch.references.learn(body)
            records = decoder.decode_lines(body)
        return [column.values(records) for column in self.columns]


@cache
def table_of(kind: str, fields: tuple[str, ...] = ()) -> Table:
    """The table of KIND, with the columns of FIELDS only, if there are any."""
    model, paths = PATHS[kind]
    wanted = [path for path in paths if not fields or path.partition(".")[0] in (*fields, "id")]
    return Table([_column(model, path) for path in wanted], _shape(model, wanted))


def _column(model: type[BaseModel], path: str) -> Column:
    steps, many, optional, coded = path.split("."), 0, False, False
    kind: Any = model
    for number, step in enumerate(steps, 1):
        if get_origin(kind) is dict:
            kind = str
            continue
        named = kind.model_fields[step]
        kind, listed, missing = _plain(named.annotation)
        many = number if listed else many
        # A reference that is missing is an object without values.
        optional = optional or (missing and number < len(steps) and kind not in _REFERENCES)
        coded = step in _KEYS or any(isinstance(one, InList) for one in named.metadata)
    if get_origin(kind) is dict:
        return Column("_".join(steps), path, str, many=True, coded=False, values=_pairs(attrgetter(path)))
    values = _reader(steps, many, optional=optional)
    return Column("_".join(steps), path, kind, bool(many), coded, values)


def _reader(steps: Sequence[str], many: int, *, optional: bool) -> Callable[[Sequence[Any]], list[Any]]:
    """What reads the path STEPS of all records; MANY of them lead to a list."""
    if many and many < len(steps):
        members, member = attrgetter(".".join(steps[:many])), attrgetter(".".join(steps[many:]))
        return lambda records: [list(map(member, members(record))) for record in records]
    if optional:
        return lambda records: [_followed(record, steps) for record in records]
    value = attrgetter(".".join(steps))
    return lambda records: list(map(value, records))


def _pairs(value: Callable[[Any], dict[str, Any]]) -> Callable[[Sequence[Any]], list[Any]]:
    return lambda records: [[f"{name}:{one}" for name, one in value(record).items()] for record in records]


def _followed(record: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if record is None:
            return None
        record = getattr(record, step)
    return record


def _shape(model: Any, paths: Sequence[str]) -> Any:
    """The part of MODEL that PATHS lead into, for msgspec; the rest is skipped."""
    names: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        names.setdefault(name, []).append(rest)
    if get_origin(model) is dict:
        return msgspec.defstruct("Texts", [(name, str | None, None) for name in names], gc=False)
    fields = []
    for name, inside in names.items():
        kind, many, missing = _plain(model.model_fields[name].annotation)
        if kind in _REFERENCES:
            shape: Any = Referred
        else:
            inner: Any = _SCALARS.get(kind, kind) if inside == [""] else _shape(kind, inside)
            shape = inner | None if missing else inner
        fields.append((name, list[shape] if many else shape))
    return msgspec.defstruct(model.__name__, fields, gc=False)


def _plain(annotation: Any) -> tuple[Any, bool, bool]:
    """The type in ANNOTATION, whether there is a list of it, and whether it may be missing."""
    many = missing = False
    while origin := get_origin(annotation):
        if origin in (Union, UnionType):
            (annotation,) = (one for one in get_args(annotation) if one is not NoneType)
            missing = True
        elif origin is Literal:
            return str, many, missing
        elif origin in (Annotated, list):
            many = many or origin is list
            annotation = get_args(annotation)[0]
        else:
            break
    return annotation, many, missing


# Days and instants stay the text that they are, and whole numbers whole.
_SCALARS: dict[Any, Any] = {date: str, datetime: str, float: int | float, dict[str, float]: dict[str, int | float]}
