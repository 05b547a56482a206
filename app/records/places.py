"""Places."""

from app.codes import PlacePrecision
from app.records.base import History
from app.records.references import PlaceRef


class PlaceOut(History):
    """Where something happened; degrees in WGS 84."""

    id: str
    name: str
    names: dict[str, str]
    country: str | None
    lat: float | None
    lon: float | None
    precision: PlacePrecision
    parent: PlaceRef | None
    geonames: int | None
