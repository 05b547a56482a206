"""Indexes that leave whole records unread: for sums by codes beside a date, and for what few statements have."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNTED = {
    "event": ("end_on", "start_on", "type", "country", "precision", "goldstein", "id"),
    "statement": ("end_on", "start_on", "act", "speaker_id", "precision", "id"),
}
CODES = {
    "event": ("status", "quad_class", "dataset_id"),
    "statement": ("medium", "directness", "language", "dataset_id"),
}
SELDOM = ("utterance", "venue_id")


def upgrade() -> None:
    for table, columns in COUNTED.items():
        _renew(table, "counted", *columns, *CODES[table])
    for column in SELDOM:
        there = sa.text(f"{column} IS NOT NULL")
        _renew("statement", column, column, sqlite_where=there, postgresql_where=there)


def downgrade() -> None:
    for table, columns in COUNTED.items():
        _renew(table, "counted", *columns)
    for column in SELDOM:
        _renew("statement", column, column)


def _renew(table: str, name: str, *columns: str, **where: Any) -> None:
    op.drop_index(f"ix_{table}_{name}", table)
    op.create_index(f"ix_{table}_{name}", table, list(columns), **where)
