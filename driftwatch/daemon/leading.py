"""Whether this process may audit: always, never, or as long as nobody else does.

A candidate holds a seat that one process at a time can have, and proves every few seconds that it still does. Between
two proofs it takes itself for the leader for ``LEASE`` seconds at most, by a clock that runs on while a process is
stopped: so it needs no answer to know that it has ceased to lead.
"""

import random
import threading
from collections.abc import Callable
from math import ceil, inf
from typing import Any, Final, Protocol

import structlog

from driftwatch.model.memory import StoreError
from driftwatch.model.vitals import Role
from driftwatch.ports import Clock

LEASE: Final = 10.0
"""Seconds for which a proof is good. The server frees the seat of whoever is silent after twice as long."""
_LOOK: Final = 3.0
"""Seconds between two proofs, and between two attempts to lead."""
_SPREAD: Final = 0.3
"""Share of that by which a look comes earlier or later, so that candidates do not ask in step."""
_HARK: Final = 0.25
"""Seconds between two times that it listens whether the seat was left, so that a look is worth it before its time."""
_FAREWELL: Final = 6.0
"""Seconds that leaving the seat may take: a little longer than a statement."""


class Seat(Protocol):
    """What one process at a time can have. ``StoreError`` where nobody can know; it is lost then."""

    def take(self) -> bool | StoreError:
        """Sit down if it is free; whether that worked."""
        ...

    def prove(self) -> bool | StoreError:
        """Whether this process still sits there."""
        ...

    def leave(self) -> None:
        """Stand up, if it sits there, and let those know who wait for it."""
        ...

    def has_stirred(self) -> bool:
        """Whether there is news of the seat, for all that can be known without a question; nothing goes wrong here."""
        ...


class Standing(Protocol):
    """Whether this process may audit. Any thread may ask at any time; nobody waits for an answer."""

    @property
    def role(self) -> Role:
        """What it is among those that share its store."""
        ...

    @property
    def term(self) -> int | None:
        """Number of the time for which it leads, the next time has another one; ``None`` while it does not lead."""
        ...

    @property
    def trouble(self) -> str:
        """Why it cannot be known who leads; empty if it can."""
        ...

    def start(self, changed: Callable[[], None]) -> None:
        """Begin to find out; ``changed`` is called by another thread when there is something new."""
        ...

    def stop(self) -> None:
        """Make room for the next one. Returns when that is done, or cannot be done in time."""
        ...


class Alone:
    """Leads from the first moment to the last: there is nobody else."""

    role: Final = Role.ALONE
    term: Final = 0
    trouble: Final = ""

    def start(self, changed: Callable[[], None]) -> None:
        """There is nothing to find out."""

    def stop(self) -> None:
        """Nobody comes next."""


class Onlooker:
    """Never leads."""

    role: Final = Role.ONLOOKER
    term: Final = None
    trouble: Final = ""

    def start(self, changed: Callable[[], None]) -> None:
        """There is nothing to find out."""

    def stop(self) -> None:
        """There is nothing to leave."""


class Candidate:
    """Leads while it has the seat. A thread of its own takes and proves; ``step`` is one look of that thread."""

    def __init__(
        self, seat: Seat, clock: Clock, is_ready: Callable[[float], bool] = lambda _: True,
        chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        """``is_ready`` is asked, with the seconds since the seat was taken, until it says that audits may begin."""
        self._seat = seat
        self._clock = clock
        self._is_ready = is_ready
        self._chance = chance
        self._changed: Callable[[], None] = lambda: None
        self._taken_at: float | None = None
        self._proven_at = -inf
        self._number = 0
        self._is_leading = False
        self._trouble: StoreError | None = None
        self._is_doubted = threading.Event()
        self._is_stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="driftwatch-leading", daemon=True)
        self._log: Any = structlog.get_logger()

    @property
    def role(self) -> Role:
        """See ``Standing``."""
        return Role.FOLLOWER if self.term is None else Role.LEADER

    @property
    def term(self) -> int | None:
        """See ``Standing``."""
        number = self._number  # read before the rest, since another thread may begin the next term meanwhile
        is_proven = self._clock.elapsed() - self._proven_at < LEASE and not self._is_doubted.is_set()
        return number if self._is_leading and is_proven and number == self._number else None

    @property
    def trouble(self) -> str:
        """See ``Standing``."""
        return "" if self._trouble is None else str(self._trouble)

    def start(self, changed: Callable[[], None]) -> None:
        """See ``Standing``."""
        self._changed = changed
        self._thread.start()

    def stop(self) -> None:
        """See ``Standing``."""
        self._is_stopping.set()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)

    def cease(self) -> None:
        """It turned out elsewhere that the seat is lost; any thread may say so."""
        self._is_doubted.set()

    def step(self) -> None:
        """Take the seat, or prove that it is still ours; begin a term when audits may begin."""
        asked, is_old = self._clock.elapsed(), self._taken_at is not None
        came = self._seat.prove() if is_old else self._seat.take()
        self._tell(came if isinstance(came, StoreError) else None)
        if self._is_doubted.is_set():
            self._seat.leave()
            came = False
        if came is not True:
            self._lose()
            return
        if self._is_leading and self._clock.elapsed() - self._proven_at >= LEASE:
            self._is_leading = False  # whoever looked meanwhile saw that it did not lead: that term is over
        self._proven_at = asked  # the seat was ours at some moment after
        if self._taken_at is None:
            self._taken_at = asked
        if not self._is_leading and self._is_ready(self._clock.elapsed() - self._taken_at):
            self._number += 1
            self._is_leading = True
            self._changed()

    def _lose(self) -> None:
        had, self._taken_at = self._taken_at, None
        self._is_leading = False
        self._proven_at = -inf
        self._is_doubted.clear()
        if had is not None:
            self._changed()

    def _tell(self, trouble: StoreError | None) -> None:
        """In the log once for as long as it lasts."""
        before, self._trouble = self._trouble, trouble
        if trouble is not None and (before is None or before.problem != trouble.problem):
            self._log.error(
                "leadership.unknown", store=trouble.place, problem=trouble.problem, remedy=trouble.remedy
            )  # fmt: skip
        if (before is None) != (trouble is None):
            self._changed()

    def _run(self) -> None:
        wait = 0.0
        while not self._rest(wait):
            try:
                self.step()
            except Exception as error:  # the thread must outlive a mistake of ours, or nobody would ever lead again
                self._seat.leave()
                self._lose()
                self._log.error("leadership.crashed", error=type(error).__name__)
            wait = _LOOK * (1 + _SPREAD * (2 * self._chance() - 1))
        self.cease()
        self._seat.leave()

    def _rest(self, seconds: float) -> bool:
        """So many seconds, or until there is news of the seat; whether this process is to stop."""
        parts = ceil(seconds / _HARK)
        for _ in range(parts):
            if self._is_stopping.wait(seconds / parts) or self._seat.has_stirred():
                break
        return self._is_stopping.is_set()
