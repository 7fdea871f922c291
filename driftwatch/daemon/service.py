"""The daemon: a timetable, a config that may change under it, and a way to stop."""

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, Final

import structlog
from msgspec.structs import replace

from driftwatch.daemon.board import Board
from driftwatch.daemon.files import Files
from driftwatch.daemon.health import config_check, loop_check, scheduler_check
from driftwatch.daemon.heed import AbandonedError, Heed, where
from driftwatch.daemon.leading import Alone, Standing
from driftwatch.daemon.takeover import due
from driftwatch.daemon.timetable import Timetable
from driftwatch.model.cadence import Cadence
from driftwatch.model.errors import DriftwatchError, SettingsError
from driftwatch.model.summary import Summary
from driftwatch.model.vitals import Check, Fault, Role
from driftwatch.ports import Clock, Progress
from driftwatch.settings.files import files_of
from driftwatch.settings.show import shown_provider
from driftwatch.settings.tree import Settings

Audit = Callable[[Settings, str, Progress], Summary]
"""One audit of one provider. Raises ``DriftwatchError`` for what an operator can mend."""
_TICK: Final = 1.0
"""Seconds between two looks at the clock and at what is to be done."""
_LEAP: Final = 5.0
"""Seconds that wall clock and stopwatch may part in one tick before the clock counts as set."""
_FAREWELL: Final = 5.0
"""Seconds at the end of the grace period for audits that are told to end at once."""


class Daemon:
    """Audits by the timetable, while it leads, until it is told to stop. ``run`` is called by the main thread."""

    def __init__(
        self,
        load: Callable[[], Settings],
        audit: Audit,
        board: Board,
        clock: Clock,
        config: Path,
        *,
        give_up: Callable[[Iterable[str]], None] = lambda _: None,
        checks: Callable[[], tuple[Check, ...]] = tuple,
        standing: Standing | None = None,
        on_turn: Callable[[bool], None] = lambda _: None,
        settings: Settings | None = None,
    ) -> None:
        """``load`` reads the config anew; raises ``SettingsError`` if that is impossible.

        It is called here unless ``settings`` are given, which hold at first. ``give_up`` is told whose audits never
        ended; ``checks`` are those of whatever the audits rest on; ``standing`` says when this process may audit,
        always if it is not given; ``on_turn`` is told when that begins and ends.
        """
        self.settings = settings if settings is not None else load()
        self._give_up = give_up
        self._checks = checks
        self._standing = standing if standing is not None else Alone()
        self._on_turn = on_turn
        self._term: int | None = None
        """For which the timetable is planned; ``None`` while it is empty, since this process does not lead."""
        self._load = load
        self._audit = audit
        self._board = board
        self._clock = clock
        self._config = config
        self._log: Any = structlog.get_logger()
        self._files = Files()
        self._signs: dict[str, str] = {}
        """What the config and the mocks of each provider looked like, by name; that of the config is empty."""
        self._calls: SimpleQueue[None] = SimpleQueue()
        """Wakes the main loop. No ``Event``: a signal's handler may meet the main thread inside its lock."""
        self._is_stopping = self._wants_reload = False
        self._is_abandoned = threading.Event()
        self._at_work: set[str] = set()
        self._work_lock = threading.Condition()
        self._last_tick = clock.elapsed()
        self._timetable = Timetable(self._run_audit, board, clock, self.settings.daemon.workers)

    # what others see

    def liveness(self) -> tuple[Check, ...]:
        """What decides whether the process must be restarted."""
        return scheduler_check(self._timetable), loop_check(self._clock.elapsed() - self._last_tick)

    def readiness(self) -> tuple[Check, ...]:
        """What somebody should know of."""
        return *self.liveness(), config_check(self._board), *self._checks()

    def hasten(self, provider: str) -> None:
        """Audit a provider as soon as may be."""
        self._timetable.hasten(provider)

    def stop(self) -> None:
        """Stop as SIGTERM would."""
        self._is_stopping = True
        self._calls.put(None)

    # the main loop

    def run(self) -> bool:
        """Until somebody stops it; whether all work has ended then, so that the process may end as usual."""
        with self._signals():
            self._standing.start(lambda: self._calls.put(None))
            self._adopt(self.settings, first=True)
            self._heed_standing()
            self._timetable.start()
            self._log.info(
                "daemon.started", providers=len(self.settings.providers), version=self._board.vitals().version
            )
            looked = -inf
            wall = self._clock.now()
            while not self._is_stopping:
                with suppress(Empty):
                    self._calls.get(timeout=_TICK)
                before, self._last_tick = self._last_tick, self._clock.elapsed()
                passed, now = self._last_tick - before, self._clock.now()
                if abs((now - wall).total_seconds() - passed) > _LEAP:
                    self._log.warning("clock.jumped", seconds=round((now - wall).total_seconds() - passed, 1))
                    self._timetable.heed_the_clock()
                wall = now
                self._heed_standing()
                every = self.settings.daemon.reload
                is_due = every > 0 and self._last_tick - looked >= every
                if is_due or self._wants_reload:
                    looked = self._last_tick
                    self._look_safely(is_asked=self._wants_reload)
            return self._end()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """SIGTERM and Ctrl-C stop, SIGHUP reloads; the second of the former ends the process as if unhandled."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, _: FrameType | None) -> None:
            if self._is_stopping:
                signal.signal(number, signal.SIG_DFL)
                signal.raise_signal(number)
                os._exit(128 + number)  # process 1 of a container survives what nobody handles
            self.stop()

        def reload(_: int, __: FrameType | None) -> None:
            self._wants_reload = True
            self._calls.put(None)

        handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self) -> bool:
        """Let running audits end, then make them, then give up."""
        grace = self.settings.daemon.grace
        self._timetable.stop()
        self._log.info("daemon.stopping", grace_seconds=grace, running=sorted(self._at_work))
        if not self._wait_for_work(max(grace - _FAREWELL, grace / 2)):
            self._is_abandoned.set()
            self._log.warning("audits.abandoned", providers=sorted(self._at_work))
            self._wait_for_work(min(_FAREWELL, grace / 2))
        left = sorted(self._at_work)
        for provider in left:
            self._board.ended(provider, None, Fault.INTERRUPTED)
        self._give_up(left)
        self._standing.stop()
        self._log.info("daemon.stopped", unfinished=left)
        return not left

    def _wait_for_work(self, seconds: float) -> bool:
        with self._work_lock:
            return self._work_lock.wait_for(lambda: not self._at_work, seconds)

    # leading

    def _heed_standing(self) -> None:
        """Begin to audit when this process leads, and end at once when it does not any more."""
        term, before = self._standing.term, self._term
        self._board.stands(self._standing.role, self._standing.trouble)
        if term == before:
            return
        self._term = term
        if before is not None:
            self._timetable.plan({}, frozenset())
            self._on_turn(False)
            self._log.warning("leadership.lost", abandoned=sorted(self._at_work))
        if term is not None:
            self._on_turn(True)
            at_once = due(self.settings, self._board.view(), self._clock.now(), is_alone=self._is_alone)
            self._timetable.plan(self._cadences(), at_once)
            if not self._is_alone:
                self._log.info("leadership.won", audited_at_once=sorted(at_once))

    @property
    def _is_alone(self) -> bool:
        return self._standing.role is Role.ALONE

    def _cadences(self) -> dict[str, Cadence]:
        return {name: provider.cadence() for name, provider in self.settings.providers.items()}

    # config and mocks

    def _look_safely(self, *, is_asked: bool) -> None:
        """A mistake of ours in reloading must not end the schedule."""
        try:
            self._look(is_asked=is_asked)
        except Exception as error:  # told as the loss of the new config that it is; what holds goes on
            self._board.config_failed()
            self._log.error("config.crashed", error=type(error).__name__, where=where(error))

    def _look(self, *, is_asked: bool) -> None:
        """Reload the config if it changed or somebody asks, and audit at once whose mocks changed."""
        self._wants_reload = False
        sign = self._files.digest(files_of(self.settings, self._config))
        if is_asked or sign != self._signs.get("", ""):
            self._signs[""] = sign
            self._reload()
        for name in self.settings.providers:
            mocks = self._files.digest(self._places(name))
            before = self._signs.get(name)
            self._signs[name] = mocks
            if before is not None and mocks != before:
                self._log.info("mocks.changed", provider=name)
                self._timetable.hasten(name)

    def _places(self, provider: str) -> Iterable[Path]:
        return (path for place in self.settings.providers[provider].mocks for path in place.expand())

    def _reload(self) -> None:
        try:
            settings = self._load()
        except SettingsError as error:
            self._board.config_failed()
            self._log.error("config.rejected", mistakes=[str(mistake) for mistake in error.mistakes])
            return
        self._adopt(settings, first=False)

    def _adopt(self, settings: Settings, *, first: bool) -> None:
        """From now on this config holds; providers that are new, or otherwise than before, are audited at once."""
        before = {} if first else self.settings.providers
        changed = {
            name for name, provider in settings.providers.items()
            if name not in before or shown_provider(provider) != shown_provider(before[name])
        }  # fmt: skip
        if not first and _lasting(self.settings) != _lasting(settings):
            self._log.warning("config.needs_restart", sections=["daemon.workers", "store", "web"])
        self.settings = settings
        now = self._clock.now()
        cadences = self._cadences()
        intervals = {name: cadence.longest_gap(now).total_seconds() for name, cadence in cadences.items()}
        self._board.configure(intervals, settings.metrics.operations, now)
        if self._term is not None:
            self._timetable.plan(cadences, frozenset(changed))
        if first:
            self._signs[""] = self._files.digest(files_of(settings, self._config))
        self._signs = {name: sign for name, sign in self._signs.items() if not name or name in settings.providers}
        self._log.info("config.loaded", providers=len(settings.providers), changed=len(changed))

    # in the pool

    def _run_audit(self, provider: str) -> None:
        """One audit in a thread of the pool; nothing that goes wrong in it leaves it."""
        settings, term = self.settings, self._standing.term
        if term is None or self._is_quiet(provider, settings) or not self._begin(provider, settings):
            self._board.skipped()
            return
        summary, fault = None, None
        try:
            heed = Heed(lambda: self._is_abandoned.is_set() or self._standing.term != term)
            summary = self._audit(settings, provider, heed)
            fault = Fault.INCOMPLETE if summary.is_incomplete() else None
        except AbandonedError:
            fault = Fault.INTERRUPTED
            self._log.warning("audit.interrupted", provider=provider)
        except DriftwatchError as error:
            fault = Fault.CONFIG
            self._log.error("audit.failed", provider=provider, mistakes=[str(each) for each in _mistakes(error)])
        except Exception as error:  # our mistake must not end the schedule; the message may hold somebody's answer
            fault = Fault.INTERNAL
            self._log.error("audit.crashed", provider=provider, error=type(error).__name__, where=where(error))
        finally:
            self._finish(provider, summary, fault)

    def _is_quiet(self, provider: str, settings: Settings) -> bool:
        """Whether quiet hours have begun while the audit waited; then it begins when they end."""
        cadence = settings.providers[provider].cadence() if provider in settings.providers else Cadence()
        now = self._clock.now()
        if cadence.first_from(now) == now:
            return False
        self._timetable.hasten(provider)
        return True

    def _begin(self, provider: str, settings: Settings) -> bool:
        with self._work_lock:
            if self._is_stopping or provider not in settings.providers or provider in self._at_work:
                return False
            self._at_work.add(provider)
        self._board.began(provider)
        return True

    def _finish(self, provider: str, summary: Summary | None, fault: Fault | None) -> None:
        self._board.ended(provider, summary, fault)
        with self._work_lock:
            self._at_work.discard(provider)
            self._work_lock.notify_all()


def _lasting(settings: Settings) -> tuple[object, ...]:
    """What holds from start to end, whatever the config says meanwhile."""
    return replace(settings.web, users={}), settings.daemon.workers, settings.store, settings.retention_days


def _mistakes(error: DriftwatchError) -> Iterable[object]:
    mistakes: Iterable[object] = getattr(error, "mistakes", (error,))
    return mistakes
