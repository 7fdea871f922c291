"""The store in a database: transactions, tables made where they are missing, another try where that may help."""

import random
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

import sqlalchemy as sa

from driftwatch.model.lifecycle import Event, Life, Turn
from driftwatch.model.memory import (
    Decided,
    Entry,
    MockRecord,
    MockScore,
    ProviderScore,
    Recollection,
    Recorded,
    RunRecord,
    RunStatus,
    Snapshot,
)
from driftwatch.model.presence import Presence
from driftwatch.model.rollout import Rollout
from driftwatch.model.secret import Secret
from driftwatch.model.shard import Shard
from driftwatch.model.share import Handed, Joined, Share
from driftwatch.model.standing import Standing
from driftwatch.model.summary import Summary
from driftwatch.model.suppression import Suppression
from driftwatch.store import looking, recording, retention, rollouts, schema, sharing, snapshots, spending
from driftwatch.store.places import WRITES, engine_at, shown
from driftwatch.store.tables import INSTALLATION
from driftwatch.store.troubles import is_passing, told

if TYPE_CHECKING:
    from driftwatch.model.blindness import Sighting
    from driftwatch.model.reliance import KnownUse

R = TypeVar("R")

_TRIES: Final = 4
"""Of a transaction that stood in another one's way; each waits a little longer."""
_PAUSE: Final = 0.1
KEPT: Final = timedelta(days=30)
"""How long runs are remembered unless somebody says otherwise (drift semantics 3.12)."""


@dataclass(slots=True)
class DatabaseStore:
    """Memory in SQLite or PostgreSQL; its methods are those of ``ports.Store``."""

    _where: Secret
    keep: timedelta = KEPT
    _engine: sa.Engine | None = field(default=None, repr=False)
    _is_ready: bool = False
    _fence: Callable[[sa.Connection], None] | None = field(default=None, repr=False)

    @classmethod
    def at(cls, place: str, keep: timedelta = KEPT) -> "DatabaseStore":
        """The store at a path or URL; nothing is opened or made before it is used.

        ``keep`` is how long runs, scores and ended findings are remembered.
        """
        return cls(Secret(place), keep)

    @property
    def place(self) -> str:
        """Fit to be shown."""
        return shown(self._where.reveal())

    def fenced(self, fence: Callable[[sa.Connection], None]) -> "DatabaseStore":
        """The same for one run, of which nothing is kept unless ``fence`` lets it through; it raises if not."""
        return replace(self, _fence=fence)

    @told
    def begin(self, run: RunRecord) -> tuple[str, ...]:
        """See ``ports.Store``."""
        return self._keep(lambda connection: recording.begin(connection, run))

    @told
    def beat(self, run_id: str, at: datetime) -> None:
        """See ``ports.Store``."""
        self._write(lambda connection: sharing.beat(connection, run_id, at))

    @told
    def end(self, run_id: str, status: RunStatus, at: datetime) -> None:
        """See ``ports.Store``."""
        self._write(lambda connection: recording.end(connection, run_id, status, at))

    @told
    def recall(self, providers: Collection[str]) -> Recollection:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.recall(connection, providers))

    @told
    def record(self, entry: Entry, step: Callable[[tuple[Life, ...]], Turn]) -> Recorded:
        """See ``ports.Store``. What is too old is forgotten with it."""

        def whole(connection: sa.Connection) -> Recorded:
            recorded = recording.record(connection, entry, step)
            ended = entry.run.ended_at or entry.run.started_at
            retention.forget(connection, entry.run.providers, self.keep, ended)
            return recorded

        return self._keep(whole)

    @told
    def join(self, run: RunRecord, shard: Shard, *, is_named: bool) -> Joined:
        """See ``ports.SharedStore``."""
        return self._write(lambda connection: sharing.join(connection, run, shard, is_named=is_named))

    @told
    def leave(self, run_id: str, shard: Shard) -> None:
        """See ``ports.SharedStore``."""
        self._write(lambda connection: sharing.leave(connection, run_id, shard))

    @told
    def hand_in(self, run_id: str, share: Share, at: datetime) -> Handed:
        """See ``ports.SharedStore``."""
        return self._write(lambda connection: sharing.hand_in(connection, run_id, share, at))

    @told
    def shares(self, run_id: str) -> tuple[Share, ...]:
        """See ``ports.SharedStore``."""
        return self._read(lambda connection: sharing.shares(connection, run_id))

    @told
    def show(self, summary: Summary, at: datetime) -> None:
        """See ``ports.Store``."""
        self._keep(lambda connection: snapshots.show(connection, summary, at))

    @told
    def snapshots(self, after: int) -> tuple[Snapshot, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: snapshots.snapshots(connection, after))

    @told
    def decide(self, fingerprint: str, step: Callable[[Life], Decided]) -> Life | None:
        """See ``ports.Store``."""
        return self._write(lambda connection: recording.decide(connection, fingerprint, step))

    @told
    def suppressions(self) -> tuple[Suppression, ...]:
        """See ``ports.Store``."""
        return self._read(looking.suppressions)

    @told
    def lives(self, providers: Collection[str] = ()) -> tuple[Life, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.lives_of(connection, providers))

    @told
    def events(self, fingerprint: str) -> tuple[Event, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.events_of(connection, fingerprint))

    @told
    def runs(self, limit: int) -> tuple[RunRecord, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.runs(connection, limit))

    @told
    def scores(self, provider: str, limit: int) -> tuple[ProviderScore, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.scores(connection, provider, limit))

    @told
    def mocks(self, provider: str) -> tuple[MockRecord, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.mocks(connection, provider))

    @told
    def presences(self, provider: str) -> tuple[Presence, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.presences(connection, provider))

    @told
    def mock_scores(self, key: str, limit: int) -> tuple[MockScore, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.mock_scores(connection, key, limit))

    @told
    def note(self, rollout: Rollout) -> bool:
        """See ``ports.Store``."""
        return self._write(lambda connection: rollouts.note(connection, rollout))

    @told
    def rollouts(self, providers: Collection[str], since: datetime | None = None) -> tuple[Rollout, ...]:
        """See ``ports.Store``."""
        return self._read(lambda connection: rollouts.rollouts(connection, providers, since))

    @told
    def last_rollouts(self) -> Mapping[str, datetime]:
        """See ``ports.Store``."""
        return self._read(rollouts.last_rollouts)

    @told
    def spend(self, name: str, day: date, wanted: int, most: int) -> int:
        """See ``ports.Store``."""
        return self._write(lambda connection: spending.spend(connection, name, day, wanted, most))

    @told
    def spent(self, name: str, day: date) -> int:
        """See ``ports.Store``."""
        return self._read(lambda connection: spending.spent(connection, name, day))

    @told
    def standings(self, provider: str, runs: int) -> Mapping[str, Standing]:
        """See ``ports.Store``."""
        return self._read(lambda connection: looking.standings(connection, provider, runs))

    @told
    def keep_uses(self, suite: str, uses: "Sequence[KnownUse]", *, is_whole: bool) -> None:
        """See ``ports.Store``."""
        from driftwatch.store import uses as resting  # noqa: PLC0415 - few stores know of tests

        self._write(lambda connection: resting.keep_uses(connection, suite, uses, is_whole=is_whole))

    @told
    def uses(self) -> "tuple[KnownUse, ...]":
        """See ``ports.Store``."""
        if self._read(looking.has_no_uses):
            return ()
        from driftwatch.store import uses as resting  # noqa: PLC0415 - few stores know of tests

        return self._read(resting.uses)

    @told
    def keep_blindness(self, sightings: "Sequence[Sighting]") -> None:
        """See ``ports.Store``."""
        from driftwatch.store import uses as resting  # noqa: PLC0415 - few stores know of tests

        self._write(lambda connection: resting.keep_blindness(connection, sightings))

    @told
    def blindness(self) -> "tuple[Sighting, ...]":
        """See ``ports.Store``."""
        from driftwatch.store import uses as resting  # noqa: PLC0415 - few stores know of tests

        return self._read(resting.blindness)

    def close(self) -> None:
        """Let go of all connections."""
        if self._engine is not None:
            self._engine.dispose()

    @property
    def engine(self) -> sa.Engine:
        """Made when it is first needed: a driver that is missing is told like any trouble of a store."""
        if self._engine is None:
            self._engine = engine_at(self._where.reveal())
        return self._engine

    def _read(self, look: Callable[[sa.Connection], R]) -> R:
        self._make_ready()
        with self.engine.connect() as connection:
            return look(connection)

    def _write(self, change: Callable[[sa.Connection], R]) -> R:
        """``change`` in one transaction, again if another one was in the way: so it must not change anything else."""
        self._make_ready()
        return self._tried(change)

    def _keep(self, change: Callable[[sa.Connection], R]) -> R:
        """The same for what belongs to a run; the fence has the last word, when all locks are held."""

        def fenced(connection: sa.Connection) -> R:
            made = change(connection)
            if self._fence is not None:
                self._fence(connection)
            return made

        return self._write(fenced)

    def _make_ready(self) -> None:
        """The tables as this version knows them, and a salt. Asked of the database once, or until that succeeds."""
        if self._is_ready:
            return
        with self.engine.connect() as connection:
            is_current = schema.is_current(connection)
        if not is_current:
            self._tried(_founded)
        self._is_ready = True

    def _tried(self, change: Callable[[sa.Connection], R]) -> R:
        tries = 0
        while True:
            try:
                with self.engine.connect() as plain:
                    connection = plain.execution_options(**{WRITES: True})
                    with connection.begin():
                        return change(connection)
            except sa.exc.DBAPIError as error:
                tries += 1
                if tries >= _TRIES or not is_passing(error):
                    raise
            time.sleep(_PAUSE * tries * (1 + random.random()))  # noqa: S311 - so that two do not meet again


def _founded(connection: sa.Connection) -> None:
    schema.migrate(connection)
    if connection.execute(sa.select(INSTALLATION.c.id)).first() is None:
        connection.execute(INSTALLATION.insert(), {"id": 1, "salt": secrets.token_bytes(32)})
