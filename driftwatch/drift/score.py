"""How right is what could be checked (drift semantics 3.4). Never a number where nothing was verified."""

from collections.abc import Iterable
from typing import Final

from driftwatch.drift.difference import Comparison
from driftwatch.drift.headers import is_contract
from driftwatch.model.finding import Category, Finding, Severity
from driftwatch.model.policy import Consumer, Usage
from driftwatch.model.shape import ITEM, escape
from driftwatch.model.summary import Score

_WEIGHTS: Final = {"status": 25.0, "body": 40.0, "headers": 10.0}
_HELD: Final = {Severity.INFO: 1.0, Severity.WARNING: 0.5, Severity.BREAKING: 0.0}
"""What a finding leaves of the path it is about."""
_CAPS: Final = {Severity.INFO: 100.0, Severity.WARNING: 89.0, Severity.BREAKING: 49.0}
PERFECT: Final = Score(100.0, dict.fromkeys(_WEIGHTS, 1.0))


def score(comparison: Comparison, findings: tuple[Finding, ...], consumer: Consumer) -> Score:
    """Weigh the aspects that were really looked at; one without verdict stands in neither sum."""
    if not findings:
        return PERFECT
    aspects = {"status": _worst(f for f in findings if f.category in (Category.STATUS, Category.AUTH))}
    body = _body(comparison, findings, consumer)
    if body is not None:
        aspects["body"] = body
    headers = _headers(comparison, findings)
    if headers is not None:
        aspects["headers"] = headers
    total = sum(_WEIGHTS[name] for name in aspects)
    fidelity = 100 * sum(_WEIGHTS[name] * share for name, share in aspects.items()) / total
    worst = max((finding.severity for finding in findings), key=lambda severity: severity.rank)
    return Score(min(fidelity, _CAPS[worst]), aspects)


def _worst(findings: Iterable[Finding]) -> float:
    return min((_HELD[finding.severity] for finding in findings), default=1.0)


def _body(comparison: Comparison, findings: tuple[Finding, ...], consumer: Consumer) -> float | None:
    """Weighted share of mocked paths that hold; a finding speaks for its path and all below."""
    judged = [finding for finding in findings if finding.path == "" or finding.path.startswith("/")]
    weights = {path: _weight(path, consumer) for path in _mocked_paths(comparison)}
    total = sum(weights.values())
    if not total:
        return _worst(judged) if judged else None
    held = sum(
        weight * min((_HELD[f.severity] for f in judged if f.path == "" or _covers(f.path, path)), default=1.0)
        for path, weight in weights.items()
    )
    return held / total


def _mocked_paths(comparison: Comparison) -> Iterable[str]:
    """All places below the root of the mocked documents."""
    return dict.fromkeys(path for sides in comparison.sides for path, _ in sides.promised.walk() if path)


def _covers(above: str, path: str) -> bool:
    """Whether a place is another or below it; ``*`` stands for every name, for a map's members are mocked by name."""
    steps, others = above.split("/"), path.split("/")
    return len(steps) <= len(others) and all(step in (ITEM, other) for step, other in zip(steps, others, strict=False))


def _weight(path: str, consumer: Consumer) -> float:
    """Halved for each level below the second; doubled where the consumer depends on it, nothing where it does not."""
    usage = consumer.usage.get(path)
    if usage is Usage.UNUSED:
        return 0.0
    depth = path.count("/") - path.count(f"/{ITEM}")
    return 0.5 ** max(0, depth - 2) * (2.0 if usage is Usage.CRITICAL else 1.0)


def _headers(comparison: Comparison, findings: tuple[Finding, ...]) -> float | None:
    """Share of the promised headers that hold; after other statuses than mocked no header was looked at."""
    mocked = {variant.status for variant in comparison.claim.variants}
    if not any(sample.status in mocked for sample in comparison.samples):
        return None
    names = {
        name.lower() for variant in comparison.claim.variants for name, _ in variant.headers if is_contract(name)
    } | {"content-type"}
    lost = {
        finding.path.removeprefix("header:"): _HELD[finding.severity] for finding in findings if ":" in finding.path
    }
    return sum(lost.get(escape(name), 1.0) for name in names) / len(names)
