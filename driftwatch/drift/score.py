"""How right is what could be checked (drift semantics 3.4). Never a number where nothing was verified."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from driftwatch.drift.catalog import KINDS
from driftwatch.drift.difference import Comparison
from driftwatch.drift.path_tree import PathTree
from driftwatch.drift.scope import CRITICAL, NOT_USED, ROOT, Scope, look, signature, usage_factor
from driftwatch.model.finding import Category, Finding, Severity
from driftwatch.model.lifecycle import FLAPPING, OPEN
from driftwatch.model.policy import Consumer
from driftwatch.model.score import AspectScore, Cap, Loss, Score, ScoreAspect

WEIGHTS: Final[Mapping[ScoreAspect, float]] = {
    ScoreAspect.STATUS: 25.0, ScoreAspect.BODY: 40.0, ScoreAspect.HEADERS: 10.0, ScoreAspect.ERRORS: 10.0,
    ScoreAspect.BEHAVIOUR: 10.0, ScoreAspect.FRESHNESS: 5.0,
}  # fmt: skip
CAPS: Final = {Severity.WARNING: 89.0, Severity.BREAKING: 49.0}
_HELD: Final = {Severity.INFO: 1.0, Severity.WARNING: 0.5, Severity.BREAKING: 0.0}
"""What a finding leaves of the place it is about."""
_DRIFT: Final = {Severity.INFO: 0.0, Severity.WARNING: 3.0, Severity.BREAKING: 10.0}
_OPEN: Final = frozenset({OPEN, FLAPPING})
"""States in which nobody has taken a finding on yet."""
_SHOWN: Final = 20
"""Places named of one loss; a document may have thousands, and the finding's own path says which."""

_INTACT: Final[dict[Hashable, Score | None]] = {}
"""Scores of mocks that nothing speaks against: most mocks are like many others, and like themselves at every audit."""
_KEPT: Final = 16_384

_BY_CATEGORY: Final = {
    Category.AUTH: ScoreAspect.BEHAVIOUR, Category.COVERAGE: ScoreAspect.BODY, Category.ERROR: ScoreAspect.BEHAVIOUR,
    Category.FRESHNESS: ScoreAspect.FRESHNESS, Category.HEADER: ScoreAspect.HEADERS,
    Category.LATENCY: ScoreAspect.BEHAVIOUR, Category.ROLLOUT: ScoreAspect.BODY, Category.SCHEMA: ScoreAspect.BODY,
    Category.STATUS: ScoreAspect.STATUS, Category.VALUE: ScoreAspect.BODY,
}  # fmt: skip
_BY_KIND: Final = {
    "cache-policy-changed": ScoreAspect.BEHAVIOUR, "error-code-changed": ScoreAspect.ERRORS,
    "error-in-2xx": ScoreAspect.BODY, "error-shape-changed": ScoreAspect.ERRORS,
    "pagination-unmocked": ScoreAspect.BEHAVIOUR,
}  # fmt: skip
"""Where a category holds two aspects."""


def aspect_of(finding: Finding) -> ScoreAspect:
    """The aspect a finding is about. One about a place in a document counts for the documents of refusals as well."""
    return _BY_KIND.get(finding.kind, _BY_CATEGORY[finding.category])


def score(comparison: Comparison, findings: Iterable[Finding], consumer: Consumer) -> Score | None:
    """Weigh the aspects that were really looked at; ``None`` where none was.

    Findings count whether or not somebody suppressed them: not to be told of a lie does not make it true.
    """
    counted = tuple(finding for finding in findings if is_about_truth(finding))
    consumer = consumer.of(comparison.claim)
    if counted or comparison.differences or consumer.may_leave_some:
        return _reckon(comparison, counted, consumer)
    known = signature(comparison)
    if known not in _INTACT:
        if len(_INTACT) >= _KEPT:
            _INTACT.clear()
        _INTACT[known] = _reckon(comparison, (), consumer)
    return _INTACT[known]


def _reckon(comparison: Comparison, counted: Sequence[Finding], consumer: Consumer) -> Score | None:
    aspects = tuple(_weigh(scope, counted, consumer) for scope in look(comparison))
    judged = [aspect for aspect in aspects if aspect.value is not None]
    if not judged:
        return None
    uncapped = 100 * sum(one.weight * (one.value or 0.0) for one in judged) / sum(one.weight for one in judged)
    cap = _cap(counted, uncapped)
    claimed = sum(aspect.weight for aspect in aspects)
    return Score(
        fidelity=cap.limit if cap else uncapped,
        verified_share=sum(aspect.weight * aspect.verified for aspect in aspects) / claimed,
        uncapped=uncapped,
        cap=cap,
        aspects=aspects,
    )


def is_about_truth(finding: Finding) -> bool:
    """Whether a finding speaks of what the mock says: not of the audit, nor of the mock's place among others."""
    kind = KINDS[finding.kind]
    return not kind.is_health and not kind.is_static


def drift_score(findings: Iterable[Finding], consumer: Consumer) -> float:
    """How urgent open findings are together, to rank by: each its severity's weight, certainty and use."""
    counted = {one.fingerprint: one for one in findings if one.state in _OPEN and not KINDS[one.kind].is_health}
    return sum(
        _DRIFT[one.severity] * one.confidence * _use(one, consumer)
        for _, one in sorted(counted.items())  # sums of fractions depend on their order
    )


def _use(finding: Finding, consumer: Consumer) -> float:
    if finding.read_by is None:
        return usage_factor(finding.path, consumer)
    return CRITICAL if finding.read_by.tests else NOT_USED


def _cap(findings: Iterable[Finding], uncapped: float) -> Cap | None:
    confirmed = [finding for finding in findings if finding.is_confirmed and finding.severity in CAPS]
    worst = max((finding.severity for finding in confirmed), default=Severity.INFO)
    limit = CAPS.get(worst, 100.0)
    if uncapped <= limit:
        return None
    return Cap(limit, tuple(sorted({one.fingerprint for one in confirmed if one.severity is worst})))


def _weigh(scope: Scope, findings: Sequence[Finding], consumer: Consumer) -> AspectScore:
    weight = WEIGHTS[scope.name]
    if not scope.is_seen:
        return AspectScore(scope.name, weight, None, 0.0, unseen=scope.unseen)
    spoken = [finding for finding in findings if _speaks_of(finding, scope)]
    if not spoken and scope.is_plain and not consumer.may_leave_some:
        return AspectScore(scope.name, weight, 1.0, scope.share, unseen=scope.unseen)
    weights, share = scope.weights(consumer)
    total = sum(weights.values())
    if not total:  # blind, or of no use to anybody
        return AspectScore(scope.name, weight, None, share * scope.share, unseen=scope.unseen)
    losses = tuple(_losses(scope, weights, spoken))
    lost = sum(loss.weight * (1 - loss.held) for loss in losses)
    value = max(0.0, 1 - lost / total)
    return AspectScore(scope.name, weight, value, share * scope.share, total if losses else 0.0, losses, scope.unseen)


def _speaks_of(finding: Finding, scope: Scope) -> bool:
    if finding.severity is Severity.INFO:
        return False  # it leaves its place whole
    aspect = aspect_of(finding)
    is_inside = finding.path == ROOT or finding.path.startswith("/")
    return aspect is scope.name or (aspect is ScoreAspect.BODY and is_inside and scope.name is ScoreAspect.ERRORS)


def _losses(scope: Scope, weights: Mapping[str, float], findings: Sequence[Finding]) -> Iterator[Loss]:
    """What each finding takes, the graver first; every place is lost to one finding only."""
    ranked = sorted(findings, key=lambda finding: (-finding.severity.rank, finding.fingerprint))
    covering = _covering(scope, ranked)
    taken: dict[int, list[str]] = {}
    for path in weights:
        number = covering(path)
        if number is not None:
            taken.setdefault(number, []).append(path)
    for number, paths in sorted(taken.items()):
        finding = ranked[number]
        yield Loss(
            finding.fingerprint, _HELD[finding.severity], sum(weights[path] for path in paths), len(paths),
            tuple(paths[:_SHOWN]),
        )  # fmt: skip


def _covering(scope: Scope, ranked: Sequence[Finding]) -> Callable[[str], int | None]:
    """Finds the gravest finding that speaks for a place, by its number."""
    if scope.sides:
        return PathTree.of(finding.path for finding in ranked).first
    exact = {
        finding.path: number for number, finding in reversed(list(enumerate(ranked))) if finding.path in scope.names
    }
    # what is about none of the promised headers, or about a whole answer, is about all there is
    general = next((number for number, finding in enumerate(ranked) if finding.path not in scope.names), None)
    return lambda path: min((one for one in (exact.get(path), general) if one is not None), default=None)
