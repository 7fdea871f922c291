"""Notices, put together: an outbox, and a postman where the config says ``notify``."""

import threading
from typing import Any, Final

import structlog

from driftwatch.model.memory import Remembered, StoreError
from driftwatch.notify.postman import Postman, Witness
from driftwatch.ports import Clock, Outbox
from driftwatch.settings.store import StorePlace
from driftwatch.settings.tree import Settings
from driftwatch.transport.clock import SystemClock
from driftwatch.usecases.tell import Readers, tell

_FAREWELL: Final = 2.0
"""Seconds that the delivery under way gets when a config is read anew."""


def outbox_at(place: StorePlace) -> Outbox:
    """Beside the memory of audits; where nothing rests, what waits is lost with the process."""
    if place.place is None:
        from driftwatch.store.memory_outbox import MemoryOutbox  # noqa: PLC0415 - one or the other is loaded

        return MemoryOutbox()
    from driftwatch.store.outbox import DatabaseOutbox  # noqa: PLC0415

    return DatabaseOutbox(place.place)


class Correspondence:
    """All notices of a process, whose config may be read anew meanwhile. Any thread may call it; nothing is raised."""

    def __init__(self, place: StorePlace, clock: Clock, witness: Witness | None = None) -> None:
        self._outbox = outbox_at(place)
        self._has_memory = place.place is not None
        self._clock = clock
        self._witness = witness
        self._lock = threading.Lock()
        self._settings: Settings | None = None
        self._is_resting = False
        self._postman: Postman | None = None
        self._readers = Readers({})
        self._log: Any = structlog.get_logger()

    def open(self, settings: Settings, *, in_background: bool = True) -> None:
        """From now on this config holds. What an earlier process left undelivered is delivered ``in_background``."""
        with self._lock:
            if self._is_resting:
                self._is_resting, self._settings = False, None
            self._begin(settings, in_background=in_background)

    def rest(self) -> None:
        """Deliver nothing until it is opened again: another process does. What is told meanwhile waits for it."""
        with self._lock:
            self._is_resting = True
            if self._postman is not None:
                self._postman.stop(_FAREWELL)
            if self._witness is not None:
                self._witness.notices_waiting(0)  # what waits is counted where it is delivered

    def _begin(self, settings: Settings, *, in_background: bool) -> None:
        if settings is self._settings:
            return
        before = self._postman
        if before is not None:
            before.stop(_FAREWELL)
        self._settings, self._postman = settings, None
        if settings.notify is None:
            return
        from driftwatch.wiring.addresses import deliverers_of, readers_of  # noqa: PLC0415 - only where somebody is told

        self._readers = readers_of(settings, settings.notify, self._clock)
        self._postman = Postman(
            self._outbox, tuple(deliverers_of(settings.notify, self._clock)), settings.providers, self._clock,
            self._witness,
        )  # fmt: skip
        if in_background:
            self._postman.start()

    def tell(self, settings: Settings, run: Remembered, *, in_background: bool = True) -> None:
        """What a run changed, to whom it may concern. Returns when it is in the outbox."""
        with self._lock:
            self._begin(settings, in_background=in_background and not self._is_resting)
        postman, readers = self._postman, self._readers
        if postman is None:
            return
        try:
            pushed_out = tell(run, self._outbox, readers, self._clock, has_memory=self._has_memory)
        except Exception as error:  # our mistake must cost no report; the message may hold a stranger's text
            self._log.error("notices.crashed", error=type(error).__name__, run_id=run.summary.run_id)
            return
        if isinstance(pushed_out, StoreError):
            self._log.error(
                "outbox.failed", store=pushed_out.place, problem=pushed_out.problem, remedy=pushed_out.remedy
            )
            return
        postman.pushed_out(pushed_out)
        postman.call()

    def close(self, seconds: float) -> bool:
        """End within so long; whether nothing is under way any more. What waits stays in the outbox."""
        with self._lock:
            return self._postman is None or self._postman.stop(seconds)

    def drain(self, seconds: float) -> int:
        """Deliver for so long at most, for a process that ends; how much still waits."""
        return self._postman.drain(seconds) if self._postman is not None else 0


def tell_once(settings: Settings, place: StorePlace, run: Remembered, seconds: float) -> tuple[str, ...]:
    """After one audit: tell, and deliver for so long at most; what went wrong, in whole sentences."""
    if settings.notify is None:
        return ()
    correspondence = Correspondence(place, SystemClock())
    correspondence.tell(settings, run, in_background=False)
    waiting = correspondence.drain(seconds)
    if not waiting:
        return ()
    left = "the next run delivers them" if place.place is not None else "they are lost, since nothing is remembered"
    return (f"{waiting} notices could not be delivered yet; {left}. The log says why.",)
