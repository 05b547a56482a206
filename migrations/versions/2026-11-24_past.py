"""The past: from when each row is valid, and tables of the rows that were changed or deleted since.

What was changed before this migration is not known: the past begins with the newest revision that the database has.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Tables whose rows have a past.
TABLES = (
    "account",
    "actor",
    "actor_code",
    "actor_name",
    "actor_role",
    "addressee",
    "article",
    "article_agency",
    "carrier",
    "dataset",
    "event",
    "event_code",
    "evidence",
    "figure",
    "mention",
    "participant",
    "place",
    "relation",
    "state",
    "statement",
    "statement_topic",
)
# Those whose keys do not say which record a row is part of, and the columns that do.
OWNERS = {"evidence": ("event_id", "statement_id"), "relation": ("event_id", "statement_id")}


def upgrade() -> None:
    op.add_column("change", sa.Column("key_name", sa.Text(), nullable=True))
    op.add_column("state", sa.Column("at", sa.DateTime(timezone=True), nullable=True))
    for table in TABLES:
        op.add_column(table, sa.Column("valid_from", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE state SET valid_from = revision, at = (SELECT at FROM change WHERE change.revision = state.revision)"
    )
    for table in TABLES:
        _add_past(table)


def downgrade() -> None:
    for table in TABLES:
        for owner in OWNERS.get(table, ()):
            op.drop_index(f"ix_{table}_past_{owner}", f"{table}_past")
        op.drop_table(f"{table}_past")
    for table in TABLES:
        op.drop_column(table, "valid_from")
    op.drop_column("state", "at")
    op.drop_column("change", "key_name")


def _add_past(table: str) -> None:
    """A past has the columns that its table has by now, and of its keys and checks one key: it is of a time."""
    present = sa.Table(table, sa.MetaData(), autoload_with=op.get_bind(), resolve_fks=False)
    columns = [sa.Column(column.name, column.type, nullable=column.nullable) for column in present.columns]
    key = sa.PrimaryKeyConstraint(
        *(column.name for column in present.primary_key), "valid_until", name=op.f(f"pk_{table}_past")
    )
    until = sa.Column("valid_until", sa.Integer(), autoincrement=False, nullable=False)
    op.create_table(f"{table}_past", *columns, until, key)
    for owner in OWNERS.get(table, ()):
        op.create_index(f"ix_{table}_past_{owner}", f"{table}_past", [owner, "valid_until"])
