"""The desk of one process in one run: where all that was read and all that came back is put together."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.coverage import placed
from driftwatch.drift.judge import judge
from driftwatch.drift.score import score
from driftwatch.drift.verdict import verdict_of
from driftwatch.model.context import Context
from driftwatch.model.finding import Finding
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Ignored, Interaction, Unreadable, gather
from driftwatch.model.memory import key_of
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Skipped, Stage, Unreachable
from driftwatch.model.route import path_of
from driftwatch.model.shard import Shard
from driftwatch.model.share import ProviderShare
from driftwatch.model.summary import Result, Verdict
from driftwatch.ports import Clock
from driftwatch.probes.plan import plan, unknown_routes
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.canary import PROVIDER, is_caught
from driftwatch.usecases.judgement import compare, findings_beside, weigh
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.operations import Operations
from driftwatch.usecases.production import Beside
from driftwatch.usecases.three_sides import with_agreement

_UNASKED = "the audit ended before this was asked"


class _Pile(Struct):
    """The mocks of one provider that are in this process's share."""

    interactions: list[Interaction]
    places: Sequence[int]
    """For each of them, which of all the provider's interactions it is."""
    read: int
    """How many there are in all."""
    mocks: str
    """Digest of their names and places."""
    operations: Operations
    """What specifications beside the mocks describe."""
    base_path: str


class Desk(Struct):
    """One for a run of a process."""

    policies: dict[str, Policy]
    clock: Clock
    shard: Shard
    run_id: str
    notebook: Notebook | None = None
    piles: dict[str, _Pile] = field(default_factory=dict)
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

    def prepare(self, provider: Provider) -> tuple[Sequence[Probe], Sequence[Probe]]:
        """Read a provider's mocks: what tells of its unknown routes, and what is to be asked of it.

        Every process reads all mocks, and keeps its own: where a mock is shadowed, what describes it and which route is
        unknown are questions about all of them.
        """
        if provider.production is not None:
            self.beside[provider.name] = Beside(provider.production, provider.policy)
        everything = placed(list(self._sort_out(provider)))
        asked, skipped = plan(gather(everything), provider.policy.probing)
        routes = unknown_routes(asked, self.run_id)
        if not self.shard.is_whole:
            asked = tuple(one for one in asked if self.shard.takes(question(one.claims[0])))
            skipped = tuple(one for one in skipped if self.shard.takes(question(one.claim)))
        self.piles[provider.name] = self._pile(provider, everything, asked, skipped)
        for one in skipped:
            verdict = Verdict.SKIPPED if one.is_policy else Verdict.UNVERIFIABLE
            self._conclude(one.claim, verdict, one.reason)
        if not asked:
            return (), ()
        self.waiting |= {probe.provider: [] for probe in routes}
        return routes, asked

    def _sort_out(self, provider: Provider) -> Iterator[Interaction]:
        for reading in provider.source.read():
            match reading:
                case Unreadable():
                    self.unreadable.append(reading)
                case Ignored():
                    self.ignored.append(reading)
                case Interaction():
                    yield reading.of(provider.name)

    def _pile(
        self, provider: Provider, everything: list[Interaction], asked: Sequence[Probe], skipped: Sequence[Skipped]
    ) -> _Pile:
        base_path = path_of(provider.target)
        operations = Operations.among(everything, base_path)
        if self.shard.is_whole:
            return _Pile(everything, range(len(everything)), len(everything), "", operations, base_path)
        claims = [*(claim for probe in asked for claim in probe.claims), *(one.claim for one in skipped)]
        mine = {id(one) for claim in claims for one in claim.interactions}
        places = [place for place, one in enumerate(everything) if id(one) in mine]
        kept = [everything[place] for place in places]
        return _Pile(kept, places, len(everything), digest_of(everything), operations, base_path)

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

    def share_of(self, provider: Provider) -> ProviderShare:
        """What this process found of one provider: one result for every interaction, in the order of the files."""
        pile, beside = self.piles[provider.name], self.beside.get(provider.name)
        results = tuple(
            self.results.get(id(one)) or Result(one, Verdict.UNREACHABLE, _UNASKED) for one in pile.interactions
        )
        return ProviderShare(
            provider.name, provider.target, results, tuple(pile.places), pile.read, pile.mocks,
            tuple(self.delays[provider.name]), beside.summary() if beside is not None else None,
        )  # fmt: skip

    def _judge(self, evidence: Evidence) -> None:
        provider = evidence.probe.provider
        policy, pile = self.policies[provider], self.piles[provider]
        context = Context(
            now=self.clock.now(),
            unknown_route=self.unknown_routes.get(provider),
            consumer=policy.consumer,
            base_path=pile.base_path,
        )
        for claim in evidence.probe.claims:
            if self.notebook is not None:
                context = replace(context, history=self.notebook.history_of(claim))
            comparison = compare(claim, evidence.samples, context)
            findings = with_agreement(weigh(comparison, policy), comparison, pile.operations, compare)
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

    def _hear_canary(self, evidence: Evidence) -> None:
        (claim,) = evidence.probe.claims
        findings = judge(compare(claim, evidence.samples, Context(now=self.clock.now())), Policy())
        self.is_canary_caught = is_caught(findings)

    def _conclude(self, claim: Claim, verdict: Verdict, reason: str) -> None:
        policy = self.policies.get(claim.provider, Policy())
        history = self.notebook.history_of(claim) if self.notebook is not None else History()
        context = Context(now=self.clock.now(), history=history)
        for result in unanswered(claim, verdict, reason, context, policy):
            self.results[id(result.interaction)] = result


def unanswered(claim: Claim, verdict: Verdict, reason: str, context: Context, policy: Policy) -> Iterator[Result]:
    """The results of a claim that was not compared, with what is found of its mocks without asking anybody."""
    beside = findings_beside(claim, context, policy, is_verified=False)
    for interaction in claim.interactions:
        yield Result(interaction, verdict, reason, tuple(_about(interaction, beside)))


def question(claim: Claim) -> bytes:
    """What decides whose share a claim is: all that one request answers is judged by one process."""
    return claim.provider.encode("utf-8", "surrogatepass") + b"\0" + claim.request.key


def digest_of(interactions: Iterable[Interaction]) -> str:
    """Tells whether two processes read the same mocks: their names and places, in order."""
    digest = hashlib.blake2b(digest_size=16)
    for one in interactions:
        digest.update(f"{key_of(one)} {one.origin}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _about(interaction: Interaction, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Those that are about this mock and not about another one of its claim."""
    return (finding for finding in findings if finding.origin == interaction.origin)
