"""Records as columns, for the formats that are tables: which columns there are, and how records are read into them.

A column is a path into a record's JSON and is named after it (`date.start` is `date_start`). Its type comes from the
shapes in app/records. For speed, only what the columns need is decoded of a stored record, its references are looked up
instead of being filled in and parsed again, and a whole batch of records goes along a path step by step. So what
several columns have in common is read once, and the members of all lists of a column are one sequence of values.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import chain
from operator import attrgetter
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
from pydantic import BaseModel

from app.codes import InList
from app.documents import References
from app.formats.result import Batch
from app.records.actors import ActorOut
from app.records.articles import ArticleOut
from app.records.events import EventOut
from app.records.places import PlaceOut
from app.records.references import ActorRef, ArticleRef, EventRef, PlaceRef, TargetRef
from app.records.statements import StatementOut

HISTORY = ("dataset", "revision", "created_at", "updated_at", "url")
SPAN = ("start", "end", "precision")
PLACE = ("id", "name", "country", "lat", "lon", "precision")
ACTOR = ("id", "name", "kind", "country")


def _of(name: str, parts: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{name}.{part}" for part in parts)


# The columns of each kind of record. Translations of labels, and lists inside lists, are in JSON only.
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
# Days and instants stay text, and whole numbers stay whole.
_SCALARS: dict[Any, Any] = {date: str, datetime: str, float: int | float, dict[str, float]: dict[str, int | float]}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `type` is that of its values or, with `many`, of the members of lists; `coded` text is an id or code.

    An object with any names becomes a list of `name:value`.
    """

    name: str
    type: Any
    many: bool
    coded: bool


@dataclass(frozen=True, slots=True)
class Lists:
    """The values of a column of lists: the length of each list, and the members of all in one."""

    lengths: list[int]
    members: list[Any]


Values = list[Any] | Lists


@dataclass(frozen=True, slots=True)
class _Part:
    """A name in an object. `inside` are the parts of its value, if that is an object or a list of objects.

    `members` joins the members of lists, `refers` says that the value is a hole, and `nothing` stands for a missing
    object.
    """

    name: str
    shape: Any
    inside: Sequence["_Part"] = ()
    members: Callable[[Iterable[Any]], Iterable[Any]] | None = None
    refers: bool = False
    nothing: Any = None


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a kind of record that were asked for, and what decodes them."""

    columns: Sequence[Column]
    parts: Sequence[_Part]
    decoder: msgspec.json.Decoder[Any]

    def read(self, batch: Batch) -> list[Values]:
        """The values of each column for the records of BATCH."""
        records = self.decoder.decode_lines(b"\n".join(batch.docs))
        return list(_values(self.parts, records, batch.references))


@cache
def table_of(kind: str, fields: tuple[str, ...] = ()) -> Table:
    """The table of KIND; if FIELDS are given, with their columns only."""
    model, paths = PATHS[kind]
    wanted = [path for path in paths if not fields or path.partition(".")[0] in (*fields, "id")]
    parts = _parts(model, wanted)
    return Table([_column(model, path) for path in wanted], parts, msgspec.json.Decoder(_struct(kind, parts)))


def _values(
    parts: Sequence[_Part], objects: Sequence[Any], references: References, lengths: list[int] | None = None
) -> Iterator[Values]:
    """The values of the columns that PARTS of OBJECTS lead to; if OBJECTS are members of lists, these have LENGTHS."""
    for part in parts:
        values, many = list(map(attrgetter(part.name), objects)), lengths
        if part.members:
            many, values = list(map(len, values)), list(part.members(values))
        if part.refers:
            values = references.objects(values)
        elif part.nothing is not None:
            values = [part.nothing if value is None else value for value in values]
        if part.inside:
            yield from _values(part.inside, values, references, many)
        else:
            yield values if many is None else Lists(many, values)


def _pairs(objects: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    return (f"{name}:{value}" for one in objects for name, value in one.items())


def _column(model: type[BaseModel], path: str) -> Column:
    kind: Any = model
    many = coded = False
    for step in path.split("."):
        if get_origin(kind) is dict:
            kind = str
            continue
        named = kind.model_fields[step]
        kind, listed, _ = _plain(named.annotation)
        many = many or listed
        coded = step in _KEYS or any(isinstance(one, InList) for one in named.metadata)
    name = path.replace(".", "_")
    return Column(name, str, many=True, coded=False) if get_origin(kind) is dict else Column(name, kind, many, coded)


def _parts(model: Any, paths: Sequence[str]) -> list[_Part]:
    """The names of MODEL that PATHS begin with."""
    inside: dict[str, list[str]] = {}
    for path in paths:
        name, _, rest = path.partition(".")
        inside.setdefault(name, []).extend([rest] if rest else [])
    if get_origin(model) is dict:
        return [_Part(name, str | None) for name in inside]
    return [_part(name, model.model_fields[name].annotation, rest) for name, rest in inside.items()]


def _part(name: str, annotation: Any, paths: Sequence[str]) -> _Part:
    kind, listed, missing = _plain(annotation)
    inside = _parts(kind, paths) if paths else ()
    refers = kind in _REFERENCES
    shape: Any = str if refers else _struct(name, inside) if inside else _SCALARS.get(kind, kind)
    members = chain.from_iterable if listed else _pairs if get_origin(kind) is dict and not inside else None
    nothing = shape() if missing and inside and not refers else None
    whole = list[shape] if listed else shape | None if missing else shape
    return _Part(name, whole, inside, members, refers, nothing)


def _struct(name: str, parts: Sequence[_Part]) -> Any:
    """A type with only PARTS, for msgspec, which skips everything else."""
    return msgspec.defstruct(name, [(part.name, part.shape, None) for part in parts], gc=False)


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
