"""Data sets, and the one sequence that numbers every change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base, Id, Versioned, one_of

OPERATIONS = ("insert", "update", "delete", "merge")


class State(Versioned, Base):
    """One row: the number of the last change, when it was, and what is printed with every answer."""

    __tablename__ = "state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    at: Mapped[datetime | None]
    license: Mapped[str]
    citation: Mapped[str]


class Change(Base):
    """What happened to which record, and the name of the key that wrote it: none for a load.

    A deleted or merged id is known by its last change.
    """

    __tablename__ = "change"
    __table_args__ = (one_of("operation", OPERATIONS), Index("ix_change_record", "kind", "record_id", "revision"))

    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    operation: Mapped[str]
    kind: Mapped[str] = mapped_column(Slug)
    record_id: Mapped[str] = mapped_column(Slug)
    into_id: Mapped[str | None] = mapped_column(Slug)
    key_name: Mapped[str | None]


class Dataset(Versioned, Base):
    __tablename__ = "dataset"

    id: Mapped[Id] = mapped_column(primary_key=True)
    title: Mapped[str]
    publisher: Mapped[str]
    license: Mapped[str]
    attribution: Mapped[str]
    homepage: Mapped[str | None]
    version: Mapped[str]
    digest: Mapped[str]
    files_digest: Mapped[str | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    doc: Mapped[str] = mapped_column(default="")
    parts: Mapped[str] = mapped_column(default="{}")
