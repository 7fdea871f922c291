"""One metric: what it is called, what it means, and how its values are had from what is known."""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from msgspec import Struct

Point = tuple[tuple[str, ...], float]
"""Label values, in the order of the metric's labels, and the value."""
Known = TypeVar("Known")


class Metric(Struct, Generic[Known], frozen=True):
    """One row of a catalogue: ``metrics`` for what audits found, ``own`` for what the process knows of itself."""

    name: str
    help: str
    """A sentence, ending in a full stop."""
    labels: tuple[str, ...]
    measure: Callable[[Known], Iterator[Point]]
    type: str = "gauge"
    """``gauge`` or ``counter``; the one histogram stands in ``exposition``."""
