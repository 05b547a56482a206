"""Drafts into the database: what is new, changed, gone; then everything touched is rendered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, or_, select, union, update

from app.codes import code_list, codes
from app.dialects import among, defer_foreign_keys
from app.loading.drafts import Draft
from app.loading.faults import Fault, Refused
from app.loading.indexing import forget
from app.loading.past import Stamp, keep
from app.loading.rendering import render
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Addressee,
    Article,
    ArticleAgency,
    Base,
    Carrier,
    Change,
    Dataset,
    Event,
    EventType,
    Evidence,
    Figure,
    FigureKind,
    Medium,
    Mention,
    Participant,
    ParticipantRole,
    Place,
    Relation,
    RelationType,
    SpeechAct,
    State,
    Statement,
    StatementTopic,
    Topic,
)

RECORDS: tuple[type[Any], ...] = (Actor, Place, Article, Event, Statement)
PARTS: dict[type[Any], tuple[Any, ...]] = {
    Actor: (ActorName.actor_id, ActorCode.actor_id, ActorRole.actor_id),
    Place: (),
    Article: (ArticleAgency.article_id,),
    Event: (Participant.event_id, Figure.event_id, Account.event_id, Evidence.event_id, Relation.event_id),
    Statement: (
        Addressee.statement_id,
        Carrier.statement_id,
        StatementTopic.statement_id,
        Mention.statement_id,
        Evidence.statement_id,
        Relation.statement_id,
    ),
}
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


def write(db: Connection, dataset: Draft, drafts: Sequence[Draft], stamp: Stamp, *, whole: bool = True) -> Report:
    """Make the data set in DB exactly DATASET and DRAFTS, in the caller's transaction; STAMP says when and by whom.

    Not WHOLE, the DRAFTS are some of the data set: its other records stay.
    """
    state = db.execute(select(State).with_for_update()).one()
    stamp = replace(stamp, first=state.revision + 1)
    defer_foreign_keys(db)
    sync_codes(db)
    fresh = _write_dataset(db, dataset, stamp)
    plans = [
        _plan(db, table, dataset.id, [draft for draft in drafts if draft.table is table], whole) for table in RECORDS
    ]
    touched = _touched(db, plans)
    for plan in plans:
        _clear(db, plan, stamp)
    for plan in reversed(plans):
        if plan.removed:
            forget(db, plan.table.__tablename__, plan.removed)
            db.execute(delete(plan.table).where(among(plan.table.id, plan.removed)))
    for plan in plans:
        _put(db, plan, dataset.id, stamp)
    if faults := [fault for plan in plans for fault in _still_named(db, plan)]:
        raise Refused(faults)
    _place_countries(db, {plan.table: {draft.id for draft in plan.written} for plan in plans}, stamp)
    _touch_new(plans, touched)
    report = Report(removed={plan.table.__tablename__: len(plan.removed) for plan in plans if plan.removed})
    revision = _bury(db, plans, stamp)
    unchanged = Counter(draft.table.__tablename__ for draft in drafts)
    for table in RECORDS:
        become = render(db, table, touched[table], revision, stamp)
        revision += _count(report, table, become)
        unchanged[table.__tablename__] -= sum(draft.table is table and draft.id in become for draft in drafts)
    report.unchanged = {kind: number for kind, number in unchanged.items() if number}
    if fresh or report.wrote:
        revision += _count(report, Dataset, render(db, Dataset, {dataset.id}, revision, stamp))
    if revision >= stamp.first:
        _print_line(db, revision, stamp)
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


def _write_dataset(db: Connection, draft: Draft, stamp: Stamp) -> bool:
    """Whether the data set is new or changed."""
    known = Dataset.id == draft.id
    digest = db.scalar(select(Dataset.digest).where(known))
    row = {**draft.row, "digest": draft.digest, "valid_from": stamp.first}
    if digest is None:
        db.execute(insert(Dataset), row | {"created_at": stamp.at, "updated_at": stamp.at})
    elif digest != draft.digest:
        keep(db, Dataset, known, stamp.first)
        db.execute(update(Dataset).where(known).values(row))
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
    for plan in plans:
        touched[plan.table] |= {draft.id for draft in plan.written}
        for draft in plan.written:
            touched[Article] |= {
                row["article_id"] for rows in draft.parts.values() for row in rows if "article_id" in row
            }
            touched[Article] |= {draft.row["article_id"]} if plan.table is Statement else set()
            touched[Event] |= {draft.row["event_id"]} - {None} if plan.table is Statement else set()
    for plan in plans:
        touched[plan.table] -= set(plan.removed)


def _clear(db: Connection, plan: _Plan, stamp: Stamp) -> None:
    if plan.gone:
        keep(db, plan.table, among(plan.table.id, plan.gone), stamp.first)
        for owner in PARTS[plan.table]:
            keep(db, owner.class_, among(owner, plan.gone), stamp.first)
            db.execute(delete(owner.class_).where(among(owner, plan.gone)))


def _put(db: Connection, plan: _Plan, dataset: str, stamp: Stamp) -> None:
    valid = {"valid_from": stamp.first}
    if plan.added:
        kept = {"dataset_id": dataset, "created_at": stamp.at, "updated_at": stamp.at, **valid}
        db.execute(insert(plan.table), [{**draft.row, "digest": draft.digest, **kept} for draft in plan.added])
    if plan.changed:
        names = [*plan.changed[0].row.keys() - {"id"}, "digest"]
        changing = update(plan.table).where(plan.table.id == bindparam("key"))
        rows = [{**draft.row, "digest": draft.digest, "key": draft.id} for draft in plan.changed]
        db.execute(changing.values({name: bindparam(name) for name in names} | valid), rows)
    for owner in PARTS[plan.table]:
        rows = [row for draft in plan.written for row in draft.parts[owner.class_]]
        if rows:
            db.execute(insert(owner.class_).values(valid), rows)


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


def _place_countries(db: Connection, written: dict[type[Any], set[str]], stamp: Stamp) -> None:
    """Repeat a place's country in its events, where either was written."""
    country = select(Place.country).where(Place.id == Event.place_id).scalar_subquery()
    new = or_(among(Event.id, written[Event]), among(Event.place_id, written[Place]))
    other = and_(new, Event.country.is_distinct_from(country))
    keep(db, Event, other, stamp.first)
    db.execute(update(Event).where(other).values(country=country, valid_from=stamp.first))


def _bury(db: Connection, plans: Iterable[_Plan], stamp: Stamp) -> int:
    """Number the removals; returns the last number taken."""
    about = {"at": stamp.at, "key_name": stamp.by, "operation": "delete"}
    gone = [(plan.table.__tablename__, key) for plan in plans for key in plan.removed]
    rows = [
        {**about, "revision": revision, "kind": kind, "record_id": key}
        for revision, (kind, key) in enumerate(gone, stamp.first)
    ]
    if rows:
        db.execute(insert(Change), rows)
    return stamp.first + len(rows) - 1


def _count(report: Report, table: type[Any], become: dict[str, str]) -> int:
    """Note in REPORT what rendering said; returns how many records changed."""
    operations = list(become.values())
    for operation, counts in (("insert", report.added), ("update", report.changed)):
        if number := operations.count(operation):
            counts[table.__tablename__] = number
    return len(become)


def _print_line(db: Connection, revision: int, stamp: Stamp) -> None:
    """Set what is printed with every answer: the number, the licences and citations of all data sets."""
    rows = db.execute(select(Dataset.license, Dataset.attribution).order_by(Dataset.id)).all()
    licenses = " AND ".join(dict.fromkeys(row.license for row in rows))
    citation = "; ".join(dict.fromkeys(row.attribution for row in rows))
    # Before the first change there was nothing to look back to.
    keep(db, State, State.revision > 0, stamp.first)
    line = {"revision": revision, "at": stamp.at, "license": licenses, "citation": citation}
    db.execute(update(State).values(line | {"valid_from": stamp.first}))
