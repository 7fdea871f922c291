"""Claims → probes, or ``Skipped`` with a reason. One question is asked once, for all claims that ask it."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from driftwatch.model.identity import NOBODY
from driftwatch.model.interaction import Claim, Interaction, Request
from driftwatch.model.policy import Behaviour, ProbingPolicy
from driftwatch.model.probe import Probe, Purpose, Skipped, Tier
from driftwatch.probes.callers import asked_as, stands_for_anonymous
from driftwatch.probes.safety import is_allowed, tier_of

if TYPE_CHECKING:
    from driftwatch.model.consent import Consent

_CONDITIONAL: Final = (
    "it answers a caller who has the answer already (304): `probing.behaviours: [conditional]` asks as such a caller"
)


class Decision(Struct, frozen=True):
    """Whether a claim may be asked, and why not."""

    tier: Tier
    reason: str = ""
    is_policy: bool = True
    consent: "Consent | None" = None
    """It is asked with set-up and clean-up, and never on its own."""

    @property
    def is_send(self) -> bool:
        """Nothing speaks against it."""
        return not self.reason


def decide(claim: Claim, policy: ProbingPolicy) -> Decision:
    """Whether this claim is asked: what cannot be asked comes before what may not be."""
    request = claim.request
    tier, risk = tier_of(request, policy)
    obstacles = [_obstacle(interaction) for interaction in claim.interactions]
    if all(obstacles):
        return Decision(tier, obstacles[0], is_policy=False)
    if not request.grade.is_sendable:
        return Decision(tier, _lacking(claim, policy), is_policy=False)
    if not claim.variants:
        return Decision(tier, "the mock shows no answer", is_policy=False)
    if fault := fault_of(claim):
        return Decision(Tier.NEVER, fault)
    consent = _consent(request, tier, policy)
    if consent is None and not is_allowed(tier, policy):
        return Decision(tier, risk or f"tier {tier.name.lower()} is not allowed")
    if stands_for_anonymous(claim) and tier is not Tier.SAFE:
        return Decision(tier, "a refused anonymous call is only asked with safe methods")
    if Behaviour.CONDITIONAL not in policy.behaviours and all(one.status == 304 for one in claim.variants):
        return Decision(tier, _CONDITIONAL)
    return Decision(tier, consent=consent)


def _consent(request: Request, tier: Tier, policy: ProbingPolicy) -> "Consent | None":
    if tier <= Tier.DECLARED_SAFE or not policy.consents:
        return None
    from driftwatch.probes.consent import consent_for  # noqa: PLC0415 - few consent to anything

    return consent_for(request, policy)


def _lacking(claim: Claim, policy: ProbingPolicy) -> str:
    """What a request lacks, with what the team can do about it."""
    from driftwatch.probes.openings import advice  # noqa: PLC0415 - most mocks lack nothing

    return f"{claim.request.reason or f'the request is {claim.request.grade}'}{advice(claim, policy)}"


def fault_of(claim: Claim) -> str:
    """Why a mock that injects a fault is never asked for; empty if it does not."""
    primary = next(iter(claim.variants), None)
    if primary is None or not (primary.fault or primary.status >= 500 or primary.status == 429):
        return ""
    return f"fault injection ({primary.fault or primary.status}) claims nothing of the service"


def _obstacle(interaction: Interaction) -> str:
    """Why the answer of this alternative could never be compared; empty if it can be."""
    if interaction.incomparable or not interaction.shadowed_by:
        return interaction.incomparable
    return f"its own tool answers with {interaction.shadowed_by} instead"


def plan(claims: Iterable[Claim], policy: ProbingPolicy) -> tuple[tuple[Probe, ...], tuple[Skipped, ...]]:
    """What to send, identical questions once, and what not to send with the reason.

    What is sent by written consent is in neither: ``consented`` has it.
    """
    places: dict[tuple[str, str], dict[bytes, int]] = {}
    first: list[Claim] = []
    others: dict[int, list[Claim]] = {}
    skipped = []
    for claim in claims:  # mostly one claim asks a question: a list for each would be most of what is kept here
        decision = decide(claim, policy)
        if not decision.is_send:
            skipped.append(Skipped(claim, decision.reason, decision.is_policy))
            continue
        if decision.consent is not None:
            continue
        asked = places.setdefault((claim.provider, asked_as(claim, policy.identities)), {})
        place = asked.setdefault(claim.request.key, len(first))
        if place == len(first):
            first.append(claim)
        else:
            others.setdefault(place, []).append(claim)
    probes = tuple(_probe((claim, *others.get(place, ())), policy) for place, claim in enumerate(first))
    return probes, tuple(skipped)


def _probe(claims: tuple[Claim, ...], policy: ProbingPolicy) -> Probe:
    who = asked_as(claims[0], policy.identities)
    return Probe(
        claims[0].provider,
        None,
        claims,
        samples=_samples(claims[0], policy),
        spacing=policy.spacing,
        with_credentials=who != NOBODY,
        identity=who if who != NOBODY else "",
    )


def _samples(claim: Claim, policy: ProbingPolicy) -> int:
    """More where times are to be a distribution; of safe requests alone."""
    if policy.latency_samples > policy.samples and tier_of(claim.request, policy)[0] is Tier.SAFE:
        return policy.latency_samples
    return policy.samples


def consented(claims: Iterable[Claim], policy: ProbingPolicy) -> tuple[tuple[tuple[Claim, ...], "Consent"], ...]:
    """What is sent by written consent: the claims of each question, with the consent that speaks of it."""
    asked: dict[bytes, tuple[list[Claim], Consent]] = {}
    for claim in claims if policy.consents else ():
        consent = decide(claim, policy).consent
        if consent is not None:
            asked.setdefault(claim.request.key, ([], consent))[0].append(claim)
    return tuple((tuple(those), consent) for those, consent in asked.values())


def unknown_routes(probes: Sequence[Probe], name: str) -> tuple[Probe, ...]:
    """One probe a provider to a path that surely does not exist, beside those it is asked for.

    ``name`` is unlikely to exist, for instance the run's id. What comes back tells a lost route from a lost record;
    therefore it stands beside collections and never inside one, where it would be taken for a record's identifier.
    """
    shared: dict[str, Sequence[str]] = {}
    """By provider, the folders that all paths so far begin with."""
    for probe in probes:
        request = probe.request
        steps = zip(request.path.split("/")[1:], request.path_template.split("/")[1:], strict=False)
        literal = [step for step, _ in takewhile(lambda pair: pair[0] == pair[1], steps)][:-1]
        before = shared.get(probe.provider)
        shared[probe.provider] = literal if before is None else _common(before, literal)
    return tuple(
        Probe(
            provider,
            _get(f"{''.join(f'/{step}' for step in folders)}/driftwatch-{name}"),
            (),
            samples=1,
            spacing=0,
            purpose=Purpose.UNKNOWN_ROUTE,
        )
        for provider, folders in shared.items()
    )


def _common(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    """The steps that both begin with."""
    return [step for step, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))]


def _get(path: str) -> Request:
    return Request("GET", path, path, headers=(("Accept", "application/json"),))
