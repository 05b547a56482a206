"""Words by kind: on PostgreSQL an index of the words of each kind of records, so that one is not looked for in all.

Documents are numbered anew, newest first, when the index of words is made again after this migration.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

KINDS = ("event", "statement", "actor", "article")
NUMBERS_OF_A_KIND = 1 << 60


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP INDEX ix_search_text_vector")
    for place, kind in enumerate(KINDS):
        numbers = f"rowid >= {place * NUMBERS_OF_A_KIND} AND rowid < {(place + 1) * NUMBERS_OF_A_KIND}"
        op.execute(f"CREATE INDEX ix_search_text_{kind} ON search_text USING gin (vector) WHERE {numbers}")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for kind in KINDS:
        op.execute(f"DROP INDEX ix_search_text_{kind}")
    op.execute("CREATE INDEX ix_search_text_vector ON search_text USING gin (vector)")
