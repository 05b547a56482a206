"""Directed pairs of actors: who acted on whom in events, and who spoke to whom in statements.

A pair goes from every participant on the source side to every other on the target side of one event; equals stand on
both. So the pair of A and B counts the events that the list finds with `source=A&target=B`. A statement goes from its
speaker, and from whom it was made for, to each addressee.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    Connection,
    Date,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from app.answering.views import matching
from app.asking import filters
from app.dialects.keys import among
from app.loading.dyads import CLASSES, SUMS
from app.loading.summing import SCORE
from app.models import Actor, Addressee, Event, Participant, Statement
from app.models.events import SIDED
from app.resources import events, statements
from app.resources.analysis.counting import DATED_EVENT, DATED_STATEMENT
from app.resources.analysis.kept_pairs import kept_of

# What these ask of an event they ask of a statement, too.
SHARED = frozenset({"date", "dataset", "article", "verified", "updated_since", "q"})
ROLLED_UP = ("person", "government_body")
# The actors between whom pairs are wanted, each in either place.
Within = tuple[str, str]
# The ids of those records of a table that are to be counted.
Some = Callable[[Any], Any]


def rolled_up() -> Subquery:
    """Every actor (`id`) and whom it counts for (`into`): the state of its country, or itself."""
    states = select(Actor.country, func.min(Actor.id).label("id")).where(Actor.kind == "state").group_by(Actor.country)
    state, actor = states.subquery(), aliased(Actor)
    belongs = and_(state.c.country == actor.country, actor.kind.in_(ROLLED_UP))
    into = func.coalesce(state.c.id, actor.id).label("into")
    return select(actor.id, into).select_from(actor).outerjoin(state, belongs).subquery()


def standing_for(query: Select[Any], actor: Any, roll_up: str | None) -> tuple[Select[Any], Any]:
    """QUERY, and the column of whom ACTOR, one of its columns, counts for."""
    if roll_up is None:
        return query, actor
    rolled = rolled_up()
    return query.join(rolled, rolled.c.id == actor), rolled.c.into


def event_pairs(asked: Any, within: Within | None = None, some: Some | None = None) -> Select[Any]:
    """A row for each pair of an event that ASKED wants: `source`, `target`, `id` and what the event counts for.

    If SOME are given, of those whatever their date.
    """
    return _acted(asked, within, some).distinct()


def _acted(asked: Any, within: Within | None, some: Some | None) -> Select[Any]:
    """The same, a pair as many times as its actors stand on their sides."""
    source, target = aliased(Participant), aliased(Participant)
    query = matching(events.EVENTS, _of(asked, some), Event.id, *DATED_EVENT, Event.quad_class).select_from(Event)
    query = query.join(source, source.event_id == Event.id).join(target, target.event_id == Event.id)
    query = query.where(source.side.in_(SIDED["source"]), target.side.in_(SIDED["target"]))
    query = query.where(Event.id.in_(some(Event))) if some else query
    return _paired(query, source.actor_id, target.actor_id, asked, within)


def statement_pairs(asked: Any, within: Within | None = None, some: Some | None = None) -> Select[Any]:
    """A row for each pair of a statement that ASKED wants: `source`, `target`, `id` and its date.

    Filters that statements share with events narrow them likewise; any other leaves those that belong to its events. If
    SOME are given, of those whatever their date.
    """
    said = [_said_by(speaker, asked, within, some) for speaker in (Statement.speaker_id, Statement.on_behalf_of_id)]
    return select(union(*said).subquery())


def totals(db: Connection, asked: Any, within: Within | None = None, *, said: bool = True) -> CTE:
    """The sums of every pair over events and statements, and the first and the last day of both.

    Scores are whole billionths. Unless what was SAID counts, they are over events alone.
    """
    kept = kept_of(db, asked)
    parts = [] if kept is None else [kept.sums(within, said=said)]
    if kept is not None and kept.years is None:
        # It is asked for more than once, and an index has what is wanted of it.
        return parts[0].cte().prefix_with("NOT MATERIALIZED")
    some = None if kept is None else kept.left
    parts.append(_event_totals(_once(_acted(asked, within, some).subquery()).subquery()))
    if said:
        parts.append(_statement_totals(statement_pairs(asked, within, some).subquery()))
    part = union_all(*parts).subquery()
    sums = [func.sum(part.c[name]).label(name) for name in SUMS]
    days = (func.min(part.c.first).label("first"), func.max(part.c.last).label("last"))
    return select(part.c.source, part.c.target, *sums, *days).group_by(part.c.source, part.c.target).cte()


def _once(pair: Subquery) -> Select[Any]:
    """Each PAIR of an event once: to group them takes SQLite less than to tell all rows apart."""
    own = (func.min(pair.c[name]).label(name) for name in ("start_on", "goldstein", "quad_class"))
    return select(pair.c.source, pair.c.target, *own).group_by(pair.c.source, pair.c.target, pair.c.id)


def _of(asked: Any, some: Some | None) -> Any:
    return asked.model_copy(update={"date": None}) if some else asked


def _paired(query: Select[Any], source: Any, target: Any, asked: Any, within: Within | None) -> Select[Any]:
    """QUERY with `source` and `target`, rolled up as asked, between two different actors."""
    for name, column in (("source", source), ("target", target)):
        if wanted := getattr(asked, name):
            query = query.where(among(column, wanted))
        if unwanted := getattr(asked, f"{name}__not"):
            query = query.where(~among(column, unwanted))
    query, begins = standing_for(query, source, asked.roll_up)
    query, ends = standing_for(query, target, asked.roll_up)
    if within is not None:
        query = query.where(source.in_(_members(within, asked.roll_up)), target.in_(_members(within, asked.roll_up)))
        query = query.where(among(begins, within), among(ends, within))
    return query.add_columns(begins.label("source"), ends.label("target")).where(begins != ends)


def _members(within: Within, roll_up: str | None) -> Select[Any]:
    """The actors that count for those of WITHIN: their records are found at once."""
    if roll_up is None:
        return select(Actor.id).where(Actor.id.in_(within))
    rolled = rolled_up()
    return select(rolled.c.id).where(among(rolled.c.into, within))


def _said_by(speaker: Any, asked: Any, within: Within | None, some: Some | None) -> Select[Any]:
    query = select(Statement.id, *DATED_STATEMENT).select_from(Statement)
    query = query.join(Addressee, Addressee.statement_id == Statement.id).where(speaker.is_not(None))
    shared = [one for one in statements.FILTERS if one.name in SHARED and one.name in type(asked).model_fields]
    query = filters.matching(query, shared, _of(asked, some))
    query = query.where(Statement.id.in_(some(Statement))) if some else query
    names = {name.removesuffix("__not").removesuffix("__all") for name in asked.model_fields_set}
    if names & {one.name for one in events.FILTERS} - SHARED - SIDED.keys():
        query = query.where(Statement.event_id.in_(matching(events.EVENTS, asked, Event.id)))
    return _paired(query, speaker, Addressee.actor_id, asked, within)


def _event_totals(pair: Subquery) -> Select[Any]:
    score = cast(func.round(pair.c.goldstein * SCORE), BigInteger)
    sums = (
        func.count().label("events"),
        *(func.sum(case((pair.c.quad_class == one, 1), else_=0)).label(f"class_{one}") for one in CLASSES),
        func.count(pair.c.goldstein).label("scored"),
        func.sum(score).label("score"),
        func.sum(case((score > 0, score))).label("cooperative"),
        func.sum(case((score < 0, score))).label("conflictual"),
        literal(0).label("statements"),
    )
    return _by_pair(pair, sums)


def _statement_totals(pair: Subquery) -> Select[Any]:
    unscored = {"score", "cooperative", "conflictual"}
    nothing = {name: cast(null(), BigInteger) if name in unscored else literal(0) for name in SUMS}
    return _by_pair(pair, [nothing[name].label(name) for name in SUMS[:-1]] + [func.count().label("statements")])


def _by_pair(pair: Subquery, sums: Sequence[Any]) -> Select[Any]:
    days = (func.min(pair.c.start_on, type_=Date).label("first"), func.max(pair.c.start_on, type_=Date).label("last"))
    return select(pair.c.source, pair.c.target, *sums, *days).group_by(pair.c.source, pair.c.target)
