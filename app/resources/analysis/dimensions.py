"""Dimensions: what records are counted by, each named after the filter that finds its values."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pycountry
from sqlalchemy import CTE, BindParameter, ColumnElement, Connection, Select, String, cast, literal, null, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.util import ClauseAdapter
from sqlalchemy.sql.visitors import iterate

from app.answering.views import View, rows
from app.asking.filters import is_given
from app.codes import label
from app.dialects.keys import KEYS, among
from app.models import (
    Actor,
    Addressee,
    Carrier,
    Dataset,
    Event,
    EventType,
    Participant,
    Place,
    Statement,
    StatementTopic,
)
from app.models.events import SIDED
from app.reading.prepared import read
from app.standards import country_name

Labels = Mapping[str, str]
Labeller = Callable[[Connection, Collection[str]], Labels]
Join = tuple[Any, Any]
QUAD_CLASSES = {
    "1": "Verbal cooperation",
    "2": "Material cooperation",
    "3": "Verbal conflict",
    "4": "Material conflict",
}


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """What records are counted by.

    `key` is the value, reached over `joins` if it is not the record's own; `several` says that one record may have more
    than one, and then counts once for each. `filter` is the filter that finds the values, where it is not called the
    same; `when` narrows the joined rows to those that the other filters speak of.
    """

    name: str
    key: Any
    labels: Labeller
    joins: Sequence[Join] = ()
    several: bool = False
    filter: str = ""
    when: Callable[[Any], Sequence[Any]] = lambda _asked: ()

    @property
    def filtered_by(self) -> str:
        """The name of the filter that finds the values."""
        return self.filter or self.name


def found_for(view: View, dimensions: Collection[Dimension], *columns: Any) -> CTE:
    """The records of VIEW: `id`, COLUMNS, and by what else they have values of DIMENSIONS.

    They are found once, whatever is counted of them, and before anything is joined to them: SQLite would read whole
    records in the order of their ids, so as to join or to group by it, though an index has all that is asked.
    """
    table = view.resource.table
    parts = [part for one in dimensions for part in (one.key.expression, *(condition for _, condition in one.joins))]
    used = [part for whole in parts for part in iterate(whole) if isinstance(part, ColumnElement)]
    own = [
        one for one in table.__table__.columns if one is not table.__table__.c.id and any(map(one.shares_lineage, used))
    ]
    return rows(view, table.id, *own, *columns).cte().prefix_with("MATERIALIZED")


def keyed(found: CTE, dimension: Dimension, asked: Any, *columns: Any) -> Select[Any]:
    """A row with `id`, `key` and COLUMNS of FOUND for each value that one of them has of DIMENSION.

    A record without a value has a row without a key, unless it may have several: then it has none.
    """
    query = select(found.c.id, _in(found, dimension.key.expression).label("key"), *columns).select_from(found)
    for target, condition in dimension.joins:
        query = query.join(target, _in(found, condition), isouter=not dimension.several)
    if not dimension.several:
        return query
    return query.where(dimension.key.is_not(None), *dimension.when(asked)).distinct()


def keyless(found: CTE, dimension: Dimension, asked: Any) -> Select[Any]:
    """A row with `id` and no `key` for each of FOUND that has no value of DIMENSION, of which one may have several."""
    values = select(literal(1)).where(*(_in(found, condition) for _, condition in dimension.joins))
    having = values.where(dimension.key.is_not(None), *dimension.when(asked)).correlate(found).exists()
    return select(found.c.id, cast(null(), String).label("key")).where(~having)


def _in(found: CTE, expression: Any) -> Any:
    """EXPRESSION of FOUND instead of the table in which its records were found."""
    return ClauseAdapter(found).traverse(expression)


def without(view: View, dimension: Dimension) -> View:
    """VIEW without the filter of DIMENSION; VIEW itself if that is not given."""
    forms = next(one.forms for one in view.resource.filters if one.name == dimension.filtered_by)
    if not any(is_given(getattr(view.asked, form)) for form in forms):
        return view
    # Without it, there may be more than the few that it told.
    few = None if view.few and view.few.by == dimension.filtered_by else view.few
    return replace(view, asked=view.asked.model_copy(update=dict.fromkeys(forms, ())), few=few)


def _coded(codes: str) -> Labeller:
    return lambda _db, keys: {key: label(codes, key) for key in keys}


def _named(table: type[Any], column: Any) -> Labeller:
    named = select(table.id, column).where(among(table.id, KEYS))

    def label_of(db: Connection, keys: Collection[str]) -> Labels:
        return {row[0]: row[1] for row in read(db, named, {"keys": keys})}

    return label_of


def _country(_db: Connection, keys: Collection[str]) -> Labels:
    return {key: country_name(key) or key for key in keys}


def _language(_db: Connection, keys: Collection[str]) -> Labels:
    found = {key: pycountry.languages.get(alpha_2=key.partition("-")[0]) for key in keys}
    return {key: language.name if language and "-" not in key else key for key, language in found.items()}


_ACTORS = _named(Actor, Actor.name)
_PLACES = _named(Place, Place.name)
_DATASETS = _named(Dataset, Dataset.title)


def _participating(name: str, column: str, labels: Labeller, *, side: str | None = None) -> Dimension:
    """A dimension of participants; with both `actor` and `role` asked for, of the one that meets both."""
    part = aliased(Participant)
    coupled = {"actor": (part.role, "role"), "role": (part.actor_id, "actor")}

    def when(asked: Any) -> list[Any]:
        sided = [part.side.in_(SIDED[side])] if side else []
        if name in coupled and is_given(wanted := getattr(asked, coupled[name][1])):
            column = coupled[name][0]
            return [*sided, among(column, wanted) if isinstance(wanted, BindParameter) else column.in_(wanted)]
        return sided

    joins = ((part, part.event_id == Event.id),)
    return Dimension(name, getattr(part, column), labels, joins, several=True, when=when)


def _said(name: str, table: type[Any], column: str, labels: Labeller) -> Dimension:
    """A dimension of a part of statements."""
    part = aliased(table)
    return Dimension(name, getattr(part, column), labels, ((part, part.statement_id == Statement.id),), several=True)


def _actor_country() -> Dimension:
    part, actor = aliased(Participant), aliased(Actor)
    joins = ((part, part.event_id == Event.id), (actor, actor.id == part.actor_id))
    return Dimension("actor_country", actor.country, _country, joins, several=True)


def _speaker_country() -> Dimension:
    actor = aliased(Actor)
    return Dimension("speaker_country", actor.country, _country, ((actor, actor.id == Statement.speaker_id),))


def _place() -> Dimension:
    """Places, each with all that happened in the places within it, as the filter has it."""
    roots = select(Place.id.label("outer"), Place.id.label("inner")).cte(recursive=True)
    inside = roots.union(select(roots.c.outer, Place.id).join(roots, Place.parent_id == roots.c.inner))
    joins = ((inside, inside.c.inner == Event.place_id),)
    return Dimension("place", inside.c.outer, _PLACES, joins, several=True)


_TYPE = aliased(EventType)


def _by_name(*dimensions: Dimension) -> dict[str, Dimension]:
    return {dimension.name: dimension for dimension in dimensions}


OF_EVENTS = _by_name(
    Dimension("type", Event.type, _coded("event-types")),
    Dimension("class", _TYPE.event_class, _coded("event-classes"), ((_TYPE, _TYPE.code == Event.type),), filter="type"),
    _participating("actor", "actor_id", _ACTORS),
    _participating("source", "actor_id", _ACTORS, side="source"),
    _participating("target", "actor_id", _ACTORS, side="target"),
    _participating("role", "role", _coded("participant-roles")),
    _participating("on_behalf_of", "on_behalf_of_id", _ACTORS),
    _actor_country(),
    _place(),
    Dimension("country", Event.country, _country),
    Dimension("status", Event.status, _coded("statuses")),
    Dimension("dataset", Event.dataset_id, _DATASETS),
    Dimension("quad_class", cast(Event.quad_class, String), lambda _db, _keys: QUAD_CLASSES),
)
OF_STATEMENTS = _by_name(
    Dimension("act", Statement.act, _coded("speech-acts")),
    Dimension("speaker", Statement.speaker_id, _ACTORS),
    Dimension("on_behalf_of", Statement.on_behalf_of_id, _ACTORS),
    _said("addressee", Addressee, "actor_id", _ACTORS),
    _speaker_country(),
    _said("topic", StatementTopic, "topic", _coded("topics")),
    Dimension("medium", Statement.medium, _coded("media")),
    Dimension("venue", Statement.venue_id, _ACTORS),
    _said("reported_via", Carrier, "actor_id", _ACTORS),
    Dimension("language", Statement.language, _language),
    Dimension("directness", Statement.directness, _coded("directness")),
    Dimension("event", Statement.event_id, _named(Event, Event.label)),
    Dimension("dataset", Statement.dataset_id, _DATASETS),
)
