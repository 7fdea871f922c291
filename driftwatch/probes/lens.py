"""The lens: as whom else a question is asked, to see what hangs on who asks."""

from collections.abc import Sequence
from typing import Final

from driftwatch.model.identity import NOBODY
from driftwatch.model.policy import ProbingPolicy
from driftwatch.model.probe import Probe, Purpose, Tier
from driftwatch.probes.safety import tier_of

SAMPLES: Final = 2
"""Of each further view: enough to see whether a member comes and goes for one identity."""


def views(probe: Probe, policy: ProbingPolicy) -> Sequence[Probe]:
    """The same question as it is asked by the others of the lens; nothing unless it is of the safe tier."""
    lens = policy.identities.lens
    if not lens or tier_of(probe.request, policy)[0] is not Tier.SAFE:
        return ()
    own = probe.identity if probe.with_credentials else NOBODY
    return tuple(
        Probe(
            probe.provider, probe.own, probe.claims, SAMPLES, spacing=0, with_credentials=identity != NOBODY,
            purpose=Purpose.VIEW, identity=identity,
        )
        for identity in lens
        if identity != own
    )  # fmt: skip
