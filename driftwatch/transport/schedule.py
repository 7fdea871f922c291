"""Which sample is taken next, over all targets; what has come of them. Pure and unlocked, like its lanes."""

from collections import deque
from collections.abc import Iterable, Mapping
from math import inf
from typing import Final

from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable
from driftwatch.transport.lane import Lane, Outcome
from driftwatch.transport.target import MEBIBYTE, Refusal
from driftwatch.transport.trial import Trial

ROOM: Final = 64 * MEBIBYTE
"""Bytes of answers that may wait, for their last sample or for the reader, before no further probe is begun."""
_OVERHEAD: Final = 4096
"""Bytes of an answer beside its body, roughly."""


class Schedule:
    """The probes of one ``send``, until each has its outcome."""

    def __init__(self, lanes: Mapping[str, Lane], probes: Iterable[Probe]) -> None:
        self._lanes = lanes
        self._turn: deque[Lane] = deque()
        self._outcomes: deque[Outcome] = deque()
        self._held = 0
        self.pending = 0
        """Probes without an outcome."""
        self._admit(probes)

    def _admit(self, probes: Iterable[Probe]) -> None:
        queues: dict[str, list[Probe]] = {}
        for probe in probes:
            if probe.lane in self._lanes:
                queues.setdefault(probe.lane, []).append(probe)
            else:
                self._outcomes.append(Unreachable(probe, f"no target for provider {probe.lane!r}"))
        for name, queue in queues.items():
            lane = self._lanes[name]
            lane.admit(queue)
            self.pending += len(queue)
            self._conclude(lane.settle())
            self._turn.append(lane)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """The lanes that have something to do."""
        return tuple(self._turn)

    @property
    def is_full(self) -> bool:
        """Whether answers wait in such numbers that nothing new is begun."""
        return self._held >= ROOM

    def take(self, now: float) -> Trial | float:
        """A sample to take, or when to ask again (``inf``: only after a report or a collection)."""
        soonest = inf
        may_begin = not self.is_full
        for _ in range(len(self._turn)):
            self._conclude(self._turn[0].heed_the_hour(now))
            offer = self._turn[0].offer(now, may_begin=may_begin)
            self._turn.rotate(-1)
            if isinstance(offer, Trial):
                return offer
            soonest = min(soonest, offer)
        return soonest

    def report(self, trial: Trial, sample: Observation, now: float) -> None:
        """A sample was taken."""
        if trial.is_to_repeat and self._lanes[trial.probe.lane].repeat(trial, now):
            return
        self._held += len(sample.body) + _OVERHEAD
        self._conclude(self._lanes[trial.probe.lane].report(trial, sample, now))

    def refuse(self, trial: Trial, refusal: Refusal, now: float) -> None:
        """A trial's request cannot be sent."""
        lane = self._lanes[trial.probe.lane]
        self._conclude(lane.refuse(trial, refusal, now))

    def _conclude(self, outcomes: Iterable[Outcome]) -> None:
        before = len(self._outcomes)
        self._outcomes.extend(outcomes)
        self.pending -= len(self._outcomes) - before

    @property
    def has_outcomes(self) -> bool:
        """Whether there is something to collect."""
        return bool(self._outcomes)

    def collect(self) -> tuple[Outcome, ...]:
        """All outcomes since the last time; their bytes no longer count here."""
        collected = tuple(self._outcomes)
        self._outcomes.clear()
        self._held -= sum(_weight(outcome) for outcome in collected)
        return collected

    def close(self) -> None:
        """Forget what is left in the lanes."""
        for lane in self._turn:
            lane.clear()


def _weight(outcome: Outcome) -> int:
    if isinstance(outcome, Evidence):
        return sum(len(sample.body) + _OVERHEAD for sample in outcome.samples)
    return 0
