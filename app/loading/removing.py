"""Removing records, and the rows of changed ones, which are written anew: both are kept as past, then deleted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from app.dialects.keys import among_many as among
from app.loading.faults import Fault, Refused
from app.loading.indexing import forget
from app.loading.past import Stamp, keep
from app.loading.planning import Plan
from app.loading.stored import PARTS
from app.models import Base, Change


class StillNamed(Refused):
    """Records to be removed are named by others that stay."""


def remove(db: Connection, plans: Sequence[Plan], stamp: Stamp) -> None:
    """Delete the removed records of PLANS, and the rows of the changed ones, which are written anew."""
    for plan in plans:
        if plan.gone:
            keep(db, plan.table, among(plan.table.id, plan.gone), stamp)
            for owner in PARTS[plan.table]:
                keep(db, owner.class_, among(owner, plan.gone), stamp)
                db.execute(delete(owner.class_).where(among(owner, plan.gone)))
    for plan in reversed(plans):
        if plan.removed:
            forget(db, plan.table.__tablename__, plan.removed)
            db.execute(delete(plan.table).where(among(plan.table.id, plan.removed)))


def bury(
    db: Connection, plans: Iterable[Plan], stamp: Stamp, revision: int, into: Mapping[tuple[type[Any], str], str]
) -> int:
    """Note removals and merges as changes, numbered after REVISION; returns the last number taken."""
    rows = [
        {
            "at": stamp.at,
            "key_name": stamp.by,
            "operation": "merge" if (plan.table, key) in into else "delete",
            "kind": plan.table.__tablename__,
            "record_id": key,
            "into_id": into.get((plan.table, key)),
        }
        for plan in plans
        for key in plan.removed
    ]
    if rows:
        db.execute(insert(Change), [{**row, "revision": number} for number, row in enumerate(rows, revision + 1)])
    return revision + len(rows)


def still_named(db: Connection, plan: Plan) -> Iterator[Fault]:
    """Faults for removed records of PLAN that others name."""
    if not plan.removed:
        return
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == plan.table.__tablename__ for key in column.foreign_keys):
                owner = _owner_of(table)
                named = select(column, owner).where(among(column, plan.removed)).distinct().order_by(column, owner)
                for key, other in db.execute(named):
                    message = f"is removed, but another data set names it ({table.name}.{column.name})"
                    yield Fault(plan.table.__tablename__, 1, key, message, other)


def _owner_of(table: Any) -> Any:
    """The column of TABLE that says which record a row is, or belongs to."""
    owners = [column for column in table.columns if any(key.ondelete == "CASCADE" for key in column.foreign_keys)]
    if len(owners) > 1:
        return func.coalesce(*owners)
    return owners[0] if owners else next(iter(table.primary_key))
