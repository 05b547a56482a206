"""Preparing batches of items: names are resolved and drafts made, without a transaction that writes."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass

from app.importing.drafting import event_draft, statement_draft
from app.importing.mentions import Mentions, mentions_of
from app.importing.records import Coded, Found, Item, Said
from app.importing.resolving import Resolver
from app.loading.drafts import Draft
from app.loading.duplicates import Duplicate, duplicates_elsewhere
from app.loading.making import make


@dataclass(frozen=True, slots=True)
class Batch:
    """Items of a file, up to the one with the number `count` (from 1), and what was made of those that are `new`.

    `likely` says which of their events look like those of other data sets.
    """

    count: int
    items: Sequence[Item]
    new: Sequence[Item]
    drafts: Sequence[Draft]
    mentions: Mentions
    likely: Sequence[Duplicate]


def ready(read: Iterator[list[Item]], names: Resolver, done: int) -> Generator[Batch]:
    """The items that are READ, as batches. The first ones, as many as are DONE, are in the database already."""
    count = 0
    for items in read:
        count += len(items)
        new = items[max(0, done - count + len(items)) :]
        drafts = _drafts(new, names)
        mentions = mentions_of((one for one in new if isinstance(one, Found)), names)
        yield Batch(count, items, new, drafts, mentions, _likely(drafts, names))


def _likely(drafts: Sequence[Draft], names: Resolver) -> Sequence[Duplicate]:
    with names.engine.connect() as db:
        return duplicates_elsewhere(db, drafts, names.dataset)


def _drafts(items: Sequence[Item], names: Resolver) -> list[Draft]:
    """Drafts of ITEMS and of what they name; of several with the same id, the last."""
    drafts = {(draft.table, draft.id): draft for draft in names.prepare(items)}
    for item in items:
        if isinstance(item, (Coded, Said)):
            draft = event_draft(item, names) if isinstance(item, Coded) else statement_draft(item, names)
            drafts[draft.table, draft.id] = draft
    for draft in drafts.values():
        draft.dataset = names.dataset
        # Computed now, while the batch before this one is being written.
        draft.digest  # noqa: B018
    make(drafts.values())
    return list(drafts.values())
