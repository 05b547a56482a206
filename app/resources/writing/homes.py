"""The data set that a record belongs to, or will."""

from sqlalchemy import Connection, select

from app.asking.ids import RECORDS, is_there, nearest_ids
from app.errors import Invalid, ParameterError
from app.loading.edits.applying import DESK


def home_of(db: Connection, kind: str, key: str, dataset: str | None) -> str:
    """The data set of the record KEY: its own if it exists, else DATASET or the default. Raises Invalid."""
    table = RECORDS[kind]
    own: str | None = db.scalar(select(table.dataset_id).where(table.id == key))
    if own is not None and dataset not in (None, own):
        message = f"is not {own}, which the {kind} belongs to already"
        raise Invalid([ParameterError("dataset", dataset, message, [own])])
    return own or _known(db, dataset or DESK.id)


def _known(db: Connection, dataset: str) -> str:
    """DATASET, which must exist or be the desk's. Raises Invalid."""
    if dataset != DESK.id and not is_there(db, "dataset", dataset):
        message = "there is no data set of this id; PUT /v1/datasets/{id} makes one"
        raise Invalid([ParameterError("dataset", dataset, message, nearest=nearest_ids(db, "dataset", dataset))])
    return dataset
