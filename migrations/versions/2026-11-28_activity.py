"""Sums of what each actor does, of statements between two, and of what goes both ways: all is summed up anew."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM summary")


def downgrade() -> None:
    op.execute("DELETE FROM summary")
