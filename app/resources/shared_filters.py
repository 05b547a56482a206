"""Filters that several resources have, each made for one of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, exists, not_, or_, select, union_all

from app.asking.conditions import overlaps
from app.asking.filters import Filter, Query
from app.asking.values import Day, Flag, Instant, Key, chosen
from app.dialects.keys import among
from app.models import Dataset, Evidence


def of(name: str, kind: str, where: Callable[[Any], ColumnElement[bool]], description: str, **more: Any) -> Filter:
    """A filter whose values are ids of records of KIND, or codes that name them (`wikidata:Q58217`)."""
    return Filter(name=name, refers=kind, where=where, description=description, **{"open": True, **more})


def valued(name: str, column: Any, description: str, example: str, type: Any = Key, **more: Any) -> Filter:
    """The filter on the value of COLUMN."""
    return Filter(name, description, example, lambda values: among(column, values), type=type, open=True, **more)


def during(name: str, table: Any, description: str, example: str) -> Filter:
    """The filter on the days of records of TABLE."""
    return Filter(
        name,
        description,
        example,
        lambda wanted: overlaps(table.start_on, table.end_on, wanted),
        type=Day,
        several=False,
        open=True,
    )


def having(conditions: Mapping[str, ColumnElement[bool]], owners: Mapping[str, Any]) -> Filter:
    """The filter on what records have; CONDITIONS say in SQL whether a record has what they are named after.

    OWNERS are columns with the ids of records that may have it, each behind an index.
    """

    def where(values: Sequence[str]) -> ColumnElement[bool]:
        return or_(*(conditions[value] for value in values))

    def few(values: Sequence[str]) -> Query | None:
        if not all(value in owners for value in values):
            return None
        return union_all(*(select(owners[value]).where(owners[value].is_not(None)) for value in values))

    kind = chosen(tuple(conditions))
    return Filter("has", "That have one of these.", "quote", where, type=kind, every=True, few=few)


def verified(table: Any, owner: Any) -> Filter:
    """The filter on evidence whose words we hold, for records of TABLE, which OWNER names in the evidence."""
    supported = exists().where(owner == table.id, Evidence.verified)
    held = select(owner).where(owner.is_not(None), Evidence.verified)
    return Filter(
        "verified",
        "Whether the words of an article that we hold support it.",
        "true",
        lambda wanted: supported if wanted else not_(supported),
        type=Flag,
        several=False,
        few=lambda wanted: held if wanted else None,
        few_not=lambda wanted: None if wanted else held,
    )


def of_dataset(table: Any) -> Filter:
    """The filter on the data sets that records of TABLE belong to."""

    def found(ids: Any) -> ColumnElement[bool]:
        return among(table.dataset_id, ids)

    def few_not(ids: Any) -> Query:
        return select(table.id).where(table.dataset_id.in_(select(Dataset.id).where(not_(among(Dataset.id, ids)))))

    few = {"few": lambda ids: select(table.id).where(found(ids)), "few_not": few_not}
    return of("dataset", "dataset", found, "Of these data sets.", example="aleppo-2016", **few)


def updated_since(table: Any) -> Filter:
    """The filter on when records of TABLE last changed."""
    return Filter(
        "updated_since",
        "Changed on or after this day or instant.",
        "2026-01-01T00:00:00Z",
        lambda at: table.updated_at >= at,
        type=Instant,
        several=False,
        open=True,
        few=lambda at: select(table.id).where(table.updated_at >= at).order_by(table.updated_at, table.id),
    )
