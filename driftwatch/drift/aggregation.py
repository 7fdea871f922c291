"""One finding for a trouble that most of a service's interactions share (drift semantics 3.6)."""

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.model.finding import Explained, Finding
from driftwatch.model.summary import Result

_ENOUGH: Final = 3
_SHARE: Final = 0.5
GATES: Final = frozenset({
    "access-denied", "auth-not-enforced", "auth-required", "intermittent-error", "rate-limit-unmocked",
    "service-unavailable",
})  # fmt: skip
"""What is found before a mocked status is looked at: it speaks of the service, or of the audit's own rights."""
_Trouble = tuple[str, str]
_DENIED: Final = "access-denied"
"""The one kind that is told of each identity (drift semantics 2.8)."""
_WHOLE_ANSWER: Final = frozenset({"status", "service"})
_SHOWN: Final = 20
"""So many findings are asked for their words."""


def aggregate(results: Sequence[Result]) -> tuple[Result, ...]:
    """The results of one service, in which a shared trouble is one and the same finding; verdicts stay as they are.

    The share is that of the interactions that were asked: what policy keeps back can hit no gate.
    """
    asked = [result for result in results if result.samples]
    troubles = {_trouble(one) for result in asked for one in result.findings if _is_caught(one)}
    shared = {trouble: one for trouble in sorted(troubles) if (one := _shared(trouble, asked))}
    return tuple(_with_shared(result, shared) for result in results) if shared else tuple(results)


def _trouble(finding: Finding) -> _Trouble:
    """What findings share: their kind, and whose credentials are refused."""
    return (finding.kind, finding.detail if finding.kind == _DENIED else "")


def _shared(trouble: _Trouble, asked: Sequence[Result]) -> Finding | None:
    """The finding that stands for all of a trouble; ``None`` where each stands for itself."""
    found = [finding for result in asked for finding in _caught(trouble, result)]
    hit = sum(any(_caught(trouble, result)) for result in asked)
    if hit < _ENOUGH or hit < _SHARE * len(asked):
        return None
    worst = max(found, key=lambda finding: (finding.severity.rank, not finding.is_toward_lone_side))
    seen = ", ".join(dict.fromkeys(finding.observed for finding in found[:_SHOWN]))
    return replace(
        worst,
        path="service",
        observed=f"{hit} of {len(asked)} interactions: {seen}",
        detail=trouble[1],
        prevalence=None,
        observations=sum(finding.observations for finding in found),
        confidence=max(finding.confidence for finding in found),
        explains=tuple(dict.fromkeys(Explained(finding.kind, finding.path) for finding in found)),
        evidence=(),
        agreement=None,
        production=None,
        method="",
        path_template="",
        mock_id="",
        origin=min(finding.origin for finding in found),
    )


def _is_caught(finding: Finding) -> bool:
    return finding.kind in GATES and finding.path in _WHOLE_ANSWER


def _caught(trouble: _Trouble, result: Result) -> Iterator[Finding]:
    return (one for one in result.findings if _is_caught(one) and _trouble(one) == trouble)


def _with_shared(result: Result, shared: dict[_Trouble, Finding]) -> Result:
    stands_for = {one: shared[_trouble(one)] for one in result.findings if _is_caught(one) and _trouble(one) in shared}
    if not stands_for:
        return result
    findings = dict.fromkeys(stands_for.get(one, one) for one in result.findings)
    names = {one.fingerprint: other.fingerprint for one, other in stands_for.items()}
    score = result.score.renamed(names) if result.score is not None else None
    return replace(result, findings=tuple(findings), score=score)
