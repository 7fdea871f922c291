"""One metric: what it is called, what it means, and how its values are had from a summary."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from driftwatch.model.summary import Summary

Point = tuple[tuple[str, ...], float]
"""Label values, in the order of the metric's labels, and the value."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the catalogue in ``metrics``."""

    name: str
    help: str
    """A sentence, ending in a full stop."""
    labels: tuple[str, ...]
    measure: Callable[[Summary], Iterator[Point]]
    type: str = "gauge"
