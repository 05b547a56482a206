"""Adding new records to the database, rendered and indexed from their drafts alone."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app import bulk
from app.loading.drafts import Draft, Row
from app.loading.indexing import count_terms, put_entries, terms_in
from app.loading.making import made_of
from app.loading.past import Stamp
from app.loading.places import Countries
from app.loading.planning import Plan
from app.loading.rendering import history, joined, number_changes
from app.loading.stored import PARTS, Tally, counted_in
from app.models import Event

# So many new records are prepared while the server stores those before them.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Adding:
    """What all new records of a write share. `run` runs the calls that store them (app/bulk.py)."""

    run: Callable[..., None]
    countries: Countries
    stamp: Stamp


def add(db: Connection, plans: Sequence[Plan], revision: int, adding: Adding) -> int:
    """Insert the new records of PLANS, numbered after REVISION; returns the last number taken."""
    counts = counted_in(draft for plan in plans for draft in plan.written)
    terms: Counter[str] = Counter()
    for plan in plans:
        added = sorted(plan.added, key=lambda draft: draft.id)
        for start in range(0, len(added), AT_ONCE):
            some = added[start : start + AT_ONCE]
            terms.update(_add_some(db, some, counts[plan.table], revision, adding))
            revision += len(some)
    adding.run(count_terms, db, terms)
    return revision


def _add_some(db: Connection, drafts: list[Draft], counts: Tally, revision: int, adding: Adding) -> Counter[str]:
    """Insert DRAFTS, which are of one table; returns how many of them have each term."""
    table, run, stamp = drafts[0].table, adding.run, adding.stamp
    kind = table.__tablename__
    new, entries = [], []
    for number, draft in enumerate(drafts, revision + 1):
        made = made_of(draft, counts.get(draft.id, {}))
        told = history(kind, draft.id, number, draft.kept.get("created_at", stamp.at), stamp.at)
        rendered = {"revision": number, "doc": joined(made.doc, told), "parts": made.parts}
        new.append({**_row(draft, adding), **rendered})
        entries.append(made.entry)
    for part, rows in ((table, new), *_parts(table, drafts)):
        run(bulk.store, db, bulk.ready(db.dialect, part, rows, valid_from=stamp.first))
    run(number_changes, db, kind, {draft.id: "insert" for draft in drafts}, revision, stamp)
    run(put_entries, db, entries)
    return terms_in(entries)


def _row(draft: Draft, adding: Adding) -> Row:
    """The row of a new record, except what is rendered."""
    at = adding.stamp.at
    set_now = {"dataset_id": draft.dataset, "digest": draft.digest, "created_at": at, "updated_at": at}
    row = {**draft.row, **set_now, **draft.kept}
    if draft.table is Event:
        row["country"] = adding.countries.get(draft.row["place_id"])
    return row


def put_parts(db: Connection, table: type[Any], drafts: Collection[Draft], stamp: Stamp) -> None:
    """Insert the rows that DRAFTS, which are of TABLE, have in other tables."""
    for part, rows in _parts(table, drafts):
        bulk.put(db, part, rows, valid_from=stamp.first)


def _parts(table: type[Any], drafts: Collection[Draft]) -> Iterator[tuple[type[Any], list[Row]]]:
    """The rows that DRAFTS, which are of TABLE, have in other tables, by these as far as there are any."""
    for owner in PARTS[table]:
        if rows := [row for draft in drafts for row in draft.parts.get(owner.class_, ())]:
            yield owner.class_, rows
