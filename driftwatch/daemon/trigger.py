"""Has a provider audited after its rollouts: when it has settled, once for several in a row, never beside an audit.

Rollouts are looked for in the store, whoever told of them: any replica's webhook, the watch of the leader, a command in
a job. So a look is enough to know what is due, and nothing is lost with a process.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from msgspec import Struct

from driftwatch.daemon.board import Board
from driftwatch.model.memory import StoreError
from driftwatch.ports import Clock
from driftwatch.settings.tree import Settings

LOOK: Final = 10.0
"""Seconds between two looks into the store, where nobody calls."""
_MOST: Final = 5
"""Settling times after which a provider is audited though it rolls out again and again."""
_ASIDE: Final = 1.0
"""Seconds after the end of an audit before the next is asked for: the scheduler notes the end a moment later."""
_PATIENCE: Final = 60.0
"""Seconds for an audit that was asked for to begin, before it is asked for again."""
_FAREWELL: Final = 1.0


class _Case(Struct):
    """What is known of one provider."""

    ended: float
    """By the stopwatch, when its last audit in this process ended; at first, when it was heard of: the scheduler may
    be about to begin one."""
    begun: datetime | None = None
    """When it began."""
    is_at_work: bool = False
    first: datetime | None = None
    """The first rollout that waits for an audit."""
    asked: float | None = None
    """By the stopwatch, when an audit was asked for that has not begun."""


@dataclass(slots=True)
class Trigger:
    """One for a process. ``step`` is one look of its thread; any thread may tell it of audits."""

    latest: Callable[[], Mapping[str, datetime] | StoreError]
    """When the last rollout of each provider was complete."""
    hasten: Callable[[str], None]
    leads: Callable[[], bool]
    """Whether audits begin in this process."""
    settings: Callable[[], Settings]
    """Those that hold at this moment."""
    board: Board
    clock: Clock
    _since: datetime = field(init=False)
    """Of a provider that nobody ever audited, older rollouts need no audit."""
    _cases: dict[str, _Case] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _call: threading.Event = field(default_factory=threading.Event)
    _is_stopping: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread = field(init=False)
    _log: Any = field(default_factory=structlog.get_logger)

    def __post_init__(self) -> None:
        """Begin now, so to speak."""
        self._since = self.clock.now()
        self._thread = threading.Thread(target=self._run, name="driftwatch-rollouts", daemon=True)

    def began(self, provider: str) -> None:
        """An audit of the provider begins: what was rolled out before is looked at."""
        with self._lock:
            case = self._case(provider)
            case.begun, case.is_at_work, case.first, case.asked = self.clock.now(), True, None, None

    def ended(self, provider: str) -> None:
        """It ended, well or not."""
        with self._lock:
            case = self._case(provider)
            case.is_at_work, case.ended = False, self.clock.elapsed()
        self.call()

    def call(self) -> None:
        """Somebody told of a rollout, or an audit ended: look now."""
        self._call.set()

    def start(self) -> None:
        """Look again and again."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._is_stopping.set()
        self._call.set()
        if self._thread.ident is not None:
            self._thread.join(_FAREWELL)

    def step(self) -> float:
        """Ask for the audits that are due; seconds until the next look."""
        latest = self.latest()
        if isinstance(latest, StoreError):  # whoever writes there tells of it
            return LOOK
        self.board.rolled_out(latest)
        settings = self.settings()
        if not (settings.deploys.audit and self.leads()):
            return LOOK
        audited = {provider.name: run.started_at for run, provider in self.board.view().audited}
        with self._lock:
            self._cases = {name: case for name, case in self._cases.items() if name in settings.providers}
            waits = [
                self._wait(name, at, audited.get(name), settings.deploys.settle)
                for name, at in latest.items()
                if name in settings.providers
            ]
        return min([LOOK, *waits])

    def _wait(self, provider: str, rolled_out: datetime, audited: datetime | None, settle: float) -> float:
        """Seconds until its audit is to be asked for; it is, if that is now."""
        case, now, elapsed = self._case(provider), self.clock.now(), self.clock.elapsed()
        if rolled_out <= max(filter(None, (case.begun, audited)), default=self._since):
            case.first = case.asked = None
            return LOOK
        case.first = min(case.first or rolled_out, rolled_out)
        settled = min(rolled_out + timedelta(seconds=settle), case.first + timedelta(seconds=_MOST * settle))
        if now < settled:
            return (settled - now).total_seconds()
        if case.is_at_work:
            return LOOK  # its end calls
        if (left := case.ended + _ASIDE - elapsed) > 0:
            return left
        if case.asked is not None and elapsed - case.asked < _PATIENCE:
            return LOOK
        case.asked = elapsed
        self._log.info("rollout.audited", provider=provider, seconds_after=round((now - rolled_out).total_seconds(), 1))
        self.hasten(provider)
        return LOOK

    def _case(self, provider: str) -> _Case:
        return self._cases.setdefault(provider, _Case(self.clock.elapsed()))

    def _run(self) -> None:
        while not self._is_stopping.is_set():
            self._call.clear()
            try:
                wait = self.step()
            except Exception as error:  # the thread must outlive a mistake of ours, or no rollout would ever be heeded
                self._log.error("rollouts.crashed", error=type(error).__name__)
                wait = LOOK
            if not self._is_stopping.is_set():
                self._call.wait(wait)
