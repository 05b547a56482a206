"""Who acted on behalf of whom is indexed where somebody did: in imported data nearly nobody does."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

TABLES = {"participant": "event_id", "statement": "id"}


def upgrade() -> None:
    _renew(" WHERE on_behalf_of_id IS NOT NULL")


def downgrade() -> None:
    _renew("")


def _renew(where: str) -> None:
    last = " NULLS LAST" if op.get_bind().dialect.name == "postgresql" else ""
    for table, key in TABLES.items():
        name = f"ix_{table}_on_behalf_of_newest"
        op.drop_index(name, table)
        op.execute(f"CREATE INDEX {name} ON {table} (on_behalf_of_id, start_on DESC{last}, {key}){where}")
