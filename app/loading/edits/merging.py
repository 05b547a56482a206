"""Merging one record into another, so that everything that named it names the other.

What a merge changes is written like every other change, and is kept as it was before and after, so that the merge can
be undone (app/loading/edits/parting.py).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app import bulk
from app.loading.drafts import Draft
from app.loading.edits.applying import Done, Saving
from app.loading.edits.drafted import Content, drafts_from, numbered, packed
from app.loading.edits.naming import BY_NAME, naming, portions, references_to
from app.loading.planning import Removal
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

TABLES: dict[str, type[Any]] = {"actor": Actor, "event": Event}
# The parts that a merged event gives to the other one.
_TOLD = (Evidence, Account, Figure, Relation)
# A record that a merge changes: as it was, and as a draft of what it becomes.
Moved = tuple[Content, Draft]


class GoesRound(ValueError):
    """After the merge, a record would come before itself or be part of itself."""


def merged_into(db: Connection, kind: str, loser: str) -> Any:
    """The merge of the record LOSER, or None."""
    return db.execute(select(*Merge.__table__.columns).where(Merge.kind == kind, Merge.loser_id == loser)).one_or_none()


def merge(db: Connection, kind: str, loser: str, winner: str, by: str | None) -> Done:
    """Merge LOSER into WINNER; both must exist. Raises GoesRound."""
    table = TABLES[kind]
    home = db.execute(select(table.dataset_id, table.created_at).where(table.id == loser)).one()
    named = {"kind": kind, "loser_id": loser}
    life = {"dataset_id": home.dataset_id, "created_at": home.created_at}
    db.execute(insert(Merge), {**named, "winner_id": winner, "at": datetime.now(UTC), **life})
    saving = Saving(db, home.dataset_id, by)
    ids = naming(db, kind, {loser})
    ids[kind] -= {loser, winner}
    *most, last = portions(ids)
    for some in most:
        moved = _moved(db, some, kind, loser, winner)
        saving.put([draft for _, draft in moved])
        _keep(db, named, moved)
    pair = drafts_from(db, table, {loser, winner})
    was = {key: packed(draft) for key, draft in pair.items()}
    gone, stays = (renamed(pair[key], kind, loser, winner) for key in (loser, winner))
    _take_in(kind, stays, gone, loser)
    moved = [*_moved(db, last, kind, loser, winner), *([(was[winner], stays)] if packed(stays) != was[winner] else [])]
    saving.put([draft for _, draft in moved], Removal({table: {loser}}, {(table, loser): winner}))
    _keep(db, named, moved)
    lost = {"record_kind": kind, "record_id": loser, "before": was[loser], "after": None}
    db.execute(insert(MergeMoved), {**named, **lost})
    _check_rounds(db, kind, winner)
    return saving.done()


def _moved(db: Connection, ids: Mapping[str, Sequence[str]], kind: str, loser: str, winner: str) -> list[Moved]:
    """The records IDS, which name LOSER: as they are, and as drafts that name WINNER."""
    stored = (draft for name, keys in ids.items() for draft in drafts_from(db, BY_NAME[name], keys).values())
    return [(packed(draft), renamed(draft, kind, loser, winner)) for draft in stored]


def _keep(db: Connection, named: Mapping[str, str], moved: Sequence[Moved]) -> None:
    """Keep what was MOVED by the merge that is NAMED so."""
    rows = (
        {"record_kind": draft.table.__tablename__, "record_id": draft.id, "before": before, "after": packed(draft)}
        for before, draft in moved
    )
    bulk.put(db, MergeMoved, [{**named, **row} for row in rows])


def renamed(draft: Draft, kind: str, loser: str, winner: str) -> Draft:
    """DRAFT, which names WINNER now where it named LOSER."""
    for column in references_to(kind):
        name = column.name
        if column.table.name == draft.table.__tablename__ and draft.row.get(name) == loser:
            draft.row[name] = winner
        for table, rows in draft.parts.items():
            if column.table.name == table.__tablename__ and any(row[name] == loser for row in rows):
                changed = [{**row, name: winner} if row[name] == loser else row for row in rows]
                draft.parts[table] = numbered(row for row in changed if not _is_to_itself(row))
    return draft


def _is_to_itself(row: dict[str, Any]) -> bool:
    return "event_id" in row and row["event_id"] == row.get("to_event_id")


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
