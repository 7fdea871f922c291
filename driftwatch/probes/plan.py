"""Claims → probes, or ``Skipped`` with a reason. One question is asked once, for all claims that ask it."""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Final

from msgspec import Struct

from driftwatch.model.interaction import Claim, Interaction, Request
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Probe, Purpose, Skipped, Tier
from driftwatch.probes.safety import is_allowed, tier_of

_ANONYMOUS: Final = frozenset({401, 403})


class Decision(Struct, frozen=True):
    """Whether a claim may be asked, and why not."""

    tier: Tier
    reason: str = ""
    is_policy: bool = True

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
        return Decision(tier, request.reason or f"the request is {request.grade}", is_policy=False)
    if not claim.variants:
        return Decision(tier, "the mock shows no answer", is_policy=False)
    primary = claim.variants[0]
    if primary.fault or primary.status >= 500 or primary.status == 429:
        return Decision(
            Tier.NEVER, f"fault injection ({primary.fault or primary.status}) claims nothing of the service"
        )
    if not is_allowed(tier, policy):
        return Decision(tier, risk or f"tier {tier.name.lower()} is not allowed")
    if stands_for_anonymous(claim) and tier is not Tier.SAFE:
        return Decision(tier, "a refused anonymous call is only asked with safe methods")
    return Decision(tier)


def _obstacle(interaction: Interaction) -> str:
    """Why the answer of this alternative could never be compared; empty if it can be."""
    if interaction.incomparable or not interaction.shadowed_by:
        return interaction.incomparable
    return f"its own tool answers with {interaction.shadowed_by} instead"


def stands_for_anonymous(claim: Claim) -> bool:
    """Whether the mock shows what happens without credentials: then none are sent."""
    return claim.variants[0].status in _ANONYMOUS


def plan(claims: Iterable[Claim], policy: ProbingPolicy) -> tuple[tuple[Probe, ...], tuple[Skipped, ...]]:
    """What to send, identical questions once, and what not to send with the reason."""
    places: dict[tuple[str, bool], dict[bytes, int]] = {}
    first: list[Claim] = []
    others: dict[int, list[Claim]] = {}
    skipped = []
    for claim in claims:  # mostly one claim asks a question: a list for each would be most of what is kept here
        decision = decide(claim, policy)
        if not decision.is_send:
            skipped.append(Skipped(claim, decision.reason, decision.is_policy))
            continue
        asked = places.setdefault((claim.provider, stands_for_anonymous(claim)), {})
        place = asked.setdefault(claim.request.key, len(first))
        if place == len(first):
            first.append(claim)
        else:
            others.setdefault(place, []).append(claim)
    probes = tuple(
        Probe(
            claim.provider,
            None,
            (claim, *others.get(place, ())),
            samples=policy.samples,
            spacing=policy.spacing,
            with_credentials=not stands_for_anonymous(claim),
        )
        for place, claim in enumerate(first)
    )
    return probes, tuple(skipped)


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
