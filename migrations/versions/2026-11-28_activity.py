"""Activity: how often each actor took part in events of a type, and made statements of an act, among what is summed up."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SUMMARY = sa.table("summary", sa.column("key"), sa.column("counts"))
PARTICIPANT = sa.table("participant", sa.column("event_id"), sa.column("actor_id")).c
EVENT = sa.table("event", sa.column("id"), sa.column("type")).c
STATEMENT = sa.table("statement", sa.column("speaker_id"), sa.column("act")).c
# Of each code: a row for each actor and each value, with a number.
TALLIES = {
    "type": sa.select(PARTICIPANT.actor_id.label("actor"), EVENT.type.label("value"))
    .add_columns(sa.func.count(EVENT.id.distinct()).label("number"))
    .where(PARTICIPANT.event_id == EVENT.id)
    .group_by(PARTICIPANT.actor_id, EVENT.type),
    "act": sa.select(STATEMENT.speaker_id.label("actor"), STATEMENT.act.label("value"))
    .add_columns(sa.func.count().label("number"))
    .where(STATEMENT.speaker_id.is_not(None))
    .group_by(STATEMENT.speaker_id, STATEMENT.act),
}


def upgrade() -> None:
    # Where nothing is summed up yet, whoever migrates to the newest schema makes all of it.
    there = sa.exists(sa.select(SUMMARY.c.key))
    gathered = {"sqlite": sa.func.json_group_object, "postgresql": sa.func.json_object_agg}[op.get_bind().dialect.name]
    for code, tallies in TALLIES.items():
        tally = tallies.subquery()
        counts = sa.cast(gathered(tally.c.value, tally.c.number), sa.Text)
        rows = sa.select(sa.literal(f"{code}?actor=").concat(tally.c.actor), counts).where(there)
        op.execute(sa.insert(SUMMARY).from_select(["key", "counts"], rows.group_by(tally.c.actor)))


def downgrade() -> None:
    for code in TALLIES:
        op.execute(sa.delete(SUMMARY).where(SUMMARY.c.key.startswith(f"{code}?actor=")))
