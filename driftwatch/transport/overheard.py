"""A prober whose answers somebody else hears as they pass: for metrics."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Protocol

from driftwatch.model.probe import Evidence, Observation, Probe, Stage, Unreachable
from driftwatch.transport.prober import HttpProber


class Listener(Protocol):
    """Whoever counts."""

    def heard(self, provider: str, sample: Observation, run_id: str) -> None:
        """This came back from the staging of a provider, in this run."""
        ...

    def saw_certificate(self, provider: str, ends: datetime) -> None:
        """The first of the certificates that a provider showed expires then."""
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
                if self._listener is not None and isinstance(outcome, Evidence):
                    self._tell(self._listener, outcome)
                yield outcome
        if self._listener is not None:
            for lane, ends in self._prober.certificate_ends.items():
                self._listener.saw_certificate(lane, datetime.fromtimestamp(ends, UTC))

    def _tell(self, listener: Listener, evidence: Evidence) -> None:
        if evidence.probe.stage is Stage.STAGING:
            for sample in evidence.samples:
                listener.heard(evidence.probe.provider, sample, self._run_id)
