"""An import from the first line to the report: items in batches, each one transaction."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from app.importing.drafting import event_draft, statement_draft
from app.importing.records import Coded, Item, Said
from app.importing.resolving import Resolver
from app.loading.drafts import Draft
from app.loading.writing import Report, write

BATCH = 5_000


def write_batch(db: Connection, dataset: Draft, items: list[Item], names: Resolver) -> Report:
    drafts = names.prepare(db, items)
    events: dict[str, Draft] = {}
    for item in items:
        if isinstance(item, Coded):
            draft = event_draft(item, names)
        elif isinstance(item, Said):
            draft = statement_draft(item, names)
        else:
            continue
        events[draft.id] = draft
    return write(db, dataset, [*drafts, *events.values()], datetime.now(UTC), whole=False)
