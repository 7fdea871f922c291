"""What Pact's rules say of one value, as matchers: all of several rules, one of them, or the example to the letter."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from driftwatch.mocks.formats.pact.moments import format_of, regex_of
from driftwatch.mocks.formats.pact.rules import Kind, Rule, RuleSet
from driftwatch.model.interaction import Matcher, MatcherKind

Said = tuple[Matcher, ...]
"""Statements about one path, before it is known which."""

_NUMBERS: Final = frozenset({MatcherKind.NUMBER, MatcherKind.INTEGER, MatcherKind.DECIMAL})
_KEEP_TYPE: Final = frozenset({
    MatcherKind.EXACT, MatcherKind.TYPE, MatcherKind.REGEX, MatcherKind.FORMAT, MatcherKind.CONTAINS,
    MatcherKind.SEMVER, MatcherKind.NOT_EMPTY, MatcherKind.ARRAY,
})  # fmt: skip
_TEXTS: Final = frozenset({MatcherKind.REGEX, MatcherKind.FORMAT, MatcherKind.CONTAINS, MatcherKind.SEMVER})
_PLAIN: Final = {
    Kind.NUMBER: MatcherKind.NUMBER, Kind.INTEGER: MatcherKind.INTEGER, Kind.DECIMAL: MatcherKind.DECIMAL,
    Kind.BOOLEAN: MatcherKind.BOOLEAN, Kind.SEMVER: MatcherKind.SEMVER, Kind.TYPE: MatcherKind.TYPE,
    Kind.VALUES: MatcherKind.TYPE, Kind.EACH_KEY: MatcherKind.TYPE, Kind.EACH_VALUE: MatcherKind.TYPE,
}  # fmt: skip
EXACT: Final = Matcher("", MatcherKind.EXACT)
TYPE: Final = Matcher("", MatcherKind.TYPE)
_ANY: Final = Matcher("", MatcherKind.ANY)
_NULL: Final = Matcher("", MatcherKind.EXACT, values=(None,))
_NULLABLE: Final = Matcher("", MatcherKind.NULLABLE)


def of_scalar(rule_set: RuleSet, example: object) -> Said:
    """What is said of text, a number, true, false or null. The rules judge reality; the example may violate them."""
    each = [_scalar(rule) for rule in rule_set.rules]
    said = either(each) if rule_set.is_choice else tuple(dict.fromkeys(m for one in each for m in one))
    return (*said, _ANY) if _contradicts(said, example) and _ANY not in said else said


def of_array(rule_set: RuleSet, length: int, *, is_direct: bool) -> Said:
    """What is said of a list itself. Any rule sets its length free; bounds count where the rule names the list."""
    if rule_set.is_literal:
        return exact_array(length)
    if not is_direct:
        return ()
    each = [_array(rule) for rule in rule_set.rules]
    return either(each) if rule_set.is_choice else tuple(dict.fromkeys(m for one in each for m in one))


def of_object(rule_set: RuleSet, *, is_direct: bool) -> Said:
    """What is said of an object itself; its members have statements of their own."""
    if not is_direct:
        return ()
    kinds = {rule.kind for rule in rule_set.rules}
    if kinds & {Kind.UNKNOWN, Kind.CONTENT_TYPE, Kind.NULL}:
        return (_ANY,)
    if kinds & {Kind.VALUES, Kind.EACH_KEY, Kind.EACH_VALUE}:
        return (Matcher("", MatcherKind.MAP, pattern=_keys(rule_set)),)
    if Kind.TYPE in kinds:
        return (TYPE,)
    return (Matcher("", MatcherKind.NOT_EMPTY),) if Kind.NOT_EMPTY in kinds else ()


def exact_array(length: int) -> Said:
    """A list without a rule has as many items as the example."""
    return (Matcher("", MatcherKind.ARRAY, minimum=length, maximum=length),)


def at(path: str, said: Said) -> Iterable[Matcher]:
    """The statements, said of a path."""
    return (replace(matcher, path=path) for matcher in said)


def either(alternatives: Sequence[Said]) -> Said:
    """The least that all alternatives allow, in one set of statements."""
    unique = list(dict.fromkeys(alternatives))
    if len(unique) == 1:
        return unique[0]
    dynamic = tuple(dict.fromkeys(m for said in unique for m in said if m.kind is MatcherKind.DYNAMIC))
    nullable = (_NULLABLE,) if any(_NULL in said for said in unique) else ()
    fixed = (tuple(m for m in said if m not in dynamic) for said in unique if _NULL not in said)
    rest = list(dict.fromkeys(fixed))
    return (*(rest[0] if len(rest) == 1 else _union(rest)), *nullable, *dynamic)


def _union(alternatives: Sequence[Said]) -> Said:
    if () in alternatives:
        return ()
    matchers = [matcher for said in alternatives for matcher in said]
    kinds = {matcher.kind for matcher in matchers}
    if kinds == {MatcherKind.REGEX} and all(len(said) == 1 for said in alternatives):
        return (Matcher("", MatcherKind.REGEX, pattern="|".join(f"(?:{m.pattern})" for m in matchers)),)
    if kinds == {MatcherKind.ARRAY}:
        return (_wider(matchers),)
    if kinds <= _NUMBERS:
        return (Matcher("", MatcherKind.NUMBER),)
    if MatcherKind.MAP in kinds:
        return (Matcher("", MatcherKind.MAP),)
    return (TYPE,) if kinds <= _KEEP_TYPE else (_ANY,)


def _wider(matchers: Sequence[Matcher]) -> Matcher:
    lows = [matcher.minimum for matcher in matchers if matcher.minimum is not None]
    highs = [matcher.maximum for matcher in matchers if matcher.maximum is not None]
    return Matcher(
        "",
        MatcherKind.ARRAY,
        minimum=min(lows) if len(lows) == len(matchers) else None,
        maximum=max(highs) if len(highs) == len(matchers) else None,
    )


def _scalar(rule: Rule) -> Said:
    match rule.kind:
        case Kind.EQUALITY:
            return (EXACT,)
        case Kind.REGEX:
            return (Matcher("", MatcherKind.REGEX, pattern=rule.operand),)
        case Kind.INCLUDE:
            return (Matcher("", MatcherKind.CONTAINS, pattern=rule.operand),)
        case Kind.NULL:
            return (_NULL,)
        case Kind.DATE | Kind.TIME | Kind.DATETIME:
            return _moment(rule)
        case Kind.NOT_EMPTY:
            return (TYPE, Matcher("", MatcherKind.NOT_EMPTY))
        case _ if rule.kind in _PLAIN:
            return (Matcher("", _PLAIN[rule.kind]),)
        case _:
            return (_ANY,)


def _moment(rule: Rule) -> Said:
    if name := format_of(rule.kind, rule.operand):
        return (Matcher("", MatcherKind.FORMAT, pattern=name),)
    pattern = regex_of(rule.kind, rule.operand)
    return (Matcher("", MatcherKind.REGEX, pattern=pattern),) if pattern else (TYPE,)


def _array(rule: Rule) -> Said:
    match rule.kind:
        case Kind.TYPE if rule.minimum is not None or rule.maximum is not None:
            return (Matcher("", MatcherKind.ARRAY, minimum=rule.minimum, maximum=rule.maximum),)
        case Kind.TYPE:
            return (TYPE,)
        case Kind.NOT_EMPTY:
            return (Matcher("", MatcherKind.NOT_EMPTY),)
        case Kind.ARRAY_CONTAINS:
            return (Matcher("", MatcherKind.ARRAY, minimum=1),)
        case Kind.UNKNOWN | Kind.CONTENT_TYPE | Kind.NULL:
            return (_ANY,)
        case _:
            return ()


def _keys(rule_set: RuleSet) -> str:
    """The pattern that each name has to match, if one is given."""
    nested = (rule for each in rule_set.rules if each.kind is Kind.EACH_KEY for rule in each.nested)
    return next((rule.operand for rule in nested if rule.kind is Kind.REGEX), "")


def _contradicts(said: Said, example: object) -> bool:
    """Whether the example has a type that the rules refuse: its own form is then no promise."""
    kinds = {matcher.kind for matcher in said}
    if example is None and MatcherKind.NULLABLE in kinds:
        return False
    if _NULL in said:
        return example is not None
    if kinds & _NUMBERS:
        return not isinstance(example, int | float) or isinstance(example, bool)
    if MatcherKind.BOOLEAN in kinds:
        return not isinstance(example, bool)
    # only the generator was given: the file has null where every real value is text
    return example is None and bool(kinds & _TEXTS)
