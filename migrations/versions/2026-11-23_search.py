"""Full text: documents, terms and names for searching, and the text index of each database.

The tables come empty; whoever runs the migrations fills them from the stored records (app/migrating.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_document",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_forms", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("body_forms", sa.Text(), nullable=False),
        sa.Column("rest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_search_document")),
        sa.UniqueConstraint("kind", "record_id", name=op.f("uq_search_document_kind_record_id")),
    )
    op.create_table(
        "search_term",
        sa.Column("term", SLUG, nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("sound", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("term", name=op.f("pk_search_term")),
    )
    op.create_index("ix_search_term_sound", "search_term", ["sound", "term"])
    op.create_table(
        "search_name",
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", SLUG, nullable=True),
        sa.Column("folded", SLUG, nullable=False),
        sa.Column("word", SLUG, nullable=False),
        sa.Column("latin", SLUG, nullable=False),
        sa.Column("sound", SLUG, nullable=False),
        sa.Column("proper", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "record_id", "position", "part", name=op.f("pk_search_name")),
    )
    op.create_index("ix_search_name_folded", "search_name", ["folded", "kind"])
    op.create_index("ix_search_name_sound", "search_name", ["sound", "kind"])
    op.create_index("ix_search_name_word", "search_name", ["word"])
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folding", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_search_index_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    op.execute("INSERT INTO search_index (id, folding) VALUES (1, 0)")
    if op.get_bind().dialect.name == "sqlite":
        # Words come folded: this tokenizer only parts them at spaces.
        op.execute(
            "CREATE VIRTUAL TABLE search_text USING fts5(title, title_forms, body, body_forms, rest, "
            "content='search_document', content_rowid='number', tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE search_text (rowid BIGINT PRIMARY KEY, vector TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_search_text_vector ON search_text USING gin (vector)")


def downgrade() -> None:
    op.execute("DROP TABLE search_text")
    op.drop_table("search_index")
    op.drop_index("ix_search_name_word", "search_name")
    op.drop_index("ix_search_name_sound", "search_name")
    op.drop_index("ix_search_name_folded", "search_name")
    op.drop_table("search_name")
    op.drop_index("ix_search_term_sound", "search_term")
    op.drop_table("search_term")
    op.drop_table("search_document")
