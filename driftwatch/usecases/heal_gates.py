"""What is never healed, whoever asks: healing follows a service only where it stands by what it says."""

from collections.abc import Iterable
from typing import Final

from driftwatch.heal.kinds import KINDS
from driftwatch.model.agreement import InProduction
from driftwatch.model.finding import Finding
from driftwatch.model.interaction import Interaction, Provenance
from driftwatch.model.probe import Observation
from driftwatch.usecases.keeper import Kept

_SURE: Final = 0.8
"""The least confidence (drift semantics 3.3): a repeated answer to the author's own example has 0.81. The second run
that an alarm waits for is no condition of a command that somebody runs once."""
_MIXED: Final = "rollout-mixed-shapes"
_LONE: Final = {
    InProduction.STAGING_AHEAD: "production still does what the mock says: staging stands alone",
    InProduction.PRODUCTION_APART: "staging does what the mock says and production does not: settle that first",
}
_SPECIFIED: Final = "the specification agrees with the mock: settle first which of them is right"
_UNASKED: Final = "it does not rest on answers to the mock's own request, so there is nothing to mend it by"
_OF_OTHERS: Final = "it rests on recordings of other records, or of less than whole answers"
_UNDER_WAY: Final = "one version of the service is being replaced by another: wait until that is over"
_CONTRACTS: Final = frozenset({"pact"})
_NEEDED: Final = "a contract lists what its consumer needs, and it does not need what is new"
_ONCE: Final = "it was seen in one answer only: take more samples (`probing.samples`)"
_MADE_UP: Final = "its request was made up from a pattern: an example in the mock makes the answer certain"


def why_not(finding: Finding, mocks: Iterable[Interaction], kept: Kept | None, *, is_under_way: bool) -> str:
    """Why a finding of these mocks is not to be healed; empty if it may be. ``kept`` is what it rests on."""
    remedy = KINDS.get(finding.kind)
    if remedy is None or not remedy.is_healable:
        return remedy.words if remedy is not None else f"nobody knows how to heal {finding.kind}"
    if finding.kind == "field-added" and any(one.format in _CONTRACTS for one in mocks):
        return _NEEDED
    if finding.is_toward_lone_side:
        return _LONE.get(finding.production, _SPECIFIED) if finding.production is not None else _SPECIFIED
    if is_younger(mocks, finding):
        return "the mock is younger than the answers it is held against"
    if kept is None:
        return _OF_OTHERS if finding.rests_on is not None and finding.rests_on.is_recorded else _UNASKED
    if is_under_way or is_mixed(kept):
        return _UNDER_WAY
    if finding.confidence < _SURE:
        is_made_up = kept.claim.request.provenance is Provenance.GENERATED
        return _MADE_UP if is_made_up else _ONCE
    return ""


def is_younger(mocks: Iterable[Interaction], finding: Finding) -> bool:
    """Whether one of the mocks is known to be younger than what the finding rests on."""
    rests_on = finding.rests_on
    newest = rests_on.newest if rests_on is not None else None
    if newest is None:
        return rests_on is not None and rests_on.is_recorded
    recorded = [one.recorded_at for one in mocks if one.recorded_at is not None]
    return any(moment.timestamp() >= newest.timestamp() for moment in recorded)


def is_mixed(kept: Kept) -> bool:
    """Whether two versions answered."""
    return any(
        any(finding.kind == _MIXED for finding in look.findings) or len(_versions(look.samples)) > 1
        for look in kept.looks
    )


def _versions(samples: Iterable[Observation]) -> set[str]:
    return {sample.version for sample in samples} - {""}
