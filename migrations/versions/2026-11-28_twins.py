"""Twins: articles are found by their address and by their text, to tell which ones look like a new one."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column, using in (("source_url", "hash"), ("text_sha256", "btree")):
        there = sa.text(f"{column} IS NOT NULL")
        name = f"ix_article_{column}"
        op.create_index(name, "article", [column], sqlite_where=there, postgresql_where=there, postgresql_using=using)


def downgrade() -> None:
    for column in ("source_url", "text_sha256"):
        op.drop_index(f"ix_article_{column}", "article")
