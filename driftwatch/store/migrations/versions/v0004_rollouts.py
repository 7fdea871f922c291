"""Rollouts of providers, told by whoever saw them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "rollouts",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("rollout", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_rollouts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rollouts_provider_key", "rollouts", ["provider", "key"], unique=True)
    op.create_index("ix_rollouts_provider_at", "rollouts", ["provider", "at"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("rollouts")
