"""Indexes for sums: what views count, by their days, how long the longest lasts, and on which side an actor stood."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

COUNTED = {
    "event": ("end_on", "start_on", "type", "country", "precision", "goldstein", "id"),
    "statement": ("end_on", "start_on", "act", "speaker_id", "precision", "id"),
}
LASTING = {
    "sqlite": "CAST(julianday(end_on) - julianday(start_on) AS INTEGER)",
    "postgresql": "(end_on - start_on)",
}
# The newest events of an actor, and from now on the side that it stood on.
NEWEST, TAKEN = "ix_participant_actor_newest", "actor_id, start_on DESC{}, event_id"


def upgrade() -> None:
    _renew(f"{TAKEN}, side")
    lasts = sa.text("end_on > start_on")
    for table, columns in COUNTED.items():
        op.create_index(f"ix_{table}_counted", table, list(columns))
        days = sa.text(LASTING[op.get_bind().dialect.name])
        op.create_index(f"ix_{table}_lasting", table, [days], sqlite_where=lasts, postgresql_where=lasts)


def downgrade() -> None:
    _renew(TAKEN)
    for table in COUNTED:
        op.drop_index(f"ix_{table}_lasting", table)
        op.drop_index(f"ix_{table}_counted", table)


def _renew(columns: str) -> None:
    last = " NULLS LAST" if op.get_bind().dialect.name == "postgresql" else ""
    op.drop_index(NEWEST, "participant")
    op.execute(f"CREATE INDEX {NEWEST} ON participant ({columns.format(last)})")
