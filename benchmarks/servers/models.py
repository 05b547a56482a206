"""The tables as a developer maps them by default, with relationships; the baseline and FastCRUD share them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Float, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {dict[str, Any]: JSON, list[str]: JSON, float: Float(53), str: String}  # noqa: RUF012


class Actor(Base):
    __tablename__ = "actor"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str | None]


class ActorName(Base):
    __tablename__ = "actor_name"
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    spelling: Mapped[str]
    actor: Mapped[Actor] = relationship()


class Place(Base):
    __tablename__ = "place"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    country: Mapped[str | None]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    precision: Mapped[str]


class Article(Base):
    __tablename__ = "article"
    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    source_url: Mapped[str | None]
    publisher_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    start_on: Mapped[date | None]
    publisher: Mapped[Actor | None] = relationship()


class Participant(Base):
    __tablename__ = "participant"
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = mapped_column(ForeignKey("actor.id"))
    role: Mapped[str]
    side: Mapped[str]
    on_behalf_of_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    actor: Mapped[Actor] = relationship(foreign_keys=[actor_id])
    on_behalf_of: Mapped[Actor | None] = relationship(foreign_keys=[on_behalf_of_id])


class Evidence(Base):
    __tablename__ = "evidence"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"))
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id"))
    position: Mapped[int]
    exact: Mapped[str | None]
    prefix: Mapped[str | None]
    suffix: Mapped[str | None]
    start_at: Mapped[int | None]
    end_at: Mapped[int | None]
    language: Mapped[str | None]
    verified: Mapped[bool]
    article: Mapped[Article] = relationship()


class Figure(Base):
    __tablename__ = "figure"
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    value: Mapped[float]
    qualifier: Mapped[str]
    unit: Mapped[str | None]


class Account(Base):
    __tablename__ = "account"
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(ForeignKey("article.id"))
    actor_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    stance: Mapped[str]
    note: Mapped[str | None]
    actor: Mapped[Actor | None] = relationship()
    article: Mapped[Article] = relationship()


class Relation(Base):
    __tablename__ = "relation"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"))
    type: Mapped[str]
    position: Mapped[int]
    to_event_id: Mapped[str | None]


class Statement(Base):
    __tablename__ = "statement"
    id: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id"))
    speaker_id: Mapped[str | None] = mapped_column(ForeignKey("actor.id"))
    start_on: Mapped[date | None]
    act: Mapped[str]
    gist: Mapped[str]
    quote_text: Mapped[str | None]
    speaker: Mapped[Actor | None] = relationship()


class Event(Base):
    __tablename__ = "event"
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    label: Mapped[str]
    labels: Mapped[dict[str, Any]]
    summary: Mapped[str | None]
    start_on: Mapped[date | None]
    end_on: Mapped[date | None]
    precision: Mapped[str]
    place_id: Mapped[str | None] = mapped_column(ForeignKey("place.id"))
    country: Mapped[str | None]
    status: Mapped[str]
    cameo: Mapped[str | None]
    plover: Mapped[str | None]
    quad_class: Mapped[int | None]
    goldstein: Mapped[float | None]
    updated_at: Mapped[datetime]
    place: Mapped[Place | None] = relationship()
    participants: Mapped[list[Participant]] = relationship(order_by=Participant.position)
    evidence: Mapped[list[Evidence]] = relationship(order_by=Evidence.position)
    figures: Mapped[list[Figure]] = relationship(order_by=Figure.position)
    accounts: Mapped[list[Account]] = relationship(order_by=Account.position)
    relations: Mapped[list[Relation]] = relationship(order_by=Relation.position)
    statements: Mapped[list[Statement]] = relationship(order_by=(Statement.start_on, Statement.id))
