"""Places: where events happened, as exactly as it is known."""

from sqlalchemy import CheckConstraint, Float, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.codes import codes
from app.dialects.columns import Slug
from app.models.base import Base, Record, one_of, refers_to


class Place(Record, Base):
    __tablename__ = "place"
    __table_args__ = (
        one_of("precision", codes("place-precisions")),
        CheckConstraint("lat BETWEEN -90 AND 90", name="lat"),
        CheckConstraint("lon BETWEEN -180 AND 180", name="lon"),
        Index("ix_place_coordinates", "lat", "lon"),
        Index("ix_place_name", "name", "id"),
        Index("ix_place_dataset_id", "dataset_id"),
    )

    name: Mapped[str] = mapped_column(Slug)
    names: Mapped[dict[str, str]]
    country: Mapped[str | None] = mapped_column(Slug, index=True)
    lat: Mapped[float | None] = mapped_column(Float(53))
    lon: Mapped[float | None] = mapped_column(Float(53))
    precision: Mapped[str] = mapped_column(Slug)
    parent_id: Mapped[str | None] = refers_to("place")
    geonames: Mapped[int | None]
