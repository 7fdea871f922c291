"""One value for each kind of scalar that a schema allows, and what the schema states of it.

Values are chosen so that they claim no more than the schema: a text that is of no class where any text may stand, a
number as wide as the schema lets it be, a date so far off that it never expires, with an offset that is not zero.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.formats.openapi.alternatives import Alternative, is_of
from driftwatch.mocks.refusal import Refusal
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.shape import DISCRIMINATORS

TEXT: Final = "string"
NO_VARIANT: Final = "a text of more than sixty-four characters, by which nothing can be taken for a variant"
"""Stands in a member such as ``type`` whose value the schema leaves open: it must not sort objects into variants."""
_FORMATS: Final = {
    "date-time": "2999-12-31T12:00:00+01:00",
    "date": "2999-12-31",
    "time": "12:00:00+01:00",
    "uuid": "7d5c3a6e-0b1f-4c2d-9e8f-6a5b4c3d2e1f",
    "uri": "https://example.com/x",
    "url": "https://example.com/x",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
}
_WIDEST: Final = 2**62
"""A whole number beyond what 32 bits and doubles hold, inside 64 bits: no width is claimed."""
_WIDEST_INT32: Final = 2**31 - 1
_TEXT_ONLY: Final = frozenset(["string"])
_BOOLEAN_ONLY: Final = frozenset(["boolean"])
_ARRAY_ONLY: Final = frozenset(["array"])
_LONGEST: Final = 1000
"""Characters of a text made longer for ``minLength``."""


def scalar_values(alternatives: Sequence[Alternative], name: str) -> list[object]:
    """The values at a place, one for each kind that may stand there. ``name`` is the member's, if it is one."""
    values: list[object] = []
    if any(_takes(one, "boolean") for one in alternatives):
        values.append(_first(alternatives, "boolean", True))
    numeric = [one for one in alternatives if _takes(one, "integer", "number")]
    if numeric:
        values.append(_number(numeric))
    if any(_takes(one, "string") for one in alternatives):
        values.append(_text(alternatives, name))
    return values


def _takes(one: Alternative, *types: str) -> bool:
    if one.types is not None and one.types.isdisjoint(types):
        return False
    return one.enum is None or any(is_of(value, frozenset(types)) for value in one.enum)


def _first(alternatives: Sequence[Alternative], kind: str, otherwise: object) -> object:
    listed = (value for one in alternatives for value in one.enum or () if is_of(value, frozenset([kind])))
    return next(listed, otherwise)


def _text(alternatives: Sequence[Alternative], name: str) -> str:
    """A text of a certain form only where a matcher pins that form: anywhere else the form would be a claim."""
    first = alternatives[0]
    if name in DISCRIMINATORS and not _is_fixed(alternatives):
        return NO_VARIANT
    if all(one.enum is not None for one in alternatives):
        return str(_first(alternatives, "string", TEXT))
    if all(_is_open_text(one) for one in alternatives):
        if first.text("format") in _FORMATS and _is_shared(alternatives, "format"):
            return _FORMATS[first.text("format")]
        if _expression(alternatives):
            return _matching(first.text("pattern"))
    return _long_enough(next(one for one in alternatives if _takes(one, "string")))


def _is_fixed(alternatives: Sequence[Alternative]) -> bool:
    """Whether one value is all that may stand here."""
    return all(one.enum is not None and len(one.enum) == 1 and one.enum == alternatives[0].enum for one in alternatives)


def _is_open_text(one: Alternative) -> bool:
    return one.filled == _TEXT_ONLY and one.enum is None


def _is_shared(alternatives: Sequence[Alternative], keyword: str) -> bool:
    return len({one.text(keyword) for one in alternatives}) == 1


def _long_enough(one: Alternative) -> str:
    least = int(min(max(one.numbers("minLength"), default=0), _LONGEST))
    most = min(one.numbers("maxLength"), default=_LONGEST)
    repeated = TEXT * (-(-least // len(TEXT)) or 1)
    return repeated if len(repeated) <= most else repeated[: int(max(least, most, 0))]


def _matching(pattern: str) -> str:
    try:
        return next(patterns.parse(pattern, is_asked=False).candidates(), TEXT)
    except Refusal:
        return TEXT


def _number(alternatives: Sequence[Alternative]) -> int | float:
    """A fraction where one may stand; else a whole number as wide as may stand here."""
    listed = [value for one in alternatives for value in one.enum or () if is_of(value, frozenset(["number"]))]
    open_ones = [one for one in alternatives if one.enum is None]
    fractions = [one for one in open_ones if one.types is None or "number" in one.types]
    if fractions:
        return _fraction(fractions[0])
    whole = [_whole(one) for one in open_ones]
    numbers = [*whole, *(value for value in listed if isinstance(value, int | float))]
    return max(numbers, key=lambda number: (isinstance(number, float), abs(number)))


def _whole(one: Alternative) -> int:
    """The largest whole number that a column of the declared width holds and the bounds allow."""
    widest = _WIDEST_INT32 if one.text("format") == "int32" else _WIDEST
    low, high = _bounds(one)
    above, below = one.keyword("exclusiveMinimum"), one.keyword("exclusiveMaximum")
    number = widest if high is None else min(widest, math.ceil(high) - 1 if any(below) else math.floor(high))
    number -= number % int(max((n for n in one.numbers("multipleOf") if 1 <= n < _WIDEST), default=1))
    return number if low is None or number >= low else math.floor(low) + 1 if any(above) else math.ceil(low)


def _fraction(one: Alternative) -> float:
    low, high = _bounds(one)
    if low is not None and high is not None:
        return (low + high) / 2
    if low is not None:
        return max(1.5, low + 0.5)
    return 1.5 if high is None else min(1.5, high - 0.5)


def _bounds(one: Alternative) -> tuple[float | None, float | None]:
    """The smallest and the largest number; absurd ones do not count. 3.0 writes ``exclusiveMinimum: true``."""
    lows = [n for n in one.numbers("minimum") + one.numbers("exclusiveMinimum") if abs(n) < _WIDEST]
    highs = [n for n in one.numbers("maximum") + one.numbers("exclusiveMaximum") if abs(n) < _WIDEST]
    return max(lows, default=None), min(highs, default=None)


_HERE: Final = ""
_TYPE_ALONE: Final = Matcher(_HERE, MatcherKind.TYPE)
"""The type and nothing else: the value that stands there is nobody's claim."""


def statements(alternatives: Sequence[Alternative]) -> Iterator[Matcher]:
    """What every way to satisfy the schema states of a scalar, the loosest where they differ; without a path."""
    if all(one.enum is not None for one in alternatives):
        allowed = [value for one in alternatives for value in one.enum or () if isinstance(value, str | int | float)]
        if allowed:
            yield Matcher(_HERE, MatcherKind.ENUM, values=tuple(_distinct(allowed)))
    elif all(_is_open_text(one) for one in alternatives):
        yield from _of_text(alternatives)
    elif all(one.filled is not None and one.filled <= {"integer", "number"} for one in alternatives):
        yield _of_number(alternatives)
    elif all(one.filled in (_BOOLEAN_ONLY, _TEXT_ONLY) for one in alternatives):
        yield _TYPE_ALONE


def _of_text(alternatives: Sequence[Alternative]) -> Iterator[Matcher]:
    first = alternatives[0]
    if first.text("format") in _FORMATS and _is_shared(alternatives, "format"):
        yield Matcher(_HERE, MatcherKind.FORMAT, pattern=first.text("format"))
    if expression := _expression(alternatives):
        yield Matcher(_HERE, MatcherKind.REGEX, pattern=expression)
    least, most = _least(alternatives, "minLength"), _most(alternatives, "maxLength")
    yield Matcher(_HERE, MatcherKind.TYPE, minimum=least, maximum=most)


def _of_number(alternatives: Sequence[Alternative]) -> Matcher:
    bounds = [_bounds(one) for one in alternatives]
    low = _loosest(min, [low for low, _ in bounds])
    high = _loosest(max, [high for _, high in bounds])
    if any(one.enum is not None for one in alternatives) or (low is None and high is None):
        return _TYPE_ALONE
    return Matcher(_HERE, MatcherKind.RANGE, minimum=low, maximum=high)


def lengths(alternatives: Sequence[Alternative]) -> Iterator[Matcher]:
    """Bounds of an array's length, without a path."""
    if all(one.filled == _ARRAY_ONLY for one in alternatives):
        least, most = _least(alternatives, "minItems"), _most(alternatives, "maxItems")
        if least or most is not None:
            yield Matcher(_HERE, MatcherKind.ARRAY, minimum=least, maximum=most)


def _least(alternatives: Sequence[Alternative], keyword: str) -> float | None:
    return _loosest(min, [max(one.numbers(keyword), default=None) for one in alternatives])


def _most(alternatives: Sequence[Alternative], keyword: str) -> float | None:
    return _loosest(max, [min(one.numbers(keyword), default=None) for one in alternatives])


def _loosest(choose: Callable[[Iterable[float]], float], bounds: Sequence[float | None]) -> float | None:
    """The bound that all keep to; ``None`` as soon as one has none."""
    known = [bound for bound in bounds if bound is not None]
    return choose(known) if known and len(known) == len(bounds) else None


def _distinct(values: Iterable[object]) -> list[object]:
    return list({(type(value), value): value for value in values}.values())


def _expression(alternatives: Sequence[Alternative]) -> str:
    r"""The pattern that all share, as one that matches whole texts; empty if there is none, or it cannot be evaluated.

    A schema's pattern is searched for (JSON Schema 2020-12, 6.3.3).
    """
    searched = alternatives[0].text("pattern")
    if not searched or not _is_shared(alternatives, "pattern"):
        return ""
    is_anchored = searched.startswith("^") and searched.endswith("$") and not searched.endswith("\\$")
    matched = searched if is_anchored and "|" not in searched else rf"[\s\S]*(?:{searched})[\s\S]*"
    return "" if patterns.matches(matched, TEXT) is None else matched
