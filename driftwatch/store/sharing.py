"""Runs that several processes share, on a connection whose transaction is somebody else's.

Each process has a row that says who it is and that it lives; in the end what it found is in it. A run is open until it
is put together, by whoever hands in the last share.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from driftwatch.model.memory import RunRecord, RunStatus
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, Share
from driftwatch.store import leases, rows
from driftwatch.store.packing import pack_share, unpack_share
from driftwatch.store.recording import ALL_RUNS, interrupt, lock, put
from driftwatch.store.tables import INSTALLATION, RUNS, SHARES


def join(connection: sa.Connection, run: RunRecord, shard: Shard, *, is_named: bool) -> Joined:
    """Find the run that this process belongs to, or begin it.

    ``is_named`` says that its id was given, and the same to all: then no earlier run of these providers is waited for.
    Else it is the newest open one of the same config in which nobody does this share.
    """
    lock(connection, [ALL_RUNS])
    interrupted = interrupt(connection, run.started_at)
    known = _named(connection, run.id) if is_named else _open_for(connection, run, shard)
    found = known if known is not None else _begun(connection, run, shard)
    mine = _share_of(connection, found["number"], shard.index)
    is_handed_in, is_over = mine is not None and mine["ended_at"] is not None, found["status"] != RunStatus.RUNNING
    is_complete = mine is not None and bool(mine["is_complete"])
    if found["shards"] == shard.count and not is_handed_in and not is_over:
        put(connection, SHARES, [_row(found["number"], shard.index, run.started_at)])
        beat(connection, found["id"], run.started_at)
    lost = _lost(connection, run, found, is_named=is_named)
    return Joined(found["id"], found["shards"], is_handed_in, is_complete, is_over, lost, interrupted)


def _begun(connection: sa.Connection, run: RunRecord, shard: Shard) -> sa.RowMapping:
    """A new run. It has no process of its own, and is alive as long as one of its shares is."""
    row = rows.run_row(run) | {"machine": "", "process": "", "shards": shard.count}
    return connection.execute(RUNS.insert().returning(RUNS), row).mappings().one()


def beat(connection: sa.Connection, run_id: str, at: datetime) -> None:
    """The process that does a share still lives, and with it the run."""
    number = sa.select(RUNS.c.number).where(RUNS.c.id == run_id).scalar_subquery()
    is_mine = sa.and_(SHARES.c.machine == leases.machine(), SHARES.c.process == leases.process())
    connection.execute(SHARES.update().where(SHARES.c.run == number, is_mine).values(beat_at=at))
    connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(beat_at=at))


def leave(connection: sa.Connection, run_id: str, shard: Shard) -> None:
    """This process will hand in nothing: another one may do its share."""
    number = sa.select(RUNS.c.number).where(RUNS.c.id == run_id).scalar_subquery()
    is_open = sa.and_(SHARES.c.run == number, SHARES.c.shard == shard.index, SHARES.c.ended_at.is_(None))
    connection.execute(SHARES.delete().where(is_open))


def hand_in(connection: sa.Connection, run_id: str, share: Share, at: datetime) -> Handed:
    """Keep what a process found, and say whether it was the last to come."""
    packed = pack_share(share)
    lock(connection, [f"the run {run_id}"])
    run = _named(connection, run_id)
    if run is None or run["status"] != RunStatus.RUNNING:
        return Handed.LATE
    row = _row(run["number"], share.shard.index, at) | {
        "ended_at": at, "is_complete": share.is_complete, "share": packed,
    }  # fmt: skip
    put(connection, SHARES, [row])
    connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(beat_at=at))
    is_there = sa.and_(SHARES.c.run == run["number"], SHARES.c.ended_at.is_not(None))
    there = connection.execute(sa.select(sa.func.count()).select_from(SHARES).where(is_there)).scalar_one()
    return Handed.LAST if there == run["shards"] else Handed.WAITING


def shares(connection: sa.Connection, run_id: str) -> tuple[Share, ...]:
    """What was handed in of a run, by shard."""
    salt = bytes(connection.execute(sa.select(INSTALLATION.c.salt)).scalar_one())
    query = (
        sa.select(SHARES.c.share)
        .join(RUNS, RUNS.c.number == SHARES.c.run)
        .where(RUNS.c.id == run_id, SHARES.c.share.is_not(None))
        .order_by(SHARES.c.shard)
    )
    return tuple(unpack_share(packed, salt) for packed in connection.execute(query).scalars())


def _row(run: int, shard: int, at: datetime) -> rows.Row:
    return {
        "run": run, "shard": shard, "machine": leases.machine(), "process": leases.process(), "beat_at": at,
        "ended_at": None, "is_complete": False, "share": None,
    }  # fmt: skip


def _named(connection: sa.Connection, run_id: str) -> sa.RowMapping | None:
    return connection.execute(sa.select(RUNS).where(RUNS.c.id == run_id)).mappings().first()


def _share_of(connection: sa.Connection, run: int, shard: int) -> sa.RowMapping | None:
    query = sa.select(SHARES).where(SHARES.c.run == run, SHARES.c.shard == shard)
    return connection.execute(query).mappings().first()


def _open(connection: sa.Connection) -> Sequence[sa.RowMapping]:
    """Shared runs that are not put together, the newest first."""
    is_open = sa.and_(RUNS.c.shards > 1, RUNS.c.status == RunStatus.RUNNING.value)
    return connection.execute(sa.select(RUNS).where(is_open).order_by(RUNS.c.number.desc())).mappings().all()


def _open_for(connection: sa.Connection, run: RunRecord, shard: Shard) -> sa.RowMapping | None:
    for one in _open(connection):
        is_same = (one["config_digest"], one["shards"]) == (run.config_digest, shard.count)
        if not is_same or rows.run_of(one).providers != run.providers or _is_dead(one, run.started_at):
            continue
        mine = _share_of(connection, one["number"], shard.index)
        if mine is None:
            return one
        if mine["ended_at"] is None and leases.is_dead(
            mine["machine"], mine["process"], mine["beat_at"], run.started_at
        ):
            return one
    return None


def _lost(connection: sa.Connection, run: RunRecord, joined: sa.RowMapping, *, is_named: bool) -> tuple[str, ...]:
    """A run with a name takes the place of those before it; one without leaves them alone as long as they live."""
    return tuple(
        one["id"]
        for one in reversed(_open(connection))
        if one["number"] < joined["number"]
        and set(rows.run_of(one).providers) & set(run.providers)
        and (is_named or _is_dead(one, run.started_at))
    )


def _is_dead(run: sa.RowMapping, now: datetime) -> bool:
    return bool(now - run["beat_at"] > leases.LEASE)
