"""The queue before one target, and everything that may hold it up.

Pure: it is told the time and never waits, so that pace, pauses, budget and circuit can be simulated second by second.
It is not locked either; the prober does that.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from math import inf
from typing import Any, Final, NamedTuple

from driftwatch.model.probe import Evidence, HeldBack, Observation, Probe, Unreachable
from driftwatch.ports import Clock, Ledger
from driftwatch.transport.breaker import THRESHOLD, Breaker, Circuit
from driftwatch.transport.host import Host
from driftwatch.transport.pace import Slot
from driftwatch.transport.quota import Quota, quota_of
from driftwatch.transport.retry_after import seconds_to_wait
from driftwatch.transport.target import Refusal, Target
from driftwatch.transport.trial import Trial

Outcome = Evidence | Unreachable
_UNLIMITED: Final = 2**31
_AS_PACE: Final = 1.0
"""Seconds up to which a pause is pace and no patience: a service that counts by the second says so in whole ones."""
_serial: Final[Callable[[], int]] = count().__next__
"""Keeps trials that are due at the same moment in order."""


class Quiet(NamedTuple):
    """When a lane falls silent by the stopwatch, and what is said of that."""

    begins: float
    reason: str


NEVER: Final = Quiet(inf, "")


def quiet_of(target: Target, clock: Clock) -> Quiet:
    """When the target's quiet hours begin, as the clock and the stopwatch stand to each other now."""
    hours = target.quiet
    now = clock.now()
    begin = hours.begin(now) if hours is not None else None
    if hours is None or begin is None:
        return NEVER
    end = hours.end(begin)
    until = "" if end is None else f" until {end.astimezone(hours.zone):%Y-%m-%d %H:%M} ({hours.zone})"
    return Quiet(clock.elapsed() + (begin - now).total_seconds(), f"quiet hours{until}: nothing is asked")


class Lane:
    """Probes of one target, in order; survives from one ``send`` to the next, so that a budget is a run's."""

    def __init__(self, target: Target, host: Host, log: Any, quiet: Quiet = NEVER) -> None:
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
        self._quiet = quiet
        self.granted: int | None = None if target.daily_budget is None else 0
        """Requests of the day's budget that were granted so far; ``None`` where there is no such budget."""
        self._is_day_over = False
        """No more was granted than that."""
        self._patience = target.patience
        self._is_over = ""
        """Why no further probe is sent in this run; empty while they are."""
        self._held_back: HeldBack | None = None
        self._is_shut_for_good = False

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
        has_begun = bool(self._begun) and self._begun[0][0] <= now
        if not has_begun and not (may_begin and self._may_begin):
            return self._begun[0][0] if self._begun else inf
        slot = self._host.claim(now, self._breaker.opens_at)
        if not isinstance(slot, Slot):
            return min(slot, max(now, self._quiet.begins))
        trial = heapq.heappop(self._begun)[2] if has_begun else self._begin()
        self.sent += 1
        trial.start(now, slot)
        return trial

    def offer_more(self, trial: Trial, now: float) -> Slot | float:
        """Leave for one more request of the sample that a trial takes, or when to ask again."""
        leave = self._host.claim_more(now)
        if isinstance(leave, Slot):
            trial.slots.append(leave)
        return leave

    @property
    def _may_begin(self) -> bool:
        has_room = bool(self._fresh) and (self._left > 0 or self._fresh[0].is_owed)
        return has_room and self._second_chance is None

    def _begin(self) -> Trial:
        probe = self._fresh.popleft()
        wanted = max(1, probe.samples)
        trial = Trial(probe, wanted if probe.is_owed else min(wanted, self._left))
        self._promised += trial.wanted
        if self._breaker.circuit is Circuit.OPEN:
            trial.is_second_chance = True
            self._second_chance = trial
        return trial

    @property
    def _left(self) -> int:
        return min(_UNLIMITED if most is None else most - self._promised for most in (self.target.budget, self.granted))

    def draw(self, wanted: int, ledger: Ledger) -> None:
        """Draw on the day's budget, if there is one, for requests to come."""
        most = self.target.daily_budget
        if most is None or self.granted is None:
            return
        room = _UNLIMITED if self.target.budget is None else self.target.budget - self._promised
        missing = min(wanted, room) - (self.granted - self._promised)
        if missing > 0:
            granted = ledger.take(self.target.name, missing, most)
            self.granted += granted
            self._is_day_over = granted < missing

    def give_back(self, ledger: Ledger) -> None:
        """Return what was drawn and not used."""
        if self.granted is not None and self.granted > self.sent:
            ledger.give_back(self.target.name, self.granted - self.sent)
            self.granted = self.sent

    def heed_the_hour(self, now: float) -> Iterator[Outcome]:
        """End when quiet hours begin: what was seen until then counts, more is not asked."""
        if now >= self._quiet.begins and not self._is_shut_for_good:
            self._end(self._quiet.reason, HeldBack.QUIET_HOURS, is_final=True)
            yield from self.settle()

    def refuse(self, trial: Trial, refusal: Refusal, now: float) -> Iterator[Outcome]:
        """The trial's request was not sent after all, for a reason of its own, or one that holds for all that wait."""
        self._release(trial, now)
        self.sent -= 1
        self._promised -= trial.wanted - len(trial.samples)
        self._forget_chance(trial)
        if trial.samples:
            yield trial.conclude()  # what was seen before counts
        else:
            yield Unreachable(trial.probe, str(refusal), is_unauthorized=refusal.is_unauthorized)
        if refusal.is_final and not self._is_over:
            self._end(str(refusal), is_final=True)
            yield from self.settle()

    def _release(self, trial: Trial, now: float) -> None:
        for slot in trial.slots:
            self._host.release(slot, now)
        trial.slots.clear()

    def repeat(self, trial: Trial, now: float) -> bool:
        """Take the last sample again, if there is room for it: it counts against pace and budget like any other."""
        trial.is_to_repeat = False
        if self._is_shut or self._left <= 0:
            return False
        self._release(trial, now)
        self._promised += 1
        trial.repeated_at = len(trial.samples)
        heapq.heappush(self._begun, (now, _serial(), trial))
        return True

    def report(self, trial: Trial, sample: Observation, now: float) -> Iterator[Outcome]:
        """A sample was taken; yields what is decided by it: the trial's evidence, the end of those that wait."""
        self._release(trial, now)
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
        is_spent = self._has_spent_the_runs or self._is_day_over or bool(self._fresh)
        if not self._is_over and self._left <= 0 and is_spent:
            self._end(*self._spent)
        if self._is_over:
            yield from self._unasked()

    def _unasked(self) -> Iterator[Unreachable]:
        """All that wait, and a line of the log that says how many they are and why."""
        reason, held = self._is_over, self._held_back
        owed = [probe for probe in self._fresh if probe.is_owed and held is not None]
        unasked = [probe for probe in self._fresh if not (probe.is_owed and held is not None)]
        if unasked:
            self._log.warning("probes.unasked", provider=self.target.name, reason=reason, probes=len(unasked))
        yield from (Unreachable(probe, reason, held is not None, held_back=held) for probe in unasked)
        self._fresh = deque(owed)

    @property
    def _is_shut(self) -> bool:
        """Whether trials that have begun are cut short: what they saw counts, more is not asked."""
        return self._breaker.circuit is not Circuit.CLOSED or self._is_shut_for_good

    @property
    def _has_spent_the_runs(self) -> bool:
        return self.target.budget is not None and self.target.budget <= self._promised

    @property
    def _spent(self) -> tuple[str, HeldBack]:
        target = self.target
        if self._has_spent_the_runs:
            return f"the run's budget of {target.budget} requests is spent", HeldBack.BUDGET
        told = f"the day's budget of {target.daily_budget} requests is spent; the next day begins at 00:00 UTC"
        return told, HeldBack.DAILY_BUDGET

    def _heed(self, sample: Observation, now: float) -> None:
        """Wait when the service asks for it, as long as the run's patience lasts."""
        if sample.at is None or self._is_shut_for_good:
            return
        if seconds := seconds_to_wait(sample, sample.at):
            if self._pause(seconds, now, sample.status):
                return
            self._end(
                f"the service asked to wait {seconds:.0f} s, more than the {self.target.patience:g} s of a run",
                is_final=True,
            )
        elif self.target.reserve and (quota := quota_of(sample, sample.at)) is not None:
            self._spare(quota, now, sample.status)

    def _spare(self, quota: Quota, now: float, status: int) -> None:
        """Leave the rest of the service's own quota to others, until it is whole again."""
        if not quota.is_nearly_spent(self.target.reserve):
            return
        if quota.resets_in is not None and self._pause(quota.resets_in, now, status):
            return
        self._end(
            f"the service's own quota is nearly spent: {quota.left} of {quota.limit} left",
            HeldBack.QUOTA,
            is_final=True,
        )

    def _pause(self, seconds: float, now: float, status: int) -> bool:
        """Leave the host alone for so long, if patience lasts; what is as short as a pace costs none."""
        longer = now + seconds - max(now, self._host.paused_until)
        if longer <= 0:
            return True
        self._log.warning("host.paused", provider=self.target.name, status=status, seconds=round(seconds, 3))
        cost = longer if seconds > _AS_PACE else 0.0
        if cost > self._patience:
            return False
        self._patience -= cost
        self._host.pause(now + seconds)
        return True

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
                self._end(f"circuit open after {THRESHOLD} consecutive failures ({trial.failure})", is_final=True)

    def _forget_chance(self, trial: Trial) -> None:
        if self._second_chance is trial:
            self._second_chance = None

    def _end(self, reason: str, held_back: HeldBack | None = None, *, is_final: bool = False) -> None:
        """No further probe is begun; ``is_final``: nor is a further sample taken of those that were."""
        self._is_over, self._held_back, self._is_shut_for_good = reason, held_back, is_final
