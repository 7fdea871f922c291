"""What an audit would send, found out by an audit of services that keep every promise: nothing leaves this process.

It is the audit itself that asks, so that whatever it would send is here, and nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from driftwatch.model.consent import Consent
from driftwatch.model.interaction import Claim
from driftwatch.model.journey import Capture, Journey, Step
from driftwatch.model.probe import Evidence, Observation, Probe, Purpose, Unreachable
from driftwatch.model.shard import WHOLE, Shard
from driftwatch.model.share import Share
from driftwatch.model.spoken import Withheld
from driftwatch.ports import Clock
from driftwatch.probes.plan import decide
from driftwatch.usecases.assignment import Provider, Run
from driftwatch.usecases.audit import take_share
from driftwatch.usecases.canary import ANSWER, PROVIDER

_TAG: Final = ("ETag", '"{{etag}}"')
"""Whatever the mocks show: a service may send a validator, and then it is asked by somebody who knows it."""
_VALIDATORS: Final = frozenset({"etag", "last-modified"})
_MISSING: Final = Observation(404, (("Content-Type", "application/json"),), b'{"error": "not_found"}')


class Mirror(Struct):
    """A prober that answers with what the mocks promise, and remembers what it was asked."""

    asked: list[Probe] = field(default_factory=list)

    def send(self, probes: Iterable[Probe]) -> Iterator[Evidence | Unreachable]:
        """One outcome for each probe, in order."""
        for probe in probes:
            if probe.provider != PROVIDER:
                self.asked.append(probe)
            yield Evidence(probe, (_promised(probe),) * max(1, probe.samples))


class _Nobody:
    """Nobody watches."""

    def planned(self, probes: int) -> None:
        """Nothing."""

    def advanced(self) -> None:
        """Nothing."""


def _promised(probe: Probe) -> Observation:
    if probe.provider == PROVIDER:
        return Observation(*ANSWER)
    if probe.claims:
        variant = probe.claims[0].variants[0]
        kept = tuple(one for one in variant.headers if one[0].lower() not in _VALIDATORS)
        return Observation(
            variant.status, (*kept, _TAG), variant.body or b"{}", credentials_sent=probe.with_credentials
        )  # fmt: skip
    if probe.purpose in (Purpose.UNKNOWN_ROUTE, Purpose.BEHAVIOUR):
        return _MISSING
    return Observation(200, (("Content-Type", "application/json"),), b"{}")


def foresee(
    providers: Sequence[Provider], clock: Clock, run: Run, shard: Shard = WHOLE
) -> tuple[Sequence[Probe], dict[str, list[Withheld]]]:
    """Every probe in the order in which it would be sent, and by provider what would not be asked."""
    mirror = Mirror()
    unfilled = [_unfilled(provider) for provider in providers]
    share = take_share(unfilled, mirror, clock, run, _Nobody(), None, shard)
    return mirror.asked, _withheld(share, providers, mirror.asked)


def _withheld(share: Share, providers: Sequence[Provider], asked: Sequence[Probe]) -> dict[str, list[Withheld]]:
    is_asked = {id(one) for probe in asked for claim in probe.claims for one in claim.interactions}
    policies = {provider.name: provider.policy.probing for provider in providers}
    withheld: dict[str, list[Withheld]] = {}
    for part in share.providers:
        for result in part.results:
            if id(result.interaction) not in is_asked:
                claim = Claim((result.interaction,))
                tier = decide(claim, policies[part.name]).tier
                withheld.setdefault(part.name, []).append(Withheld(claim, tier, result.reason))
    return withheld


def _unfilled(provider: Provider) -> Provider:
    """The same with captured values left as ``{{name}}``: nobody answers with real ones."""
    probing = provider.policy.probing
    if not provider.journeys and not probing.consents:
        return provider
    probing = replace(probing, consents=tuple(map(_of_consent, probing.consents)))
    return replace(
        provider,
        journeys=tuple(map(_of_journey, provider.journeys)),
        policy=replace(provider.policy, probing=probing),
    )


def _of_consent(consent: Consent) -> Consent:
    everything = (*consent.captures, *_captures((*consent.set_up, *consent.clean_up)))
    return replace(
        consent,
        variables=_named(everything),
        captures=(),
        set_up=_blind(consent.set_up),
        clean_up=_blind(consent.clean_up),
    )


def _of_journey(journey: Journey) -> Journey:
    return replace(
        journey,
        variables={**dict(_named(_captures(journey.all_steps))), **journey.variables},
        steps=_blind(journey.steps),
        set_up=_blind(journey.set_up),
        clean_up=_blind(journey.clean_up),
    )


def _captures(steps: Iterable[Step]) -> Iterator[Capture]:
    return (capture for step in steps for capture in step.captures)


def _named(captures: Iterable[Capture]) -> tuple[tuple[str, str], ...]:
    return tuple((capture.name, f"{{{{{capture.name}}}}}") for capture in captures)


def _blind(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Steps that need nothing of an answer."""
    return tuple(replace(step, captures=(), expect=()) for step in steps)
