"""Drafts into the database: what is new, changed, gone; then everything touched is rendered."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, or_, select, union, update

from app import bulk
from app.codes import code_list, codes
from app.dialects.keys import among_many as among
from app.dialects.references import defer_foreign_keys
from app.loading.bodies import bodies_of
from app.loading.drafts import Draft, Row
from app.loading.faults import Fault, Refused
from app.loading.indexing import Record, count_terms, entries_of, forget, put_entries
from app.loading.past import Stamp, keep
from app.loading.rendering import dump, history, number_changes, render, render_datasets
from app.loading.stored import PARTS, Tally, counted_in
from app.loading.summing import Difference
from app.models import (
    Account,
    Actor,
    Article,
    Base,
    Change,
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
# The parts of records that say which article has them.
_IN_ARTICLES = {
    owner.class_ for owners in PARTS.values() for owner in owners if "article_id" in owner.class_.__table__.columns
}
# References to what is written later than that which names it, or together with it.
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


class StillNamed(Refused):
    """What is to go is named by what stays."""


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
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Removal:
    """Records that go, by table; `into` says which of them become part of which other."""

    ids: Mapping[type[Any], Collection[str]] = field(default_factory=dict)
    into: Mapping[tuple[type[Any], str], str] = field(default_factory=dict)


def begin(db: Connection, stamp: Stamp) -> Stamp:
    """STAMP with the number of its first change: nobody else writes until the transaction ends."""
    return replace(stamp, first=db.execute(select(State.revision).with_for_update()).scalar_one() + 1)


def write(
    db: Connection, dataset: Draft | str, drafts: Sequence[Draft], stamp: Stamp, *, removal: Removal | None = None
) -> Report:
    """Make the data set in DB exactly DATASET and DRAFTS, in the caller's transaction; STAMP says when and by whom.

    A STAMP that has begun is of a write that is more than this. With a REMOVAL, the DRAFTS are some of the data set, or
    of others: all else stays, but what is removed. An id for DATASET is of one that stays as it is.
    """
    stamp = stamp if stamp.first else begin(db, stamp)
    sync_codes(db)
    home = dataset if isinstance(dataset, str) else dataset.id
    fresh = not isinstance(dataset, str) and _write_dataset(db, dataset, stamp)
    for draft in drafts:
        draft.dataset = draft.kept.get("dataset_id", home)
    plans = [_plan(db, table, home, [draft for draft in drafts if draft.table is table], removal) for table in RECORDS]
    gained = _gained(db, plans)
    touched = _touched(db, plans)
    counted, moving = Difference(db), _moving(db, plans)
    for plan in plans:
        counted.take(plan.table, {*plan.gone, *moving[plan.table]})
    # What goes may be named by what is yet to change.
    defer_foreign_keys(db, ["ALL"] if any(plan.gone for plan in plans) else _FORWARD)
    _remove(db, plans, stamp)
    revision = _bury(db, plans, stamp, removal.into if removal else {})
    report = Report(removed={plan.table.__tablename__: len(plan.removed) for plan in plans if plan.removed})
    revision = _add(db, plans, revision, stamp)
    report.added = {plan.table.__tablename__: len(plan.added) for plan in plans if plan.added}
    for plan in plans:
        _change(db, plan, stamp)
    if faults := [fault for plan in plans for fault in _still_named(db, plan)]:
        raise StillNamed(faults)
    _place_countries(db, plans, stamp)
    countries = _countries(db, plans)
    for plan in plans:
        counted.give(plan.table, {*plan.gone, *moving[plan.table]}.difference(plan.removed))
        counted.give_new(plan.added, countries)
    counted.write()
    _touch_new(plans, touched)
    unchanged = Counter(draft.table.__tablename__ for draft in drafts)
    unchanged.subtract(report.added)
    for table in RECORDS:
        become = render(db, table, touched[table], revision, stamp)
        revision += _count(report, table, become)
        unchanged[table.__tablename__] -= sum(draft.table is table and draft.id in become for draft in drafts)
    report.unchanged = {kind: number for kind, number in unchanged.items() if number}
    if fresh or report.wrote:
        gained[home, Event.__tablename__] += 0
        revision += _count(report, Dataset, render_datasets(db, gained, revision, stamp))
    finish(db, revision, stamp)
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
        keep(db, Dataset, known, stamp)
        db.execute(update(Dataset).where(known).values(row))
    return digest != draft.digest


def _plan(db: Connection, table: type[Any], dataset: str, drafts: list[Draft], removal: Removal | None) -> _Plan:
    wanted = {draft.id for draft in drafts}
    gone = removal.ids.get(table, ()) if removal else ()
    looked_at = among(table.id, {*wanted, *gone}) if removal else table.dataset_id == dataset
    stored = {row.id: row.digest for row in db.execute(select(table.id, table.digest).where(looked_at))}
    added = [draft for draft in drafts if draft.id not in stored]
    changed = [draft for draft in drafts if draft.id in stored and draft.digest != stored[draft.id]]
    removed = sorted(stored.keys() - wanted)
    return _Plan(table, added, changed, removed)


def _gained(db: Connection, plans: Iterable[_Plan]) -> Counter[tuple[str, str]]:
    """How many records the data sets of those that come and go will have gained, by data set and kind."""
    gained: Counter[tuple[str, str]] = Counter()
    for plan in plans:
        kind = plan.table.__tablename__
        gained.update((draft.dataset, kind) for draft in plan.added)
        if plan.removed:
            lost = db.scalars(select(plan.table.dataset_id).where(among(plan.table.id, plan.removed)))
            gained.subtract((key, kind) for key in lost)
    return gained


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
            for part in _IN_ARTICLES:
                touched[Article].update([row.get("article_id") for row in draft.parts.get(part, ())])
            if plan.table is Statement:
                touched[Article].add(draft.row["article_id"])
                touched[Event].add(draft.row["event_id"])
    for plan in plans:
        touched[plan.table] -= {None, *plan.removed, *(draft.id for draft in plan.added)}


def _remove(db: Connection, plans: Sequence[_Plan], stamp: Stamp) -> None:
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


def _add(db: Connection, plans: Sequence[_Plan], revision: int, stamp: Stamp) -> int:
    """Insert what is new, rendered and indexed from its drafts alone; returns the last number taken."""
    counts = counted_in(draft for plan in plans for draft in plan.written)
    countries = _countries(db, plans)
    terms: Counter[str] = Counter()
    with bulk.beside(db) as run:
        for plan in plans:
            added = sorted(plan.added, key=lambda draft: draft.id)
            for start in range(0, len(added), AT_ONCE):
                some = added[start : start + AT_ONCE]
                terms.update(_add_some(db, run, some, _Adding(counts[plan.table], countries, revision, stamp)))
                revision += len(some)
        run(count_terms, db, terms)
    return revision


def _add_some(db: Connection, run: Callable[..., None], drafts: list[Draft], adding: _Adding) -> Counter[str]:
    """Insert DRAFTS, which are of one table; returns how many of them have each term."""
    table, stamp = drafts[0].table, adding.stamp
    kind = table.__tablename__
    new, records = [], []
    for number, draft in enumerate(drafts, adding.revision + 1):
        doc, parts = bodies_of(draft, adding.counts.get(draft.id, {}))
        doc |= history(kind, draft.id, number, draft.kept.get("created_at", stamp.at), stamp.at)
        new.append({**_row(draft, adding), "revision": number, "doc": dump(doc), "parts": dump(parts)})
        records.append(Record(draft.id, {**doc, **parts}, draft.row.get("start_on")))
    run(_put, db, table, new, stamp)
    run(_put_parts, db, table, drafts, stamp)
    run(number_changes, db, kind, {draft.id: "insert" for draft in drafts}, adding.revision, stamp)
    entries = entries_of(kind, records, vectors=db.dialect.name == "postgresql")
    run(put_entries, db, entries)
    return entries.terms


def _row(draft: Draft, adding: _Adding) -> Row:
    """The row of a new record, but for what is rendered."""
    at = adding.stamp.at
    set_now = {"dataset_id": draft.dataset, "digest": draft.digest, "created_at": at, "updated_at": at}
    row = {**draft.row, **set_now, **draft.kept}
    if draft.table is Event:
        row["country"] = adding.countries.get(draft.row["place_id"])
    return row


def _change(db: Connection, plan: _Plan, stamp: Stamp) -> None:
    if plan.changed:
        names = [*plan.changed[0].row.keys() - {"id"}, "digest"]
        changing = update(plan.table).where(plan.table.id == bindparam("key"))
        changed = [{**draft.row, "digest": draft.digest, "key": draft.id} for draft in plan.changed]
        values: Row = {name: bindparam(name) for name in names}
        db.execute(changing.values(values | {"valid_from": stamp.first}), changed)
        _put_parts(db, plan.table, plan.changed, stamp)


def _put_parts(db: Connection, table: type[Any], drafts: Iterable[Draft], stamp: Stamp) -> None:
    for owner in PARTS[table]:
        _put(db, owner.class_, [row for draft in drafts for row in draft.parts.get(owner.class_, ())], stamp)


def _put(db: Connection, table: type[Any], rows: list[Row], stamp: Stamp) -> None:
    bulk.put(db, table, rows, valid_from=stamp.first)


def _still_named(db: Connection, plan: _Plan) -> Iterator[Fault]:
    """The removed records of PLAN that others name."""
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
    """The column of TABLE that says which record a row is, or is part of."""
    owners = [column for column in table.columns if any(key.ondelete == "CASCADE" for key in column.foreign_keys)]
    if len(owners) > 1:
        return func.coalesce(*owners)
    return owners[0] if owners else next(iter(table.primary_key))


def _countries(db: Connection, plans: Iterable[_Plan]) -> dict[str | None, str | None]:
    """The countries of the places that new events name."""
    by_table = {plan.table: plan for plan in plans}
    named = {draft.row["place_id"] for draft in by_table[Event].added} - {None}
    stored = db.execute(select(Place.id, Place.country).where(among(Place.id, named))) if named else ()
    drafted = {draft.id: draft.row["country"] for draft in by_table[Place].written}
    return {None: None, **{row.id: row.country for row in stored}, **drafted}


def _place_countries(db: Connection, plans: Iterable[_Plan], stamp: Stamp) -> None:
    """Repeat a place's country in its events, where either was changed."""
    changed = {plan.table: [draft.id for draft in plan.changed] for plan in plans}
    if changed[Event] or changed[Place]:
        country = select(Place.country).where(Place.id == Event.place_id).scalar_subquery()
        either = or_(among(Event.id, changed[Event]), among(Event.place_id, changed[Place]))
        other = and_(either, Event.country.is_distinct_from(country))
        keep(db, Event, other, stamp)
        db.execute(update(Event).where(other).values(country=country, valid_from=stamp.first))


def _moving(db: Connection, plans: Iterable[_Plan]) -> Mapping[type[Any], Collection[str]]:
    """The events whose places are about to lie in another country."""
    drafted = {draft.id: draft.row["country"] for plan in plans if plan.table is Place for draft in plan.changed}
    stored = db.execute(select(Place.id, Place.country).where(among(Place.id, drafted))) if drafted else ()
    moved = [row.id for row in stored if row.country != drafted[row.id]]
    events = db.scalars(select(Event.id).where(among(Event.place_id, moved))) if moved else ()
    return defaultdict(set, {Event: set(events)})


def _bury(db: Connection, plans: Iterable[_Plan], stamp: Stamp, into: Mapping[tuple[type[Any], str], str]) -> int:
    """Number the removals and merges; returns the last number taken."""
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
        db.execute(insert(Change), [{**row, "revision": number} for number, row in enumerate(rows, stamp.first)])
    return stamp.first + len(rows) - 1


def _count(report: Report, table: type[Any], become: dict[str, str]) -> int:
    """Note in REPORT what rendering said; returns how many records changed."""
    operations = list(become.values())
    for operation, counts in (("insert", report.added), ("update", report.changed)):
        if number := operations.count(operation):
            counts[table.__tablename__] = counts.get(table.__tablename__, 0) + number
    return len(become)


def finish(db: Connection, revision: int, stamp: Stamp) -> None:
    """Let the write of STAMP end with REVISION: set what is printed with every answer, licences and citations too."""
    if revision < stamp.first:
        return
    rows = db.execute(select(Dataset.license, Dataset.attribution).order_by(Dataset.id)).all()
    licenses = " AND ".join(dict.fromkeys(row.license for row in rows))
    citation = "; ".join(dict.fromkeys(row.attribution for row in rows))
    # Before the first change there was nothing to look back to.
    keep(db, State, State.revision > 0, stamp)
    line = {"revision": revision, "at": stamp.at, "license": licenses, "citation": citation}
    db.execute(update(State).values(line | {"valid_from": stamp.first}))
