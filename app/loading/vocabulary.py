"""The code lists that may grow, as rows that foreign keys refer to."""

from typing import Any

from sqlalchemy import Connection, insert, literal, select, union_all

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
    """Add codes that are new in the lists to their tables. Codes that have left a list stay in its table."""
    every = union_all(*(select(literal(name), table.code) for name, table in VOCABULARY.items()))
    stored = {(name, code) for name, code in db.execute(every)}
    for name, table in VOCABULARY.items():
        new = [code for code in codes(name) if (name, code) not in stored]
        if new:
            classes = {
                code: {"event_class": code_list(name).codes[code]["class"]} for code in new if table is EventType
            }
            db.execute(insert(table), [{"code": code, **classes.get(code, {})} for code in new])
