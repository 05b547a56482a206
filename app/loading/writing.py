"""Writing drafts: what is new, changed or removed is written, then everything that shows it is rendered."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from app import bulk
from app.dialects.references import defer_foreign_keys
from app.loading.adding import Adding, add, put_parts
from app.loading.drafts import Draft, Row
from app.loading.past import Stamp, keep
from app.loading.places import countries_of, moving, place_countries
from app.loading.planning import Plan, Removal, gained_by, plan_of, touch_new, touched_by
from app.loading.removing import StillNamed, bury, remove, still_named
from app.loading.rendering import render, render_datasets
from app.loading.stored import PARTS, RECORDS
from app.loading.summing import Difference
from app.loading.vocabulary import sync_codes
from app.models import Dataset, Event, State

# Foreign keys to records that are written later than, or together with, those that name them.
_FORWARD = sorted(
    {
        str(key.constraint.name)
        for number, table in enumerate(RECORDS)
        for owner in (table.id, *PARTS[table])
        for key in owner.class_.__table__.foreign_keys
        if key.constraint and key.ondelete != "CASCADE"
        if key.column.table.name in [later.__tablename__ for later in RECORDS[number:]]
    }
)


@dataclass
class Report:
    """What a load did, by kind of record."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)

    @property
    def wrote(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def begin(db: Connection, stamp: Stamp) -> Stamp:
    """STAMP with the number of its first change. From now on nobody else writes until the transaction ends."""
    return replace(stamp, first=db.execute(select(State.revision).with_for_update()).scalar_one() + 1)


@dataclass(frozen=True, slots=True)
class Whole:
    """What the portions of one write share: its stamp, which has begun, and the sums of all that they change."""

    stamp: Stamp
    sums: Difference


def write(
    db: Connection, dataset: Draft | str, drafts: Sequence[Draft], stamp: Stamp, *, removal: Removal | None = None
) -> Report:
    """Make the data set in DB exactly DATASET and DRAFTS, in the caller's transaction; STAMP says when and by whom.

    DATASET may be the id of a data set that stays as it is. With a REMOVAL, only DRAFTS are written, which may belong
    to other data sets too, and only what it names is removed. STAMP may have begun already, as part of a larger write.
    """
    whole = Whole(stamp if stamp.first else begin(db, stamp), Difference(db))
    report = write_portion(db, dataset, drafts, removal, whole)
    whole.sums.write()
    return report


def write_portion(
    db: Connection, dataset: Draft | str, drafts: Sequence[Draft], removal: Removal | None, whole: Whole
) -> Report:
    """The same, as a portion of a WHOLE, of which the caller writes the sums at its end."""
    stamp, counted = whole.stamp, whole.sums
    revision = db.scalars(select(State.revision)).one()
    sync_codes(db)
    home = dataset if isinstance(dataset, str) else dataset.id
    fresh = not isinstance(dataset, str) and _write_dataset(db, dataset, stamp)
    plans = _plans(db, home, drafts, removal)
    gained = gained_by(db, plans)
    touched, countries = touched_by(db, plans), countries_of(db, plans)
    moved = moving(db, plans)
    for plan in plans:
        counted.take(plan.table, {*plan.gone, *moved[plan.table]})
    # Records that are yet to change may still name those that are removed.
    defer_foreign_keys(db, ["ALL"] if any(plan.gone for plan in plans) else _FORWARD)
    remove(db, plans, stamp)
    revision = bury(db, plans, stamp, revision, removal.into if removal else {})
    report = Report(removed={plan.table.__tablename__: len(plan.removed) for plan in plans if plan.removed})
    with bulk.beside(db) as run:
        revision = add(db, plans, revision, Adding(run, countries, stamp))
        for plan in plans:
            counted.give_new(plan.added, countries)
        touch_new(plans, touched)
    report.added = {plan.table.__tablename__: len(plan.added) for plan in plans if plan.added}
    for plan in plans:
        _change(db, plan, stamp)
    if faults := [fault for plan in plans for fault in still_named(db, plan)]:
        raise StillNamed(faults)
    place_countries(db, plans, stamp)
    for plan in plans:
        counted.give(plan.table, {*plan.gone, *moved[plan.table]}.difference(plan.removed))
    for plan in plans:
        become = render(db, plan.table, touched[plan.table], revision, stamp)
        revision += _count(report, plan.table, become)
        if unchanged := sum(draft.id not in become for draft in (*plan.changed, *plan.same)):
            report.unchanged[plan.table.__tablename__] = unchanged
    if fresh or report.wrote:
        gained[home, Event.__tablename__] += 0
        revision += _count(report, Dataset, render_datasets(db, gained, revision, stamp))
    finish(db, revision, stamp)
    return report


def _write_dataset(db: Connection, draft: Draft, stamp: Stamp) -> bool:
    """Write the data set; returns whether it is new or changed."""
    known = Dataset.id == draft.id
    digest = db.scalar(select(Dataset.digest).where(known))
    row = {**draft.row, "digest": draft.digest, "valid_from": stamp.first}
    if digest is None:
        db.execute(insert(Dataset), row | {"created_at": stamp.at, "updated_at": stamp.at})
    elif digest != draft.digest:
        keep(db, Dataset, known, stamp)
        db.execute(update(Dataset).where(known).values(row))
    return digest != draft.digest


def _plans(db: Connection, home: str, drafts: Sequence[Draft], removal: Removal | None) -> list[Plan]:
    """The plans for DRAFTS, whose new ones go to the data set HOME: one for each table, in the order of references."""
    by_table: dict[type[Any], list[Draft]] = {table: [] for table in RECORDS}
    for draft in drafts:
        draft.dataset = draft.kept.get("dataset_id", home)
        by_table[draft.table].append(draft)
    return [plan_of(db, table, home, found, removal) for table, found in by_table.items()]


def _change(db: Connection, plan: Plan, stamp: Stamp) -> None:
    if plan.changed:
        names = [*plan.changed[0].row.keys() - {"id"}, "digest"]
        changing = update(plan.table).where(plan.table.id == bindparam("key"))
        changed = [{**draft.row, "digest": draft.digest, "key": draft.id} for draft in plan.changed]
        values: Row = {name: bindparam(name) for name in names}
        db.execute(changing.values(values | {"valid_from": stamp.first}), changed)
        put_parts(db, plan.table, plan.changed, stamp)


def _count(report: Report, table: type[Any], become: dict[str, str]) -> int:
    """Add what rendering returned to REPORT; returns how many records changed."""
    operations = list(become.values())
    for operation, counts in (("insert", report.added), ("update", report.changed)):
        if number := operations.count(operation):
            counts[table.__tablename__] = counts.get(table.__tablename__, 0) + number
    return len(become)


def finish(db: Connection, revision: int, stamp: Stamp) -> None:
    """End the write of STAMP with REVISION: update what comes with every answer, licences and citations included."""
    if revision < stamp.first:
        return
    rows = db.execute(select(Dataset.license, Dataset.attribution).order_by(Dataset.id)).all()
    licenses = " AND ".join(dict.fromkeys(row.license for row in rows))
    citation = "; ".join(dict.fromkeys(row.attribution for row in rows))
    # Before the first change there is nothing to look back to.
    keep(db, State, State.revision > 0, stamp)
    line = {"revision": revision, "at": stamp.at, "license": licenses, "citation": citation}
    db.execute(update(State).values(line | {"valid_from": stamp.first}))
