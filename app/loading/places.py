"""The countries of places, which are repeated in their events."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, select, update

from app.dialects.keys import among_many as among
from app.loading.past import Stamp, keep
from app.loading.planning import Plan
from app.models import Event, Place

# By the id of the place; None for no place.
Countries = Mapping[str | None, str | None]


def countries_of(db: Connection, plans: Iterable[Plan]) -> Countries:
    """The countries of the places that new events name."""
    by_table = {plan.table: plan for plan in plans}
    named = {draft.row["place_id"] for draft in by_table[Event].added} - {None}
    stored = db.execute(select(Place.id, Place.country).where(among(Place.id, named))) if named else ()
    drafted = {draft.id: draft.row["country"] for draft in by_table[Place].written}
    return {None: None, **{row.id: row.country for row in stored}, **drafted}


def place_countries(db: Connection, plans: Iterable[Plan], stamp: Stamp) -> None:
    """Copy the country of places to their events, if either was changed."""
    changed = {plan.table: [draft.id for draft in plan.changed] for plan in plans}
    country = select(Place.country).where(Place.id == Event.place_id).scalar_subquery()
    # One after the other: of both at once, PostgreSQL looks at every event.
    for column, table in ((Event.id, Event), (Event.place_id, Place)):
        if changed[table]:
            other = and_(among(column, changed[table]), Event.country.is_distinct_from(country))
            keep(db, Event, other, stamp)
            db.execute(update(Event).where(other).values(country=country, valid_from=stamp.first))


def moving(db: Connection, plans: Iterable[Plan]) -> Mapping[type[Any], Collection[str]]:
    """The events of places whose country is about to change."""
    drafted = {draft.id: draft.row["country"] for plan in plans if plan.table is Place for draft in plan.changed}
    stored = db.execute(select(Place.id, Place.country).where(among(Place.id, drafted))) if drafted else ()
    moved = [row.id for row in stored if row.country != drafted[row.id]]
    events = db.scalars(select(Event.id).where(among(Event.place_id, moved))) if moved else ()
    return defaultdict(set, {Event: set(events)})
