"""What writing needs besides the data: keys, answers that are repeated to retries, and what merges have moved."""

from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base, Id, Json, one_of

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[str, ...] = get_args(Scope)


class Key(Base):
    """A key. `id` is the public part of its token; of the secret part only `digest` is kept."""

    __tablename__ = "key"
    __table_args__ = (one_of("scope", SCOPES),)

    id: Mapped[Id] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Slug, unique=True)
    scope: Mapped[str] = mapped_column(Slug)
    digest: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Answered(Base):
    """The answer to a write that came with an `Idempotency-Key`; `asked` is the digest of the request."""

    __tablename__ = "answered"
    __table_args__ = (Index("ix_answered_expires_at", "expires_at"),)

    key_name: Mapped[str] = mapped_column(Slug, primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(Slug, primary_key=True)
    asked: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime]


class Merge(Base):
    """A record that became part of another, as it was, so that the merge can be undone."""

    __tablename__ = "merge"

    kind: Mapped[str] = mapped_column(Slug, primary_key=True)
    loser_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    winner_id: Mapped[str] = mapped_column(Slug)
    dataset_id: Mapped[str] = mapped_column(Slug)
    at: Mapped[datetime]
    created_at: Mapped[datetime]


class MergeMoved(Base):
    """A record that a merge changed: its rows before and after, whose difference is undone with the merge."""

    __tablename__ = "merge_moved"

    kind: Mapped[str] = mapped_column(Slug, primary_key=True)
    loser_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    record_kind: Mapped[str] = mapped_column(Slug, primary_key=True)
    record_id: Mapped[str] = mapped_column(Slug, primary_key=True)
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
