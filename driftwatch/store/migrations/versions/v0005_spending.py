"""What was spent of each day's budgets, by all processes that ask."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "spending",
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("name", "day", name="pk_spending"),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("spending")
