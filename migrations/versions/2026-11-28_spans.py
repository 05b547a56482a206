"""Spans: PostgreSQL indexes the words of documents where they stand, and with them the spans of days they are of.

What the indexes are made from was stored a second time, at more than twice the length, and each hit was read there.
Going down, the index of words is left empty and made anew by who migrates with that version.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = ("event", "statement", "actor", "article")
NUMBERS_OF_A_KIND = 1 << 60
# The terms of a document, those of its titles once more behind a mark, and the spans of 1, 16 and 256 days it is of.
VECTOR = """CAST(
    title || ' ' || title_forms || ' ' || body || ' ' || body_forms || ' ' || rest
    || replace(' ' || title || ' ' || title_forms, ' ', ' ^')
    || ' @0' || (number >> 38) || ' @4' || (number >> 42) || ' @8' || (number >> 46)
    AS tsvector)"""
# Its words as they follow each other, those of titles before a mark.
WORDS = "' ' || title || ' · ' || title_forms || ' ^ ' || body || ' · ' || body_forms || ' · ' || rest || ' '"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP TABLE search_text")
    op.execute(
        "CREATE VIEW search_text AS SELECT number AS rowid, record_id, title, title_forms, "  # noqa: S608 - our own words
        f"{VECTOR} AS vector, {WORDS} AS words FROM search_document"
    )
    for place, kind in enumerate(KINDS):
        numbers = f"number >= {place * NUMBERS_OF_A_KIND} AND number < {(place + 1) * NUMBERS_OF_A_KIND}"
        op.execute(f"CREATE INDEX ix_search_text_{kind} ON search_document USING gin (({VECTOR})) WHERE {numbers}")
    # Without it nothing is known of the numbers of documents.
    op.execute("ANALYZE search_document")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("DROP VIEW search_text")
    op.execute("CREATE TABLE search_text (rowid BIGINT PRIMARY KEY, vector TSVECTOR NOT NULL)")
    for place, kind in enumerate(KINDS):
        op.execute(f"DROP INDEX ix_search_text_{kind}")
        numbers = f"rowid >= {place * NUMBERS_OF_A_KIND} AND rowid < {(place + 1) * NUMBERS_OF_A_KIND}"
        op.execute(f"CREATE INDEX ix_search_text_{kind} ON search_text USING gin (vector) WHERE {numbers}")
    op.execute("UPDATE search_index SET folding = 0")
