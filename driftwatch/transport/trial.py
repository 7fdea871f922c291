"""A probe under way: what was asked so far, and when to ask again."""

from msgspec import Struct, field

from driftwatch.model.probe import Evidence, Failure, Observation, Probe
from driftwatch.transport.pace import Slot
from driftwatch.transport.question import Question

_UNAVAILABLE = frozenset({502, 503, 504})
"""Answers of a gateway or an overloaded service instead of the service's own (RFC 9110, 15.6.3 to 15.6.5)."""


class Trial(Struct, eq=False):
    """Collects the samples of one probe."""

    probe: Probe
    wanted: int
    """Samples to take: the probe's, or fewer when the budget ends."""
    is_second_chance: bool = False
    """It decides whether an open circuit closes."""
    slots: list[Slot] = field(default_factory=list)
    """Leave for the requests of the sample that is being taken: for one, as a rule."""
    question: Question | None = None
    """The probe's request, once it was built."""
    samples: list[Observation] = field(default_factory=list)
    kept: Observation | None = None
    """A sample that was taken together with the one before it."""
    is_to_repeat: bool = False
    """The sample just taken is worth nothing: it was refused, and there is something else to show by now."""
    repeated_at: int = -1
    """Which sample was taken again for that reason; -1 for none."""
    _anchor: float = 0.0

    def start(self, now: float, slot: Slot) -> None:
        """A sample is taken now, with this leave."""
        self.slots.append(slot)
        if len(self.samples) <= 1:
            self._anchor = now  # of the second sample; of the first while there is only that one

    @property
    def is_complete(self) -> bool:
        """Whether no sample is missing."""
        return len(self.samples) >= self.wanted

    def due(self, now: float) -> float:
        """When to take the next sample: at once, but the last of several only after the probe's spacing.

        Back-to-back samples show what changes with every request; time stamps of one-second resolution look stable
        among them (drift semantics 3.1). With two samples the spacing counts from the first.
        """
        is_last = len(self.samples) == self.wanted - 1
        return max(now, self._anchor + self.probe.spacing) if is_last else now

    @property
    def has_failed(self) -> bool:
        """Whether no sample got an answer of the service itself."""
        return all(sample.failure is not None or sample.status in _UNAVAILABLE for sample in self.samples)

    @property
    def failure(self) -> str:
        """What the last sample came to, for a reader."""
        last = self.samples[-1]
        return last.failure.value if isinstance(last.failure, Failure) else f"status {last.status}"

    def conclude(self) -> Evidence:
        """The samples taken so far, as evidence."""
        return Evidence(self.probe, tuple(self.samples))
