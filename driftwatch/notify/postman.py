"""Carries what waits in the outbox to its channels, in a thread of its own. No audit waits for it.

Deliveries happen at least once: a process that dies between an acceptance and its note of it delivers again.
"""

import random
import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from msgspec.structs import replace

from driftwatch.model.memory import StoreError
from driftwatch.model.parcel import Delivered, Outcome, Parcel, Undelivered
from driftwatch.notify.backoff import TRIES, pause
from driftwatch.ports import Clock, Outbox

HOLD: Final = timedelta(minutes=5)
"""How long a parcel that was taken is nobody else's; no delivery takes so long."""
_LOOK: Final = 60.0
"""Seconds between two looks into the outbox where nobody calls: another process may have put something there."""
_TROUBLED: Final = 30.0
"""Seconds until an outbox that could not be used is tried again."""


class Deliverer(Protocol):
    """A way to one address."""

    @property
    def name(self) -> str:
        """The address; a label of metrics."""
        ...

    def deliver(self, parcel: Parcel) -> Outcome:
        """One attempt, of limited time; it raises nothing that the world can cause."""
        ...


class Witness(Protocol):
    """Whoever counts deliveries, for metrics."""

    def offer_channels(self, names: Iterable[str]) -> None:
        """These are the addresses."""
        ...

    def delivered(self, channel: str, at: datetime) -> None:
        """A parcel was accepted."""
        ...

    def delivery_failed(self, channel: str) -> None:
        """An attempt failed."""
        ...

    def dropped(self, channel: str) -> None:
        """A parcel was given up."""
        ...

    def notices_waiting(self, number: int) -> None:
        """So many parcels wait."""
        ...


class Nobody:
    """Counts nothing."""

    def offer_channels(self, names: Iterable[str]) -> None:
        """Nobody asks."""

    def delivered(self, channel: str, at: datetime) -> None:
        """Nobody asks."""

    def delivery_failed(self, channel: str) -> None:
        """Nobody asks."""

    def dropped(self, channel: str) -> None:
        """Nobody asks."""

    def notices_waiting(self, number: int) -> None:
        """Nobody asks."""


class Postman:
    """One for a process. ``round`` and ``drain`` work in the caller's thread, ``start`` begins one of its own."""

    def __init__(
        self, outbox: Outbox, deliverers: Collection[Deliverer], providers: Collection[str], clock: Clock,
        witness: Witness | None = None, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        """``providers`` are those of the config; ``chance`` is a number from 0 to 1."""
        self._outbox = outbox
        self._deliverers = {one.name: one for one in deliverers}
        self._providers = frozenset(providers)
        self._clock = clock
        self._witness = witness or Nobody()
        self._chance = chance
        self._log: Any = structlog.get_logger()
        self._waiting = 0
        self._call = threading.Event()
        self._is_stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._witness.offer_channels(self._deliverers)

    # one round

    def round(self) -> float | None:
        """Deliver what is due, one parcel for each channel; seconds until more is due, ``None`` if nothing waits."""
        taken = self._outbox.take(self._deliverers, self._providers, self._clock.now(), HOLD)
        if isinstance(taken, StoreError):
            self._log.error("outbox.failed", store=taken.place, problem=taken.problem, remedy=taken.remedy)
            return _TROUBLED
        for parcel in taken:
            self._settle(parcel, self._attempt(parcel))
        waiting = self._outbox.waiting(self._deliverers, self._providers)
        if isinstance(waiting, StoreError):
            return _TROUBLED
        self._waiting = waiting.parcels
        self._witness.notices_waiting(waiting.parcels)
        return None if waiting.due_at is None else max(0.0, (waiting.due_at - self._clock.now()).total_seconds())

    def _attempt(self, parcel: Parcel) -> Outcome:
        try:
            return self._deliverers[parcel.channel].deliver(parcel)
        except Exception as error:  # our mistake costs this parcel and no other; the message may hold a URL
            self._log.error("notice.crashed", channel=parcel.channel, error=type(error).__name__)
            return Undelivered(f"our mistake ({type(error).__name__})")

    def _settle(self, parcel: Parcel, outcome: Outcome) -> None:
        now = self._clock.now()
        log = self._log.bind(channel=parcel.channel, key=parcel.key, attempt=parcel.attempts + 1)
        if isinstance(outcome, Delivered):
            self._witness.delivered(parcel.channel, now)
            log.info("notice.delivered")
            self._told(self._outbox.remove(parcel))
            return
        attempts = parcel.attempts + 1
        is_over = outcome.is_final or attempts >= TRIES
        self._witness.delivery_failed(parcel.channel)
        if is_over:
            self._witness.dropped(parcel.channel)
            log.error("notice.given_up", reason=outcome.reason)
            self._told(self._outbox.remove(parcel))
            return
        wait = pause(attempts, self._chance(), outcome.retry_after)
        log.warning("notice.failed", reason=outcome.reason, next_attempt_seconds=round(wait.total_seconds(), 1))
        self._told(self._outbox.postpone(replace(parcel, attempts=attempts, due_at=now + wait)))

    def _told(self, trouble: StoreError | None) -> None:
        if trouble is not None:
            self._log.error("outbox.failed", store=trouble.place, problem=trouble.problem, remedy=trouble.remedy)

    def pushed_out(self, channels: Collection[str]) -> None:
        """Parcels of these channels had to make room for newer ones."""
        for channel in channels:
            self._witness.dropped(channel)
        if channels:
            self._log.error("notices.dropped", number=len(channels), reason="the outbox is full")

    # time

    def drain(self, seconds: float) -> int:
        """Deliver for so long at most, in a thread that is left behind then; how many parcels still wait.

        For a process that ends: what waits is delivered by the next one, if the outbox outlives this one.
        """
        deadline = self._clock.elapsed() + seconds
        runner = threading.Thread(target=self._until, args=(deadline,), name="notices", daemon=True)
        runner.start()
        runner.join(seconds)
        return self._waiting

    def _until(self, deadline: float) -> None:
        while (wait := self.round()) is not None:
            left = deadline - self._clock.elapsed()
            if wait >= left or self._is_stopping.wait(wait):
                return

    def start(self) -> None:
        """Deliver whatever comes, until ``stop``."""
        self._thread = threading.Thread(target=self._run, name="notices", daemon=True)
        self._thread.start()

    def call(self) -> None:
        """There is something new in the outbox."""
        self._call.set()

    def stop(self, seconds: float) -> bool:
        """End after the delivery under way, which gets so long; whether it ended. The rest stays in the outbox."""
        self._is_stopping.set()
        self._call.set()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            self._call.clear()
            try:
                wait = self.round()
            except Exception as error:  # the thread must outlive a mistake, or nobody would ever be told again
                self._log.error("postman.crashed", error=type(error).__name__)
                wait = _TROUBLED
            if not self._is_stopping.is_set():
                self._call.wait(min(_LOOK, _LOOK if wait is None else wait))
