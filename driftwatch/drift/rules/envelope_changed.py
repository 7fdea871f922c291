"""The list or object moved into an envelope, or out of one.

What it finds
    A list became an object with exactly one list of the same items (or the reverse); or all members of an object
    moved under exactly one key (or out of it). At least half of the member names agree.

Why it matters
    Usually pagination arriving: code that iterated over items now iterates over keys.

Example:
    Mock ``[{"id": 1}]``, service ``{"data": [{"id": 4}], "meta": {"total": 2}}``.

Not when
    Enveloped on both sides; the mocked list is empty (then ``type-changed``).

What to do
    Write the new envelope into the mock and mend the code that unpacks it.

Since 0.1.0

"""

from collections.abc import Iterator
from typing import Final

from driftwatch.drift.difference import Aspect, Comparison, Difference
from driftwatch.drift.rule import Draft, Kind, Turn
from driftwatch.model.finding import Category, Direction, Prevalence, Severity
from driftwatch.model.likeness import ALIKE, jaccard, similar
from driftwatch.model.shape import JsonType, Shape, describe

KIND: Final = Kind(
    "envelope-changed",
    Category.SCHEMA,
    Severity.BREAKING,
    Direction.CHANGED,
    "the list or object moved into an envelope, or out of one",
    turn=Turn.ENVELOPE,
)


def find(comparison: Comparison) -> Iterator[Draft]:
    """Envelopes around lists first, then those around objects."""
    yield from _around_lists(comparison)
    yield from _around_objects(comparison)


def _around_lists(comparison: Comparison) -> Iterator[Draft]:
    for difference in comparison.open(Aspect.TYPE):
        promised, delivered = difference.promised, difference.delivered
        if promised is None or delivered is None:
            continue
        wrapped = _list_in(delivered, promised) if promised.families == {JsonType.ARRAY} else None
        unwrapped = _list_in(promised, delivered) if delivered.families == {JsonType.ARRAY} else None
        if wrapped is not None:
            yield _draft((difference,), difference.path, describe(promised), f"the list under {wrapped!r}", difference)
        elif unwrapped is not None:
            observed = f"the list itself, no longer under {unwrapped!r}"
            yield _draft((difference,), difference.path, describe(promised), observed, difference)


def _list_in(envelope: Shape, bare: Shape) -> str | None:
    """The one member of an object that holds a list of the same items as the bare list."""
    if envelope.families != {JsonType.OBJECT} or bare.items is None:
        return None
    lists = [n for n, member in envelope.members.items() if JsonType.ARRAY in member.shape.families]
    if len(lists) != 1:
        return None
    items = envelope.members[lists[0]].shape.items
    return lists[0] if items is not None and similar(bare.items, items) >= ALIKE else None


def _around_objects(comparison: Comparison) -> Iterator[Draft]:
    parents: dict[int, Difference] = {}
    for difference in comparison.open(Aspect.GONE):
        # two answers, or two variants of one, may lose members at the same path
        parents.setdefault(id(difference.delivered_parent), difference)
    for gone in parents.values():
        promised, delivered = gone.promised_parent, gone.delivered_parent
        if promised is None or delivered is None or promised.members.keys() & delivered.members.keys():
            continue
        observed = _moved_as_one(promised, delivered)
        if observed:
            about = tuple(other for other in comparison.below(gone.parent) if other.delivered_parent is delivered)
            yield _draft(about, gone.parent, describe(promised), observed, gone)


def _moved_as_one(promised: Shape, delivered: Shape) -> str:
    """What became of an object as a whole; empty if its members did not stay together."""
    inside = _object_in(delivered, promised)
    if inside is not None:
        return f"all of it under {inside!r}"
    outside = _object_in(promised, delivered)
    return f"all of it, no longer under {outside!r}" if outside is not None else ""


def _object_in(envelope: Shape, bare: Shape) -> str | None:
    """The one member of an object that has the members of the bare object."""
    alike = [
        n for n, m in envelope.members.items() if m.shape.objects and jaccard(m.shape.members, bare.members) >= ALIKE
    ]
    return alike[0] if len(alike) == 1 else None


def _draft(about: tuple[Difference, ...], path: str, claim: str, observed: str, first: Difference) -> Draft:
    return Draft(
        about,
        path,
        claim=claim,
        observed=observed,
        hint="Write the new envelope into the mock and mend the code that unpacks it.",
        prevalence=Prevalence(first.k, first.n),
    )
