"""Few: an editor's records among a million imported ones are found by their data set, their status and their evidence."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

TABLES = ("article", "event", "statement")
OWNERS = ("event", "statement")


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    days = f"start_on DESC{' NULLS LAST' if postgresql else ''}, id"
    for table in TABLES:
        op.drop_index(f"ix_{table}_dataset_id", table)
        op.execute(f"CREATE INDEX ix_{table}_dataset_newest ON {table} (dataset_id, {days})")
    op.execute(f"CREATE INDEX ix_event_status_newest ON event (status, {days})")
    verified = "verified" if postgresql else "verified = 1"
    for owner in OWNERS:
        where = f"{verified} AND {owner}_id IS NOT NULL"
        op.execute(f"CREATE INDEX ix_evidence_{owner}_verified ON evidence ({owner}_id) WHERE {where}")


def downgrade() -> None:
    for owner in OWNERS:
        op.drop_index(f"ix_evidence_{owner}_verified", "evidence")
    op.drop_index("ix_event_status_newest", "event")
    for table in TABLES:
        op.drop_index(f"ix_{table}_dataset_newest", table)
        op.create_index(f"ix_{table}_dataset_id", table, ["dataset_id"])
