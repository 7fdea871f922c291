"""A member stands at another place.

What it finds
    A promised member is gone, and the same name with the same type appears at exactly one place that the mock did
    not have; or all members of a lost object appear beside it (one finding, at the object).

Why it matters
    The same break as a loss, but the repair is mechanical.

Example:
    Mock ``/city``, service ``/address/city``.

Not when
    The target place existed in the mock already; all members moved under one key (then ``envelope-changed``).

What to do
    Move the member in the mock and mend the path in the code that reads it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.shape import ITEM, unescape

KIND: Final = Kind(
    "field-moved",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "a member stands at another place",
    turn=Turn.MOVE,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """Lost members that turn up in what is new, and lost objects whose members do."""
    everything_new = list(comparison.open(Aspect.APPEARED))
    for lost in comparison.open(Aspect.GONE):
        new = [other for other in everything_new if other.statuses == lost.statuses]
        beside = _flattened(lost, new)
        if beside:
            yield _draft((lost, *beside), lost, lost.parent or "the top level")
            continue
        places = [(there, path) for there in new for path in _places(lost, there)]
        if len(places) == 1:
            there, path = places[0]
            yield _draft((lost, there), lost, path)


def _places(lost: Difference, new: Difference) -> Iterator[str]:
    """Where in a new member (itself included) the lost name stands with the lost type."""
    if new.delivered is None or lost.promised is None or lost.name == ITEM:
        return  # in a path, a member named * cannot be told from the items of a list
    for path, shape in new.delivered.walk(new.path):
        same_type = bool(shape.families) and shape.families == lost.promised.families
        if path != lost.path and same_type and unescape(path.rsplit("/", 1)[-1]) == lost.name:
            yield path


def _flattened(lost: Difference, new: list[Difference]) -> tuple[Difference, ...]:
    """The new members beside a lost object that are all of its members."""
    if lost.promised is None or not lost.promised.objects or len(lost.promised.members) < 2:
        return ()
    beside = {other.name: other for other in new if other.parent == lost.parent}
    if not lost.promised.members.keys() <= beside.keys():
        return ()
    return tuple(beside[name] for name in lost.promised.members)


def _draft(about: tuple[Difference, ...], lost: Difference, target: str) -> Draft:
    return Draft(
        about,
        lost.path,
        claim=f"at {lost.path}",
        observed=f"at {target}",
        hint=f"Move {lost.name!r} in the mock to {target} and mend the path in the code that reads it.",
        detail=target,
        prevalence=Prevalence(lost.k, lost.n),
    )
