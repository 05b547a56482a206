"""Actors: people, states, ministries, armed groups, media."""

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.codes import codes
from app.dialects.columns import Slug
from app.models.base import Base, Record, Versioned, one_of, part_of, refers_to


class Actor(Record, Base):
    __tablename__ = "actor"
    __table_args__ = (
        one_of("kind", codes("actor-kinds")),
        Index("ix_actor_name", "name", "id"),
        Index("ix_actor_country", "country", "name", "id"),
        Index("ix_actor_dataset_id", "dataset_id"),
        Index("ix_actor_updated_at", "updated_at", "id"),
    )

    kind: Mapped[str] = mapped_column(Slug)
    name: Mapped[str] = mapped_column(Slug)
    country: Mapped[str | None] = mapped_column(Slug)
    parent_id: Mapped[str | None] = refers_to("actor")
    note: Mapped[str | None]


class ActorName(Versioned, Base):
    """Every spelling of an actor's name, with its language. `kind` says whether we chose it or it occurs somewhere."""

    __tablename__ = "actor_name"
    __table_args__ = (one_of("kind", ("name", "alias")), Index("ix_actor_name_spelling", "spelling", "actor_id"))

    actor_id: Mapped[str] = part_of("actor")
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Slug)
    language: Mapped[str] = mapped_column(Slug)
    spelling: Mapped[str] = mapped_column(Slug)


class ActorCode(Versioned, Base):
    """What another scheme calls the actor: wikidata, iso3, cameo."""

    __tablename__ = "actor_code"
    __table_args__ = (UniqueConstraint("scheme", "code"),)

    actor_id: Mapped[str] = part_of("actor")
    scheme: Mapped[str] = mapped_column(Slug, primary_key=True)
    code: Mapped[str] = mapped_column(Slug)


class ActorRole(Versioned, Base):
    """An office held from one date to another, each as exact as it is known (2015, 2015-08, 2015-08-10)."""

    __tablename__ = "actor_role"

    actor_id: Mapped[str] = part_of("actor")
    position: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str | None] = refers_to("actor")
    title: Mapped[str]
    held_from: Mapped[str | None]
    held_to: Mapped[str | None]
