"""Runs that several processes share, and the last word on every provider for those that did not audit it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables; the runs that are there were made by one process each."""
    # not in batch mode: it would drop the table and, by its foreign keys, all verdicts and scores with it
    op.add_column("runs", sa.Column("shards", sa.Integer, nullable=False, server_default="1"))
    op.create_table(
        "shares",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("shard", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(200), nullable=False),
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("is_complete", sa.Boolean, nullable=False),
        sa.Column("share", sa.LargeBinary),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_shares_run", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run", "shard", name="pk_shares"),
    )
    op.create_table(
        "snapshots",
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_number", "snapshots", ["number"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("snapshots")
    op.drop_table("shares")
    op.drop_column("runs", "shards")
