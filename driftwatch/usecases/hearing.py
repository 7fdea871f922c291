"""What staging answers to an audit's own safe probes, as exchanges: nothing is sent beside what an audit sends."""

from collections.abc import Iterable, Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Stage, Unreachable
from driftwatch.model.traffic import Heard, Medium
from driftwatch.ports import Prober
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.canary import PROVIDER as CANARY

_OF_THE_MOMENT = frozenset({401, 403, 407, 408, 421, 425, 429})
"""Statuses that tell of credentials, quotas and the way; a mock is made of one only where a mock claims it already."""


class Hearing(Struct):
    """A prober that keeps what comes back; fulfils ``ports.Prober``."""

    prober: Prober
    heard: list[Heard] = field(default_factory=list)
    silent: dict[tuple[str, str], int] = field(default_factory=dict)
    """Operations without a usable answer and why: how many samples."""

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """What the prober yields, unchanged."""
        for outcome in self.prober.send(probes):
            if _is_about_mocks(outcome.probe):
                self._hear(outcome)
            yield outcome

    def _hear(self, outcome: Evidence | Unreachable) -> None:
        probe = outcome.probe
        operation = f"{probe.request.method} {probe.request.path_template}"
        if isinstance(outcome, Unreachable):
            self._leave(operation, outcome.reason)
            return
        for sample in outcome.samples:
            if reason := _why_not(probe, sample):
                self._leave(operation, reason)
            else:
                self.heard.append(_heard(probe, sample))

    def _leave(self, operation: str, reason: str) -> None:
        self.silent[operation, reason] = self.silent.get((operation, reason), 0) + 1


def safely(provider: Provider) -> Provider:
    """The provider, asked its mocks' own safe questions and nothing else: whoever records consents to no change."""
    probing = provider.policy.probing
    identities = replace(probing.identities, lens=())
    safe = replace(probing, consents=(), behaviours=frozenset(), latency_samples=0, identities=identities)
    return replace(
        provider,
        policy=replace(provider.policy, probing=safe),
        production=None,
        journeys=(),
        evidence=None,
        rollout=None,
    )


def _is_about_mocks(probe: Probe) -> bool:
    is_claim = probe.purpose is Purpose.CLAIM and probe.stage is Stage.STAGING
    return is_claim and probe.provider != CANARY


def _why_not(probe: Probe, sample: Observation) -> str:
    if sample.failure is not None:
        return f"no answer: {sample.failure}"
    if sample.is_truncated:
        return "the answer is longer than `probing.body_limit`"
    claimed = {variant.status for claim in probe.claims for variant in claim.variants}
    if sample.status in claimed:
        return ""
    if sample.status >= 500 or sample.status in _OF_THE_MOMENT:
        return f"staging answered {sample.status}, which is no behaviour to imitate"
    return ""


def _heard(probe: Probe, sample: Observation) -> Heard:
    asked = probe.request
    return Heard(
        Medium.ASKED, "", asked.method, asked.path, asked.query, sample.status, "", sample.at, asked.body or b"",
        sample.headers, sample.body, sample.elapsed_ms, len(sample.body),
    )  # fmt: skip
