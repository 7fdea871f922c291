"""The desk of one process in one run: where all that was read and all that came back is put together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.drift.coverage import placed
from driftwatch.drift.judge import judge
from driftwatch.model.context import Context
from driftwatch.model.history import History
from driftwatch.model.interaction import Claim, Ignored, Interaction, Unreadable, as_asked, gather
from driftwatch.model.journey import Trouble
from driftwatch.model.policy import Policy
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Skipped, Stage, Unreachable
from driftwatch.model.shard import Shard
from driftwatch.model.share import ProviderShare
from driftwatch.model.summary import Result, Verdict
from driftwatch.ports import Clock
from driftwatch.probes.plan import plan, unknown_routes
from driftwatch.usecases.answered import answered
from driftwatch.usecases.assignment import Provider
from driftwatch.usecases.canary import PROVIDER, is_caught
from driftwatch.usecases.judgement import compare
from driftwatch.usecases.notebook import Notebook
from driftwatch.usecases.piles import Pile, claims_of, pile_of, question, unanswered
from driftwatch.usecases.production import Beside

if TYPE_CHECKING:
    from driftwatch.usecases.discovery import Finder
    from driftwatch.usecases.further import Further
    from driftwatch.usecases.keeper import Keeper
    from driftwatch.usecases.lens import Lens
    from driftwatch.usecases.mixing import Mixing
    from driftwatch.usecases.passive import Passive
    from driftwatch.usecases.trip import Booked

_UNASKED = "the audit ended before this was asked"
_RECORDED = "recorded traffic is preferred"
_OF_STAGING = "staging was asked for a record of its own, which production does not have"


class Desk(Struct):
    """One for a run of a process."""

    policies: dict[str, Policy]
    clock: Clock
    shard: Shard
    run_id: str
    notebook: Notebook | None = None
    piles: dict[str, Pile] = field(default_factory=dict)
    results: dict[int, Result] = field(default_factory=dict)
    """By identity of the interaction: two mocks may be equal to the letter."""
    unreadable: list[Unreadable] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    unknown_routes: dict[str, Observation] = field(default_factory=dict)
    waiting: dict[str, list[Evidence]] = field(default_factory=dict)
    """By provider: answers that wait for what it says of unknown routes, which is asked first, to be few."""
    beside: dict[str, Beside] = field(default_factory=dict)
    """What is asked of production, by provider."""
    lenses: dict[str, "Lens"] = field(default_factory=dict)
    """As whom else a provider is asked."""
    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """What compared mocks claim of latency, by provider."""
    booked: list["Booked"] = field(default_factory=list)
    """Journeys that this process takes."""
    finders: "dict[str, Finder]" = field(default_factory=dict)
    """What looks for identifiers that nobody knows, by provider."""
    troubles: list[Trouble] = field(default_factory=list)
    """What went wrong with journeys."""
    mixing: "dict[str, Mixing]" = field(default_factory=dict)
    """What tells two versions of a provider apart, by provider."""
    passive: "dict[str, Passive]" = field(default_factory=dict)
    """What recordings of its traffic tell, by provider."""
    further: "Further | None" = None
    """What is asked by consent, and of behaviour."""
    keeper: "Keeper | None" = None
    """What keeps the answers that healing rests on; an ordinary audit keeps none."""
    is_canary_caught: bool = False
    requests_sent: int = 0

    def prepare(self, provider: Provider) -> tuple[Sequence[Probe], Sequence[Probe]]:
        """Read a provider's mocks: what tells of its unknown routes, and what is to be asked of it.

        Every process reads all mocks, and keeps its own: where a mock is shadowed, what describes it and which route is
        unknown are questions about all of them.
        """
        if provider.production is not None:
            self.beside[provider.name] = Beside(provider.production, provider.policy)
        if provider.policy.probing.identities.lens:
            from driftwatch.usecases.lens import Lens  # noqa: PLC0415 - few configs have one

            self.lenses[provider.name] = Lens(provider.policy)
        everything = placed(list(self._sort_out(provider)))
        claims: Iterable[Claim] = gather(everything)
        if provider.journeys:
            from driftwatch.usecases.journeys import book_for  # noqa: PLC0415 - few configs have any

            booked, claims = book_for(provider, claims, self.shard)
            self.booked += booked
        if provider.policy.probing.is_further:
            claims = self._go_further(provider, claims)
        asked, skipped = plan(claims, provider.policy.probing)
        routes = unknown_routes(asked, self.run_id)
        all_claims = (*claims_of(asked), *(one.claim for one in skipped)) if provider.evidence is not None else ()
        if not self.shard.is_whole:
            asked = tuple(one for one in asked if self.shard.takes(question(one.claims[0])))
            skipped = tuple(one for one in skipped if self.shard.takes(question(one.claim)))
        self.piles[provider.name] = pile_of(provider, everything, self._mine(provider, asked, skipped), self.shard)
        if provider.evidence is not None:
            asked = self._listen(provider, everything, all_claims, asked, skipped)
        if provider.discovery is not None:
            from driftwatch.usecases.discovery import Finder  # noqa: PLC0415 - few configs want it

            self.finders[provider.name] = finder = Finder(provider, provider.discovery, everything)
            asked, skipped = finder.sort_out(asked, skipped)
        for one in skipped:
            verdict = Verdict.SKIPPED if one.is_policy else Verdict.UNVERIFIABLE
            self.conclude(one.claim, verdict, one.reason)
        if provider.rollout is not None:
            from driftwatch.usecases.mixing import Mixing  # noqa: PLC0415 - few configs look for rollouts

            self.mixing[provider.name] = Mixing(provider.rollout, provider.instances)
            asked = self.mixing[provider.name].apart(asked)
        if not asked:
            return (), ()
        self.waiting |= {probe.provider: [] for probe in routes}
        first = self.further.first(provider.name, asked) if self.further is not None else ()
        return (*routes, *first), asked

    def _go_further(self, provider: Provider, claims: Iterable[Claim]) -> Sequence[Claim]:
        """The same claims; what is asked of them by consent is booked as journeys."""
        from driftwatch.usecases.further import Further  # noqa: PLC0415 - few configs want any of it

        everything = tuple(claims)
        self.further = self.further or Further.of(self.run_id, self.clock, self.receive)
        self.booked += self.further.book(provider, [one for one in everything if self.shard.takes(question(one))])
        return everything

    def _listen(
        self, provider: Provider, everything: Sequence[Interaction], claims: Sequence[Claim], asked: Sequence[Probe],
        skipped: Sequence[Skipped],
    ) -> tuple[Probe, ...]:  # fmt: skip
        """Read the recordings of a provider's traffic; what is to be asked for all that."""
        from driftwatch.usecases.passive import Passive  # noqa: PLC0415 - few configs name any

        mine = (*claims_of(asked), *(one.claim for one in skipped))
        passive = Passive.listen(provider, claims, mine, self.clock.now())
        passive.keeper = self.keeper
        self.passive[provider.name] = passive
        self.unreadable += passive.unreadable
        self.ignored += passive.ignored
        passive.look_over(provider, everything, Context(now=self.clock.now()))
        left, spared = passive.spared(asked)
        for claim in spared:
            self.conclude(claim, Verdict.SKIPPED, _RECORDED)
        return left

    def _mine(self, provider: Provider, asked: Sequence[Probe], skipped: Sequence[Skipped]) -> Iterator[Claim]:
        yield from claims_of(asked)
        yield from (one.claim for one in skipped)
        booked = (one for one in self.booked if one.journey.provider == provider.name)
        yield from (claim for one in booked for claim in one.named())

    def _sort_out(self, provider: Provider) -> Iterator[Interaction]:
        for reading in provider.source.read():
            match reading:
                case Unreadable():
                    self.unreadable.append(reading)
                case Ignored():
                    self.ignored.append(reading)
                case Interaction():
                    yield reading.of(provider.name)

    def receive(self, outcome: Evidence | Unreachable) -> None:
        """Judge what came back, except a 404 that must wait for what the service says of unknown routes."""
        if outcome.probe.stage is Stage.PRODUCTION:
            self._hear_production(outcome)
            return
        if outcome.probe.purpose is Purpose.VIEW:
            self.requests_sent += len(outcome.samples) if isinstance(outcome, Evidence) else 0
            self.lenses[outcome.probe.provider].hear(outcome)
            return
        if outcome.probe.purpose is Purpose.BEHAVIOUR and self.further is not None:
            self.requests_sent += len(outcome.samples) if isinstance(outcome, Evidence) else 0
            self.further.hear(outcome)
            return
        self._overhear(outcome)
        if isinstance(outcome, Unreachable):
            mixing = self.mixing.get(outcome.probe.provider)
            if mixing is not None and (first := mixing.unasked(outcome)) is not None:
                self._judge(first)
                return
            for claim in outcome.probe.claims:
                self.conclude(claim, _verdict_on(outcome), outcome.reason)
            if outcome.probe.purpose is Purpose.UNKNOWN_ROUTE:
                self._judge_waiting(outcome.probe.provider)
            return
        self.requests_sent += len(outcome.samples)
        provider = outcome.probe.provider
        if outcome.probe.purpose is Purpose.UNKNOWN_ROUTE:
            self.unknown_routes[provider] = outcome.samples[0]
            if self.further is None or not self.further.is_waiting(provider):
                self._judge_waiting(provider)
        elif provider == PROVIDER:
            self._hear_canary(outcome)
        elif provider in self.waiting and any(sample.status == 404 for sample in outcome.samples):
            self.waiting[provider].append(outcome)
        else:
            self._judge(outcome)

    def _overhear(self, outcome: Evidence | Unreachable) -> None:
        """An answer may be a list that names what others want."""
        if outcome.probe.provider in self.finders:
            self.finders[outcome.probe.provider].hear(outcome)

    def receive_in_turn(self, outcome: Evidence | Unreachable) -> None:
        """The same for mocks that may be asked several times in one run: the worst that they came to counts."""
        mocks = [one for claim in outcome.probe.claims for one in claim.interactions]
        before = {id(one): self.results[id(one)] for one in mocks if id(one) in self.results}
        self.receive(outcome)
        for mock, result in before.items():
            if _weight(result) > _weight(self.results[mock]):
                self.results[mock] = result

    def look_through(self) -> None:
        """All others have asked: what hangs on who asks is known."""
        for lens in self.lenses.values():
            lens.revise(self.results)

    def judge_waiting(self) -> None:
        """No more answers come: judge those that still wait."""
        for provider in tuple(self.waiting):
            self._judge_waiting(provider)

    def spread(self, probes: Sequence[Probe]) -> Sequence[Probe]:
        """The same probes; where two versions are looked for, what is asked for mocks may reach all instances."""
        return [
            self.mixing[one.provider].apart((one,))[0] if one.claims and one.provider in self.mixing else one
            for one in probes
        ]

    def second_round(self) -> list[Probe]:
        """What is asked again, since two versions of its provider seem to answer; all else that waited is judged."""
        for mixing in self.mixing.values():
            for evidence in mixing.settled():
                self._judge(evidence)
        return [probe for mixing in self.mixing.values() for probe in mixing.probes()]

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
        if provider.name in self.passive:
            results = self.passive[provider.name].with_findings(results)
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
            roles=policy.probing.identities.roles,
        )
        mixing = self.mixing.get(provider)
        taken = evidence if mixing is None else mixing.take(evidence, context)
        if taken is None:
            return
        evidence = taken
        if self.further is not None:
            context = replace(context, missing_record=self.further.missing_of(provider, evidence.probe.request))
            self.further.keep(evidence)
        for claim in evidence.probe.claims:
            asked = claim if evidence.probe.own is None else as_asked(claim, evidence.probe.own)
            if self.notebook is not None:
                context = replace(context, history=self.notebook.history_of(claim))
            one = answered(claim, asked, evidence.samples, context, policy, pile.operations)
            self.results |= {id(result.interaction): result for result in one.results}
            if self.keeper is not None:
                self.keeper.keep(claim, asked, evidence.samples, context, policy, one.findings)
            if not one.is_answer:
                continue
            self.delays[provider] += [each.delay_ms for each in claim.variants if each.delay_ms is not None]
            if self.notebook is not None:
                self.notebook.learn(one.comparison)
            if provider in self.lenses:
                self.lenses[provider].keep(evidence.probe, claim, one.comparison)
            if provider in self.beside:
                if asked is claim:
                    self.beside[provider].keep(claim, evidence.samples, one.findings)
                else:
                    self.beside[provider].spare(claim, _OF_STAGING)

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

    def conclude(self, claim: Claim, verdict: Verdict, reason: str) -> None:
        """Say of a claim that was not compared, why."""
        policy = self.policies.get(claim.provider, Policy())
        history = self.notebook.history_of(claim) if self.notebook is not None else History()
        context = Context(now=self.clock.now(), history=history)
        passive = self.passive.get(claim.provider)
        if passive is None:
            results = unanswered(claim, verdict, reason, context, policy)
        else:
            pile = self.piles[claim.provider]
            context = replace(context, consumer=policy.consumer, base_path=pile.base_path)
            results = passive.results(claim, (verdict, reason), context, policy, pile.operations, self.notebook)
        for result in results:
            self.results[id(result.interaction)] = result


def _verdict_on(outcome: Unreachable) -> Verdict:
    if outcome.is_unauthorized:
        return Verdict.UNAUTHORIZED
    return Verdict.SKIPPED if outcome.is_policy else Verdict.UNREACHABLE


def _weight(result: Result) -> int:
    return (Verdict.VERIFIED, Verdict.DRIFTED).index(result.verdict) + 1 if result.verdict.is_answer else 0
