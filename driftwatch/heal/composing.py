"""Many real values → one that is as true as one can be: nothing in it promises what some of them break.

A list has room for all: it gets the fewest items that show everything its items do. An object or a plain value has room
for one; where the real ones disagree in a way that one cannot show, what is made is judged like any other and refused.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from driftwatch.model.likeness import key_class
from driftwatch.model.shape import DISCRIMINATORS, ITEM, STRICT_FORMATS, Format, escape

Classify = Callable[[str], Format]
"""The class of a text that is not blank."""

_MOST_ITEMS: Final = 12
_MOST_LOOKED_AT: Final = 500
_MOST_KEYS: Final = 3
_INT32: Final = 2**31 - 1
_INT53: Final = 2**53 - 1

Fact = tuple[str, str]
"""A place below an item, and what is so there."""


def family(value: object) -> str:
    """The JSON type; whole and other numbers are one."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


def is_number(value: object) -> bool:
    """Whether it is a number; true and false are none."""
    return family(value) == "number"


def is_blank(value: object) -> bool:
    """Whether it is text without a sign in it."""
    return isinstance(value, str) and not value.strip()


class Composer(Struct, frozen=True):
    """Makes one value of many."""

    classify: Classify

    def one(self, values: Sequence[object]) -> object:
        """One value for all of these, of which there is at least one."""
        filled = [value for value in values if value is not None]
        if not filled:
            return None
        commonest = Counter(map(family, filled)).most_common(1)[0][0]
        alike = [value for value in filled if family(value) == commonest]
        match commonest:
            case "object":
                return self._object([value for value in alike if isinstance(value, dict)])
            case "array":
                return self._array([value for value in alike if isinstance(value, list)])
            case "string":
                return self._text([value for value in alike if isinstance(value, str)])
            case "number":
                return widest([value for value in alike if isinstance(value, int | float)])
        return alike[0]

    def _object(self, values: Sequence[dict[str, object]]) -> object:
        names = list(dict.fromkeys(name for value in values for name in value))
        if key_class(names):
            largest = max(values, key=len)
            together = [inner for value in values for inner in value.values()]
            return {name: self.one([largest[name], *together]) for name in [*largest][:_MOST_KEYS]}
        everywhere = [name for name in names if all(name in value for value in values)]
        return {name: self.one([value[name] for value in values]) for name in everywhere}

    def _array(self, values: Sequence[list[object]]) -> object:
        return self.items([inner for value in values for inner in value])

    def items(self, items: Sequence[object], shown: frozenset[Fact] = frozenset()) -> list[object]:
        """The fewest items, in their order, that show all that these do beside what is ``shown`` already."""
        looked = list(items[:_MOST_LOOKED_AT])
        names = names_below(looked)
        known, chosen = set(shown), list[object]()
        for item in looked:
            facts = set(self.facts(item, names))
            if not facts <= known and len(chosen) < _MOST_ITEMS:
                known |= facts
                chosen.append(item)
        return chosen

    def facts(self, value: object, names: dict[str, list[str]], path: str = "") -> Iterator[Fact]:
        """What a value shows, place by place; ``names`` are those that any of its like has at each place."""
        yield path, family(value)
        if isinstance(value, str):
            yield path, "blank" if is_blank(value) else self.form(value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield path, width(value)
        elif isinstance(value, list):
            for item in value:
                yield from self.facts(item, names, f"{path}/{ITEM}")
        elif isinstance(value, dict):
            inside = f"{path}[{variant_of(value)}]"
            is_map = bool(key_class(value))
            for name in [] if is_map else names.get(path, []):
                yield f"{inside}/{escape(name)}", "there" if name in value else "absent"
            for name, inner in value.items():
                step = ITEM if is_map else escape(name)
                yield from self.facts(inner, names, f"{inside}/{step}")

    def form(self, text: str) -> str:
        """The class of a text, and of a moment whether it has an offset."""
        found = self.classify(text)
        return f"{found.value}{'+' if found is Format.DATE_TIME and has_offset(text) else ''}"

    def _text(self, values: Sequence[str]) -> str:
        """One whose form promises nothing that another one breaks."""
        filled = [value for value in values if not is_blank(value)]
        if not filled:
            return values[0]
        classes = {self.classify(value) for value in filled}
        loosest = [value for value in filled if self.classify(value) not in STRICT_FORMATS | {Format.NUMERIC}]
        if len(classes) > 1 and loosest:
            return loosest[0]
        if len(filled) < len(values) and classes <= STRICT_FORMATS:
            return next(value for value in values if is_blank(value))
        return next((value for value in filled if has_offset(value)), filled[0])


def widest(values: Sequence[int | float]) -> int | float:
    """The number that shows most: one with a fraction, else one that fits the fewest types."""
    fraction = next((value for value in values if isinstance(value, float) and not value.is_integer()), None)
    if fraction is not None:
        return fraction
    largest = max(values, key=abs)
    return largest if abs(largest) > _INT32 else values[0]


def width(value: int | float) -> str:
    """What a number takes to be held."""
    if isinstance(value, float) and not value.is_integer():
        return "fraction"
    return "whole" if abs(value) <= _INT32 else ("wide" if abs(value) <= _INT53 else "widest")


def has_offset(text: str) -> bool:
    """Whether a moment is told with another offset than none."""
    return text[-6:-5] in ("+", "-") and text[-3:-2] == ":" and text[-5:] != "00:00"


def variant_of(value: dict[str, object]) -> str:
    """The variant that an object says it is of; empty if it does not say."""
    return next((f"{name}={kind}" for name in DISCRIMINATORS if isinstance(kind := value.get(name), str)), "")


def names_below(values: Sequence[object]) -> dict[str, list[str]]:
    """The names that objects have, place by place as ``Composer.facts`` tells places."""
    found: dict[str, dict[str, None]] = {}
    waiting: list[tuple[str, object]] = [("", value) for value in values]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, list):
            waiting += [(f"{path}/{ITEM}", item) for item in value]
        elif isinstance(value, dict):
            inside, is_map = f"{path}[{variant_of(value)}]", bool(key_class(value))
            if not is_map:
                found.setdefault(path, {}).update(dict.fromkeys(value))
            waiting += [(f"{inside}/{ITEM if is_map else escape(name)}", inner) for name, inner in value.items()]
    return {path: [*names] for path, names in found.items()}
