"""Whether an example satisfies the rules beside it: they judge reality, and a hand may have changed either."""

import re
from typing import Final

from driftwatch.mocks.asking.patterns import matches
from driftwatch.mocks.formats.pact.moments import regex_of
from driftwatch.mocks.formats.pact.rules import Kind, Rule, RuleSet

_PATTERNS: Final = {
    Kind.NUMBER: re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"),
    Kind.INTEGER: re.compile(r"[+-]?\d+"),
    Kind.DECIMAL: re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"),
    Kind.BOOLEAN: re.compile(r"true|false"),
    Kind.SEMVER: re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"),
}
"""Of text in a path, a query or a header."""


def violations(rule_set: RuleSet, text: str) -> bool:
    """Whether a text of a request breaks the rules; what cannot be told does not."""
    broken = [_is_broken(rule, text) for rule in rule_set.rules]
    return bool(broken) and (all(broken) if rule_set.is_choice else any(broken))


def _is_broken(rule: Rule, text: str) -> bool:
    match rule.kind:
        case Kind.REGEX:
            return matches(rule.operand, text) is False
        case Kind.INCLUDE:
            return rule.operand not in text
        case Kind.NOT_EMPTY:
            return not text
        case Kind.DATE | Kind.TIME | Kind.DATETIME:
            pattern = regex_of(rule.kind, rule.operand)
            return bool(pattern) and matches(pattern, text) is False
        case _ if rule.kind in _PATTERNS:
            return _PATTERNS[rule.kind].fullmatch(text) is None
        case _:
            return False
