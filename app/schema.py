"""How the schema of a database compares with that of the code, found out without loading Alembic."""

import re
from enum import Enum
from functools import cache

from sqlalchemy import Connection, column, inspect, select, table

from app.settings import ROOT

_VERSION = table("alembic_version", column("version_num"))
_NAMED = re.compile(r'^(down_)?revision = (?:"(\w+)"|None)$', re.MULTILINE)


class Schema(Enum):
    """How the schema of a database compares with the code's; the value says what to do about it."""

    CURRENT = ""
    MISSING = "The database has no tables yet: run `dragoman migrate`."
    OLDER = "The database is older than the code: run `dragoman migrate`."
    NEWER = "The database is newer than the code: install the version of Dragoman that made it, or a later one."


def schema_of(db: Connection) -> Schema:
    """How the schema of DB compares with the code's."""
    found, before = revision_of(db), _before()
    if found is None:
        return Schema.MISSING
    if found not in before:
        return Schema.NEWER
    return Schema.OLDER if found in before.values() else Schema.CURRENT


def revision_of(db: Connection) -> str | None:
    """The revision of the schema of DB; None if it has no tables."""
    return db.scalar(select(_VERSION.c.version_num)) if inspect(db).has_table(_VERSION.name) else None


def revisions_before(db: Connection) -> list[str]:
    """The revisions that the schema of DB had before the one that it has, the newest first."""
    before, found, last = _before(), list[str](), revision_of(db)
    while last := before.get(last or ""):
        found.append(last)
    return found


@cache
def _before() -> dict[str, str | None]:
    """Every revision of the schema, with the one that it follows."""
    files = (ROOT / "migrations" / "versions").glob("*.py")
    named = [dict(_NAMED.findall(file.read_text("utf-8"))) for file in files]
    return {found[""]: found["down_"] or None for found in named}
