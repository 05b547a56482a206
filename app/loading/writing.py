"""Drafts into the database: what is new, changed, gone; then everything touched is rendered."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, or_, select, union, update

from app import bulk
from app.codes import code_list, codes
from app.dialects import among_many as among
from app.dialects import defer_foreign_keys
from app.loading.bodies import bodies_of
from app.loading.drafts import Draft, Row
from app.loading.faults import Fault, Refused
from app.loading.indexing import Record, entries_of, forget, put_entries
from app.loading.rendering import dump, history, number_changes, render
from app.loading.stored import PARTS, Tally, counted_in
from app.models import (
    Account,
    Actor,
    Article,
    Base,
    Dataset,
    Event,
    EventType,
    Evidence,
    FigureKind,
    Medium,
    ParticipantRole,
    Place,
    RelationType,
    SpeechAct,
    State,
    Statement,
    Topic,
)

RECORDS: tuple[type[Any], ...] = (Actor, Place, Article, Event, Statement)
# New records that are made ready while the server stores those before.
AT_ONCE = 1_000
VOCABULARY: dict[str, type[Any]] = {
    "event-types": EventType,
    "speech-acts": SpeechAct,
    "participant-roles": ParticipantRole,
    "relation-types": RelationType,
    "media": Medium,
    "figure-kinds": FigureKind,
    "topics": Topic,
}


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


@dataclass
class _Plan:
    """What is to be done with the records of one table."""

    table: type[Any]
    added: list[Draft]
    changed: list[Draft]
    removed: list[str]

    @property
    def written(self) -> list[Draft]:
        return self.added + self.changed

    @property
    def gone(self) -> list[str]:
        """The records whose rows elsewhere go: the removed, and the changed before they come anew."""
        return [draft.id for draft in self.changed] + self.removed


@dataclass(frozen=True, slots=True)
class _Adding:
    """What new records of one table need beside their drafts; they take the numbers after `revision`."""

    counts: Tally
    countries: dict[str | None, str | None]
    revision: int
    at: datetime


def write(db: Connection, dataset: Draft, drafts: Sequence[Draft], at: datetime, *, whole: bool = True) -> Report:
    """Make the data set in DB exactly DATASET and DRAFTS, in the caller's transaction.

    Not WHOLE, the DRAFTS are some of the data set: its other records stay.
    """
    state = db.execute(select(State).with_for_update()).one()
    defer_foreign_keys(db)
    sync_codes(db)
    fresh = _write_dataset(db, dataset, at)
    for draft in drafts:
        draft.dataset = dataset.id
    plans = [
        _plan(db, table, dataset.id, [draft for draft in drafts if draft.table is table], whole) for table in RECORDS
    ]
    touched = _touched(db, plans)
    _remove(db, plans)
    revision = _bury(db, plans, state.revision, at)
    report = Report(removed={plan.table.__tablename__: len(plan.removed) for plan in plans if plan.removed})
    revision = _add(db, plans, revision, at)
    report.added = {plan.table.__tablename__: len(plan.added) for plan in plans if plan.added}
    for plan in plans:
        _change(db, plan)
    if faults := [fault for plan in plans for fault in _still_named(db, plan)]:
        raise Refused(faults)
    _place_countries(db, plans)
    _touch_new(plans, touched)
    unchanged = Counter(draft.table.__tablename__ for draft in drafts)
    unchanged.subtract(report.added)
    for table in RECORDS:
        become = render(db, table, touched[table], revision, at)
        revision += _count(report, table, become)
        unchanged[table.__tablename__] -= sum(draft.table is table and draft.id in become for draft in drafts)
    report.unchanged = {kind: number for kind, number in unchanged.items() if number}
    if fresh or report.wrote:
        revision += _count(report, Dataset, render(db, Dataset, {dataset.id}, revision, at))
    _print_line(db, revision)
    return report


def sync_codes(db: Connection) -> None:
    """Bring the tables of codes up to the lists; a code that is gone stays while something uses it."""
    for name, table in VOCABULARY.items():
        stored = set(db.scalars(select(table.code)))
        new = [code for code in codes(name) if code not in stored]
        if new:
            classes = {
                code: {"event_class": code_list(name).codes[code]["class"]} for code in new if table is EventType
            }
            db.execute(insert(table), [{"code": code, **classes.get(code, {})} for code in new])


def _write_dataset(db: Connection, draft: Draft, at: datetime) -> bool:
    """Whether the data set is new or changed."""
    digest = db.scalar(select(Dataset.digest).where(Dataset.id == draft.id))
    row = {**draft.row, "digest": draft.digest, "updated_at": at}
    if digest is None:
        db.execute(insert(Dataset), row | {"created_at": at})
    else:
        db.execute(update(Dataset).where(Dataset.id == draft.id).values(draft.row | {"digest": draft.digest}))
    return digest != draft.digest


def _plan(db: Connection, table: type[Any], dataset: str, drafts: list[Draft], whole: bool) -> _Plan:
    wanted = {draft.id for draft in drafts}
    looked_at = table.dataset_id == dataset if whole else among(table.id, wanted)
    stored = {row.id: row.digest for row in db.execute(select(table.id, table.digest).where(looked_at))}
    added = [draft for draft in drafts if draft.id not in stored]
    changed = [draft for draft in drafts if draft.id in stored and draft.digest != stored[draft.id]]
    removed = sorted(stored.keys() - wanted)
    return _Plan(table, added, changed, removed)


def _touched(db: Connection, plans: Iterable[_Plan]) -> dict[type[Any], set[str]]:
    """The records whose JSON counts rows that are about to go."""
    gone = {plan.table: plan.gone for plan in plans}
    events = select(Statement.event_id).where(among(Statement.id, gone[Statement]), Statement.event_id.is_not(None))
    articles = union(
        select(Evidence.article_id).where(among(Evidence.event_id, gone[Event])),
        select(Evidence.article_id).where(among(Evidence.statement_id, gone[Statement])),
        select(Account.article_id).where(among(Account.event_id, gone[Event])),
    )
    touched: dict[type[Any], set[str]] = {table: set() for table in RECORDS}
    touched[Event] |= set(db.scalars(events))
    touched[Article] |= set(db.scalars(articles))
    return touched


def _touch_new(plans: Iterable[_Plan], touched: dict[type[Any], set[str]]) -> None:
    """Add to TOUCHED what is changed and what the written records count in; what is added is rendered already."""
    for plan in plans:
        touched[plan.table] |= {draft.id for draft in plan.changed}
        for draft in plan.written:
            touched[Article] |= {
                row["article_id"] for rows in draft.parts.values() for row in rows if "article_id" in row
            }
            touched[Article] |= {draft.row["article_id"]} if plan.table is Statement else set()
            touched[Event] |= {draft.row["event_id"]} - {None} if plan.table is Statement else set()
    for plan in plans:
        touched[plan.table] -= {*plan.removed, *(draft.id for draft in plan.added)}


def _remove(db: Connection, plans: Sequence[_Plan]) -> None:
    for plan in plans:
        if plan.gone:
            for owner in PARTS[plan.table]:
                db.execute(delete(owner.class_).where(among(owner, plan.gone)))
    for plan in reversed(plans):
        if plan.removed:
            forget(db, plan.table.__tablename__, plan.removed)
            db.execute(delete(plan.table).where(among(plan.table.id, plan.removed)))


def _add(db: Connection, plans: Sequence[_Plan], revision: int, at: datetime) -> int:
    """Insert what is new, rendered and indexed from its drafts alone; returns the last number taken."""
    counts = counted_in(draft for plan in plans for draft in plan.written)
    countries = _countries(db, plans)
    with bulk.beside(db) as run:
        for plan in plans:
            added = sorted(plan.added, key=lambda draft: draft.id)
            for start in range(0, len(added), AT_ONCE):
                some = added[start : start + AT_ONCE]
                _add_some(db, run, some, _Adding(counts[plan.table], countries, revision, at))
                revision += len(some)
    return revision


def _add_some(db: Connection, run: Callable[..., None], drafts: list[Draft], adding: _Adding) -> None:
    table, at = drafts[0].table, adding.at
    kind = table.__tablename__
    new, records = [], []
    for number, draft in enumerate(drafts, adding.revision + 1):
        doc, parts = bodies_of(draft, adding.counts.get(draft.id, {}))
        doc |= history(kind, draft.id, number, at, at)
        new.append(_row(draft, adding) | {"revision": number, "doc": dump(doc), "parts": dump(parts)})
        records.append(Record(draft.id, {**doc, **parts}, draft.row.get("start_on")))
    run(bulk.put, db, table, new)
    run(_put_parts, db, table, drafts)
    run(number_changes, db, kind, {draft.id: "insert" for draft in drafts}, adding.revision, at)
    run(put_entries, db, *entries_of(kind, records, vectors=db.dialect.name == "postgresql"))


def _row(draft: Draft, adding: _Adding) -> Row:
    """The row of a new record, but for what is rendered."""
    at = adding.at
    kept: Row = {"dataset_id": draft.dataset, "digest": draft.digest, "created_at": at, "updated_at": at}
    if draft.table is Event:
        kept["country"] = adding.countries.get(draft.row["place_id"])
    return {**draft.row, **kept}


def _change(db: Connection, plan: _Plan) -> None:
    if plan.changed:
        names = [*plan.changed[0].row.keys() - {"id"}, "digest"]
        changing = update(plan.table).where(plan.table.id == bindparam("key"))
        changed = [{**draft.row, "digest": draft.digest, "key": draft.id} for draft in plan.changed]
        db.execute(changing.values({name: bindparam(name) for name in names}), changed)
        _put_parts(db, plan.table, plan.changed)


def _put_parts(db: Connection, table: type[Any], drafts: Iterable[Draft]) -> None:
    for owner in PARTS[table]:
        bulk.put(db, owner.class_, [row for draft in drafts for row in draft.parts.get(owner.class_, ())])


def _still_named(db: Connection, plan: _Plan) -> Iterator[Fault]:
    """The removed records of PLAN that other data sets name."""
    if not plan.removed:
        return
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == plan.table.__tablename__ for key in column.foreign_keys):
                for key in db.scalars(select(column).where(among(column, plan.removed)).distinct()):
                    message = f"is removed, but another data set names it ({table.name}.{column.name})"
                    yield Fault(plan.table.__tablename__, 1, key, message)


def _countries(db: Connection, plans: Iterable[_Plan]) -> dict[str | None, str | None]:
    """The countries of the places that new events name."""
    by_table = {plan.table: plan for plan in plans}
    named = {draft.row["place_id"] for draft in by_table[Event].added} - {None}
    stored = db.execute(select(Place.id, Place.country).where(among(Place.id, named))) if named else ()
    drafted = {draft.id: draft.row["country"] for draft in by_table[Place].written}
    return {None: None, **{row.id: row.country for row in stored}, **drafted}


def _place_countries(db: Connection, plans: Iterable[_Plan]) -> None:
    """Repeat a place's country in its events, where either was changed."""
    changed = {plan.table: [draft.id for draft in plan.changed] for plan in plans}
    if changed[Event] or changed[Place]:
        country = select(Place.country).where(Place.id == Event.place_id).scalar_subquery()
        either = or_(among(Event.id, changed[Event]), among(Event.place_id, changed[Place]))
        db.execute(update(Event).where(either).values(country=country))


def _bury(db: Connection, plans: Iterable[_Plan], revision: int, at: datetime) -> int:
    """Number the removals; returns the last number taken."""
    for plan in plans:
        number_changes(db, plan.table.__tablename__, dict.fromkeys(plan.removed, "delete"), revision, at)
        revision += len(plan.removed)
    return revision


def _count(report: Report, table: type[Any], become: dict[str, str]) -> int:
    """Note in REPORT what rendering said; returns how many records changed."""
    operations = list(become.values())
    for operation, counts in (("insert", report.added), ("update", report.changed)):
        if number := operations.count(operation):
            counts[table.__tablename__] = counts.get(table.__tablename__, 0) + number
    return len(become)


def _print_line(db: Connection, revision: int) -> None:
    """Set what is printed with every answer: the licences and citations of all data sets."""
    rows = db.execute(select(Dataset.license, Dataset.attribution).order_by(Dataset.id)).all()
    licenses = " AND ".join(dict.fromkeys(row.license for row in rows))
    citation = "; ".join(dict.fromkeys(row.attribution for row in rows))
    db.execute(update(State).values(revision=revision, license=licenses, citation=citation))
