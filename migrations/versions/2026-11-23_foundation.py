"""The foundation: data sets, articles, actors, places, statements, events, evidence, codes, revisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SLUG = sa.String().with_variant(sa.String(collation="C"), "postgresql")
# Indexes that give the newest first and the undated last, the order that lists are served in.
NEWEST = (
    ("addressee", "ix_addressee_actor_newest", "actor_id, start_on DESC, statement_id"),
    ("article", "ix_article_language_newest", "language, start_on DESC, id"),
    ("article", "ix_article_newest", "start_on DESC, id"),
    ("article", "ix_article_publisher_newest", "publisher_id, start_on DESC, id"),
    ("event", "ix_event_cameo_newest", "cameo, start_on DESC, id"),
    ("event", "ix_event_country_newest", "country, start_on DESC, id"),
    ("event", "ix_event_goldstein_newest", "goldstein DESC, id"),
    ("event", "ix_event_newest", "start_on DESC, id"),
    ("event", "ix_event_place_newest", "place_id, start_on DESC, id"),
    ("event", "ix_event_type_newest", "type, start_on DESC, id"),
    ("participant", "ix_participant_actor_newest", "actor_id, start_on DESC, event_id"),
    ("participant", "ix_participant_on_behalf_of_newest", "on_behalf_of_id, start_on DESC, event_id"),
    ("statement", "ix_statement_act_newest", "act, start_on DESC, id"),
    ("statement", "ix_statement_medium_newest", "medium, start_on DESC, id"),
    ("statement", "ix_statement_newest", "start_on DESC, id"),
    ("statement", "ix_statement_on_behalf_of_newest", "on_behalf_of_id, start_on DESC, id"),
    ("statement", "ix_statement_speaker_newest", "speaker_id, start_on DESC, id"),
)


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("into_id", SLUG, nullable=True),
        sa.CheckConstraint("operation IN ('insert', 'update', 'delete', 'merge')", name=op.f("ck_change_operation")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_change")),
    )
    op.create_index("ix_change_record", "change", ["kind", "record_id", "revision"])

    op.create_table(
        "dataset",
        sa.Column("id", SLUG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("homepage", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("files_digest", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset")),
    )
    op.create_table(
        "event_type",
        sa.Column("event_class", SLUG, nullable=False),
        sa.Column("code", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_event_type")),
    )
    op.create_index("ix_event_type_event_class", "event_type", ["event_class"])

    op.create_table(
        "figure_kind",
        sa.Column("code", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_figure_kind")),
    )
    op.create_table(
        "medium", sa.Column("code", SLUG, nullable=False), sa.PrimaryKeyConstraint("code", name=op.f("pk_medium"))
    )
    op.create_table(
        "participant_role",
        sa.Column("code", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_participant_role")),
    )
    op.create_table(
        "relation_type",
        sa.Column("code", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_relation_type")),
    )
    op.create_table(
        "speech_act",
        sa.Column("code", SLUG, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_speech_act")),
    )
    op.create_table(
        "state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("license", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_state_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_state")),
    )
    op.create_table(
        "topic", sa.Column("code", SLUG, nullable=False), sa.PrimaryKeyConstraint("code", name=op.f("pk_topic"))
    )
    op.create_table(
        "actor",
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("name", SLUG, nullable=False),
        sa.Column("country", SLUG, nullable=True),
        sa.Column("parent_id", SLUG, nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'state', 'government_body', 'intergovernmental', 'armed_group', 'media', 'ngo', 'party', 'population', 'other')",
            name=op.f("ck_actor_kind"),
        ),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_actor_dataset_id"), deferrable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["actor.id"], name=op.f("fk_actor_parent_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor")),
    )
    op.create_index("ix_actor_country", "actor", ["country", "name", "id"])
    op.create_index("ix_actor_dataset_id", "actor", ["dataset_id"])
    op.create_index("ix_actor_name", "actor", ["name", "id"])
    op.create_index("ix_actor_parent_id", "actor", ["parent_id"])
    op.create_index("ix_actor_updated_at", "actor", ["updated_at", "id"])

    op.create_table(
        "place",
        sa.Column("name", SLUG, nullable=False),
        sa.Column("names", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("country", SLUG, nullable=True),
        sa.Column("lat", sa.Float(precision=53), nullable=True),
        sa.Column("lon", sa.Float(precision=53), nullable=True),
        sa.Column("precision", SLUG, nullable=False),
        sa.Column("parent_id", SLUG, nullable=True),
        sa.Column("geonames", sa.Integer(), nullable=True),
        sa.Column("id", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.CheckConstraint(
            "precision IN ('point', 'settlement', 'region', 'country')", name=op.f("ck_place_precision")
        ),
        sa.CheckConstraint("lat BETWEEN -90 AND 90", name=op.f("ck_place_lat")),
        sa.CheckConstraint("lon BETWEEN -180 AND 180", name=op.f("ck_place_lon")),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_place_dataset_id"), deferrable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
    )
    op.create_index("ix_place_coordinates", "place", ["lat", "lon"])
    op.create_index("ix_place_country", "place", ["country"])
    op.create_index("ix_place_dataset_id", "place", ["dataset_id"])
    op.create_index("ix_place_name", "place", ["name", "id"])
    op.create_index("ix_place_parent_id", "place", ["parent_id"])

    op.create_table(
        "actor_code",
        sa.Column("actor_id", SLUG, nullable=False),
        sa.Column("scheme", SLUG, nullable=False),
        sa.Column("code", SLUG, nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_actor_code_actor_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("actor_id", "scheme", name=op.f("pk_actor_code")),
        sa.UniqueConstraint("scheme", "code", name=op.f("uq_actor_code_scheme_code")),
    )
    op.create_table(
        "actor_name",
        sa.Column("actor_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("language", SLUG, nullable=False),
        sa.Column("spelling", SLUG, nullable=False),
        sa.CheckConstraint("kind IN ('name', 'alias')", name=op.f("ck_actor_name_kind")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_actor_name_actor_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("actor_id", "position", name=op.f("pk_actor_name")),
    )
    op.create_index("ix_actor_name_spelling", "actor_name", ["spelling", "actor_id"])

    op.create_table(
        "actor_role",
        sa.Column("actor_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("organisation_id", SLUG, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("held_from", sa.Text(), nullable=True),
        sa.Column("held_to", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["actor.id"], name=op.f("fk_actor_role_actor_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["actor.id"], name=op.f("fk_actor_role_organisation_id"), deferrable=True
        ),
        sa.PrimaryKeyConstraint("actor_id", "position", name=op.f("pk_actor_role")),
    )
    op.create_index("ix_actor_role_organisation_id", "actor_role", ["organisation_id"])

    op.create_table(
        "article",
        sa.Column("publisher_id", SLUG, nullable=True),
        sa.Column("language", SLUG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("titles", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("precision", SLUG, nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("text_kind", SLUG, nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=True),
        sa.Column("rights", SLUG, nullable=False),
        sa.Column("notes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("id", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.CheckConstraint("(text IS NULL) = (text_kind = 'none')", name=op.f("ck_article_text")),
        sa.CheckConstraint(
            "precision IN ('day', 'week', 'month', 'quarter', 'year', 'range', 'unknown')",
            name=op.f("ck_article_precision"),
        ),
        sa.CheckConstraint("rights IN ('served', 'withheld')", name=op.f("ck_article_rights")),
        sa.CheckConstraint("text_kind IN ('full', 'digest', 'none')", name=op.f("ck_article_text_kind")),
        sa.CheckConstraint("start_on <= end_on", name=op.f("ck_article_span")),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_article_dataset_id"), deferrable=True),
        sa.ForeignKeyConstraint(["publisher_id"], ["actor.id"], name=op.f("fk_article_publisher_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    op.create_index("ix_article_dataset_id", "article", ["dataset_id"])
    op.create_index("ix_article_updated_at", "article", ["updated_at", "id"])

    op.create_table(
        "event",
        sa.Column("type", SLUG, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("labels", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("precision", SLUG, nullable=False),
        sa.Column("place_id", SLUG, nullable=True),
        sa.Column("country", SLUG, nullable=True),
        sa.Column("status", SLUG, nullable=False),
        sa.Column("cameo", SLUG, nullable=True),
        sa.Column("plover", SLUG, nullable=True),
        sa.Column("quad_class", sa.Integer(), nullable=True),
        sa.Column("goldstein", sa.Float(precision=53), nullable=True),
        sa.Column("id", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.CheckConstraint(
            "precision IN ('day', 'week', 'month', 'quarter', 'year', 'range', 'unknown')",
            name=op.f("ck_event_precision"),
        ),
        sa.CheckConstraint("status IN ('reported', 'confirmed', 'disputed', 'denied')", name=op.f("ck_event_status")),
        sa.CheckConstraint("goldstein BETWEEN -10 AND 10", name=op.f("ck_event_goldstein")),
        sa.CheckConstraint("quad_class BETWEEN 1 AND 4", name=op.f("ck_event_quad_class")),
        sa.CheckConstraint("start_on <= end_on", name=op.f("ck_event_span")),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_event_dataset_id"), deferrable=True),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_event_place_id"), deferrable=True),
        sa.ForeignKeyConstraint(["type"], ["event_type.code"], name=op.f("fk_event_type"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_dataset_id", "event", ["dataset_id"])
    op.create_index("ix_event_updated_at", "event", ["updated_at", "id"])

    op.create_table(
        "account",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", SLUG, nullable=False),
        sa.Column("actor_id", SLUG, nullable=True),
        sa.Column("stance", SLUG, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("differs", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint("stance IN ('asserts', 'denies', 'doubts')", name=op.f("ck_account_stance")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_account_actor_id"), deferrable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_account_article_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_account_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_account")),
    )
    op.create_index("ix_account_actor_id", "account", ["actor_id"])
    op.create_index("ix_account_article_id", "account", ["article_id"])

    op.create_table(
        "article_agency",
        sa.Column("article_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor_id", SLUG, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_article_agency_actor_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["article_id"],
            ["article.id"],
            name=op.f("fk_article_agency_article_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("article_id", "position", name=op.f("pk_article_agency")),
    )
    op.create_index("ix_article_agency_actor_id", "article_agency", ["actor_id"])

    op.create_table(
        "figure",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", SLUG, nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("qualifier", SLUG, nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("article_id", SLUG, nullable=False),
        sa.CheckConstraint(
            "qualifier IN ('exact', 'about', 'at_least', 'at_most', 'more_than', 'less_than')",
            name=op.f("ck_figure_qualifier"),
        ),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_figure_article_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_figure_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.ForeignKeyConstraint(["kind"], ["figure_kind.code"], name=op.f("fk_figure_kind"), deferrable=True),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_figure")),
    )
    op.create_index("ix_figure_article_id", "figure", ["article_id"])
    op.create_index("ix_figure_kind", "figure", ["kind"])

    op.create_table(
        "participant",
        sa.Column("event_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor_id", SLUG, nullable=False),
        sa.Column("role", SLUG, nullable=False),
        sa.Column("side", SLUG, nullable=False),
        sa.Column("on_behalf_of_id", SLUG, nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.CheckConstraint("side IN ('source', 'target', 'both', 'none')", name=op.f("ck_participant_side")),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_participant_actor_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_participant_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["actor.id"], name=op.f("fk_participant_on_behalf_of_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["role"], ["participant_role.code"], name=op.f("fk_participant_role"), deferrable=True),
        sa.PrimaryKeyConstraint("event_id", "position", name=op.f("pk_participant")),
    )
    op.create_table(
        "statement",
        sa.Column("article_id", SLUG, nullable=False),
        sa.Column("speaker_id", SLUG, nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("on_behalf_of_id", SLUG, nullable=True),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.Column("end_on", sa.Date(), nullable=True),
        sa.Column("precision", SLUG, nullable=False),
        sa.Column("medium", SLUG, nullable=False),
        sa.Column("venue_id", SLUG, nullable=True),
        sa.Column("directness", SLUG, nullable=False),
        sa.Column("act", SLUG, nullable=False),
        sa.Column("gist", sa.Text(), nullable=False),
        sa.Column("gists", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("quote_text", sa.Text(), nullable=True),
        sa.Column("quote_language", SLUG, nullable=True),
        sa.Column("quote_is_translation", sa.Boolean(), nullable=True),
        sa.Column("quote_translation", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("conditional", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=True),
        sa.Column("event_id", SLUG, nullable=True),
        sa.Column("utterance", SLUG, nullable=True),
        sa.Column("language", SLUG, nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("id", SLUG, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("dataset_id", SLUG, nullable=False),
        sa.CheckConstraint("directness IN ('direct', 'indirect', 'mixed')", name=op.f("ck_statement_directness")),
        sa.CheckConstraint(
            "precision IN ('day', 'week', 'month', 'quarter', 'year', 'range', 'unknown')",
            name=op.f("ck_statement_precision"),
        ),
        sa.CheckConstraint("(quote_text IS NULL) = (quote_language IS NULL)", name=op.f("ck_statement_quote")),
        sa.CheckConstraint("condition IS NULL OR conditional", name=op.f("ck_statement_condition")),
        sa.CheckConstraint("start_on <= end_on", name=op.f("ck_statement_span")),
        sa.ForeignKeyConstraint(["act"], ["speech_act.code"], name=op.f("fk_statement_act"), deferrable=True),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_statement_article_id"), deferrable=True),
        sa.ForeignKeyConstraint(["dataset_id"], ["dataset.id"], name=op.f("fk_statement_dataset_id"), deferrable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_statement_event_id"), deferrable=True),
        sa.ForeignKeyConstraint(["medium"], ["medium.code"], name=op.f("fk_statement_medium"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["on_behalf_of_id"], ["actor.id"], name=op.f("fk_statement_on_behalf_of_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["actor.id"], name=op.f("fk_statement_speaker_id"), deferrable=True),
        sa.ForeignKeyConstraint(["venue_id"], ["actor.id"], name=op.f("fk_statement_venue_id"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_article_id", "statement", ["article_id"])
    op.create_index("ix_statement_dataset_id", "statement", ["dataset_id"])
    op.create_index("ix_statement_event_id", "statement", ["event_id"])
    op.create_index("ix_statement_updated_at", "statement", ["updated_at", "id"])
    op.create_index("ix_statement_utterance", "statement", ["utterance"])
    op.create_index("ix_statement_venue_id", "statement", ["venue_id"])

    op.create_table(
        "addressee",
        sa.Column("statement_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor_id", SLUG, nullable=False),
        sa.Column("start_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_addressee_actor_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_addressee_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_addressee")),
    )
    op.create_table(
        "carrier",
        sa.Column("statement_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("actor_id", SLUG, nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["actor.id"], name=op.f("fk_carrier_actor_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_carrier_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_carrier")),
    )
    op.create_index("ix_carrier_actor_id", "carrier", ["actor_id"])

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", SLUG, nullable=True),
        sa.Column("statement_id", SLUG, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("article_id", SLUG, nullable=False),
        sa.Column("field", sa.Text(), nullable=True),
        sa.Column("exact", sa.Text(), nullable=True),
        sa.Column("prefix", sa.Text(), nullable=True),
        sa.Column("suffix", sa.Text(), nullable=True),
        sa.Column("start_at", sa.Integer(), nullable=True),
        sa.Column("end_at", sa.Integer(), nullable=True),
        sa.Column("language", SLUG, nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(event_id IS NULL) <> (statement_id IS NULL)", name=op.f("ck_evidence_one_owner")),
        sa.CheckConstraint(
            "NOT verified OR (exact IS NOT NULL AND start_at IS NOT NULL AND end_at IS NOT NULL)",
            name=op.f("ck_evidence_verified"),
        ),
        sa.CheckConstraint("start_at >= 0 AND end_at > start_at", name=op.f("ck_evidence_offsets")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_evidence_article_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_evidence_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_evidence_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_evidence_event_id_position")),
        sa.UniqueConstraint("statement_id", "position", name=op.f("uq_evidence_statement_id_position")),
    )
    op.create_index("ix_evidence_article_id", "evidence", ["article_id"])

    op.create_table(
        "mention",
        sa.Column("statement_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_id", SLUG, nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mention_event_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_mention_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_mention")),
    )
    op.create_index("ix_mention_event_id", "mention", ["event_id"])

    op.create_table(
        "relation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", SLUG, nullable=True),
        sa.Column("statement_id", SLUG, nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("type", SLUG, nullable=False),
        sa.Column("to_event_id", SLUG, nullable=True),
        sa.Column("to_statement_id", SLUG, nullable=True),
        sa.CheckConstraint("(event_id IS NULL) <> (statement_id IS NULL)", name=op.f("ck_relation_one_owner")),
        sa.CheckConstraint("(to_event_id IS NULL) <> (to_statement_id IS NULL)", name=op.f("ck_relation_one_target")),
        sa.CheckConstraint("event_id <> to_event_id", name=op.f("ck_relation_not_itself")),
        sa.CheckConstraint("statement_id <> to_statement_id", name=op.f("ck_relation_not_itself_said")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_relation_event_id"), ondelete="CASCADE", deferrable=True
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_relation_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["to_event_id"], ["event.id"], name=op.f("fk_relation_to_event_id"), deferrable=True),
        sa.ForeignKeyConstraint(
            ["to_statement_id"], ["statement.id"], name=op.f("fk_relation_to_statement_id"), deferrable=True
        ),
        sa.ForeignKeyConstraint(["type"], ["relation_type.code"], name=op.f("fk_relation_type"), deferrable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("event_id", "position", name=op.f("uq_relation_event_id_position")),
        sa.UniqueConstraint("statement_id", "position", name=op.f("uq_relation_statement_id_position")),
    )
    op.create_index("ix_relation_to_event", "relation", ["to_event_id", "type"])
    op.create_index("ix_relation_to_statement", "relation", ["to_statement_id", "type"])

    op.create_table(
        "statement_topic",
        sa.Column("statement_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", SLUG, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_statement_topic_statement_id"),
            ondelete="CASCADE",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["topic"], ["topic.code"], name=op.f("fk_statement_topic_topic"), deferrable=True),
        sa.PrimaryKeyConstraint("statement_id", "position", name=op.f("pk_statement_topic")),
    )
    op.create_index("ix_statement_topic_topic", "statement_topic", ["topic"])
    # SQLite puts missing values last in a descending order by itself, and has no word for it in an index.
    last = " NULLS LAST" if op.get_bind().dialect.name == "postgresql" else ""
    for table, name, columns in NEWEST:
        op.create_index(name, table, [sa.text(columns.replace(" DESC", f" DESC{last}"))])
    op.execute("INSERT INTO state (id, revision, license, citation) VALUES (1, 0, '', '')")


def downgrade() -> None:
    op.drop_index("ix_statement_topic_topic", "statement_topic")

    op.drop_table("statement_topic")
    op.drop_index("ix_relation_to_statement", "relation")
    op.drop_index("ix_relation_to_event", "relation")

    op.drop_table("relation")
    op.drop_index("ix_mention_event_id", "mention")

    op.drop_table("mention")
    op.drop_index("ix_evidence_article_id", "evidence")

    op.drop_table("evidence")
    op.drop_index("ix_carrier_actor_id", "carrier")

    op.drop_table("carrier")
    op.drop_table("addressee")
    op.drop_index("ix_statement_venue_id", "statement")
    op.drop_index("ix_statement_utterance", "statement")
    op.drop_index("ix_statement_updated_at", "statement")
    op.drop_index("ix_statement_event_id", "statement")
    op.drop_index("ix_statement_dataset_id", "statement")
    op.drop_index("ix_statement_article_id", "statement")

    op.drop_table("statement")
    op.drop_table("participant")
    op.drop_index("ix_figure_kind", "figure")
    op.drop_index("ix_figure_article_id", "figure")

    op.drop_table("figure")
    op.drop_index("ix_article_agency_actor_id", "article_agency")

    op.drop_table("article_agency")
    op.drop_index("ix_account_article_id", "account")
    op.drop_index("ix_account_actor_id", "account")

    op.drop_table("account")
    op.drop_index("ix_event_updated_at", "event")
    op.drop_index("ix_event_dataset_id", "event")

    op.drop_table("event")
    op.drop_index("ix_article_updated_at", "article")
    op.drop_index("ix_article_dataset_id", "article")

    op.drop_table("article")
    op.drop_index("ix_actor_role_organisation_id", "actor_role")

    op.drop_table("actor_role")
    op.drop_index("ix_actor_name_spelling", "actor_name")

    op.drop_table("actor_name")
    op.drop_table("actor_code")
    op.drop_index("ix_place_parent_id", "place")
    op.drop_index("ix_place_name", "place")
    op.drop_index("ix_place_dataset_id", "place")
    op.drop_index("ix_place_country", "place")
    op.drop_index("ix_place_coordinates", "place")

    op.drop_table("place")
    op.drop_index("ix_actor_updated_at", "actor")
    op.drop_index("ix_actor_parent_id", "actor")
    op.drop_index("ix_actor_name", "actor")
    op.drop_index("ix_actor_dataset_id", "actor")
    op.drop_index("ix_actor_country", "actor")

    op.drop_table("actor")
    op.drop_table("topic")
    op.drop_table("state")
    op.drop_table("speech_act")
    op.drop_table("relation_type")
    op.drop_table("participant_role")
    op.drop_table("medium")
    op.drop_table("figure_kind")
    op.drop_index("ix_event_type_event_class", "event_type")

    op.drop_table("event_type")
    op.drop_table("dataset")
    op.drop_index("ix_change_record", "change")

    op.drop_table("change")
