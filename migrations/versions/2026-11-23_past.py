"""The past: from when each row is valid, and tables of the rows that were changed or deleted since.

What was changed before this migration is not known: the past begins with the newest revision that the database has.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Tables whose rows have a past, and the columns that say which record a row is or is part of.
OWNERS = {
    "account": ("event_id",),
    "actor": ("id",),
    "actor_code": ("actor_id",),
    "actor_name": ("actor_id",),
    "actor_role": ("actor_id",),
    "addressee": ("statement_id",),
    "article": ("id",),
    "article_agency": ("article_id",),
    "carrier": ("statement_id",),
    "dataset": ("id",),
    "event": ("id",),
    "evidence": ("event_id", "statement_id"),
    "figure": ("event_id",),
    "mention": ("statement_id",),
    "participant": ("event_id",),
    "place": ("id",),
    "relation": ("event_id", "statement_id"),
    "state": ("id",),
    "statement": ("id",),
    "statement_topic": ("statement_id",),
}


def upgrade() -> None:
    op.add_column("change", sa.Column("key_name", sa.Text(), nullable=True))
    op.add_column("state", sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    for table in OWNERS:
        op.add_column(table, sa.Column("valid_from", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE state SET valid_from = revision, at = (SELECT at FROM change WHERE change.revision = state.revision)"
    )
    for table, owners in OWNERS.items():
        _add_past(table, owners)


def downgrade() -> None:
    for table, owners in OWNERS.items():
        for owner in owners:
            op.drop_index(f"ix_{table}_past_{owner}", f"{table}_past")
        op.drop_table(f"{table}_past")
    for table in OWNERS:
        op.drop_column(table, "valid_from")
    op.drop_column("state", "at")
    op.drop_column("change", "key_name")


def _add_past(table: str, owners: tuple[str, ...]) -> None:
    """A past has the columns that its table has by now, without keys and checks."""
    present = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
    columns = [sa.Column(column.name, column.type, nullable=column.nullable) for column in present.columns]
    op.create_table(f"{table}_past", *columns, sa.Column("valid_until", sa.Integer(), nullable=False))
    for owner in owners:
        op.create_index(f"ix_{table}_past_{owner}", f"{table}_past", [owner, "valid_until"])
