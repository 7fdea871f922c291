"""A prober whose answers somebody else hears as they pass: for metrics."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Protocol

from driftwatch.model.probe import Evidence, HeldBack, Observation, Probe, Stage, Unreachable
from driftwatch.transport.prober import HttpProber
from driftwatch.transport.session import LEFT


class Listener(Protocol):
    """Whoever counts."""

    def heard(self, provider: str, sample: Observation, run_id: str) -> None:
        """This came back from the staging of a provider, in this run."""
        ...

    def saw_certificate(self, provider: str, ends: datetime) -> None:
        """The first of the certificates that a provider showed expires then."""
        ...

    def held_back(self, provider: str, reason: HeldBack) -> None:
        """A probe to the staging of a provider was not sent, for the sake of manners."""
        ...

    def saw_budget(self, provider: str, left: int) -> None:
        """So many requests are left of a budget of the day."""
        ...


class Overheard:
    """Fulfils ``ports.Prober``."""

    def __init__(self, prober: HttpProber, run_id: str, listener: Listener | None) -> None:
        self._prober = prober
        self._run_id = run_id
        self._listener = listener

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """What the prober yields, unchanged; closing this closes that."""
        with closing(self._prober.send(probes)) as outcomes:  # type: ignore[type-var]  # a generator, said as iterator
            for outcome in outcomes:
                if self._listener is not None:
                    self._tell(self._listener, outcome)
                yield outcome
        if self._listener is not None:
            for lane, ends in self._prober.certificate_ends.items():
                self._listener.saw_certificate(lane, datetime.fromtimestamp(ends, UTC))
            for lane, left in self._prober.daily_left().items():
                self._listener.saw_budget(lane, left)

    def _tell(self, listener: Listener, outcome: Evidence | Unreachable) -> None:
        probe = outcome.probe
        if probe.stage is not Stage.STAGING:
            return
        if isinstance(outcome, Evidence):
            for sample in outcome.samples:
                if sample.detail != LEFT:  # that was no failure of the service
                    listener.heard(probe.provider, sample, self._run_id)
        elif outcome.held_back is not None:
            listener.held_back(probe.provider, outcome.held_back)
