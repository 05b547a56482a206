"""What is stored for a new record, made from its draft alone: its JSON and its index entry."""

from collections.abc import Collection

from app.dialects.columns import to_json
from app.loading.bodies import Counts, bodies_of
from app.loading.drafts import Draft, Made
from app.loading.entries import entry_of
from app.loading.stored import counted_in


def make(drafts: Collection[Draft]) -> None:
    """Make what is stored for DRAFTS, whose data set is set, on the assumption that all of them are new."""
    counts = counted_in(drafts)
    for draft in drafts:
        draft.made = made_of(draft, counts[draft.table].get(draft.id, {}))


def made_of(draft: Draft, counts: Counts) -> Made:
    """What is stored for DRAFT if other records count COUNTS for it."""
    if draft.made and draft.made.counts == counts:
        return draft.made
    doc, parts = bodies_of(draft, counts)
    entry = entry_of(draft.table.__tablename__, draft.id, {**doc, **parts}, draft.row.get("start_on"))
    return Made(counts, to_json(doc), to_json(parts), entry)
