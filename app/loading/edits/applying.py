"""Writing an edit that was checked, and foreseeing what that would do."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.loading import annotated
from app.loading.drafting import dataset_draft
from app.loading.drafts import Draft
from app.loading.edits.preparing import Prepared
from app.loading.faults import Refused
from app.loading.past import Stamp
from app.loading.planning import Removal
from app.loading.stored import RECORDS
from app.loading.summing import Difference
from app.loading.writing import Report, Whole, begin, write_portion
from app.models import Change, Dataset

# The data set for articles that name none; it is made when the first one comes.
DESK = annotated.Dataset(
    id="desk",
    title="Articles of this installation's desk",
    publisher="The desk of this installation",
    license="CC-BY-4.0",
    attribution="The desk of this installation",
    version="1",
)
NOTHING = Removal()


@dataclass(frozen=True, slots=True)
class Done:
    """What a write did: counts by kind, and the records, each as operation, kind and id."""

    report: Report
    records: list[tuple[str, str, str]] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """As it is served."""
        counts = {
            name: {kind: number for kind, number in sorted(found.items()) if kind != Dataset.__tablename__}
            for name, found in asdict(self.report).items()
        }
        named = [{"operation": operation, "kind": kind, "id": key} for operation, kind, key in self.records]
        return {**counts, "records": named}


def apply(db: Connection, prepared: Prepared, dataset: str, by: str | None) -> Done:
    """Write what was PREPARED; new records go to DATASET. BY is the name of the key. Raises Refused."""
    if prepared.faults:
        raise Refused(prepared.faults)
    return save(db, _home(db, dataset), prepared.drafts, by, prepared.removal)


def save(db: Connection, home: Draft | str, drafts: Sequence[Draft], by: str | None, removal: Removal) -> Done:
    """Write DRAFTS, new ones to the data set HOME, and remove what REMOVAL names. Raises StillNamed."""
    saving = Saving(db, home, by)
    saving.put(drafts, removal)
    return saving.done()


class Saving:
    """One write by the key named BY, in portions: of all the records that it changes, few need be in memory at once."""

    def __init__(self, db: Connection, home: Draft | str, by: str | None) -> None:
        self._db, self._home = db, home
        self._whole = Whole(begin(db, Stamp(datetime.now(UTC), by)), Difference(db))
        self._unchanged: Counter[str] = Counter()

    def put(self, drafts: Sequence[Draft], removal: Removal = NOTHING) -> None:
        """Write DRAFTS, and remove what REMOVAL names. Raises StillNamed."""
        report = write_portion(self._db, self._home, drafts, removal, self._whole)
        self._unchanged.update(report.unchanged)

    def done(self) -> Done:
        """End the write; what it did."""
        self._whole.sums.write()
        columns = (Change.operation, Change.kind, Change.record_id)
        news = select(*columns).where(Change.revision >= self._whole.stamp.first, Change.kind != Dataset.__tablename__)
        # A record that several portions change is told of once.
        rows = self._db.execute(news.order_by(Change.revision))
        records = list(dict.fromkeys((row[0], row[1], row[2]) for row in rows))
        report = Report(unchanged=dict(self._unchanged))
        for operation, kind, _key in records:
            counts = {"insert": report.added, "update": report.changed}.get(operation, report.removed)
            counts[kind] = counts.get(kind, 0) + 1
        return Done(report, records)


def _home(db: Connection, dataset: str) -> Draft | str:
    """The id of the data set, if it exists; else the desk's, to be made."""
    stored = db.scalar(select(Dataset.id).where(Dataset.id == dataset))
    return stored or dataset_draft(DESK)


def foresee(db: Connection, prepared: Prepared) -> Done:
    """What `apply` would do to the records that PREPARED names; nothing is written."""
    report, records = Report(), []
    for table in RECORDS:
        kind = table.__tablename__
        drafts = [draft for draft in prepared.drafts if draft.table is table]
        stored = select(table.id, table.digest).where(among(table.id, [draft.id for draft in drafts]))
        digests = {row.id: row.digest for row in db.execute(stored)}
        for draft in drafts:
            operation = "update" if draft.id in digests else "insert"
            counts = report.changed if draft.id in digests else report.added
            if digests.get(draft.id) == draft.digest:
                counts = report.unchanged
            else:
                records.append((operation, kind, draft.id))
            counts[kind] = counts.get(kind, 0) + 1
        if gone := prepared.removal.ids.get(table):
            report.removed[kind] = len(gone)
            records += [("delete", kind, key) for key in sorted(gone)]
    return Done(report, records)
