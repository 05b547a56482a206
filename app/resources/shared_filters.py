"""Filters that several resources have, each made for one of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, not_, or_

from app.asking.conditions import overlaps
from app.asking.filters import Filter
from app.asking.parameters import Day, Flag, Instant, Key, chosen
from app.dialects.keys import among


def of(name: str, kind: str, where: Callable[[Any], ColumnElement[bool]], description: str, **more: Any) -> Filter:
    """A filter whose values are ids of records of KIND, or codes that name them (`wikidata:Q58217`)."""
    return Filter(name=name, refers=kind, where=where, description=description, **{"open": True, **more})


def valued(name: str, column: Any, description: str, example: str, type: Any = Key) -> Filter:
    """The filter on the value of COLUMN."""
    return Filter(name, description, example, lambda values: among(column, values), type=type, open=True)


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


def having(conditions: Mapping[str, ColumnElement[bool]]) -> Filter:
    """The filter on what records have; CONDITIONS say in SQL whether a record has what they are named after."""

    def where(values: Sequence[str]) -> ColumnElement[bool]:
        return or_(*(conditions[value] for value in values))

    return Filter("has", "That have one of these.", "quote", where, type=chosen(tuple(conditions)), every=True)


def verified(supported: ColumnElement[bool]) -> Filter:
    """The filter on evidence whose words we hold; SUPPORTED says in SQL whether a record has some."""
    return Filter(
        "verified",
        "Whether the words of an article that we hold support it.",
        "true",
        lambda wanted: supported if wanted else not_(supported),
        type=Flag,
        several=False,
    )


def of_dataset(table: Any) -> Filter:
    """The filter on the data sets that records of TABLE belong to."""
    meant = "Of these data sets."
    return of("dataset", "dataset", lambda ids: among(table.dataset_id, ids), meant, example="aleppo-2016")


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
    )
