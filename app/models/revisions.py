"""Data sets, and the one sequence that numbers every change."""

from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base, Id, Versioned, one_of

Operation = Literal["insert", "update", "delete", "merge"]
OPERATIONS: tuple[str, ...] = get_args(Operation)


class State(Versioned, Base):
    """One row: the number and the time of the last change, and the licence and citation that come with every answer."""

    __tablename__ = "state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int]
    at: Mapped[datetime | None]
    license: Mapped[str]
    citation: Mapped[str]


class Change(Base):
    """What happened to a record, and the name of the key that did it; None for a load.

    The last change of an id that was deleted or merged tells what became of it.
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
