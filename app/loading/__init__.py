"""The one way in: every record is read, checked, drafted, written and rendered here."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.loading.checking import check
from app.loading.drafting import dataset_draft, drafts_of
from app.loading.drafts import Draft
from app.loading.duplicates import Duplicate, duplicates
from app.loading.faults import Fault, Refused
from app.loading.folder import Folder, Watch, digest_of, read_folder
from app.loading.past import Stamp
from app.loading.planning import Removal
from app.loading.references import references
from app.loading.removing import StillNamed
from app.loading.stored import RECORDS
from app.loading.writing import Report, write
from app.models import Actor, ActorCode, Dataset

__all__ = ["Fault", "Refused", "Report", "check_folder", "is_loaded", "load_folder", "load_imported"]


def check_folder(path: Path, watch: Watch = iter) -> list[Fault]:
    """Every fault of the data set in PATH, looked at without a database."""
    try:
        return check(read_folder(path, watch))
    except Refused as refused:
        return refused.faults


def is_loaded(db: Connection, path: Path) -> bool:
    """Whether DB holds the data set of PATH just as its files are now."""
    return db.scalar(select(Dataset.id).where(Dataset.files_digest == digest_of(path))) is not None


def load_folder(db: Connection, path: Path, watch: Watch = iter, at: datetime | None = None) -> Report:
    """Load the data set in PATH into DB, in the caller's transaction. Loading it again changes nothing.

    Raises Refused with every fault; then nothing has been written.
    """
    folder = read_folder(path, watch)
    known = _known(db, folder, folder.dataset.id if folder.dataset else "")
    faults = check(folder, known)
    if faults or folder.dataset is None:
        raise Refused(faults)
    drafts = list(drafts_of(folder, known["statement"]))
    if faults := list(_owned_by_others(db, folder.dataset.id, drafts)):
        raise Refused(faults)
    dataset = dataset_draft(folder.dataset, folder.digest)
    # A savepoint, so that a load that is refused late leaves nothing behind, even if the caller goes on.
    with db.begin_nested():
        return write(db, dataset, drafts, Stamp(at or datetime.now(UTC)))


def load_imported(
    db: Connection, folder: Folder, at: datetime, elsewhere: Collection[str], removal: Removal
) -> tuple[Report, list[Duplicate]]:
    """Add the records of FOLDER, which an importer made, to its data set in DB, and take away those of REMOVAL.

    Others stay, and so do all of REMOVAL if something else names one of them. Returns what was written, and which new
    records look like stored ones. Articles with ids in ELSEWHERE are not written, only what FOLDER tells of them.
    Raises Refused with every fault; then nothing has been written.
    """
    known = _known(db, folder, own="")
    faults = check(folder, known, imported=True)
    if faults or folder.dataset is None:
        raise Refused(faults)
    drafts = [draft for draft in drafts_of(folder, known["statement"]) if draft.id not in elsewhere]
    if faults := list(_owned_by_others(db, folder.dataset.id, drafts)):
        raise Refused(faults)
    dataset = dataset_draft(folder.dataset)
    likely = duplicates(db, drafts)
    try:
        with db.begin_nested():
            return write(db, dataset, drafts, Stamp(at), removal=removal), likely
    except StillNamed:
        with db.begin_nested():
            return write(db, dataset, drafts, Stamp(at), removal=Removal()), likely


def _known(db: Connection, folder: Folder, own: str) -> dict[str, set[str]]:
    """Those of the ids that FOLDER names which belong to other data sets than OWN, by kind."""
    named = references(folder)
    return {
        table.__tablename__: set(
            db.scalars(select(table.id).where(among(table.id, named[table.__tablename__]), table.dataset_id != own))
        )
        for table in RECORDS
    }


def _owned_by_others(db: Connection, own: str, drafts: list[Draft]) -> Iterator[Fault]:
    """Faults for ids, and codes of actors, that other data sets have already."""
    for table in RECORDS:
        ids = [draft.id for draft in drafts if draft.table is table]
        taken = select(table.id, table.dataset_id).where(among(table.id, ids), table.dataset_id != own)
        for row in db.execute(taken):
            yield Fault(table.__tablename__, 1, row.id, f"belongs to the data set {row.dataset_id} already")
    coded = {(row["scheme"], row["code"]): row["actor_id"] for draft in drafts for row in draft.parts[ActorCode]}
    others = select(ActorCode.scheme, ActorCode.code, ActorCode.actor_id, Actor.dataset_id).join(Actor)
    codes = {code for _scheme, code in coded}
    for row in db.execute(others.where(among(ActorCode.code, codes), Actor.dataset_id != own)):
        if actor := coded.get((row.scheme, row.code)):
            message = f"is the code of {row.actor_id} in the data set {row.dataset_id} already"
            yield Fault("actors.yaml", 1, f"{actor}.codes.{row.scheme}", message, row.code)
