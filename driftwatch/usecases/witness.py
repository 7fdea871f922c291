"""A prober that remembers what came back: what a service was seen to do while an audit asked it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from driftwatch.heal.gaps.variants import Seen
from driftwatch.model.probe import Evidence, Probe, Purpose, Stage, Unreachable
from driftwatch.model.route import nameless
from driftwatch.ports import Prober
from driftwatch.usecases.canary import PROVIDER as CANARY

_ROOM: Final = 256 * 1024 * 1024
"""Bytes of answers that are held; what comes later is only counted."""
_MOST: Final = 200
"""Answers of one endpoint that are held: more of them teach no more."""

Operation = tuple[str, str, str]
"""Provider, method, path template without the names of its parameters."""


class Witness(Struct):
    """Fulfils ``ports.Prober``; an audit with it sends what it would send without it."""

    prober: Prober
    seen: dict[Operation, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    dropped: int = 0
    """Answers for which there was no room."""
    _held: int = 0

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """What the prober yields, unchanged."""
        for outcome in self.prober.send(probes):
            if isinstance(outcome, Evidence) and _is_about_mocks(outcome.probe):
                self._keep(outcome)
            yield outcome

    def of(self, operation: Operation) -> Sequence[Seen]:
        """What was seen of one endpoint."""
        return self.seen.get(operation, ())

    def _keep(self, evidence: Evidence) -> None:
        asked = evidence.probe.request
        held = self.seen[evidence.probe.provider, asked.method, nameless(asked.path_template)]
        for sample in evidence.samples:
            if sample.failure is not None or sample.is_truncated:
                continue
            if len(held) >= _MOST or self._held + len(sample.body) > _ROOM:
                self.dropped += 1
                continue
            self._held += len(sample.body)
            held.append(Seen(asked, sample))


def _is_about_mocks(probe: Probe) -> bool:
    return probe.stage is Stage.STAGING and probe.purpose is not Purpose.UNKNOWN_ROUTE and probe.provider != CANARY
