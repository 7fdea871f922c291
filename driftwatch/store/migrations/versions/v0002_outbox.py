"""Notices that wait for their delivery, and what was told."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "parcels",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("key", sa.String(400), nullable=False),
        sa.Column("providers", sa.Text, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("parcel", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_parcels"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parcels_channel", "parcels", ["channel"])
    op.create_table(
        "told",
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("provider", name="pk_told"),
    )


def downgrade() -> None:
    """Take them away, and what waits with them."""
    op.drop_table("told")
    op.drop_table("parcels")
