"""Suggestions: names of actors, places and codes as they are being typed."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import AfterValidator, Field
from sqlalchemy import Connection, select

from app.answering.paging import answer, read_meta
from app.asking.parameters import Reading, asking, documented
from app.asking.values import chosen, refusal, several, whole
from app.codes import LISTS, code_list, label
from app.dialects.keys import KEYS, among
from app.folding import words
from app.http.describing import answers
from app.http.routing import Read
from app.models import Actor, Place
from app.reading.prepared import read
from app.reading.readers import reader
from app.reading.remembering import remembered
from app.records.envelope import Listing
from app.records.search import SuggestionOut
from app.searching.suggesting import KINDS, RECORDS, Suggestion, code_kind, suggestions
from app.standards import country_name

DEFAULT_SUGGESTIONS = 10
MOST_SUGGESTIONS = 100
MOST_TYPED = 200
# How many labels and hints are remembered, some three hundred bytes each.
MOST_REMEMBERED = 10_000
# For each id, the label of the record, and a hint that tells it from its namesakes.
Told = dict[str, tuple[str, str]]
_LISTS = {code_kind(name): name for name in LISTS}


def _readable(text: str) -> str:
    if next(words(text), None) is None:
        raise refusal("has no letter or digit to look for")
    return text


class SuggestQuery(Reading):
    """What has been typed."""

    q: Annotated[str, Field(max_length=MOST_TYPED), AfterValidator(_readable)] = Field(
        description="The beginning of a name, an alias, a code or an id, in any script; a misspelling will do.",
        examples=["lavr"],
    )
    kind: several(chosen(KINDS)) = Field((), description="Only these kinds.", examples=["actor"])  # type: ignore[valid-type]
    limit: Annotated[int, *whole(0, MOST_SUGGESTIONS)] = Field(
        DEFAULT_SUGGESTIONS, description="Rows at most, the best first.", examples=[5]
    )


router = APIRouter(prefix="/v1/suggest", tags=["search"], route_class=Read)


@router.get("", responses=answers(Listing[SuggestionOut]), openapi_extra=documented(SuggestQuery))
def suggest(request: Request, asked: Any = asking(SuggestQuery)) -> Response:
    """Suggest actors, places and codes for a name as it is being typed."""
    with reader(request.state.engine) as db:
        found = suggestions(db, asked.q, asked.kind or KINDS, asked.limit)
        known = {kind: _told_of(db, kind, [one.id for one in found if one.kind == kind]) for kind in RECORDS}
        meta = read_meta(db)
    rows = _told_apart([_row(one, known) for one in found])
    return answer(orjson.dumps(rows), meta, {"limit": asked.limit, "next": None, "total": None})


_HINTING: dict[str, Any] = {
    "actor": select(Actor.id, Actor.name, Actor.kind, Actor.country, Actor.parts).where(among(Actor.id, KEYS)),
    "place": select(Place.id, Place.name, Place.precision, Place.country).where(among(Place.id, KEYS)),
}


def _told_of(db: Connection, kind: str, ids: Sequence[str]) -> Told:
    """The labels and hints of the records IDS of KIND, and of others that were asked for before."""
    known: Told = remembered(db, f"{kind}s to tell apart", MOST_REMEMBERED)
    if missing := [one for one in ids if one not in known]:
        known |= {row.id: (row.name, _hint(kind, row)) for row in read(db, _HINTING[kind], {"keys": missing})}
    return known


def _row(one: Suggestion, known: Mapping[str, Told]) -> dict[str, Any]:
    label, hint = known[one.kind][one.id] if one.kind in known else _code(one)
    return {
        "kind": one.kind,
        "id": one.id,
        "label": label,
        "matched": one.matched,
        "language": one.language,
        "hint": hint,
    }


def _hint(kind: str, record: Any) -> str:
    """What a record is, and where: an office or else the kind, and the country."""
    if kind == "actor":
        roles = sorted(orjson.loads(record.parts)["roles"], key=lambda role: (role["to"] is None, role["to"] or ""))
        what = roles[-1]["title"] if roles else label("actor-kinds", record.kind)
    else:
        what = label("place-precisions", record.precision)
    country = record.country and country_name(record.country)
    return f"{what}, {country}" if country and country not in what else what


def _code(one: Suggestion) -> tuple[str, str]:
    listed = _LISTS[one.kind]
    about = code_list(listed).codes[one.id]
    return label(listed, one.id), f"{one.kind.replace('_', ' ').capitalize()}: {about['definition']}"


def _told_apart(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """ROWS, with the id added to the hint where nothing else tells two of them apart."""
    seen = Counter((row["label"], row["hint"]) for row in rows)
    return [
        {**row, "hint": f"{row['hint']} ({row['id']})"} if seen[row["label"], row["hint"]] > 1 else row for row in rows
    ]
