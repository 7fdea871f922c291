"""Which part a daemon has among those at its store, put together: whether it audits, and what it shows of the others.

A PostgreSQL may have many daemons, of which one leads. A file has one, and without a store nobody knows of another.
"""

from collections.abc import Callable
from typing import Protocol, cast

from msgspec import Struct

from driftwatch.daemon.board import Board
from driftwatch.daemon.follower import Follower
from driftwatch.daemon.leading import LEASE, Alone, Candidate, Onlooker, Standing
from driftwatch.model.errors import UsageError
from driftwatch.model.memory import StoreError
from driftwatch.ports import Clock, Store
from driftwatch.settings.store import StorePlace


class Refusing(Protocol):
    """Whoever may refuse to let a run be kept."""

    @property
    def has_refused(self) -> bool:
        """Whether that happened."""
        ...


class _Away:
    """A store that answers all that it is asked with a trouble that is known."""

    def __init__(self, trouble: StoreError) -> None:
        self._trouble = trouble

    def __getattr__(self, _: str) -> Callable[..., StoreError]:
        return lambda *_, **__: self._trouble


class Part(Struct, frozen=True):
    """Of one process."""

    standing: Standing
    store: Store | None
    follower: Follower | None
    """``None`` without a store."""
    store_for_run: Callable[[], tuple[Store | None, Refusing | None]]
    """Where a run that begins now is kept, and who may refuse that; nobody, where there is one process."""
    is_shared: bool
    """Whether there may be other processes, which the first look need not wait for."""

    @classmethod
    def of(cls, place: StorePlace, store: Store | None, board: Board, clock: Clock, *, audits: bool) -> "Part":
        """Of a process that ``audits``, or never will. Raises ``UsageError`` if it would have nothing to do."""
        if store is None or place.place is None:
            if not audits:
                raise UsageError(
                    "--no-audits shows what a store remembers, and the config says `store: none`: name one that "
                    "other processes write to, in `store` or DRIFTWATCH_STORE"
                )
            return cls(Alone(), None, None, lambda: (None, None), is_shared=False)
        follower = Follower(store, board, clock)
        where = place.place.reveal()
        is_shared = "://" in where and not where.startswith("sqlite:")
        if not audits:
            return cls(Onlooker(), store, follower, lambda: (store, None), is_shared)
        if not is_shared:
            return cls(Alone(), store, follower, lambda: (store, None), is_shared)
        return _candidate(where, store, follower, clock)

    def store_of_pages(self) -> Store | None:
        """Where pages look things up: nowhere while the store does not answer, or each look would wait for that."""
        trouble = self.follower.away if self.follower is not None else None
        return self.store if trouble is None else cast("Store", _Away(trouble))

    def start(self) -> None:
        """Begin to show what others found. Returns at once, but for a file, where that is known in a moment."""
        if self.follower is not None:
            if not self.is_shared:
                self.follower.look()
            self.follower.start()

    def stop(self) -> None:
        """Show nothing new any more."""
        if self.follower is not None:
            self.follower.stop()


def _candidate(where: str, store: Store, follower: Follower, clock: Clock) -> Part:
    from driftwatch.store.database import DatabaseStore  # noqa: PLC0415 - loaded on demand
    from driftwatch.store.leadership import Seat  # noqa: PLC0415

    seat = Seat.at(where)

    def is_ready(waited: float) -> bool:
        """Whoever led before may not know yet that he does not, and audit; after ``waited`` seconds he knows."""
        return follower.look() and (waited >= LEASE or follower.is_quiet())

    candidate = Candidate(seat, clock, is_ready)

    def store_for_run() -> tuple[Store | None, Refusing | None]:
        if not isinstance(store, DatabaseStore):
            return store, None
        fence = seat.fence(candidate.cease)
        return store.fenced(fence), fence

    return Part(candidate, store, follower, store_for_run, is_shared=True)
