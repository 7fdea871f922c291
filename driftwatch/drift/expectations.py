"""Whether real values keep what the author said of single places: exact values, patterns, ranges, lengths.

Only a value that is there and of the mocked type is asked: absence, null and another type are differences of form,
which ``body`` notes; one cause is one difference.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.known_values import unlisted
from driftwatch.drift.places import spot_of
from driftwatch.model.answers import Sides
from driftwatch.model.interaction import Matcher, MatcherKind

_PATIENCE: Final = 0.25
"""Seconds for one pattern on one value: a stranger's pattern may never end."""
_SEMVER: Final = (
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_FORMATS: Final = {
    "date": r"\d{4}-\d{2}-\d{2}",
    "time": r"T?\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?",
    "date-time": r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?",
    "uuid": r"(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}",
    "email": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "uri": r"[A-Za-z][A-Za-z0-9+.-]*:\S+",
}
"""Formats by name; one that is not here is not judged."""
_ALTERNATION: Final = re.compile(r"\^?\(?(?:\?:)?([\w .-]+(?:\|[\w .-]+)+)\)?\$?")

Asks = Callable[[Matcher, object, Sequence[object]], bool]
"""Whether a value keeps a statement; the mocked values at the same place are given as well."""


def compare_expectations(sides: Sides) -> Iterator[Difference]:
    """One difference for each statement that some answer breaks."""
    asked: dict[str, list[Matcher]] = {}
    for matcher in map(_as_enum, sides.pair.matchers):
        asks = _QUESTIONS.get(matcher.kind)
        of_the_place = asked.setdefault(matcher.path, [])
        if asks is not None and matcher not in of_the_place:
            of_the_place.append(matcher)  # variants of one answer share the author's statements
            yield from _ask(matcher, asks, sides)


def _ask(matcher: Matcher, asks: Asks, sides: Sides) -> Iterator[Difference]:
    spot = spot_of(matcher.path, sides.promises)
    mocked = [value for document in sides.promises for value in spot.values(document)]
    per_answer = [[value for value in spot.values(d) if _is_asked(value, mocked)] for d in sides.deliveries]
    values = [value for answer in per_answer for value in answer]
    try:
        broken = [value for value in values if not asks(matcher, value, mocked)]
    except (re.error, TimeoutError, RecursionError):
        yield Difference(Aspect.UNASKED, matcher.path, note=f"the pattern of `{matcher.kind}` cannot be evaluated")
        return
    if broken and matcher.kind is MatcherKind.ENUM:
        yield from unlisted(matcher.path, broken, len(values), describe(matcher))
    elif broken:
        is_noise = matcher.kind is MatcherKind.EXACT and _disagrees_with_itself(per_answer)
        aspect = Aspect.OVERSPECIFIED if is_noise else Aspect.EXPECTATION
        yield Difference(aspect, matcher.path, k=len(broken), n=len(values), note=describe(matcher))


def describe(matcher: Matcher) -> str:
    """The statement in a few words, without values that could be secret."""
    bounds = [f"at least {matcher.minimum:g}"] if matcher.minimum is not None else []
    bounds += [f"at most {matcher.maximum:g}"] if matcher.maximum is not None else []
    match matcher.kind:
        case MatcherKind.EXACT:
            return "exactly the mocked value"
        case MatcherKind.ENUM:
            return f"one of {len(matcher.values)} values"
        case MatcherKind.REGEX:
            return "text of the author's pattern"
        case MatcherKind.FORMAT:
            return f"format {matcher.pattern}"
        case MatcherKind.CONTAINS:
            return "text with the author's piece in it"
        case MatcherKind.TYPE | MatcherKind.ARRAY | MatcherKind.RANGE if bounds:
            return f"{'a number of' if matcher.kind is MatcherKind.RANGE else 'items:'} {' and '.join(bounds)}"
        case _:
            return matcher.kind.value


def _is_asked(value: object, mocked: Sequence[object]) -> bool:
    """Of a type the mock shows (numbers are one family); null only where the mock shows null."""
    return not mocked or any(_family(value) == _family(other) for other in mocked)


def _family(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def _disagrees_with_itself(per_answer: Sequence[Sequence[object]]) -> bool:
    """Whether answers to one request differ here: then the value is noise (drift semantics 3.1)."""
    return len(per_answer) > 1 and any(list(answer) != list(per_answer[0]) for answer in per_answer[1:])


def _as_enum(matcher: Matcher) -> Matcher:
    """A pattern that is nothing but alternatives is a list of values."""
    if matcher.kind is MatcherKind.REGEX:
        found = _ALTERNATION.fullmatch(matcher.pattern)
        if found:
            return Matcher(matcher.path, MatcherKind.ENUM, values=tuple(found[1].split("|")))
    return matcher


def _equals(one: object, other: object) -> bool:
    """Deep equality; numbers within a relative 1e-9 (drift semantics 1.2)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return one == other or math.isclose(one, other, rel_tol=1e-9)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equals(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equals, one, other))
    return one == other


def _is_exact(matcher: Matcher, value: object, mocked: Sequence[object]) -> bool:
    return any(_equals(value, allowed) for allowed in (matcher.values or mocked))


def _is_listed(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    return value is None or any(_equals(value, allowed) for allowed in matcher.values)


def _has_pattern(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return True
    import regex  # noqa: PLC0415 - loaded on demand: few authors write patterns

    try:
        return regex.fullmatch(matcher.pattern, str(value), timeout=_PATIENCE) is not None
    except regex.error as error:
        raise re.error("not a pattern") from error


def _has_format(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    pattern = _FORMATS.get(matcher.pattern)
    return pattern is None or not isinstance(value, str) or re.fullmatch(pattern, value) is not None


def _is_whole(_: Matcher, value: object, __: Sequence[object]) -> bool:
    return not isinstance(value, float) or value.is_integer()


def _is_decimal(_: Matcher, value: object, __: Sequence[object]) -> bool:
    return isinstance(value, float)


def _is_semver(_: Matcher, value: object, __: Sequence[object]) -> bool:
    return not isinstance(value, str) or re.fullmatch(_SEMVER, value) is not None


def _is_within(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    return not isinstance(value, int | float) or _fits(matcher, value)


def _is_long_enough(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    return not isinstance(value, list) or _fits(matcher, len(value))


def _fits(matcher: Matcher, amount: float) -> bool:
    above = matcher.minimum is None or amount >= matcher.minimum
    return above and (matcher.maximum is None or amount <= matcher.maximum)


def _is_filled(_: Matcher, value: object, __: Sequence[object]) -> bool:
    return not isinstance(value, str | list | dict) or len(value) > 0


def _has_piece(matcher: Matcher, value: object, _: Sequence[object]) -> bool:
    return not isinstance(value, str) or matcher.pattern in value


_QUESTIONS: Final[Mapping[MatcherKind, Asks]] = {
    MatcherKind.ARRAY: _is_long_enough,
    MatcherKind.CONTAINS: _has_piece,
    MatcherKind.DECIMAL: _is_decimal,
    MatcherKind.ENUM: _is_listed,
    MatcherKind.EXACT: _is_exact,
    MatcherKind.FORMAT: _has_format,
    MatcherKind.INTEGER: _is_whole,
    MatcherKind.NOT_EMPTY: _is_filled,
    MatcherKind.RANGE: _is_within,
    MatcherKind.REGEX: _has_pattern,
    MatcherKind.SEMVER: _is_semver,
    MatcherKind.TYPE: _is_long_enough,
}
"""What each kind of statement demands of a value; kinds that only loosen are not here."""
