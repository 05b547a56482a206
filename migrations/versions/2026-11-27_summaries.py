"""Summaries: counts by year, month and day, filled when the newest schema is reached; and what goes from day to day."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("event", "statement")


def upgrade() -> None:
    op.create_table(
        "summary",
        sa.Column("key", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_summary")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # To pack and unpack them would cost more than to read them.
        op.execute("ALTER TABLE summary ALTER COLUMN counts SET STORAGE EXTERNAL")
    longer = sa.text("end_on > start_on")
    for table in TABLES:
        op.create_index(
            f"ix_{table}_spanning", table, ["end_on", "start_on", "id"], sqlite_where=longer, postgresql_where=longer
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(f"ix_{table}_spanning", table)
    op.drop_table("summary")
