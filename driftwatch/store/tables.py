"""The tables, as the code uses them; ``migrations/`` make them, and a test holds the two together."""

from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is put back on the way out."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """In UTC, whatever zone it was told in."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """With its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


METADATA: Final = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
    }
)

INSTALLATION: Final = sa.Table(
    "installation",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("salt", sa.LargeBinary, nullable=False),
)
"""One row: what makes digests of this installation meaningless elsewhere."""

RUNS: Final = sa.Table(
    "runs",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String(64), nullable=False, unique=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("started_at", Moment, nullable=False, index=True),
    sa.Column("ended_at", Moment),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("config_digest", sa.String(64), nullable=False),
    sa.Column("providers", sa.Text, nullable=False),
    sa.Column("totals", sa.Text, nullable=False),
    sa.Column("planted", sa.Integer, nullable=False),
    sa.Column("caught", sa.Integer, nullable=False),
    sa.Column("machine", sa.String(200), nullable=False),
    sa.Column("process", sa.String(64), nullable=False),
    sa.Column("beat_at", Moment, nullable=False),
    sa.Column("shards", sa.Integer, nullable=False, server_default="1"),
    sqlite_autoincrement=True,
)
"""``machine``, ``process`` and ``beat_at`` tell whether a run that never ended still goes on.

``shards`` is how many processes share it; where it is more than one, each has a row of its own in ``shares``.
"""

SHARES: Final = sa.Table(
    "shares",
    METADATA,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("shard", sa.Integer, primary_key=True),
    sa.Column("machine", sa.String(200), nullable=False),
    sa.Column("process", sa.String(64), nullable=False),
    sa.Column("beat_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("is_complete", sa.Boolean, nullable=False),
    sa.Column("share", sa.LargeBinary),
)
"""What one process found of a run. ``share`` is empty until it has ended, and again once the run is put together."""

SNAPSHOTS: Final = sa.Table(
    "snapshots",
    METADATA,
    sa.Column("provider", sa.String(255), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False, index=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("snapshot", sa.LargeBinary, nullable=False),
)
"""The last word on each provider, for those that show it and did not audit it. ``number`` grows with each."""

MOCKS: Final = sa.Table(
    "mocks",
    METADATA,
    sa.Column("key", sa.String(16), primary_key=True),
    sa.Column("provider", sa.String(255), nullable=False, index=True),
    sa.Column("place", sa.Text, nullable=False),
    sa.Column("claim", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("fidelity", sa.Float),
    sa.Column("verified_share", sa.Float, nullable=False),
    sa.Column("verified_at", Moment),
    sa.Column("history", sa.Text, nullable=False),
    sa.Column("run", sa.Integer, nullable=False),
)
"""The last run's word on each mock; ``run`` is its number."""

VERDICTS: Final = sa.Table(
    "verdicts",
    METADATA,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("mock", sa.String(16), sa.ForeignKey("mocks.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("fidelity", sa.Float),
    sa.Column("verified_share", sa.Float, nullable=False),
    sqlite_with_rowid=False,
)

SCORES: Final = sa.Table(
    "scores",
    METADATA,
    sa.Column("run", sa.Integer, sa.ForeignKey("runs.number", ondelete="CASCADE"), primary_key=True),
    sa.Column("provider", sa.String(255), primary_key=True),
    sa.Column("fidelity", sa.Float),
    sa.Column("verified_share", sa.Float, nullable=False),
    sa.Column("drift_score", sa.Float, nullable=False),
    sa.Index("ix_scores_provider_run", "provider", "run"),
)

LIVES: Final = sa.Table(
    "lives",
    METADATA,
    sa.Column("fingerprint", sa.String(16), primary_key=True),
    sa.Column("provider", sa.String(255), nullable=False, index=True),
    sa.Column("kind", sa.String(64), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("first_seen", Moment, nullable=False),
    sa.Column("last_seen", Moment, nullable=False),
    sa.Column("resolved_at", Moment),
    sa.Column("life", sa.Text, nullable=False),
)

EVENTS: Final = sa.Table(
    "events",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(16), nullable=False, index=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("change", sa.String(32), nullable=False),
    sa.Column("severity", sa.String(16), nullable=False),
    sa.Column("run_id", sa.String(64), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""``told``: who decided, why and until when, where a person did."""

SUPPRESSIONS: Final = sa.Table(
    "suppressions",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(16), nullable=False, index=True),
    sa.Column("until", sa.Date, nullable=False),
    sa.Column("suppression", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)

PARCELS: Final = sa.Table(
    "parcels",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(64), nullable=False, index=True),
    sa.Column("key", sa.String(400), nullable=False),
    sa.Column("providers", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("parcel", sa.Text, nullable=False),
    sqlite_autoincrement=True,
)
"""Notices and alerts that wait for their delivery, in the order they were made."""

TOLD: Final = sa.Table(
    "told",
    METADATA,
    sa.Column("provider", sa.String(255), primary_key=True),
    sa.Column("told", sa.Text, nullable=False),
)
"""What was told of each provider, so that only changes are news."""

ROLLOUTS: Final = sa.Table(
    "rollouts",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("provider", sa.String(255), nullable=False),
    sa.Column("key", sa.String(16), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("rollout", sa.Text, nullable=False),
    sa.Index("ix_rollouts_provider_key", "provider", "key", unique=True),
    sa.Index("ix_rollouts_provider_at", "provider", "at"),
    sqlite_autoincrement=True,
)
"""Releases of providers, each once however often it is told of."""

SPENDING: Final = sa.Table(
    "spending",
    METADATA,
    sa.Column("name", sa.String(300), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("requests", sa.Integer, nullable=False),
)
"""What was spent of each day's budgets. ``name`` is a provider's, or that of its production."""

USES: Final = sa.Table(
    "uses",
    METADATA,
    sa.Column("suite", sa.String(16), primary_key=True),
    sa.Column("test", sa.String(16), primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("use", sa.Text, nullable=False),
)
"""Which test met which mocks when its suite last ran. ``suite`` and ``test`` are digests of their names."""

SIGHTINGS: Final = sa.Table(
    "sightings",
    METADATA,
    sa.Column("suite", sa.String(16), primary_key=True),
    sa.Column("test", sa.String(16), primary_key=True),
    sa.Column("fingerprint", sa.String(16), primary_key=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("sighting", sa.Text, nullable=False),
)
"""Whether a test notices a drift, as it was last tried; digests as in ``uses``."""
