"""What is forgotten, and when: a store does not grow without bound, and no run waits long for a clean-up."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa

from driftwatch.store.tables import (
    EVENTS,
    LIVES,
    MOCKS,
    ROLLOUTS,
    RUNS,
    SCORES,
    SIGHTINGS,
    SNAPSHOTS,
    SUPPRESSIONS,
    USES,
    VERDICTS,
)

_VERDICTS: Final = 50
"""Runs of a provider of which every mock's verdict is kept; its own score is kept as long as the run is."""
_AT_ONCE: Final = 5_000
"""Rows that one run takes away of each table, beside as many verdicts as it adds: what is left, later ones take."""
_LEAST: Final = timedelta(days=30)
"""A finding that comes back so soon is the same one, and must still be known (drift semantics 3.6)."""
_USES: Final = timedelta(days=90)
"""A suite that nobody told of for so long is not run any more, however short other things are remembered."""
_OVER: Final = ("resolved", "obsolete")


def forget(connection: sa.Connection, providers: Collection[str], keep: timedelta, now: datetime) -> None:
    """Take away what is older than ``keep``.

    An open finding is forgotten only with its provider: when no run of it is remembered any more.
    """
    before = now - keep
    for provider in providers:
        _forget_verdicts(connection, provider)
    _delete(connection, RUNS, RUNS.c.number, RUNS.c.started_at < before)
    _delete(connection, EVENTS, EVENTS.c.number, EVENTS.c.at < before)
    _delete(connection, ROLLOUTS, ROLLOUTS.c.number, ROLLOUTS.c.at < before)
    lately = sa.select(SCORES.c.provider)
    is_over = sa.and_(LIVES.c.state.in_(_OVER), LIVES.c.resolved_at < now - max(keep, _LEAST))
    is_left = sa.and_(LIVES.c.last_seen < before, LIVES.c.provider.not_in(lately))
    _delete(connection, LIVES, LIVES.c.fingerprint, sa.or_(is_over, is_left))
    oldest = sa.select(sa.func.min(RUNS.c.number)).scalar_subquery()
    _delete(connection, MOCKS, MOCKS.c.key, MOCKS.c.run < oldest)
    _delete(connection, SNAPSHOTS, SNAPSHOTS.c.provider, SNAPSHOTS.c.made_at < before)
    for table in (USES, SIGHTINGS):
        connection.execute(table.delete().where(table.c.at < now - max(keep, _USES)))
    _delete(connection, SUPPRESSIONS, SUPPRESSIONS.c.number, SUPPRESSIONS.c.until < before.date())


def _forget_verdicts(connection: sa.Connection, provider: str) -> None:
    runs = sa.select(SCORES.c.run).where(SCORES.c.provider == provider).order_by(SCORES.c.run.desc())
    first = connection.execute(runs.offset(_VERDICTS - 1).limit(1)).scalar()
    if first is None:
        return
    # at most as many runs as fit into a bound, of which one is added each time
    old = (
        sa.select(SCORES.c.run)
        .where(SCORES.c.provider == provider, SCORES.c.run < first)
        .order_by(SCORES.c.run.desc())
        .limit(2)
    )
    mine = sa.select(MOCKS.c.key).where(MOCKS.c.provider == provider)
    connection.execute(
        VERDICTS.delete().where(VERDICTS.c.run.in_(connection.execute(old).scalars().all()), VERDICTS.c.mock.in_(mine))
    )


def _delete(connection: sa.Connection, table: sa.Table, key: sa.Column[object], which: sa.ColumnElement[bool]) -> None:
    connection.execute(table.delete().where(key.in_(sa.select(key).where(which).limit(_AT_ONCE))))
