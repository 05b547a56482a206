"""Dyads: sums of pairs, in all and by year; all that is summed up is made anew by who migrates to the newest schema."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBERS = ("events", "class_1", "class_2", "class_3", "class_4", "scored")
DAYS = ("acted_first", "acted_last", "said_first", "said_last")
SCORES = ("score", "cooperative", "conflictual")


def upgrade() -> None:
    op.create_table(
        "dyad",
        *(sa.Column(name, SLUG, nullable=False) for name in ("year", "source_id", "target_id")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in SCORES),
        sa.Column("statements", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in DAYS),
        sa.PrimaryKeyConstraint("year", "source_id", "target_id", name=op.f("pk_dyad")),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM summary")


def downgrade() -> None:
    op.drop_table("dyad")
