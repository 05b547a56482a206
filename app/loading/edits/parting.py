"""Undoing a merge: what it added is taken away and what it took is put back; what else has changed since stays."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from app.dialects.keys import among
from app.loading.drafts import Draft
from app.loading.edits.applying import Done, Saving
from app.loading.edits.drafted import Content, content, drafts_from, numbered, packed, unpacked
from app.loading.edits.merging import merged_into
from app.loading.edits.naming import BY_NAME, Ids, named_in, naming, portions, references_to
from app.loading.edits.since import Moved, in_names_of_now
from app.loading.planning import Removal
from app.models import Account, ActorCode, Event, Evidence, Merge, MergeMoved

# The parts that an event cannot do without: each is of an article that tells it.
_TELLING = (Evidence, Account)


class NothingLeft(ValueError):
    """All that told a merged event was deleted since."""


def unmerge(db: Connection, kind: str, loser: str, by: str | None) -> Done:
    """Undo the merge of LOSER, which must not exist. Raises NothingLeft, or StillNamed as `save` does.

    An event that no article tells then, although some did before the merge, is removed.
    """
    was = merged_into(db, kind, loser)
    mine = (MergeMoved.kind == kind, MergeMoved.loser_id == loser)
    ids: dict[str, set[str]] = defaultdict(set)
    for row in db.execute(select(MergeMoved.record_kind, MergeMoved.record_id).where(*mine)):
        ids[row.record_kind].add(row.record_id)
    saving = Saving(db, was.dataset_id, by)
    untold: set[str] = set()
    for number, some in enumerate(portions({**ids, kind: ids[kind] - {loser}})):
        if number == 0:
            # All others are to name it again.
            some[kind].append(loser)
        drafts, told = _parted(db, was, some)
        _leave_out_what_is_gone(db, drafts)
        untold |= {
            draft.id for draft in drafts if draft.table is Event and draft.id in told and not _articles_of(draft)
        }
        if kind == "event" and loser in untold:
            raise NothingLeft
        if untold:
            drafts = [draft for draft in drafts if draft.table is not Event or draft.id not in untold]
            _leave_out_what_is_gone(db, drafts, untold)
        _describe(drafts)
        saving.put(drafts)
    if untold:
        _remove(db, saving, ids, untold)
    db.execute(delete(MergeMoved).where(*mine))
    db.execute(delete(Merge).where(Merge.kind == kind, Merge.loser_id == loser))
    return saving.done()


def _parted(db: Connection, was: Any, ids: Mapping[str, Sequence[str]]) -> tuple[list[Draft], set[str]]:
    """The records IDS as they are without the merge that WAS; and the events among them that were told before it."""
    drafts: list[Draft] = []
    told: set[str] = set()
    for name, keys in ids.items():
        owner = BY_NAME[name]
        now = drafts_from(db, owner, keys)
        kept = [Moved(*row) for row in db.execute(_moved(was, name, keys))]
        for moved in in_names_of_now(db, was, name, kept, partial(_undone, was)):
            if owner is Event and any(moved.before["parts"].get(one.__tablename__) for one in _TELLING):
                told.add(moved.record_id)
            if moved.after is None:
                back = unpacked(owner, moved.before)
                back.kept = {"dataset_id": was.dataset_id, "created_at": was.created_at}
                drafts.append(back)
            elif moved.record_id in now:
                undone = _undone(was, packed(now[moved.record_id]), moved.before, moved.after)
                drafts.append(unpacked(owner, undone))
    return drafts, told


def _moved(was: Any, name: str, keys: Sequence[str]) -> Select[Any]:
    """What the merge that WAS did to the records KEYS of the kind NAME."""
    mine = (MergeMoved.kind == was.kind, MergeMoved.loser_id == was.loser_id, MergeMoved.record_kind == name)
    columns = (MergeMoved.record_id, MergeMoved.before, MergeMoved.after)
    return select(*columns).where(*mine, among(MergeMoved.record_id, keys))


def _remove(db: Connection, saving: Saving, ids: Ids, events: Collection[str]) -> None:
    """Remove EVENTS, and the references to them in the records IDS. Raises StillNamed if others refer to them."""
    drafts: list[Draft] = []
    for name, keys in naming(db, "event", events).items():
        wanted = keys.intersection(ids[name]).difference(events if name == "event" else ())
        drafts += drafts_from(db, BY_NAME[name], wanted).values()
    _leave_out_what_is_gone(db, drafts, events)
    saving.put(drafts, Removal({Event: events}))


def _undone(was: Any, now: Content, before: Content, after: Content) -> Content:
    """NOW without what the merge that WAS made of BEFORE, AFTER; what else has changed since stays."""
    row = {
        name: before["row"][name] if value == after["row"].get(name) else value for name, value in now["row"].items()
    }
    parts = {}
    for name in {*now["parts"], *before["parts"], *after["parts"]}:
        columns = [column.name for column in references_to(was.kind) if column.table.name == name]
        is_there, had, has = (_dated(one["parts"].get(name, []), row) for one in (now, before, after))
        parts[name] = _undone_rows(is_there, had, has, partial(_named_as, was, columns))
    return {"row": row, "parts": parts}


def _dated(rows: list[Content], row: Content) -> list[Content]:
    """ROWS with the first day of their record ROW, which some repeat, and which may have changed since."""
    return [{**one, "start_on": row["start_on"]} if "start_on" in one else one for one in rows]


def _named_as(was: Any, columns: Iterable[str], row: Content) -> Content:
    """What the merge that WAS made of ROW, whose COLUMNS say who is meant."""
    return {**row, **{name: was.winner_id for name in columns if row[name] == was.loser_id}}


def _undone_rows(
    now: list[Content], before: list[Content], after: list[Content], became: Callable[[Content], Content]
) -> list[Content]:
    """NOW with what the merge took, and without what it added; what BECAME another row is back if that is there."""
    if now == after:
        return before
    had, has, is_there = ({content(row) for row in rows} for rows in (before, after, now))
    kept = [row for row in now if content(row) not in has - had]
    changed = has - is_there
    taken = (row for row in before if content(row) not in has)
    return numbered([*kept, *(row for row in taken if content(became(row)) not in changed)])


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
            for name, kind in named_in(table):
                wanted[kind] |= {row[name]} - {None}
    there = {
        kind: set(db.scalars(select(BY_NAME[kind].id).where(among(BY_NAME[kind].id, ids))))
        | {key for one, key in own if one == kind}
        for kind, ids in wanted.items()
    }
    there["event"] = there.get("event", set()).difference(events)
    for draft in drafts:
        for name, kind in named_in(draft.table):
            if draft.row[name] is not None and draft.row[name] not in there[kind]:
                draft.row[name] = None
        for table, rows in draft.parts.items():
            known = [row for row in rows if all(row[name] in (None, *there[kind]) for name, kind in named_in(table))]
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
