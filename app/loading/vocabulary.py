"""The code lists that grow, as rows that foreign keys refer to."""

from typing import Any

from sqlalchemy import Connection, insert, select

from app.codes import code_list, codes
from app.models import EventType, FigureKind, Medium, ParticipantRole, RelationType, SpeechAct, Topic

VOCABULARY: dict[str, type[Any]] = {
    "event-types": EventType,
    "speech-acts": SpeechAct,
    "participant-roles": ParticipantRole,
    "relation-types": RelationType,
    "media": Medium,
    "figure-kinds": FigureKind,
    "topics": Topic,
}


def sync_codes(db: Connection) -> None:
    """Bring the tables of codes up to the lists; a code that is gone stays while something uses it."""
    for name, table in VOCABULARY.items():
        stored = set(db.scalars(select(table.code)))
        new = [code for code in codes(name) if code not in stored]
        if new:
            classes = {
                code: {"event_class": code_list(name).codes[code]["class"]} for code in new if table is EventType
            }
            db.execute(insert(table), [{"code": code, **classes.get(code, {})} for code in new])
