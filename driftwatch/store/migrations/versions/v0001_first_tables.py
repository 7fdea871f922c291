"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make them."""
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_installation"),
    )
    op.create_table(
        "runs",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("id", sa.String(64), nullable=False, unique=True),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("config_digest", sa.String(64), nullable=False),
        sa.Column("providers", sa.Text, nullable=False),
        sa.Column("totals", sa.Text, nullable=False),
        sa.Column("planted", sa.Integer, nullable=False),
        sa.Column("caught", sa.Integer, nullable=False),
        sa.Column("machine", sa.String(200), nullable=False),
        sa.Column("process", sa.String(64), nullable=False),
        sa.Column("beat_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_runs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_runs_started_at", "runs", ["started_at"])
    op.create_table(
        "mocks",
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("claim", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("fidelity", sa.Float),
        sa.Column("verified_share", sa.Float, nullable=False),
        sa.Column("verified_at", MOMENT),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("run", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_mocks"),
    )
    op.create_index("ix_mocks_provider", "mocks", ["provider"])
    op.create_table(
        "verdicts",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("mock", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("fidelity", sa.Float),
        sa.Column("verified_share", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run", "mock", name="pk_verdicts"),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_verdicts_run", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["mock"], ["mocks.key"], name="fk_verdicts_mock", ondelete="CASCADE"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "scores",
        sa.Column("run", sa.Integer, nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("fidelity", sa.Float),
        sa.Column("verified_share", sa.Float, nullable=False),
        sa.Column("drift_score", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("run", "provider", name="pk_scores"),
        sa.ForeignKeyConstraint(["run"], ["runs.number"], name="fk_scores_run", ondelete="CASCADE"),
    )
    op.create_index("ix_scores_provider_run", "scores", ["provider", "run"])
    _make_tables_of_findings()


def _make_tables_of_findings() -> None:
    op.create_table(
        "lives",
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("provider", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("last_seen", MOMENT, nullable=False),
        sa.Column("resolved_at", MOMENT),
        sa.Column("life", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_lives"),
    )
    op.create_index("ix_lives_provider", "lives", ["provider"])
    op.create_table(
        "events",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_fingerprint", "events", ["fingerprint"])
    op.create_index("ix_events_at", "events", ["at"])
    op.create_table(
        "suppressions",
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("until", sa.Date, nullable=False),
        sa.Column("suppression", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_suppressions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_suppressions_fingerprint", "suppressions", ["fingerprint"])


def downgrade() -> None:
    """Take them away, and all memory with them."""
    for table in ("suppressions", "events", "lives", "scores", "verdicts", "mocks", "runs", "installation"):
        op.drop_table(table)
