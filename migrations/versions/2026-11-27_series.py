"""Summaries have series of actors and pairs: they are made anew, since migrating makes those that are missing."""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM summary")


def downgrade() -> None:
    op.execute("DELETE FROM summary")
