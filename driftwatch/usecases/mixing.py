"""Two versions of a service behind one address: enough samples to meet both, each on a connection of its own.

An operator who wants to spare the service has a first round of as few samples as elsewhere. Whatever parts from the
mock in it waits. If two versions answered anything in it, or somebody tells that one is replacing the other, what waits
is asked again, until there are enough samples to tell one version's answers from the other's; else it is judged as it
is.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.difference import Difference
from driftwatch.drift.releases import VERSION_HEADERS
from driftwatch.model.context import Context
from driftwatch.model.mixing import RolloutPolicy
from driftwatch.model.probe import Evidence, Observation, Probe, Unreachable
from driftwatch.ports import Instances
from driftwatch.usecases.judgement import compare

_ROOM: Final = 64 * 1024 * 1024
"""Bytes of answers that wait, for one provider; beyond, they are judged as they come."""
_LONGEST: Final = 200
"""Characters of a version that are looked at."""
_PLACES: Final = 2
"""Places in which some answers part from the mock and others do not: so many are more than plain optional data."""


_Key = tuple[int, int, str, bool]
"""The first claim and the request by identity, and who asks."""


class Mixing(Struct):
    """One provider's versions in one run."""

    policy: RolloutPolicy
    instances: Instances | None = None
    _waiting: list[Evidence] = field(default_factory=list)
    _again: dict[_Key, Evidence] = field(default_factory=dict)
    """What was answered in the first round, of what is asked again."""
    _held: int = 0
    _is_mixed: bool = False
    _is_second: bool = False

    def apart(self, probes: Sequence[Probe]) -> tuple[Probe, ...]:
        """The same probes, whose samples may reach different instances."""
        most = self.policy.samples if self.policy.is_always else 0
        return tuple(replace(probe, samples=max(probe.samples, most), is_apart=True) for probe in probes)

    def take(self, evidence: Evidence, context: Context) -> Evidence | None:
        """What is to be judged now; ``None`` if it waits for the second round."""
        first = self._again.pop(_key(evidence.probe), None)
        evidence = self._versioned(evidence)
        if first is not None:
            samples = (*first.samples, *evidence.samples)
            return Evidence(replace(first.probe, samples=len(samples)), samples)
        if self._is_second or self.policy.is_always or not evidence.probe.is_apart:
            return evidence
        self._is_mixed = self._is_mixed or _has_two_versions(evidence.samples)
        comparisons = [compare(claim, evidence.samples, context) for claim in evidence.probe.claims]
        if not any(comparison.differences for comparison in comparisons):
            return evidence
        self._is_mixed = self._is_mixed or any(
            _is_divided(comparison.differences, len(evidence.samples)) for comparison in comparisons
        )
        self._held += sum(len(sample.body) for sample in evidence.samples)
        if self._held > _ROOM:
            return evidence
        self._waiting.append(evidence)
        return None

    def settled(self) -> Iterator[Evidence]:
        """The first round is over. What waits is to be judged, unless it is to be asked again (``probes``)."""
        self._is_second = True
        waiting, self._waiting = self._waiting, []
        is_under_way = bool(waiting) and (self._is_mixed or self._is_told())
        for evidence in waiting:
            if is_under_way and len(evidence.samples) < self.policy.samples:
                self._again[_key(evidence.probe)] = evidence
            else:
                yield evidence

    def probes(self) -> tuple[Probe, ...]:
        """What is asked again, as often as samples are missing."""
        return tuple(
            replace(one.probe, samples=self.policy.samples - len(one.samples), is_apart=True)
            for one in self._again.values()
        )

    def unasked(self, outcome: Unreachable) -> Evidence | None:
        """The first round of what was not asked again after all; ``None`` if it never was asked."""
        return self._again.pop(_key(outcome.probe), None)

    def _is_told(self) -> bool:
        return self.instances is not None and self.instances.is_under_way()

    def _versioned(self, evidence: Evidence) -> Evidence:
        """With the versions that answered, by what the operator named."""
        header, pod_header = self.policy.version_header, self.policy.pod_header
        if header:
            return _with_versions(evidence, [one.header(header) or "" for one in evidence.samples])
        if not pod_header or self.instances is None:
            return evidence
        pods = [one.header(pod_header) or "" for one in evidence.samples]
        versions = self.instances.versions({pod for pod in pods if pod})
        return _with_versions(evidence, [versions.get(pod, "") for pod in pods])


def _key(probe: Probe) -> _Key:
    return id(probe.claims[0]) if probe.claims else 0, id(probe.own), probe.identity, probe.with_credentials


def _with_versions(evidence: Evidence, versions: Sequence[str]) -> Evidence:
    samples = zip(evidence.samples, versions, strict=True)
    return Evidence(evidence.probe, tuple(replace(one, version=version[:_LONGEST]) for one, version in samples))


def _has_two_versions(samples: Sequence[Observation]) -> bool:
    heard = [{sample.version for sample in samples} - {""}]
    heard += [{value for sample in samples if (value := sample.header(name))} for name in VERSION_HEADERS]
    return any(len(versions) > 1 for versions in heard)


def _is_divided(differences: Iterable[Difference], answers: int) -> bool:
    """Whether some answers as a whole part from the mock and others do not."""
    places = {one.path for one in differences if one.path.startswith("/") and 0 < one.k < one.n == answers}
    return len(places) >= _PLACES
