"""Merges that came after one that is undone: what it kept is told in their names, and what they kept, without it.

So merges can be undone in any order: a row that another merge has renamed since is found all the same.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, insert, select, update

from app.dialects.keys import among_many as among
from app.loading.edits.drafted import Content, packed, unpacked
from app.loading.edits.merging import TABLES, renamed
from app.loading.edits.naming import BY_NAME, named_in
from app.loading.stored import PARTS
from app.models import Merge, MergeMoved


class Moved(NamedTuple):
    """A record that a merge changed: its rows before, and after it unless it is the one that was merged."""

    record_id: str
    before: Content
    after: Content | None


Undo = Callable[[Content, Content, Content], Content]
# A record by its kind and id.
Name = tuple[str, str]


def in_names_of_now(db: Connection, was: Any, kind: str, moved: Sequence[Moved], undo: Undo) -> list[Moved]:
    """MOVED, the records of KIND that the merge that WAS changed, as if all later merges had come before it.

    UNDO takes from a record what a merge made of it, before and after.
    """
    named = {one.record_id: {(kind, one.record_id), *_names(kind, one)} for one in moved}
    since = _since(db, was, set().union(*named.values()))
    if not since:
        return list(moved)
    kept = _kept(db, since, kind, moved)
    told = []
    for one in moved:
        later = _touching(since, named[one.record_id])
        both = [(merge, kept.get((merge.kind, merge.loser_id, one.record_id))) for merge in later]
        told.append(_retold(db, kind, one, both, undo))
    return told


def _since(db: Connection, was: Any, named: Collection[Name]) -> list[Any]:
    """The merges, in order, that came later than the one that WAS, of what is NAMED or of what that became."""
    found: list[Any] = []
    while named:
        new = [
            row
            for kind in TABLES
            for row in db.execute(
                select(*Merge.__table__.columns).where(
                    Merge.kind == kind,
                    among(Merge.loser_id, [key for one, key in named if one == kind]),
                    Merge.at > was.at,
                )
            )
        ]
        found += new
        named = [(row.kind, row.winner_id) for row in new]
    return sorted({(row.kind, row.loser_id): row for row in found}.values(), key=lambda row: row.at)


def _touching(since: Sequence[Any], named: Collection[Name]) -> Iterator[Any]:
    """Those of the merges SINCE that are of what is NAMED or of what that became."""
    names = set(named)
    for merge in since:
        if (merge.kind, merge.loser_id) in names:
            names.add((merge.kind, merge.winner_id))
            yield merge


def _names(kind: str, one: Moved) -> Iterator[Name]:
    """The records that ONE, a record of KIND, names before or after."""
    tables = {owner.class_.__tablename__: owner.class_ for owner in PARTS[BY_NAME[kind]]}
    for content in filter(None, (one.before, one.after)):
        rows = [(tables[name], row) for name, rows in content["parts"].items() for row in rows]
        for table, row in [(BY_NAME[kind], content["row"]), *rows]:
            yield from ((other, row[name]) for name, other in named_in(table) if row.get(name) is not None)


def _kept(db: Connection, since: Sequence[Any], kind: str, moved: Sequence[Moved]) -> dict[tuple[str, str, str], Moved]:
    """What the merges SINCE kept of the records that were MOVED, by the kind and loser of the merge and the record."""
    columns = MergeMoved.__table__.columns
    mine = (MergeMoved.record_kind == kind, among(MergeMoved.record_id, [one.record_id for one in moved]))
    rows = db.execute(select(*columns).where(*mine, among(MergeMoved.loser_id, [one.loser_id for one in since])))
    return {(row.kind, row.loser_id, row.record_id): Moved(row.record_id, row.before, row.after) for row in rows}


def _retold(db: Connection, kind: str, one: Moved, later: Sequence[tuple[Any, Moved | None]], undo: Undo) -> Moved:
    """ONE in the names of now; what each LATER merge has kept of it is stored anew, as if ONE had not been."""
    for merge, kept in later:
        then = _renamed(one, kind, merge)
        if one.after is None:
            if then != one:
                _add(db, merge, kind, Moved(one.record_id, one.before, then.before))
        elif kept is not None:
            after = undo(kept.after, then.before, then.after) if kept.after and then.after else None
            _replace(db, merge, kind, Moved(one.record_id, undo(kept.before, one.before, one.after), after))
        one = then
    return one


def _renamed(one: Moved, kind: str, merge: Any) -> Moved:
    """ONE, a record of KIND, in the names that MERGE gave."""

    def told(content: Content) -> Content:
        return packed(renamed(unpacked(BY_NAME[kind], content), merge.kind, merge.loser_id, merge.winner_id))

    return Moved(one.record_id, told(one.before), one.after and told(one.after))


def _add(db: Connection, merge: Any, kind: str, moved: Moved) -> None:
    which = {"kind": merge.kind, "loser_id": merge.loser_id, "record_kind": kind, "record_id": moved.record_id}
    db.execute(insert(MergeMoved), {**which, "before": moved.before, "after": moved.after})


def _replace(db: Connection, merge: Any, kind: str, moved: Moved) -> None:
    mine = (MergeMoved.kind == merge.kind, MergeMoved.loser_id == merge.loser_id)
    which = (*mine, MergeMoved.record_kind == kind, MergeMoved.record_id == moved.record_id)
    db.execute(update(MergeMoved).where(*which), {"before": moved.before, "after": moved.after})
