"""Which test rests on which mocks, and which drift it notices."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "uses",
        sa.Column("suite", sa.String(16), nullable=False),
        sa.Column("test", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("use", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("suite", "test", name="pk_uses"),
    )
    op.create_index("ix_uses_at", "uses", ["at"])
    op.create_table(
        "sightings",
        sa.Column("suite", sa.String(16), nullable=False),
        sa.Column("test", sa.String(16), nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("sighting", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("suite", "test", "fingerprint", name="pk_sightings"),
    )
    op.create_index("ix_sightings_at", "sightings", ["at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("sightings")
    op.drop_table("uses")
