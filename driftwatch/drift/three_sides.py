"""Whether two sides agree at the place of a finding: told from a comparison of the two, or nothing is known.

Silence is not consent. A side agrees only where it says something of the place, or of the object around it; where a
specification leaves a place open, or a mock makes its value by a template, nobody can be right or wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from driftwatch.drift.difference import Aspect, Comparison
from driftwatch.model.agreement import InProduction
from driftwatch.model.finding import Category, Finding
from driftwatch.model.interaction import Expectation, MatcherKind
from driftwatch.model.shape import ITEM, unescape

STATUS: Final = "status"
_HEADER: Final = "header:"
_OPEN: Final = frozenset({MatcherKind.ANY, MatcherKind.IGNORE, MatcherKind.DYNAMIC})
_BODIES: Final = frozenset({
    Aspect.EMPTY_BODY, Aspect.NOT_JSON, Aspect.ERROR_DOCUMENT, Aspect.ERROR_BEHIND_SUCCESS, Aspect.TYPE,
    Aspect.TYPE_BESIDE, Aspect.NULL, Aspect.FRACTION, Aspect.FORMAT, Aspect.ZONE, Aspect.UNIT, Aspect.INT32,
    Aspect.INT53, Aspect.GONE, Aspect.PARTLY_GONE, Aspect.APPEARED, Aspect.KEYS, Aspect.EXPECTATION, Aspect.UNLISTED,
})  # fmt: skip
"""Facts about form. Times, sizes, orders and single values are no matter of a specification."""
_HEADERS: Final = frozenset({Aspect.HEADER_GONE, Aspect.MEDIA_TYPE})
"""Presence and media type: a value made from a schema says nothing of any other value."""
_UNKNOWN: Final = frozenset({Aspect.APPEARED})
_EXPLAINED: Final = 20
"""Places that are looked at of all that one finding explains."""
_DOCUMENTS: Final = 50
"""Documents, and items of one list, in which a place is looked for: who says nothing of it in these is silent."""
_PATIENCE: Final = 2000
"""Values that are looked at on the way to a place."""
_KINDS: Final = frozenset({"content-type-changed", "enum-value-added", "expectation-violated", "header-missing"})
"""Kinds a third side can have a word on, besides all that are about the form of a body or about a status."""

_ALONE: Final = (
    "Mock and specification agree: ask the provider's team whether the service or its specification is right before "
    "the mock is changed."
)
_ALONE_IN_PRODUCTION: Final = {
    InProduction.STAGING_AHEAD: "Leave the mock as it is until production follows: today it tells what is live. "
    "See to it that the consumer is ready for what staging does.",
    InProduction.PRODUCTION_APART: "Mock and staging agree, so tests pass against what is not live: find out whether "
    "this release is still to come or was rolled back before the mock is changed.",
}
"""What to do where a mock put right would follow the side that stands alone."""


def is_of_three(finding: Finding) -> bool:
    """Whether a third side could have a word on what the finding is about."""
    if finding.category is Category.STATUS:
        return finding.path == STATUS
    is_about_form = finding.category is Category.SCHEMA and _is_in_body(finding.path)
    return is_about_form or finding.kind in _KINDS


def places_of(finding: Finding) -> tuple[str, ...]:
    """Where the finding is, and where the first of what it explains is."""
    is_in_body = _is_in_body(finding.path)
    explained = (one.path for one in finding.explains[:_EXPLAINED] if _is_in_body(one.path) == is_in_body)
    return tuple(dict.fromkeys([finding.path, *explained]))


def agree(witnesses: Sequence["Witness"], places: Sequence[str]) -> bool | None:
    """Whether no comparison has the two sides differ at any of the places; ``None`` if nothing is known of any."""
    told = [one.agrees(place) for one in witnesses for place in places]
    known = [answer for answer in told if answer is not None]
    return all(known) if known else None


def advise(finding: Finding) -> Finding:
    """The same finding; where a side stands alone, it is that side a person should settle before the mock."""
    if not finding.is_toward_lone_side:
        return finding
    hint = _ALONE if finding.production is None else _ALONE_IN_PRODUCTION.get(finding.production, _ALONE)
    return replace(finding, hint=hint)


class Openness(Struct):
    """Which places the author of some answers leaves to be anything."""

    _open: frozenset[str]
    _maps: frozenset[str]

    @classmethod
    def of(cls, variants: Iterable[Expectation]) -> "Openness":
        """What the statements of these answers leave open."""
        matchers = [matcher for variant in variants for matcher in variant.matchers]
        return cls(
            frozenset(one.path for one in matchers if one.kind in _OPEN),
            frozenset(one.path for one in matchers if one.kind is MatcherKind.MAP),
        )

    def has(self, place: str) -> bool:
        """Whether this place, or all around it, is open; members of a map are one place."""
        if not self._open:
            return False
        path = ""
        around = {"", place}
        for step in place.split("/")[1:]:
            path = f"{path}/{ITEM if path in self._maps else step}"
            around.add(path)
        return not self._open.isdisjoint(around)


class Witness:
    """A comparison of two sides, ready to be asked about many places."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._openness = Openness.of(comparison.claim.variants)
        self._facts: dict[str, set[Aspect]] = defaultdict(set)
        for one in comparison.differences:
            self._facts[one.path].add(one.aspect)
        self._told: dict[str, bool] = {}

    def agrees(self, place: str) -> bool | None:
        """Whether the two sides agree there; ``None`` if one of them says nothing."""
        if place.startswith(_HEADER):
            return self._agrees_on_header(place)
        if not _is_in_body(place) or self._openness.has(place):
            return None
        if self._has(place, _BODIES):
            return False
        above = [*_above(place)]
        if any(self._has(path, _UNKNOWN) for path in above):
            return None  # all of it is unknown to the one side
        if any(self._has(path, _BODIES) for path in above):
            return False
        return True if self._is_told_by_both(place) else None

    def _has(self, path: str, aspects: frozenset[Aspect]) -> bool:
        return path in self._facts and not self._facts[path].isdisjoint(aspects)

    def _agrees_on_header(self, place: str) -> bool | None:
        name = place.removeprefix(_HEADER)
        if all(variant.header(name) is None for variant in self._comparison.claim.variants):
            return None
        if self._has(place, _HEADERS):
            return False
        return True if any(sample.header(name) is not None for sample in self._comparison.samples) else None

    def _is_told_by_both(self, place: str) -> bool:
        """Whether both show what stands around the place: an object with some member, a list with some item."""
        around = place.rpartition("/")[0]
        if not place:
            return any(sides.promises and sides.deliveries for sides in self._comparison.sides)
        if around not in self._told:
            steps = around.split("/")[1:]
            self._told[around] = any(
                _is_filled(steps, sides.promises) and _is_filled(steps, sides.deliveries)
                for sides in self._comparison.sides
            )
        return self._told[around]


def _is_filled(steps: Sequence[str], documents: Sequence[object]) -> bool:
    """Whether something with something in it stands there; a star is any item of a list or any member of a map."""
    waiting = [(document, 0) for document in reversed(documents[:_DOCUMENTS])]
    for _ in range(_PATIENCE):
        if not waiting:
            break
        value, depth = waiting.pop()
        if not isinstance(value, dict | list) or not value:
            continue
        if depth == len(steps):
            return True
        waiting += [(inner, depth + 1) for inner in _below(value, steps[depth])]
    return False


def _below(value: dict[str, object] | list[object], step: str) -> Iterator[object]:
    if step == ITEM:
        return islice(value.values() if isinstance(value, dict) else value, _DOCUMENTS)
    name = unescape(step)
    return iter([value[name]] if isinstance(value, dict) and name in value else ())


def _above(place: str) -> Iterator[str]:
    while place:
        place = place.rpartition("/")[0]
        yield place


def _is_in_body(path: str) -> bool:
    return not path or path.startswith("/")
