"""New records into the database, rendered and indexed from their drafts alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app import bulk
from app.loading.bodies import bodies_of
from app.loading.drafts import Draft, Row
from app.loading.indexing import Record, count_terms, entries_of, put_entries
from app.loading.past import Stamp
from app.loading.places import countries_of
from app.loading.planning import Plan
from app.loading.rendering import dump, history, number_changes
from app.loading.stored import PARTS, Tally, counted_in
from app.models import Event

# New records that are made ready while the server stores those before.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class _Adding:
    """What new records of one table need beside their drafts; they take the numbers after `revision`."""

    counts: Tally
    countries: dict[str | None, str | None]
    revision: int
    stamp: Stamp


def add(db: Connection, plans: Sequence[Plan], revision: int, stamp: Stamp) -> int:
    """Insert what is new, rendered and indexed from its drafts alone; returns the last number taken."""
    counts = counted_in(draft for plan in plans for draft in plan.written)
    countries = countries_of(db, plans)
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
    run(put_parts, db, table, drafts, stamp)
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


def put_parts(db: Connection, table: type[Any], drafts: Iterable[Draft], stamp: Stamp) -> None:
    """Insert the rows that DRAFTS, which are of TABLE, have elsewhere."""
    for owner in PARTS[table]:
        _put(db, owner.class_, [row for draft in drafts for row in draft.parts.get(owner.class_, ())], stamp)


def _put(db: Connection, table: type[Any], rows: list[Row], stamp: Stamp) -> None:
    bulk.put(db, table, rows, valid_from=stamp.first)
