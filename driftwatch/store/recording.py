"""What a run and a person write, on a connection whose transaction they do not end."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from driftwatch.model.lifecycle import Life, Turn
from driftwatch.model.memory import Decided, Entry, Recorded, RunRecord, RunStatus
from driftwatch.store import leases, rows
from driftwatch.store.looking import lives_of
from driftwatch.store.tables import EVENTS, LIVES, MOCKS, RUNS, SCORES, SHARES, SUPPRESSIONS, VERDICTS

ALL_RUNS: Final = "the runs themselves"
"""What to lock before one looks for runs and begins one."""


def begin(connection: sa.Connection, run: RunRecord) -> tuple[str, ...]:
    """A row for the run; the ids of those that are found dead."""
    lock(connection, [ALL_RUNS])
    found = interrupt(connection, run.started_at)
    connection.execute(RUNS.insert(), rows.run_row(run))
    return found


def interrupt(connection: sa.Connection, now: datetime) -> tuple[str, ...]:
    """Mark runs whose process ended before they did; their ids. What several processes share outlives any of them."""
    is_going_on = sa.and_(RUNS.c.status == RunStatus.RUNNING.value, RUNS.c.shards == 1)
    going_on = connection.execute(sa.select(RUNS).where(is_going_on)).mappings()
    dead = [row["id"] for row in going_on if leases.is_dead(row["machine"], row["process"], row["beat_at"], now)]
    # one that ends just now is left alone: it said itself how it ended
    still = sa.and_(RUNS.c.id.in_(dead), RUNS.c.status == RunStatus.RUNNING.value)
    mark = RUNS.update().where(still).values(status=RunStatus.INTERRUPTED.value).returning(RUNS.c.id)
    return tuple(sorted(connection.execute(mark).scalars())) if dead else ()


def end(connection: sa.Connection, run_id: str, status: RunStatus, at: datetime) -> None:
    """The run ended without a summary."""
    connection.execute(RUNS.update().where(RUNS.c.id == run_id).values(status=status.value, ended_at=at))


def record(connection: sa.Connection, entry: Entry, step: Callable[[tuple[Life, ...]], Turn]) -> Recorded:
    """All rows of a run. Those of a provider are written by one run at a time, those of two providers at once."""
    providers = entry.run.providers
    lock(connection, providers)
    if entry.run.shards > 1 and not _is_open(connection, entry.run.id):
        return Recorded(lives_of(connection, providers), (), is_new=False)
    number = _ended(connection, entry.run)
    if entry.scores:
        connection.execute(SCORES.insert(), [rows.score_row(score, number) for score in entry.scores])
    if entry.mocks:
        put(connection, MOCKS, [rows.mock_row(mock, number) for mock in entry.mocks])
        connection.execute(VERDICTS.insert(), [rows.verdict_row(mock, number) for mock in entry.mocks])
    before = lives_of(connection, providers)
    turn = step(before)
    put_lives(connection, turn.lives)
    if turn.events:
        connection.execute(EVENTS.insert(), [rows.event_row(event) for event in turn.events])
    connection.execute(SHARES.update().where(SHARES.c.run == number).values(share=None))
    after = {life.fingerprint: life for life in (*before, *turn.lives)}
    return Recorded(tuple(after.values()), turn.events)


def put_lives(connection: sa.Connection, lives: Iterable[Life]) -> None:
    """Lives as they are now."""
    changed = [rows.life_row(life) for life in lives]
    if changed:
        put(connection, LIVES, changed)


def decide(connection: sa.Connection, fingerprint: str, step: Callable[[Life], Decided]) -> Life | None:
    """What a person decided about one finding; ``None`` if it is not known."""
    provider = connection.execute(sa.select(LIVES.c.provider).where(LIVES.c.fingerprint == fingerprint)).scalar()
    if provider is None:
        return None
    lock(connection, [provider])
    text = connection.execute(sa.select(LIVES.c.life).where(LIVES.c.fingerprint == fingerprint)).scalar()
    if text is None:
        return None
    decided = step(rows.life_of(text))
    put_lives(connection, [decided.life])
    connection.execute(EVENTS.insert(), rows.event_row(decided.event))
    if decided.lifts:
        connection.execute(SUPPRESSIONS.delete().where(SUPPRESSIONS.c.fingerprint == fingerprint))
    if decided.suppression is not None:
        connection.execute(SUPPRESSIONS.insert(), rows.suppression_row(decided.suppression))
    return decided.life


def _is_open(connection: sa.Connection, run_id: str) -> bool:
    """Whether nobody has put it together yet: two may find that they are the last, if one dies and comes back."""
    found = connection.execute(sa.select(RUNS.c.status).where(RUNS.c.id == run_id)).scalar()
    return found in (None, RunStatus.RUNNING.value)


def _ended(connection: sa.Connection, run: RunRecord) -> int:
    """The run's row as it ended; made, if it could not be when the run began. Its number."""
    row = rows.run_row(run)
    known = connection.execute(sa.select(RUNS.c.number).where(RUNS.c.id == run.id)).scalar()
    if known is not None:
        connection.execute(RUNS.update().where(RUNS.c.number == known).values(**row))
        return int(known)
    made = connection.execute(RUNS.insert(), row).inserted_primary_key
    return int(cast("tuple[int]", made)[0])


def put(connection: sa.Connection, table: sa.Table, values: list[dict[str, Any]]) -> None:
    """Insert whole rows, or write over those that stand there under the same key."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    insert = make(table)
    key = [column.name for column in table.primary_key]
    over = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in key}
    connection.execute(insert.on_conflict_do_update(index_elements=key, set_=over), values)


def lock(connection: sa.Connection, names: Iterable[str]) -> None:
    """One writer for each name until the end of the transaction, taken in one order so that none waits in a ring.

    SQLite has one writer anyway.
    """
    if connection.dialect.name == "postgresql":
        for name in sorted(set(names)):
            key = sa.func.hashtextextended(f"driftwatch {name}", 0)
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))
