"""Rollouts in a database: each is kept once, however often and by whichever process it is told of."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime

import msgspec
import sqlalchemy as sa

from driftwatch.model.rollout import MOST, Rollout, is_known
from driftwatch.store.recording import lock
from driftwatch.store.rows import ascii_json
from driftwatch.store.tables import ROLLOUTS


def note(connection: sa.Connection, rollout: Rollout) -> bool:
    """Keep it; whether it was not known before. What nobody would be told of any more is forgotten."""
    lock(connection, [rollout.provider])
    known = rollouts(connection, [rollout.provider], None)
    if _has(connection, rollout) or is_known(rollout, known):
        return False
    if len(known) >= MOST:
        too_old = (ROLLOUTS.c.provider == rollout.provider, ROLLOUTS.c.at < known[0].at)
        connection.execute(ROLLOUTS.delete().where(*too_old))
    row = {"provider": rollout.provider, "key": rollout.key, "at": rollout.at, "rollout": ascii_json(rollout)}
    connection.execute(ROLLOUTS.insert(), row)
    return True


def rollouts(connection: sa.Connection, providers: Collection[str], since: datetime | None) -> tuple[Rollout, ...]:
    """Those of these providers that were complete at a moment or later, the oldest first."""
    query = sa.select(ROLLOUTS.c.rollout).where(ROLLOUTS.c.provider.in_(providers))
    if since is not None:
        query = query.where(ROLLOUTS.c.at >= since)
    newest = query.order_by(ROLLOUTS.c.at.desc(), ROLLOUTS.c.number.desc()).limit(MOST)
    return tuple(map(_rollout_of, connection.execute(newest).scalars()))[::-1]


def last_rollouts(connection: sa.Connection) -> Mapping[str, datetime]:
    """When the last one of each provider was complete."""
    query = sa.select(ROLLOUTS.c.provider, sa.func.max(ROLLOUTS.c.at).label("at")).group_by(ROLLOUTS.c.provider)
    return {row["provider"]: row["at"] for row in connection.execute(query).mappings()}


def _has(connection: sa.Connection, rollout: Rollout) -> bool:
    same = (ROLLOUTS.c.provider == rollout.provider, ROLLOUTS.c.key == rollout.key)
    return connection.execute(sa.select(ROLLOUTS.c.number).where(*same)).first() is not None


def _rollout_of(text: str) -> Rollout:
    return msgspec.convert(json.loads(text), Rollout)
