"""One audit: read, plan, send, infer, compare, judge. The order of steps and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from driftwatch.drift.aggregation import aggregate
from driftwatch.drift.coverage import placed
from driftwatch.drift.judge import judge
from driftwatch.drift.score import drift_score, score
from driftwatch.drift.suppress import Suppressor
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Ignored, Interaction, Unreadable, gather
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Skipped, Stage, Unreachable
from driftwatch.model.route import path_of
from driftwatch.model.summary import Canary, ProviderSummary, Result, Summary, Verdict
from driftwatch.model.suppression import Suppression
from driftwatch.ports import Clock, MockSource, Prober, Progress
from driftwatch.probes.plan import plan, unknown_routes
from driftwatch.usecases.canary import PROVIDER, is_caught, planted
from driftwatch.usecases.judgement import compare, findings_beside, weigh
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.operations import Operations
from driftwatch.usecases.production import Beside, Production
from driftwatch.usecases.three_sides import with_agreement


@dataclass(frozen=True, slots=True)
class Provider:
    """One service to audit: its mocks and what the operator decided about it."""

    name: str
    target: str
    """Its base URL for a reader."""
    source: MockSource
    policy: Policy
    production: Production | None = None
    """Where the service is live, if the config names it as a witness."""


@dataclass(frozen=True, slots=True)
class Run:
    """What tells this audit from another."""

    id: str
    version: str
    config_digest: str
    suppressions: tuple[Suppression, ...] = ()
    is_whole: bool = True
    """Every provider of the config is audited, and not some of them."""


def audit(
    providers: Sequence[Provider], prober: Prober, clock: Clock, run: Run, progress: Progress,
    notebook: Notebook | None = None,
) -> Summary:  # fmt: skip
    """Ask every provider what its mocks claim, and say where the two part.

    In ``notebook`` stands what earlier audits learnt, and into it goes what this one learns.
    """
    started_at, started = clock.now(), clock.elapsed()
    desk = _Desk({provider.name: provider.policy for provider in providers}, clock, notebook)
    probes: list[Probe] = []
    for provider in providers:
        if provider.production is not None:
            desk.beside[provider.name] = Beside(provider.production, provider.policy)
        claims = desk.sort_out(provider)
        asked, skipped = plan(claims, provider.policy.probing)
        desk.set_aside(skipped)
        probes += asked
    probes = [_canary_probe(), *desk.expect(unknown_routes(probes, run.id)), *probes]
    progress.planned(len(probes))
    for outcome in prober.send(probes):
        desk.receive(outcome)
        progress.advanced()
    desk.judge_waiting()
    witnesses = [probe for beside in desk.beside.values() for probe in beside.probes()]
    if witnesses:
        progress.planned(len(witnesses))
        for outcome in prober.send(witnesses):
            desk.receive(outcome)
            progress.advanced()
    suppressor = Suppressor(run.suppressions, started_at.date())
    audited = [ranked(suppressor.mark(desk.summary_of(provider)), provider.policy) for provider in providers]
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


def ranked(provider: ProviderSummary, policy: Policy) -> ProviderSummary:
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
    notebook: Notebook | None = None
    interactions: dict[str, list[Interaction]] = field(default_factory=dict)
    base_paths: dict[str, str] = field(default_factory=dict)
    operations: dict[str, Operations] = field(default_factory=dict)
    """What specifications beside the mocks describe."""
    results: dict[int, Result] = field(default_factory=dict)
    """By identity of the interaction: two mocks may be equal to the letter."""
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    unknown_routes: dict[str, Observation] = field(default_factory=dict)
    waiting: dict[str, list[Evidence]] = field(default_factory=dict)
    """By provider: answers that wait for what it says of unknown routes, which is asked first, to be few."""
    beside: dict[str, Beside] = field(default_factory=dict)
    """What is asked of production, by provider."""
    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """What compared mocks claim of latency, by provider."""
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

    def expect(self, routes: Sequence[Probe]) -> Sequence[Probe]:
        """These will tell what a service says of unknown routes: a 404 of its own waits for that."""
        self.waiting = {probe.provider: [] for probe in routes}
        return routes

    def receive(self, outcome: Evidence | Unreachable) -> None:
        """Judge what came back, except a 404 that must wait for what the service says of unknown routes."""
        if outcome.probe.stage is Stage.PRODUCTION:
            self._hear_production(outcome)
            return
        if isinstance(outcome, Unreachable):
            verdict = Verdict.SKIPPED if outcome.is_policy else Verdict.UNREACHABLE
            for claim in outcome.probe.claims:
                self._conclude(claim, verdict, outcome.reason)
            if outcome.probe.purpose is Purpose.UNKNOWN_ROUTE:
                self._judge_waiting(outcome.probe.provider)
            return
        self.requests_sent += len(outcome.samples)
        provider = outcome.probe.provider
        if outcome.probe.purpose is Purpose.UNKNOWN_ROUTE:
            self.unknown_routes[provider] = outcome.samples[0]
            self._judge_waiting(provider)
        elif provider == PROVIDER:
            self._hear_canary(outcome)
        elif provider in self.waiting and any(sample.status == 404 for sample in outcome.samples):
            self.waiting[provider].append(outcome)
        else:
            self._judge(outcome)

    def judge_waiting(self) -> None:
        """No more answers come: judge those that still wait."""
        for provider in tuple(self.waiting):
            self._judge_waiting(provider)

    def _judge_waiting(self, provider: str) -> None:
        """Whatever it says of unknown routes is known now, or never will be."""
        for evidence in self.waiting.pop(provider, ()):
            self._judge(evidence)

    def summary_of(self, provider: Provider) -> ProviderSummary:
        """What the run says of one provider."""
        beside = self.beside.get(provider.name)
        results = aggregate(tuple(self.results_of(provider.name)))
        production = beside.summary() if beside is not None else None
        delays = self.delays[provider.name]
        return ProviderSummary(
            provider.name, provider.target, results, production=production,
            mocked_delay_ms=median(delays) if delays else None,
        )  # fmt: skip

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
            if self.notebook is not None:
                context = replace(context, history=self.notebook.history_of(claim))
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
            if not verdict.is_answer:
                continue
            self.delays[provider] += [one.delay_ms for one in claim.variants if one.delay_ms is not None]
            if self.notebook is not None:
                self.notebook.learn(comparison)
            if provider in self.beside:
                self.beside[provider].keep(claim, evidence.samples, findings)

    def _hear_production(self, outcome: Evidence | Unreachable) -> None:
        provider = outcome.probe.provider
        self.requests_sent += len(outcome.samples) if isinstance(outcome, Evidence) else 0
        context = Context(now=self.clock.now(), consumer=self.policies[provider].consumer)
        for claim, revision in self.beside[provider].hear(outcome, context):
            for interaction in claim.interactions:
                self.results[id(interaction)] = revision.of(self.results[id(interaction)])

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
        history = self.notebook.history_of(claim) if self.notebook is not None else History()
        context = Context(now=self.clock.now(), history=history)
        beside = findings_beside(claim, context, policy, is_verified=False)
        for interaction in claim.interactions:
            self.results[id(interaction)] = Result(interaction, verdict, reason, tuple(_about(interaction, beside)))


def _about(interaction: Interaction, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that are about this mock and not about another one of its claim."""
    return (finding for finding in findings if finding.origin == interaction.origin)
