"""Writing: keys, stored answers, merges; and which article says what an event is, and each of its relations."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("event", sa.Column("defined_in", SLUG, nullable=True))
    op.add_column("relation", sa.Column("article_id", SLUG, nullable=True))
    op.create_table(
        "key",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("name", SLUG, nullable=False),
        sa.Column("scope", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("last_used_at", INSTANT, nullable=True),
        sa.CheckConstraint("scope IN ('read', 'write', 'admin')", name=op.f("ck_key_scope")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key")),
        sa.UniqueConstraint("name", name=op.f("uq_key_name")),
    )
    op.create_table(
        "answered",
        sa.Column("key_name", SLUG, nullable=False),
        sa.Column("idempotency_key", SLUG, nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("key_name", "idempotency_key", name=op.f("pk_answered")),
    )
    op.create_index("ix_answered_expires_at", "answered", ["expires_at"])
    op.create_table(
        "merge",
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("loser_id", SLUG, nullable=False),
        sa.Column("winner_id", SLUG, nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("kind", "loser_id", name=op.f("pk_merge")),
    )
    op.create_table(
        "merge_moved",
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("loser_id", SLUG, nullable=False),
        sa.Column("record_kind", SLUG, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("kind", "loser_id", "record_kind", "record_id", name=op.f("pk_merge_moved")),
    )


def downgrade() -> None:
    op.drop_table("merge_moved")
    op.drop_table("merge")
    op.drop_index("ix_answered_expires_at", "answered")
    op.drop_table("answered")
    op.drop_table("key")
    op.drop_column("relation", "article_id")
    op.drop_column("event", "defined_in")
