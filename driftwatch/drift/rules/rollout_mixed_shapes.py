"""Two releases of the service answer side by side.

What it finds
    At least four object answers to one request have exactly two shapes (types of all members; null takes the type
    seen elsewhere, lists and maps count as a whole), each in at least two answers and a quarter of them. The shapes
    part in at least two places, or a version header (``X-Version``, ``X-App-Version``, ``X-Build``, ``X-Release``,
    ``X-Service-Version``, ``Server-Version``, or what ``rollout`` in the config names) tells them apart.

Why it matters
    While a release rolls out a consumer meets both shapes, and the mock shows at most one.

Example:
    Mock ``{"name": "a", "qty": 1}``, service half the time ``{"label": "a", "quantity": 1}``.

Not when
    One place differs and no header tells the answers apart (then ``field-optional`` and its like); both shapes come
    from each version, or from other identities; the mock shows both shapes.

What to do
    Wait until the split ends and audit again, or show both shapes in the mock; the consumer must take either.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity

KIND: Final = Kind(
    "rollout-mixed-shapes",
    Category.ROLLOUT,
    Severity.WARNING,
    Direction.CHANGED,
    "two releases of the service answer side by side",
    turn=Turn.WHOLE,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """At most one draft for the answers of one status."""
    for difference in comparison.open(Aspect.RELEASES):
        yield Draft(
            (difference,),
            difference.path,
            claim="one shape",
            observed="two shapes take turns",
            hint="Audit again when the rollout is over, or show both shapes in the mock.",
            swallows=comparison.caused_by(difference),
            prevalence=Prevalence(difference.k, difference.n),
        )
