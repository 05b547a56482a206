"""Imports: the source's own codes and numbers of events, how far a file was read, mentions of events.

Stored documents of events get the new names, in their place; no revision, because nothing is said anew.
"""

from collections.abc import Callable
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BATCH = 1_000
Json = dict[str, Any]


def upgrade() -> None:
    op.add_column("event", sa.Column("goldstein_table", sa.Float(53), nullable=True))
    op.add_column("event", sa.Column("originals", sa.JSON(), server_default="{}", nullable=False))
    op.add_column("event", sa.Column("measures", sa.JSON(), server_default="{}", nullable=False))
    op.create_table(
        "event_code",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("scheme", SLUG, nullable=False),
        sa.Column("code", SLUG, nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_event_code_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("event_id", "scheme", name=op.f("pk_event_code")),
    )
    op.create_index("ix_event_code_code", "event_code", ["scheme", "code", "event_id"])
    op.create_table(
        "imported_file",
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.Column("format", SLUG, nullable=False),
        sa.Column("sha256", SLUG, nullable=False),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("dataset_id", "format", "sha256", name=op.f("pk_imported_file")),
    )
    op.create_table(
        "event_mention",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("article_id", SLUG, nullable=False),
        sa.Column("sentence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", SLUG, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name=op.f("fk_event_mention_article_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("event_id", "article_id", "sentence", name=op.f("pk_event_mention")),
    )
    op.create_index("ix_event_mention_article_id", "event_mention", ["article_id"])
    _rewrite(_with_originals)


def downgrade() -> None:
    _rewrite(_without_originals)
    op.drop_index("ix_event_mention_article_id", "event_mention")
    op.drop_table("event_mention")
    op.drop_table("imported_file")
    op.drop_index("ix_event_code_code", "event_code")
    op.drop_table("event_code")
    for name in ("measures", "originals", "goldstein_table"):
        op.drop_column("event", name)


def _with_originals(doc: Json) -> Json:
    made: Json = {}
    for name, value in doc.items():
        made[name] = value
        if name == "codes":
            made["codes"] = {**value, "goldstein_table": None, "originals": {}}
            made["measures"] = {}
    return made


def _without_originals(doc: Json) -> Json:
    kept = {name: value for name, value in doc.items() if name != "measures"}
    unknown = ("goldstein_table", "originals")
    return kept | {"codes": {name: value for name, value in doc["codes"].items() if name not in unknown}}


def _rewrite(change: Callable[[Json], Json]) -> None:
    """Change the stored document of every event."""
    db, last = op.get_bind(), ""
    after = sa.text("SELECT id, doc FROM event WHERE id > :last ORDER BY id LIMIT :batch")
    while rows := db.execute(after, {"last": last, "batch": BATCH}).all():
        last = rows[-1].id
        changed = [
            {"id": row.id, "doc": orjson.dumps(change(orjson.loads(row.doc))).decode()} for row in rows if row.doc
        ]
        if changed:
            db.execute(sa.text("UPDATE event SET doc = :doc WHERE id = :id"), changed)
