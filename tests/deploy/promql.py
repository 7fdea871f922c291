"""What an expression of PromQL asks for: the metrics it names, and every label that it touches."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import promql_parser

from tests.deploy.catalogue import TARGET, VALUES, everything

MACROS: Final = {
    "$__rate_interval": "2m", "$__range": "1d", "$job": ".+", "$namespace": ".*", "$provider": ".+",
}  # fmt: skip
"""What Grafana puts in place of its variables when everything is chosen."""


@dataclass(slots=True)
class Asked:
    """What one expression touches."""

    metrics: set[str] = field(default_factory=set)
    matched: list[tuple[str, str, str]] = field(default_factory=list)
    """Metric, label, and the value or pattern that it must have."""
    labels: set[str] = field(default_factory=set)
    """Those that are grouped by or joined on."""


def substituted(expr: str) -> str:
    """An expression of a dashboard as Prometheus gets it."""
    for macro, value in MACROS.items():
        expr = expr.replace(macro, value)
    return expr


def asked(expr: str) -> Asked:
    """Parse an expression; raises ``ValueError`` where it is none."""
    found = Asked()
    for node in _nodes(promql_parser.parse(expr)):
        if isinstance(node, promql_parser.VectorSelector):
            name = node.name or ""
            found.metrics.add(name)
            found.matched += [(name, matcher.name, matcher.value) for matcher in node.matchers.matchers]
        elif isinstance(node, promql_parser.AggregateExpr) and node.modifier:
            found.labels.update(node.modifier.labels)
        elif isinstance(node, promql_parser.BinaryExpr) and node.modifier:
            matching = node.modifier.matching
            found.labels.update(matching.labels if matching else (), node.modifier.group_labels or ())
    return found


def complaints(expr: str) -> Iterator[str]:
    """What the expression asks for that nothing tells."""
    known, found = everything(), asked(expr)
    yield from (f"no metric {name}" for name in sorted(found.metrics - known.keys()))
    told = TARGET.union(*(known.get(name, ()) for name in found.metrics))
    yield from (f"no label {label}" for label in sorted(found.labels - told))
    for name, label, pattern in found.matched:
        if label not in TARGET.union(known.get(name, ())):
            yield f"{name} has no label {label}"
        elif label in VALUES and pattern:
            yield from (f"{label} is never {value}" for value in pattern.split("|") if value not in VALUES[label])


def _nodes(expr: Any) -> Iterator[Any]:
    found: list[Any] = []
    promql_parser.walk(expr, pre_visit=found.append)
    return iter(found)
