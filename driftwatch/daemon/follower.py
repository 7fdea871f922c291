"""Follows the store: what other processes found is put on the board, so that this one shows it, too.

Of every provider the store has the last word. A look asks only for words that are new, so it costs next to nothing
while there are none.
"""

import random
import threading
from collections.abc import Iterable
from typing import Any, Final

import structlog
from msgspec.structs import replace

from driftwatch.daemon.board import Board
from driftwatch.model.latest import Latest
from driftwatch.model.memory import RunRecord, RunStatus, Snapshot, StoreError
from driftwatch.model.summary import Summary
from driftwatch.ports import Clock, Store

LOOK: Final = 5.0
"""Seconds between two looks, half a second more or less."""
_RECALLED: Final = 1000
"""Runs to look through for the last success of each provider."""
_RECENT: Final = 100
"""Runs among which those are that go on now."""
_FAREWELL: Final = 1.0


class Follower:
    """One for a process. Any thread may look; one at a time does."""

    def __init__(self, store: Store, board: Board, clock: Clock) -> None:
        self._store = store
        self._board = board
        self._clock = clock
        self._known = 0
        """Number of the newest word that stands on the board."""
        self._about: frozenset[str] = frozenset()
        """The providers of the config at that time: of one that came since, an old word is news."""
        self.away: StoreError | None = None
        """Why the store did not answer when it was last asked; ``None`` if it did."""
        self._trouble = ""
        self._lock = threading.Lock()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="driftwatch-following", daemon=True)
        self._log: Any = structlog.get_logger()

    def look(self) -> bool:
        """Put on the board what is new; whether the store could be asked."""
        with self._lock:
            about = frozenset(self._board.view().providers)
            if not about <= self._about:
                self._known = 0
            self._about = about
            found = self._found()
            self.away = found if isinstance(found, StoreError) else None
            self._tell("" if isinstance(found, tuple) else str(found))
            if not isinstance(found, tuple):
                return False
            if found:
                self._board.learn(runs_of(found), self._successes())
                self._known = found[-1].number
            self._board.read(self._clock.now())
            return True

    def is_quiet(self) -> bool:
        """Whether no audit goes on anywhere, as far as the store knows."""
        runs = self._store.runs(_RECENT)
        return not isinstance(runs, StoreError) and all(run.status is not RunStatus.RUNNING for run in runs)

    def start(self) -> None:
        """Look again and again, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)

    def _found(self) -> tuple[Snapshot, ...] | StoreError | str:
        """What is new, or why nobody can say: the store is away, or speaks in words that nobody here knows."""
        try:
            return self._store.snapshots(self._known)
        except Exception as error:  # whatever the words of another version do to the libraries that read them
            return (
                f"what the store says of the last audits cannot be read ({type(error).__name__}). If another version "
                "of driftwatch is at the same store, let all have one."
            )

    def _successes(self) -> Latest:
        """When all was last well, as the store remembers."""
        runs = self._store.runs(_RECALLED)
        return Latest() if isinstance(runs, StoreError) else recalled(runs)

    def _tell(self, trouble: str) -> None:
        """In the log once for as long as it lasts."""
        if trouble and not self._trouble:
            self._log.error("store.unread", problem=trouble)
        elif self._trouble and not trouble:
            self._log.info("store.read_again")
        self._trouble = trouble
        if trouble:
            self._board.not_read(trouble)

    def _run(self) -> None:
        wait = 0.0
        while not self._is_stopping.wait(wait):
            wait = LOOK - 0.5 + random.random()  # noqa: S311 - spreads load, guards nothing
            try:
                self.look()
            except Exception as error:  # the thread must outlive a mistake of ours, or nothing new would be shown
                self._log.error("following.crashed", error=type(error).__name__)


def runs_of(found: Iterable[Snapshot]) -> list[Summary]:
    """Whole runs again, in their order: what one run says beside its providers must count once."""
    runs: dict[str, Summary] = {}
    for one in found:
        begun = runs.get(one.summary.run_id)
        whole = one.summary if begun is None else replace(begun, providers=begun.providers + one.summary.providers)
        runs[whole.run_id] = whole
    return list(runs.values())


def recalled(runs: tuple[RunRecord, ...]) -> Latest:
    """When all was last well in these runs, the newest first."""
    latest = Latest()
    for run in runs:
        if run.status is RunStatus.COMPLETE and run.ended_at is not None:
            successes = {**dict.fromkeys(run.providers, run.ended_at), **latest.successes}
            latest = Latest(last_success=latest.last_success or run.ended_at, successes=successes)
    return latest
