"""Indexes for sums have the codes that are asked for beside a date, so that to count by them reads no whole records."""

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


def upgrade() -> None:
    for table, columns in COUNTED.items():
        _renew(table, [*columns, *CODES[table]])


def downgrade() -> None:
    for table, columns in COUNTED.items():
        _renew(table, [*columns])


def _renew(table: str, columns: list[str]) -> None:
    name = f"ix_{table}_counted"
    op.drop_index(name, table)
    op.create_index(name, table, columns)
