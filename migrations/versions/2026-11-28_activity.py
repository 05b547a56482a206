"""Activity: how often each actor does what, by the codes of its events and of its statements, among what is summed up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SUMMARY = sa.table("summary", sa.column("key"), sa.column("counts"))
PARTICIPANT = sa.table("participant", sa.column("event_id"), sa.column("actor_id"))
EVENT = sa.table("event", *map(sa.column, ("id", "type", "country", "status", "quad_class", "dataset_id")))
STATEMENT = sa.table(
    "statement", *map(sa.column, ("id", "speaker_id", "act", "medium", "directness", "language", "dataset_id"))
)
TOPIC = sa.table("statement_topic", sa.column("statement_id"), sa.column("topic"))
# Everybody once for each event, whatever its roles in it.
TOOK_PART = sa.select(PARTICIPANT.c.actor_id, PARTICIPANT.c.event_id).distinct().subquery()
EVENTS = TOOK_PART.join(EVENT, EVENT.c.id == TOOK_PART.c.event_id)
TOPICS = STATEMENT.outerjoin(TOPIC, TOPIC.c.statement_id == STATEMENT.c.id)


def tallied(
    rows: sa.FromClause, actor: sa.ColumnElement[str], code: sa.ColumnElement[str]
) -> sa.Select[str, str, str, int]:
    """For each ACTOR of ROWS and each CODE, how many rows; the code is called after its column, none is an empty text."""
    dimension = sa.literal(code.name.removesuffix("_id")).label("dimension")
    value = sa.func.coalesce(sa.cast(code, sa.Text), "").label("value")
    query = sa.select(actor.label("actor"), dimension, value, sa.func.count().label("number"))
    return query.select_from(rows).where(actor.is_not(None)).group_by(actor, value)


TALLIES = {
    "actor": [tallied(EVENTS, TOOK_PART.c.actor_id, code) for code in EVENT.c if code.name != "id"],
    "speaker": [
        tallied(TOPICS if code is TOPIC.c.topic else STATEMENT, STATEMENT.c.speaker_id, code)
        for code in (*STATEMENT.c, TOPIC.c.topic)
        if code.name not in ("id", "speaker_id")
    ],
}


def upgrade() -> None:
    # Where nothing is summed up yet, whoever migrates to the newest schema makes all of it.
    there = sa.exists(sa.select(SUMMARY.c.key))
    lite = op.get_bind().dialect.name == "sqlite"
    gathered = sa.func.json_group_object if lite else sa.func.json_object_agg
    for name, tallies in TALLIES.items():
        tally = sa.union_all(*tallies).subquery()
        values = gathered(tally.c.value, tally.c.number).label("counts")
        each = sa.select(tally.c.actor, tally.c.dimension, values).group_by(tally.c.actor, tally.c.dimension).subquery()
        counts = gathered(each.c.dimension, sa.func.json(each.c.counts) if lite else each.c.counts)
        rows = sa.select(sa.literal(f"activity?{name}=").concat(each.c.actor), sa.cast(counts, sa.Text)).where(there)
        op.execute(sa.insert(SUMMARY).from_select(["key", "counts"], rows.group_by(each.c.actor)))


def downgrade() -> None:
    op.execute(sa.delete(SUMMARY).where(SUMMARY.c.key.startswith("activity?")))
