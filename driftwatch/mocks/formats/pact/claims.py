"""An example body and the rules beside it → what the contract says of every place in the answer.

The example is walked once; statements are gathered by the pointer of their place, where items and the values of maps
share one (``*``). What no rule speaks of is promised to the letter: that is Pact's own rule.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct, field

from driftwatch.mocks.formats.pact.places import Branch, Place
from driftwatch.mocks.formats.pact.rules import Kind, RuleSet
from driftwatch.mocks.formats.pact.statements import (
    EXACT,
    TYPE,
    Said,
    at,
    either,
    exact_array,
    of_array,
    of_object,
    of_scalar,
)  # fmt: skip
from driftwatch.mocks.text.fields import Object
from driftwatch.model.interaction import Matcher, MatcherKind
from driftwatch.model.shape import ITEM, join

_TEXT_GENERATORS: Final = frozenset({
    "Uuid", "Date", "Time", "DateTime", "RandomString", "RandomHexadecimal", "Regex", "MockServerURL",
})  # fmt: skip
_DYNAMIC_TEXT: Final = Matcher("", MatcherKind.DYNAMIC, is_text=True)
_DYNAMIC: Final = Matcher("", MatcherKind.DYNAMIC)
_ANY: Final = Matcher("", MatcherKind.ANY)


def claims_of(example: object, rules: Branch[RuleSet], generators: Branch[Object]) -> tuple[Matcher, ...]:
    """The statements about a JSON document."""
    walk = _Walk()
    walk.visit([example], _Spot("", Place((rules,)), Place((generators,))))
    return walk.matchers()


def claims_of_text(rules: Branch[RuleSet], text: str) -> tuple[Matcher, ...]:
    """The statements about a body that is plain text: what is said of the root, else the text itself."""
    return (EXACT,) if rules.said is None else of_scalar(rules.said, text)


class _Spot(Struct, frozen=True):
    """Where the walk stands, by the pointer and by the contract's own paths."""

    pointer: str
    rules: Place[RuleSet]
    generators: Place[Object]
    is_map_value: bool = False
    """The map above is described, and nothing is said of its values: they have the example's type."""

    def step(self, name: str) -> str:
        """A step that the contract speaks of, or the empty one for all that it does not tell apart."""
        return name if self.rules.names(name) or self.generators.names(name) else ""

    def below(self, step: str, name: str, *, is_map_value: bool = False) -> "_Spot":
        passed_on = self.rules.pick(lambda rule_set: rule_set.cascades)
        return _Spot(
            join(self.pointer, name),
            self.rules.below(step, passed_on),
            self.generators.below(step, None),
            is_map_value or self.is_map_value,
        )


class _Walk(Struct):
    _said: dict[str, dict[Said, None]] = field(default_factory=dict)

    def visit(self, examples: list[object], root: _Spot) -> None:
        """Look at every value, all that share a spot at once: a list may have very many items."""
        stack = [(examples, root)]
        while stack:
            values, spot = stack.pop()
            alike: dict[tuple[type, int], Said] = {}
            holders: list[object] = []
            for value in values:
                key = type(value), len(value) if isinstance(value, list) else 0
                if key not in alike:
                    alike[key] = _statements(value, spot)
                if isinstance(value, dict | list) and _ANY not in alike[key]:
                    holders.append(value)
            for said in alike.values():
                self._say(spot.pointer, said)
            stack.extend(reversed(self._below(holders, spot)))

    def matchers(self) -> tuple[Matcher, ...]:
        """All statements; where items differ, what all of them allow."""
        return tuple(
            matcher for pointer, several in self._said.items() for matcher in at(pointer, either(list(several)))
        )

    def _say(self, pointer: str, said: Said) -> None:
        self._said.setdefault(pointer, {})[said] = None

    def _below(self, holders: list[object], spot: _Spot) -> list[tuple[list[object], _Spot]]:
        """The values one step further, gathered by their spot."""
        is_map = _has(spot, Kind.VALUES, Kind.EACH_KEY, Kind.EACH_VALUE)
        groups: dict[tuple[str, str], list[object]] = {}
        for holder in holders:
            if isinstance(holder, dict):
                for name, inner in holder.items():
                    step = spot.step(str(name)) if is_map else str(name)
                    groups.setdefault((step, ITEM if is_map else str(name)), []).append(inner)
            elif isinstance(holder, list) and _has(spot, Kind.ARRAY_CONTAINS):
                # each variant is somewhere in the list, and anything may stand beside it
                self._say(join(spot.pointer, ITEM), (_ANY,))
            elif isinstance(holder, list):
                for index, inner in enumerate(holder):
                    groups.setdefault((spot.step(str(index)), ITEM), []).append(inner)
        return [(values, spot.below(step, name, is_map_value=is_map)) for (step, name), values in groups.items()]


def _statements(value: object, spot: _Spot) -> Said:
    """What is said of a value; it depends on its type, and for a list on its length."""
    best = spot.rules.best
    rule_set = best.said if best else None
    is_direct = best is not None and best is not spot.rules.inherited
    generator = spot.generators.own
    if rule_set is None or not rule_set.rules:
        return _without_rule(value, generator, is_map_value=spot.is_map_value)
    match value:
        case dict():
            return of_object(rule_set, is_direct=is_direct)
        case list():
            return of_array(rule_set, len(value), is_direct=is_direct)
        case _:
            return (*of_scalar(rule_set, value), *_generated_text(generator, value))


def _generated_text(generator: Object | None, value: object) -> Said:
    """A text that a generator writes anew; the example may be null where only the generator was given.

    Of numbers and truth values the rule says all there is to say: "dynamic" alone would take their type away.
    """
    if generator is None:
        return ()
    is_text = isinstance(value, str) or (value is None and generator.get("type") in _TEXT_GENERATORS)
    return (_DYNAMIC_TEXT,) if is_text else ()


def _without_rule(value: object, generator: Object | None, *, is_map_value: bool) -> Said:
    if generator is not None:
        return _generated_text(generator, value) or (_DYNAMIC,)
    match value:
        case dict():
            return ()
        case list():
            return () if is_map_value else exact_array(len(value))
        case _:
            return (TYPE,) if is_map_value else (EXACT,)


def _has(spot: _Spot, *kinds: Kind) -> bool:
    """Whether a rule of one of these kinds names this very place."""
    rule_set = spot.rules.own
    return rule_set is not None and any(rule.kind in kinds for rule in rule_set.rules)


def unknown_rules(rules: Iterable[RuleSet]) -> tuple[str, ...]:
    """The names of rules that are not known here, each once."""
    names = (rule.operand for rule_set in rules for rule in rule_set.rules if rule.kind is Kind.UNKNOWN)
    return tuple(dict.fromkeys(names))
