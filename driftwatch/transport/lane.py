"""The queue before one target, and everything that may hold it up.

Pure: it is told the time and never waits, so that pace, pauses, budget and circuit can be simulated second by second.
It is not locked either; the prober does that.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from math import inf
from typing import Any, Final

from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable
from driftwatch.transport.breaker import THRESHOLD, Breaker, Circuit
from driftwatch.transport.host import Host
from driftwatch.transport.retry_after import seconds_to_wait
from driftwatch.transport.target import Target
from driftwatch.transport.trial import Trial

Outcome = Evidence | Unreachable
_serial: Final[Callable[[], int]] = count().__next__
"""Keeps trials that are due at the same moment in order."""


class Lane:
    """Probes of one target, in order; survives from one ``send`` to the next, so that a budget is a run's."""

    def __init__(self, target: Target, host: Host, log: Any) -> None:
        self.target = target
        self._log = log
        self.sent = 0
        """Requests let out so far."""
        self._host = host
        self._fresh: deque[Probe] = deque()
        self._begun: list[tuple[float, int, Trial]] = []
        self._breaker = Breaker(target.cool_down)
        self._second_chance: Trial | None = None
        self._promised = 0
        """Requests already granted to trials, sent or not."""
        self._paused_until = -inf
        self._patience = target.patience
        self._is_over = ""
        """Why no further probe is sent in this run; empty while they are."""
        self._is_policy = False

    def admit(self, probes: Iterable[Probe]) -> None:
        """Put probes at the end of the queue."""
        self._fresh.extend(probes)

    def clear(self) -> None:
        """Forget the queue and what is in flight: nobody waits for it any more."""
        self._fresh.clear()
        self._begun.clear()
        self._second_chance = None
        self._promised = self.sent
        self._host.clear()

    def offer(self, now: float, *, may_begin: bool) -> Trial | float:
        """A sample to take now, or when to ask again (``inf``: after something happened).

        A trial that has begun goes first. ``may_begin`` says whether there is room for the answers of another one.
        """
        if not self._host.free:
            return inf
        has_begun = bool(self._begun) and self._begun[0][0] <= now
        if not has_begun and not (may_begin and self._may_begin):
            return self._begun[0][0] if self._begun else inf
        due = max(self._host.pace.due(now), self._paused_until, self._breaker.opens_at)
        if due > now:
            return due
        trial = heapq.heappop(self._begun)[2] if has_begun else self._begin()
        self._host.free -= 1
        self._host.pace.reserve(now)
        self.sent += 1
        trial.start(now)
        return trial

    @property
    def _may_begin(self) -> bool:
        return bool(self._fresh) and self._second_chance is None and self._left > 0

    def _begin(self) -> Trial:
        probe = self._fresh.popleft()
        trial = Trial(probe, min(max(1, probe.samples), self._left))
        self._promised += trial.wanted
        if self._breaker.circuit is Circuit.OPEN:
            trial.is_second_chance = True
            self._second_chance = trial
        return trial

    @property
    def _left(self) -> int:
        return 2**31 if self.target.budget is None else self.target.budget - self._promised

    def refuse(self, trial: Trial, reason: str) -> Iterator[Outcome]:
        """The trial's request was not sent after all, for a reason of its own."""
        self._host.free += 1
        self.sent -= 1
        self._promised -= trial.wanted
        self._forget_chance(trial)
        yield Unreachable(trial.probe, reason)

    def report(self, trial: Trial, sample: Observation, now: float) -> Iterator[Outcome]:
        """A sample was taken; yields what is decided by it: the trial's evidence, the end of those that wait."""
        self._host.free += 1
        trial.samples.append(sample)
        self._heed(sample, now)
        if trial.is_complete or (self._is_shut and not trial.is_second_chance):
            self._judge(trial, now)
            yield trial.conclude()
        else:
            heapq.heappush(self._begun, (trial.due(now), _serial(), trial))
        yield from self.settle()

    def settle(self) -> Iterator[Outcome]:
        """What needs no request any more: the queue once the lane is over, half-taken trials while it is shut."""
        if self._is_shut:
            kept = [entry for entry in self._begun if entry[2].is_second_chance and not self._is_over]
            ended = [entry[2] for entry in sorted(self._begun) if entry not in kept]
            self._begun = kept
            yield from (trial.conclude() for trial in ended)
        if not self._is_over and self._left <= 0:
            self._end(f"the run's budget of {self.target.budget} requests is spent", is_policy=True)
        if self._is_over:
            yield from (Unreachable(probe, self._is_over, self._is_policy) for probe in self._fresh)
            self._fresh.clear()

    @property
    def _is_shut(self) -> bool:
        """Whether trials that have begun are cut short: what they saw counts, more is not asked."""
        return self._breaker.circuit is not Circuit.CLOSED or (bool(self._is_over) and not self._is_policy)

    def _heed(self, sample: Observation, now: float) -> None:
        """Wait when the service asks for it, as long as the run's patience lasts."""
        seconds = seconds_to_wait(sample, sample.at) if sample.at is not None else 0.0
        longer = now + seconds - max(now, self._paused_until)
        if longer <= 0 or self._is_over:
            return
        self._log.warning("host.paused", provider=self.target.name, status=sample.status, seconds=round(seconds, 3))
        if longer > self._patience:
            self._end(f"the service asked to wait {seconds:.0f} s, more than the {self.target.patience:g} s of a run")
            return
        self._patience -= longer
        self._paused_until = now + seconds

    def _judge(self, trial: Trial, now: float) -> None:
        """What a finished trial says of the circuit."""
        self._forget_chance(trial)
        if not trial.has_failed:
            self._breaker.succeeded()
            return
        if self._breaker.failed(now, was_second_chance=trial.is_second_chance):
            circuit = self._breaker.circuit
            self._log.warning(
                "host.circuit_opened", provider=self.target.name, failure=trial.failure, circuit=circuit.value
            )
            if circuit is Circuit.DEAD:
                self._end(f"circuit open after {THRESHOLD} consecutive failures ({trial.failure})")

    def _forget_chance(self, trial: Trial) -> None:
        if self._second_chance is trial:
            self._second_chance = None

    def _end(self, reason: str, *, is_policy: bool = False) -> None:
        self._is_over, self._is_policy = reason, is_policy
