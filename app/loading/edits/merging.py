"""Merging one record into another, so that everything that named it names the other, and undoing that.

What a merge changes is written like every other change, and is kept as it was before and after. Undoing takes away what
the merge added and puts back what it took, so that changes made in between are not lost.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson
from sqlalchemy import Connection, delete, insert, select

from app.dialects.keys import among
from app.loading.drafts import Draft
from app.loading.edits.applying import Done, save
from app.loading.edits.drafted import drafts_from, packed, references_to, unpacked
from app.loading.planning import Removal
from app.loading.stored import PARTS, RECORDS
from app.loading.ties import ACYCLIC, ancestors, leading_on
from app.models import (
    Account,
    Actor,
    ActorCode,
    ActorName,
    ActorRole,
    Event,
    Evidence,
    Figure,
    Merge,
    MergeMoved,
    Relation,
)

Content = dict[str, Any]
TABLES: dict[str, type[Any]] = {"actor": Actor, "event": Event}
_BY_NAME = {table.__tablename__: table for table in RECORDS}
# The parts that a merged event gives to the other one.
_TOLD = (Evidence, Account, Figure, Relation)
# The parts that an event cannot do without: each is of an article that tells it.
_TELLING = (Evidence, Account)


class NothingLeft(ValueError):
    """All that told a merged event was deleted since."""


class GoesRound(ValueError):
    """After the merge, a record would come before itself or be part of itself."""


def merged_into(db: Connection, kind: str, loser: str) -> Any:
    """The merge of the record LOSER, or None."""
    return db.execute(select(*Merge.__table__.columns).where(Merge.kind == kind, Merge.loser_id == loser)).one_or_none()


def merge(db: Connection, kind: str, loser: str, winner: str, by: str | None) -> Done:
    """Merge LOSER into WINNER; both must exist. Raises GoesRound."""
    table = TABLES[kind]
    home = db.execute(select(table.dataset_id, table.created_at).where(table.id == loser)).one()
    before = _concerned(db, kind, {loser, winner})
    after = {key: _renamed(unpacked(_BY_NAME[key[0]], content), kind, loser, winner) for key, content in before.items()}
    gone = after.pop((kind, loser))
    _take_in(kind, after[kind, winner], gone, loser)
    drafts = {key: draft for key, draft in after.items() if packed(draft) != before[key]}
    removal = Removal({table: {loser}}, {(table, loser): winner})
    done = save(db, home.dataset_id, list(drafts.values()), by, removal)
    _check_rounds(db, kind, winner)
    named = {"kind": kind, "loser_id": loser}
    now = datetime.now(UTC)
    life = {"dataset_id": home.dataset_id, "created_at": home.created_at}
    db.execute(insert(Merge), {**named, "winner_id": winner, "at": now, **life})
    moved = [
        {**named, "record_kind": key[0], "record_id": key[1], "before": before[key], "after": packed(draft)}
        for key, draft in drafts.items()
    ]
    lost = {**named, "record_kind": kind, "record_id": loser, "before": before[kind, loser], "after": None}
    db.execute(insert(MergeMoved), [*moved, lost])
    return done


def unmerge(db: Connection, kind: str, loser: str, by: str | None) -> Done:
    """Undo the merge of LOSER, which must not exist. Raises NothingLeft, or StillNamed as `save` does.

    An event that no article tells then, although some did before the merge, is removed.
    """
    table = TABLES[kind]
    was = merged_into(db, kind, loser)
    mine = (MergeMoved.kind == kind, MergeMoved.loser_id == loser)
    drafts: list[Draft] = []
    told: set[str] = set()
    for moved in db.execute(select(*MergeMoved.__table__.columns).where(*mine)).all():
        if moved.record_kind == "event" and any(moved.before["parts"].get(one.__tablename__) for one in _TELLING):
            told.add(moved.record_id)
        if moved.after is None:
            back = unpacked(table, moved.before)
            back.kept = {"dataset_id": was.dataset_id, "created_at": was.created_at}
            drafts.append(back)
            continue
        owner = _BY_NAME[moved.record_kind]
        now = drafts_from(db, owner, [moved.record_id]).get(moved.record_id)
        if now is not None:
            drafts.append(unpacked(owner, _undone(was, packed(now), moved.before, moved.after)))
    _leave_out_what_is_gone(db, drafts)
    untold = {draft.id for draft in drafts if draft.table is Event and draft.id in told and not _articles_of(draft)}
    if loser in untold:
        raise NothingLeft
    if untold:
        drafts = [draft for draft in drafts if draft.table is not Event or draft.id not in untold]
        _leave_out_what_is_gone(db, drafts, untold)
    _describe(drafts)
    done = save(db, was.dataset_id, drafts, by, Removal({Event: untold}))
    db.execute(delete(MergeMoved).where(*mine))
    db.execute(delete(Merge).where(Merge.kind == kind, Merge.loser_id == loser))
    return done


def _concerned(db: Connection, kind: str, ids: set[str]) -> dict[tuple[str, str], Content]:
    """The records IDS of KIND, and those that name one of them, as they are now."""
    found: dict[str, set[str]] = defaultdict(set)
    found[kind] |= ids
    for column in references_to(kind):
        for one, key in _owners_of(column.table.name):
            query = select(column.table.columns[key]).where(among(column, ids), column.table.columns[key].is_not(None))
            found[one] |= set(db.scalars(query))
    return {
        (name, key): packed(draft)
        for name, keys in found.items()
        for key, draft in drafts_from(db, _BY_NAME[name], keys).items()
    }


def _owners_of(part: str) -> list[tuple[str, str]]:
    """The kinds of records that rows of the table PART are, or belong to, with the columns that say which."""
    if part in _BY_NAME:
        return [(part, "id")]
    return [
        (table.__tablename__, owner.key)
        for table, owners in PARTS.items()
        for owner in owners
        if owner.class_.__tablename__ == part
    ]


def _renamed(draft: Draft, kind: str, loser: str, winner: str) -> Draft:
    """DRAFT, which names WINNER now where it named LOSER."""
    for column in references_to(kind):
        name = column.name
        if column.table.name == draft.table.__tablename__ and draft.row.get(name) == loser:
            draft.row[name] = winner
        for table, rows in draft.parts.items():
            if column.table.name == table.__tablename__ and any(row[name] == loser for row in rows):
                renamed = [{**row, name: winner} if row[name] == loser else row for row in rows]
                draft.parts[table] = numbered(row for row in renamed if not _is_to_itself(row))
    return draft


def _is_to_itself(row: dict[str, Any]) -> bool:
    return "event_id" in row and row["event_id"] == row.get("to_event_id")


def numbered(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """ROWS without repetitions, numbered anew."""
    kept: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        kept.setdefault(_content(row), row)
    return [{**row, "position": place} if "position" in row else row for place, row in enumerate(kept.values())]


def _content(row: dict[str, Any]) -> bytes:
    plain = {name: value for name, value in row.items() if name != "position"}
    return orjson.dumps(plain, option=orjson.OPT_SORT_KEYS)


def _take_in(kind: str, winner: Draft, loser: Draft, key: str) -> None:
    """Give WINNER the parts of LOSER, whose id is KEY."""
    if kind == "actor":
        if winner.row["parent_id"] in (key, winner.id):
            winner.row["parent_id"] = None if loser.row["parent_id"] == winner.id else loser.row["parent_id"]
        _take_in_names(winner, loser)
        return
    own = [row for row in winner.parts[Relation] if row["to_event_id"] not in (key, winner.id)]
    winner.parts[Relation] = own
    for table in _TOLD:
        rows = [*winner.parts[table], *({**row, "event_id": winner.id} for row in loser.parts[table])]
        # In the order of articles, as drafting has it.
        told = sorted(rows, key=lambda row: row["article_id"] or "")
        winner.parts[table] = numbered(row for row in told if not _is_to_itself(row))


def _take_in_names(winner: Draft, loser: Draft) -> None:
    spelled = {(row["language"], row["spelling"]) for row in winner.parts[ActorName]}
    aliases = [
        {**row, "actor_id": winner.id, "kind": "alias"}
        for row in loser.parts[ActorName]
        if (row["language"], row["spelling"]) not in spelled
    ]
    winner.parts[ActorName] = numbered([*winner.parts[ActorName], *aliases])
    schemes = {row["scheme"] for row in winner.parts[ActorCode]}
    codes = [{**row, "actor_id": winner.id} for row in loser.parts[ActorCode] if row["scheme"] not in schemes]
    winner.parts[ActorCode] = sorted([*winner.parts[ActorCode], *codes], key=lambda row: row["scheme"])
    roles = [{**row, "actor_id": winner.id} for row in loser.parts[ActorRole]]
    winner.parts[ActorRole] = numbered([*winner.parts[ActorRole], *roles])


def _check_rounds(db: Connection, kind: str, winner: str) -> None:
    """Raise GoesRound if ties lead from WINNER back to it."""
    if kind == "actor":
        if winner in ancestors(db, Actor, [winner]).values():
            raise GoesRound(f"{winner} would be part of itself")
        return
    for relation in ACYCLIC:
        if any(winner in targets for targets in leading_on(db, relation, [winner]).values()):
            raise GoesRound(f"{winner} would come before itself ({relation})")


def _undone(was: Any, now: Content, before: Content, after: Content) -> Content:
    """NOW without what the merge that WAS made of BEFORE, AFTER; what else has changed since stays."""
    row = {
        name: before["row"][name] if value == after["row"].get(name) else value for name, value in now["row"].items()
    }
    parts = {}
    for name in {*now["parts"], *before["parts"], *after["parts"]}:
        naming = [column.name for column in references_to(was.kind) if column.table.name == name]
        is_there, had, has = (_dated(one["parts"].get(name, []), row) for one in (now, before, after))
        parts[name] = _undone_rows(is_there, had, has, partial(_named_as, was, naming))
    return {"row": row, "parts": parts}


def _dated(rows: list[Content], row: Content) -> list[Content]:
    """ROWS with the first day of their record ROW, which some repeat, and which may have changed since."""
    return [{**one, "start_on": row["start_on"]} if "start_on" in one else one for one in rows]


def _named_as(was: Any, naming: Iterable[str], row: Content) -> Content:
    """What the merge that WAS made of ROW, whose columns NAMING say who is meant."""
    return {**row, **{name: was.winner_id for name in naming if row[name] == was.loser_id}}


def _undone_rows(
    now: list[Content], before: list[Content], after: list[Content], became: Callable[[Content], Content]
) -> list[Content]:
    """NOW with what the merge took, and without what it added; what BECAME another row is back if that is there."""
    if now == after:
        return before
    had, has, is_there = ({_content(row) for row in rows} for rows in (before, after, now))
    kept = [row for row in now if _content(row) not in has - had]
    changed = has - is_there
    taken = (row for row in before if _content(row) not in has)
    return numbered([*kept, *(row for row in taken if _content(became(row)) not in changed)])


def _articles_of(event: Draft) -> set[str]:
    """The articles that tell EVENT."""
    return {row["article_id"] for table in _TELLING for row in event.parts[table]}


def _describe(drafts: list[Draft]) -> None:
    """Let an article that tells it say what each event among DRAFTS is, if the one that did tells it no more."""
    for draft in drafts:
        articles = _articles_of(draft) if draft.table is Event else set()
        if articles and draft.row["defined_in"] not in (None, *articles):
            draft.row["defined_in"] = min(articles)


def _leave_out_what_is_gone(db: Connection, drafts: list[Draft], events: Collection[str] = ()) -> None:
    """Take from DRAFTS references to records that were deleted since, and to EVENTS; and codes that others have."""
    own = {(draft.table.__tablename__, draft.id) for draft in drafts}
    wanted: dict[str, set[str]] = defaultdict(set)
    for draft in drafts:
        for table, row in _all_rows(draft):
            for name, kind in _named(table):
                wanted[kind] |= {row[name]} - {None}
    there = {
        kind: set(db.scalars(select(_BY_NAME[kind].id).where(among(_BY_NAME[kind].id, ids))))
        | {key for one, key in own if one == kind}
        for kind, ids in wanted.items()
    }
    there["event"] = there.get("event", set()).difference(events)
    for draft in drafts:
        for name, kind in _named(draft.table):
            if draft.row[name] is not None and draft.row[name] not in there[kind]:
                draft.row[name] = None
        for table, rows in draft.parts.items():
            known = [row for row in rows if all(row[name] in (None, *there[kind]) for name, kind in _named(table))]
            draft.parts[table] = numbered(known)
    _leave_out_taken_codes(db, drafts)


def _leave_out_taken_codes(db: Connection, drafts: list[Draft]) -> None:
    ids = {draft.id for draft in drafts}
    codes = {row["code"] for draft in drafts for row in draft.parts[ActorCode]}
    query = select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id).where(among(ActorCode.code, codes))
    taken = {(row.scheme, row.code) for row in db.execute(query) if row.actor_id not in ids}
    for draft in drafts:
        if draft.parts[ActorCode]:
            draft.parts[ActorCode] = [
                row for row in draft.parts[ActorCode] if (row["scheme"], row["code"]) not in taken
            ]


def _all_rows(draft: Draft) -> Iterable[tuple[Any, dict[str, Any]]]:
    yield draft.table, draft.row
    for table, rows in draft.parts.items():
        for row in rows:
            yield table, row


def _named(table: Any) -> list[tuple[str, str]]:
    """The columns of TABLE that name a record, each with its kind."""
    return [
        (column.name, key.column.table.name)
        for column in table.__table__.columns
        for key in column.foreign_keys
        if key.column.table.name in _BY_NAME and key.ondelete != "CASCADE"
    ]
