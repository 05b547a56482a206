"""Ties that must not form circles: which they are, and where they lead in the database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, select

from app.dialects.keys import among
from app.models import Relation

# A record cannot come after itself; but two may refer to each other, or contradict each other.
ACYCLIC = ("follows", "part_of", "responds_to", "ends", "causes")


def ancestors(db: Connection, table: type[Any], ids: Iterable[str]) -> dict[str, str]:
    """The parents of the records IDS, their parents, and so on."""
    found: dict[str, str] = {}
    wanted = set(ids)
    while wanted:
        rows = db.execute(select(table.id, table.parent_id).where(among(table.id, sorted(wanted))))
        found |= {row.id: row.parent_id for row in rows if row.parent_id}
        wanted = {found[key] for key in wanted if key in found} - found.keys()
    return found


def leading_on(db: Connection, kind: str, ids: Iterable[str]) -> dict[str, list[str]]:
    """Where relations of KIND lead from the records IDS, from there, and so on."""
    found: dict[str, list[str]] = {}
    wanted = set(ids)
    while wanted:
        found |= {key: [] for key in wanted}
        for owner, target in (
            (Relation.event_id, Relation.to_event_id),
            (Relation.statement_id, Relation.to_statement_id),
        ):
            query = select(owner, target).where(
                Relation.type == kind, among(owner, sorted(wanted)), target.is_not(None)
            )
            for key, other in db.execute(query):
                found[str(key)].append(str(other))
        wanted = {target for key in wanted for target in found[key]} - found.keys()
    return found
