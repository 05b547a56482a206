"""Making and changing data sets, whose licences and citations come with every answer."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import Connection, select

from app.answering.paging import detail_body
from app.asking.parameters import Parameters, asking
from app.http.describing import WRITE_HEADERS, keyed, record_path, sent_document
from app.keys import Holder
from app.loading import annotated
from app.loading.drafting import dataset_draft
from app.loading.edits.applying import save
from app.loading.planning import Removal
from app.loading.validating import validated
from app.models import Dataset
from app.records.datasets import DatasetOut
from app.records.envelope import Detail
from app.resources.datasets import DATASETS
from app.resources.writing.access import holder_of
from app.resources.writing.bodies import JSON, YAML, Body, body_of, with_id
from app.resources.writing.committing import Answer, commit, precondition, turn, written
from app.resources.writing.refusing import refusing

router = APIRouter(prefix="/v1", tags=["writing"])


@router.put(
    "/datasets/{id}",
    **keyed(Detail[DatasetOut], "dataset", (200, 201), WRITE_HEADERS, sent_document((JSON, YAML), "Dataset")),
)
def put_dataset(
    request: Request,
    holder: Holder = holder_of("admin"),
    id: str = record_path("dataset"),
    _asked: Any = asking(Parameters),
    body: Body = body_of,
    _turn: None = turn,
) -> Response:
    """Make a data set, or say anew what it is, its licence and whom to cite; its records stay."""
    return commit(request, holder, body.source, lambda db: _put(request, db, holder, id, body))


def _put(request: Request, db: Connection, holder: Holder, key: str, body: Body) -> Answer:
    known = precondition(request, db, "dataset", key)
    with refusing(db):
        draft = dataset_draft(validated(with_id(body.sheet(), key), annotated.Dataset))
    # The files that it was loaded from have not changed.
    draft.row["files_digest"] = db.scalar(select(Dataset.files_digest).where(Dataset.id == key))
    save(db, draft, [], holder.name, Removal())
    data = detail_body(db, DATASETS, key)
    return written(db, "dataset", key, data, made=not known)
