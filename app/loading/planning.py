"""Plans of a write: which records are new, changed or removed, and which others must be rendered anew."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select, union

from app.dialects.keys import among_many as among
from app.loading.drafts import Draft
from app.loading.stored import PARTS, RECORDS
from app.models import Account, Article, Event, Evidence, Statement

# The parts of records that name an article.
_IN_ARTICLES = {
    owner.class_ for owners in PARTS.values() for owner in owners if "article_id" in owner.class_.__table__.columns
}


@dataclass
class Plan:
    """What is to be done with the records of one table."""

    table: type[Any]
    added: list[Draft]
    changed: list[Draft]
    same: list[Draft]
    removed: list[str]

    @property
    def written(self) -> list[Draft]:
        return self.added + self.changed

    @property
    def gone(self) -> list[str]:
        """The records whose rows in other tables go: the removed ones, and the changed ones, which get new rows."""
        return [draft.id for draft in self.changed] + self.removed


@dataclass(frozen=True, slots=True)
class Removal:
    """Records to be removed, by table; `into` says which of them are merged into which others."""

    ids: Mapping[type[Any], Collection[str]] = field(default_factory=dict)
    into: Mapping[tuple[type[Any], str], str] = field(default_factory=dict)


def plan_of(db: Connection, table: type[Any], dataset: str, drafts: list[Draft], removal: Removal | None) -> Plan:
    """The plan for TABLE, if DRAFTS are to be its records in DATASET; with a REMOVAL, all other records stay."""
    wanted = {draft.id for draft in drafts}
    gone = removal.ids.get(table, ()) if removal else ()
    asked = {*wanted, *gone}
    looked_at = among(table.id, asked) if removal else table.dataset_id == dataset
    rows = () if removal and not asked else db.execute(select(table.id, table.digest).where(looked_at))
    stored = {row.id: row.digest for row in rows}
    added = [draft for draft in drafts if draft.id not in stored]
    known = [draft for draft in drafts if draft.id in stored and not draft.if_new]
    changed = [draft for draft in known if draft.digest != stored[draft.id]]
    same = [draft for draft in known if draft.digest == stored[draft.id]]
    return Plan(table, added, changed, same, removed=sorted(stored.keys() - wanted))


def gained_by(db: Connection, plans: Iterable[Plan]) -> Counter[tuple[str, str]]:
    """How many records each data set will gain or lose, by data set and kind."""
    gained: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        kind = plan.table.__tablename__
        gained.update((draft.dataset, kind) for draft in plan.added)
        if plan.removed:
            lost = db.scalars(select(plan.table.dataset_id).where(among(plan.table.id, plan.removed)))
            gained.subtract((key, kind) for key in lost)
    return gained


def touched_by(db: Connection, plans: Iterable[Plan]) -> dict[type[Any], set[str]]:
    """The records whose JSON counts rows that are about to be deleted."""
    touched: dict[type[Any], set[str]] = {table: set() for table in RECORDS}
    gone = {plan.table: plan.gone for plan in plans}
    if not any(gone.values()):
        return touched
    events = select(Statement.event_id).where(among(Statement.id, gone[Statement]), Statement.event_id.is_not(None))
    articles = union(
        select(Evidence.article_id).where(among(Evidence.event_id, gone[Event])),
        select(Evidence.article_id).where(among(Evidence.statement_id, gone[Statement])),
        select(Account.article_id).where(among(Account.event_id, gone[Event])),
    )
    touched[Event] |= set(db.scalars(events))
    touched[Article] |= set(db.scalars(articles))
    return touched


def touch_new(plans: Iterable[Plan], touched: dict[type[Any], set[str]]) -> None:
    """Add to TOUCHED the changed records and those that count written ones. Added ones are rendered already."""
    for plan in plans:
        touched[plan.table] |= {draft.id for draft in plan.changed}
        for draft in plan.written:
            for part, rows in draft.parts.items():
                if rows and part in _IN_ARTICLES:
                    touched[Article].update([row.get("article_id") for row in rows])
            if plan.table is Statement:
                touched[Article].add(draft.row["article_id"])
                touched[Event].add(draft.row["event_id"])
    for plan in plans:
        touched[plan.table] -= {None, *plan.removed, *(draft.id for draft in plan.added)}
