"""One audit: read, plan, send, infer, compare, judge. The order of steps and nothing else."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from driftwatch.drift.aggregation import aggregate
from driftwatch.drift.coverage import placed
from driftwatch.drift.judge import judge
from driftwatch.drift.score import drift_score, score
from driftwatch.drift.suppress import Suppressor
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Claim, Ignored, Interaction, Unreadable, gather
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Skipped, Unreachable
from driftwatch.model.route import path_of
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.ports import Clock, MockSource, Prober, Progress
from driftwatch.probes.plan import plan, unknown_routes
from driftwatch.usecases.canary import PROVIDER, is_caught, planted
from driftwatch.usecases.judgement import compare, findings_beside, weigh
from driftwatch.usecases.operations import Operations
from driftwatch.usecases.three_sides import with_agreement


@dataclass(frozen=True, slots=True)
class Provider:
    """One service to audit: its mocks and what the operator decided about it."""

    name: str
    target: str
    """Its base URL for a reader."""
    source: MockSource
    policy: Policy


@dataclass(frozen=True, slots=True)
class Run:
    """What tells this audit from another."""

    id: str
    version: str
    config_digest: str
    suppressions: tuple[Suppression, ...] = ()
    is_whole: bool = True
    """Every provider of the config is audited, and not some of them."""


def audit(providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress) -> Summary:
    """Ask every provider what its mocks claim, and say where the two part."""
    started_at, started = clock.now(), clock.elapsed()
    desk = _Desk({provider.name: provider.policy for provider in providers}, clock)
    probes = [_canary_probe()]
    for provider in providers:
        claims = desk.sort_out(provider)
        asked, skipped = plan(claims, provider.policy.probing)
        desk.set_aside(skipped)
        probes += asked
    probes += unknown_routes([probe for probe in probes if probe.provider != PROVIDER], run.id)
    progress.planned(len(probes))
    for outcome in prober.send(probes):
        desk.receive(outcome)
        progress.advanced()
    desk.judge_waiting()
    suppressor = Suppressor(run.suppressions, started_at.date())
    audited = [_ranked(suppressor.mark(desk.summary_of(provider)), provider.policy) for provider in providers]
    return Summary(
        run_id=run.id,
        started_at=started_at,
        seconds=clock.elapsed() - started,
        version=run.version,
        config_digest=run.config_digest,
        providers=tuple(audited),
        unreadable=tuple(desk.unreadable),
        ignored=tuple(desk.ignored),
        canary=Canary(planted=1, caught=int(desk.is_canary_caught)),
        requests_sent=desk.requests_sent,
        suppressions=suppressor.review(audited, is_whole=run.is_whole and not desk.unreadable),
    )


def _ranked(provider: ProviderSummary, policy: Policy) -> ProviderSummary:
    """With the scores to rank by, which heed only what is still open."""
    results = tuple(
        replace(one, drift_score=drift_score(one.findings, policy.consumer)) if one.findings else one
        for one in provider.results
    )
    everything = (finding for one in results for finding in one.findings)
    return replace(provider, results=results, drift_score=drift_score(everything, policy.consumer))


def _canary_probe() -> Probe:
    claim = planted()
    return Probe(PROVIDER, claim.request, (claim,), samples=1, spacing=0)


@dataclass(slots=True)
class _Desk:
    """Where everything that was read and everything that came back is put together."""

    policies: dict[str, Policy]
    clock: Clock
    interactions: dict[str, list[Interaction]] = field(default_factory=dict)
    base_paths: dict[str, str] = field(default_factory=dict)
    operations: dict[str, Operations] = field(default_factory=dict)
    """What specifications beside the mocks describe."""
    results: dict[int, Result] = field(default_factory=dict)
    """By identity of the interaction: two mocks may be equal to the letter."""
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    unknown_routes: dict[str, Observation] = field(default_factory=dict)
    waiting: list[Evidence] = field(default_factory=list)
    is_canary_caught: bool = False
    requests_sent: int = 0

    def sort_out(self, provider: Provider) -> Iterable[Claim]:
        """Keep what cannot be read, and gather the rest into claims."""
        self.base_paths[provider.name] = path_of(provider.target)
        mine = self.interactions.setdefault(provider.name, [])
        for reading in provider.source.read():
            match reading:
                case Unreadable():
                    self.unreadable.append(reading)
                case Ignored():
                    self.ignored.append(reading)
                case Interaction():
                    mine.append(reading.of(provider.name))
        mine[:] = placed(mine)
        return gather(mine)

    def set_aside(self, skipped: Iterable[Skipped]) -> None:
        """What is not sent has its verdict already."""
        for one in skipped:
            verdict = Verdict.SKIPPED if one.is_policy else Verdict.UNVERIFIABLE
            self._conclude(one.claim, verdict, one.reason)

    def receive(self, outcome: Evidence | Unreachable) -> None:
        """Judge what came back, except a 404 that must wait for what the service says of unknown routes."""
        if isinstance(outcome, Unreachable):
            verdict = Verdict.SKIPPED if outcome.is_policy else Verdict.UNREACHABLE
            for claim in outcome.probe.claims:
                self._conclude(claim, verdict, outcome.reason)
            return
        self.requests_sent += len(outcome.samples)
        provider = outcome.probe.provider
        if outcome.probe.purpose is Purpose.UNKNOWN_ROUTE:
            self.unknown_routes[provider] = outcome.samples[0]
        elif provider == PROVIDER:
            self._hear_canary(outcome)
        elif any(sample.status == 404 for sample in outcome.samples):
            self.waiting.append(outcome)
        else:
            self._judge(outcome)

    def judge_waiting(self) -> None:
        """Every answer is in: judge those that waited."""
        for evidence in self.waiting:
            self._judge(evidence)

    def summary_of(self, provider: Provider) -> ProviderSummary:
        """What the run says of one provider."""
        return ProviderSummary(provider.name, provider.target, aggregate(tuple(self.results_of(provider.name))))

    def results_of(self, provider: str) -> Iterator[Result]:
        """One result for every interaction, in the order of the files."""
        for interaction in self.interactions[provider]:
            missing = Result(interaction, Verdict.UNREACHABLE, "the audit ended before this was asked")
            yield self.results.get(id(interaction), missing)

    def _judge(self, evidence: Evidence) -> None:
        provider = evidence.probe.provider
        policy = self.policies[provider]
        context = Context(
            now=self.clock.now(),
            unknown_route=self.unknown_routes.get(provider),
            consumer=policy.consumer,
            base_path=self.base_paths[provider],
        )
        for claim in evidence.probe.claims:
            comparison = compare(claim, evidence.samples, context)
            findings = with_agreement(weigh(comparison, policy), comparison, self._operations(provider), compare)
            verdict, reason = verdict_of(findings)
            beside = findings_beside(claim, context, policy, is_verified=comparison.is_compared or verdict.is_answer)
            fidelity = score(comparison, findings, policy.consumer) if verdict.is_answer else None
            for interaction in claim.interactions:
                mine = (*findings, *_about(interaction, beside))
                self.results[id(interaction)] = Result(
                    interaction, verdict, reason, mine, fidelity, samples=len(evidence.samples)
                )

    def _operations(self, provider: str) -> Operations:
        """All mocks are read before the first answer comes, so this is looked through once."""
        if provider not in self.operations:
            self.operations[provider] = Operations.among(self.interactions[provider], self.base_paths[provider])
        return self.operations[provider]

    def _hear_canary(self, evidence: Evidence) -> None:
        (claim,) = evidence.probe.claims
        findings = judge(compare(claim, evidence.samples, Context(now=self.clock.now())), Policy())
        self.is_canary_caught = is_caught(findings)

    def _conclude(self, claim: Claim, verdict: Verdict, reason: str) -> None:
        policy = self.policies.get(claim.provider, Policy())
        beside = findings_beside(claim, Context(now=self.clock.now()), policy, is_verified=False)
        for interaction in claim.interactions:
            self.results[id(interaction)] = Result(interaction, verdict, reason, tuple(_about(interaction, beside)))


def _about(interaction: Interaction, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that are about this mock and not about another one of its claim."""
    return (finding for finding in findings if finding.origin == interaction.origin)
