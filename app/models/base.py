"""What every table shares: names of constraints, column types, and the columns of a served record."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, CheckConstraint, ForeignKey, MetaData, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from app.dialects.columns import Instant, Slug

# Not JSONB: it forgets the order of keys, and both databases must answer byte for byte alike.
Json = JSON(none_as_null=True)
LONGEST_ID = 200
Id = Annotated[str, mapped_column(Slug)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: Text(),
        datetime: Instant(),
        dict[str, Any]: Json,
        list[str]: Json,
        dict[str, str]: Json,
    }


def one_of(column: str, values: tuple[str, ...], *, optional: bool = False) -> CheckConstraint:
    """The constraint that COLUMN has one of VALUES: for short lists that the code itself depends on."""
    listed = ", ".join(f"'{value}'" for value in values)
    missing = f"{column} IS NULL OR " if optional else ""
    return CheckConstraint(f"{missing}{column} IN ({listed})", name=column)


def ordered(prefix: str = "") -> CheckConstraint:
    """The constraint that a span of days does not end before it starts."""
    return CheckConstraint(f"{prefix}start_on <= {prefix}end_on", name=f"{prefix}span")


class Versioned:
    """Rows whose earlier versions are kept (app/models/past.py). `valid_from` is the first number of their write."""

    valid_from: Mapped[int] = mapped_column(server_default="0")


class Record(Versioned):
    """A record that the API serves.

    `doc` is its JSON as lists serve it, and `parts` is what details add. Both are rendered when the record is written;
    references in them are holes that reading fills (app/documents.py). By `digest` loading sees whether a record has
    changed. Every table has an index by data set, in the order of its list if that is one of days.
    """

    id: Mapped[Id] = mapped_column(primary_key=True)
    digest: Mapped[str]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    doc: Mapped[str] = mapped_column(default="")
    parts: Mapped[str] = mapped_column(default="{}")

    @declared_attr
    @classmethod
    def dataset_id(cls) -> Mapped[str]:
        return mapped_column(Slug, ForeignKey("dataset.id", deferrable=True))


def part_of(parent: str) -> Any:
    """The key column that names the PARENT record of a row, which is deleted with it."""
    return mapped_column(Slug, ForeignKey(f"{parent}.id", ondelete="CASCADE", deferrable=True), primary_key=True)


def refers_to(target: str, **options: Any) -> Any:
    """A column that names a record. Indexed by default, so that it is quick to see whether that may be deleted."""
    return mapped_column(Slug, ForeignKey(f"{target}.id", deferrable=True), **{"index": True, **options})


def code_of(table: str, **options: Any) -> Any:
    """A column with a code of a list that is a table."""
    return mapped_column(Slug, ForeignKey(f"{table}.code", deferrable=True), **options)
