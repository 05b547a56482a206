"""Data sets: records that came together, under one licence."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.answering.paging import detail_of, page_of
from app.asking.listing import Resource, detail_parameters, list_parameters
from app.asking.parameters import asking, documented
from app.http.describing import answers, record_path
from app.http.routing import Read
from app.models import Dataset
from app.records.datasets import DatasetOut
from app.records.envelope import Detail, Listing

DATASETS = Resource(
    table=Dataset,
    filters=(),
    sorts={"title": Dataset.title, "updated_at": Dataset.updated_at, "id": Dataset.id},
    sort="id",
    fields=tuple(DatasetOut.model_fields),
)
DatasetQuery = list_parameters(DATASETS)
DatasetDetail = detail_parameters(DATASETS, DatasetOut)

router = APIRouter(prefix="/v1/datasets", tags=["reference"], route_class=Read)


@router.get("", responses=answers(Listing[DatasetOut], "dataset"), openapi_extra=documented(DatasetQuery))
def list_datasets(request: Request, asked: Any = asking(DatasetQuery)) -> Response:
    """List data sets with their licences."""
    return page_of(request, DATASETS, asked)


@router.get("/{id}", responses=answers(Detail[DatasetOut], "dataset"), openapi_extra=documented(DatasetDetail))
def read_dataset(request: Request, id: str = record_path("dataset"), asked: Any = asking(DatasetDetail)) -> Response:
    """Read a data set."""
    return detail_of(request, DATASETS, id, asked)
