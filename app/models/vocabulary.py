"""The code lists that may grow, as tables, so that foreign keys check every stored code.

The lists themselves, with labels and definitions, are files (app/codes.py), which these rows mirror.
"""

from sqlalchemy.orm import Mapped, mapped_column

from app.dialects.columns import Slug
from app.models.base import Base


class Code:
    code: Mapped[str] = mapped_column(Slug, primary_key=True)


class EventType(Code, Base):
    __tablename__ = "event_type"

    event_class: Mapped[str] = mapped_column(Slug, index=True)


class SpeechAct(Code, Base):
    __tablename__ = "speech_act"


class ParticipantRole(Code, Base):
    __tablename__ = "participant_role"


class RelationType(Code, Base):
    __tablename__ = "relation_type"


class Medium(Code, Base):
    __tablename__ = "medium"


class FigureKind(Code, Base):
    __tablename__ = "figure_kind"


class Topic(Code, Base):
    __tablename__ = "topic"
