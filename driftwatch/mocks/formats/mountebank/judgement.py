"""Whether a predicate holds for a request, as JavaScript would have it.

``src/models/predicates.js`` of mountebank 2.9.1, function by function: unless asked otherwise keys and values are
compared in lower case, values as text, and a body that holds JSON is looked into. What depends on the caller
(``ip``, ``requestFrom``), on a script or on XPath cannot be told here.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import regex
from msgspec import Struct

from driftwatch.mocks.answers.script_values import (
    MISSING,
    UNKNOWN,
    all_texts,
    as_script_text,
    canonical,
    in_order,
    is_falsy,
)
from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.truth import Truth, every, negated, some
from driftwatch.mocks.formats.mountebank.predicate import Predicate
from driftwatch.mocks.refusal import Refusal
from driftwatch.mocks.text import json_text

Compare = Callable[[object, object], Truth]
_SECONDS: Final = 0.2


class _UntellableError(Exception):
    """Nothing can be said of this predicate here."""


def holds(predicate: Predicate, request: Mapping[str, object]) -> Truth:
    """Whether a request satisfies a predicate; ``None`` if that cannot be told.

    ``request`` has mountebank's fields: ``method``, ``path``, ``query``, ``headers``, ``body`` and for forms ``form``.
    """
    match predicate.operator:
        case "not":
            return negated(holds(predicate.parts[0], request))
        case "and":
            return every(holds(part, request) for part in predicate.parts)
        case "or":
            return some(holds(part, request) for part in predicate.parts)
        case "inject":
            return None
    try:
        if predicate.operator == "deepEquals":
            return _deep_equals(predicate, request)
        return _fieldwise(predicate, request)
    except (_UntellableError, Refusal, RecursionError):
        return None


class _Cases(Struct, frozen=True):
    """How keys and values are made alike before they are compared."""

    predicate: Predicate
    lower_keys: bool
    lower_values: bool
    lower_selector: bool

    def key(self, text: str) -> str:
        return text.lower() if self.lower_keys else text

    def value(self, text: str) -> str:
        """A value in the case that counts, without what ``except`` takes out."""
        return self._cut(text.lower() if self.lower_values else text)

    def inner(self, text: str) -> str:
        """A value inside a JSON body: the same in another order."""
        cut = self._cut(text)
        return cut.lower() if self.lower_values else cut

    def _cut(self, text: str) -> str:
        pattern = self.predicate.except_pattern
        if not pattern:
            return text
        flags = regex.IGNORECASE if self.lower_values else 0
        try:
            return str(regex.sub(pattern, "", text, flags=flags, timeout=_SECONDS))
        except (regex.error, TimeoutError, RecursionError) as error:
            raise _UntellableError from error


def _cases(predicate: Predicate) -> _Cases:
    r"""``matches`` leaves values alone, since lower case would spoil ``\W`` and its like."""
    if predicate.operator == "matches":
        lower = not predicate.case_sensitive
        return _Cases(predicate, lower_keys=lower, lower_values=False, lower_selector=lower)
    key_case = predicate.key_case_sensitive
    lower_keys = key_case is False or not predicate.case_sensitive
    lower_selector = not (predicate.case_sensitive if key_case is None else key_case)
    return _Cases(predicate, lower_keys, not predicate.case_sensitive, lower_selector)


def _fieldwise(predicate: Predicate, request: Mapping[str, object]) -> Truth:
    cases = _cases(predicate)
    is_pattern = predicate.operator == "matches"
    wanted = _transform(predicate.operand, cases.key, (lambda text: text) if is_pattern else cases.value)
    found = _transform(dict(request), cases.key, lambda text: _selected(cases, cases.value(text), as_text=False))
    test = _pattern_test(predicate) if is_pattern else _TESTS[predicate.operator]
    return _Satisfied(cases, predicate.operator == "exists", test).all(wanted, found)


def _deep_equals(predicate: Predicate, request: Mapping[str, object]) -> Truth:
    cases = _cases(predicate)
    wanted = _transform(all_texts(predicate.operand), cases.key, cases.value)
    found = _transform(
        all_texts(dict(request)), cases.key, lambda text: _selected(cases, cases.value(text), as_text=True)
    )
    return every(_same_field(cases, name, value, _member(found, name)) for name, value in _members(wanted))


def _same_field(cases: _Cases, name: str, wanted: object, found: object) -> Truth:
    if found is UNKNOWN or name == "headers":
        # every client adds headers of its own
        return None
    if isinstance(wanted, dict | list) and isinstance(found, str):
        found = _transform(all_texts(_opened(cases, found)), cases.key, cases.value)
    return found is not MISSING and canonical(wanted) == canonical(found)


def _transform(value: object, key: Callable[[str], str], text: Callable[[str], object]) -> object:
    match value:
        case dict():
            return {key(name): _transform(inner, key, text) for name, inner in value.items()}
        case list():
            return in_order([_transform(item, key, text) for item in value])
        case str():
            return text(value)
        case _:
            return value


def _opened(cases: _Cases, text: str) -> object:
    """The document in a text, in the case that counts; the text itself if it holds none. Lists keep their order."""
    try:
        document = json_text.decode(text)
    except ValueError:
        return text
    return _in_order(document, cases)


def _in_order(value: object, cases: _Cases) -> object:
    match value:
        case dict():
            return {cases.key(name): _in_order(inner, cases) for name, inner in value.items()}
        case list():
            return [_in_order(item, cases) for item in value]
        case str():
            return cases.inner(value)
        case _:
            return value


def _selected(cases: _Cases, text: str, *, as_text: bool) -> object:
    """What the predicate's selector picks out of a field; every field of the request is put through it."""
    selector = cases.predicate.selector
    if selector is None:
        return text
    document = _opened(cases, text)
    if selector.kind != "jsonpath":
        raise _UntellableError
    path = selector.json_path(is_lower=cases.lower_selector)
    if not isinstance(document, dict | list):
        return MISSING
    found = path.select(all_texts(document) if as_text else document)
    if not found:
        return MISSING
    return found[0] if len(found) == 1 else in_order(found)


def _members(value: object) -> Iterable[tuple[str, object]]:
    if isinstance(value, dict):
        return value.items()
    return ((str(index), item) for index, item in enumerate(value)) if isinstance(value, list) else ()


def _member(value: object, name: str) -> object:
    match value:
        case dict():
            return value.get(name, MISSING)
        case list() | str() if name.isdecimal() and len(name) < 10 and int(name) < len(value):
            return value[int(name)]
        case _:
            return UNKNOWN if value is UNKNOWN else MISSING


class _Satisfied(Struct, frozen=True):
    """``predicateSatisfied``: every member wanted is found, at any depth, in lists at any position."""

    cases: _Cases
    is_exists: bool
    test: Compare

    def all(self, wanted: object, found: object) -> Truth:
        if found is UNKNOWN:
            return None
        if is_falsy(found):
            return False
        if isinstance(found, str):
            found = _opened(self.cases, found)
        return every(self._one(name, value, wanted, found) for name, value in _members(wanted))

    def _one(self, name: str, value: object, wanted: object, found: object) -> Truth:
        there = _member(found, name)
        if isinstance(there, list) and isinstance(value, list):
            return every(some(self._compare(one, other) for other in there) for one in value)
        if isinstance(there, list):
            if self.is_exists and value:
                return True
            return some(self._compare(value, other) for other in there)
        if not isinstance(value, list) and there is MISSING and isinstance(found, list):
            return some(self._compare(wanted, other) for other in found)
        if isinstance(value, dict | list):
            return self.all(value, there)
        return self._compare(value, there)

    def _compare(self, wanted: object, found: object) -> Truth:
        if found is UNKNOWN:
            return None
        found = "" if found is MISSING else found
        if isinstance(wanted, dict | list):
            return self.all(wanted, found)
        return self.test(wanted, found)


def _equal(wanted: object, found: object) -> Truth:
    if wanted is None or found is None:
        return wanted is found
    return as_script_text(wanted) == as_script_text(found)


def _in_text(test: Callable[[str, str], bool]) -> Compare:
    """A test of texts; on anything else mountebank's own throws."""

    def compare(wanted: object, found: object) -> Truth:
        return test(as_script_text(wanted), found) if isinstance(found, str) else None

    return compare


def _ends_with(wanted: object, found: object) -> Truth:
    """What is no text has no length, and then the end is anywhere."""
    test = str.endswith if isinstance(wanted, str) else str.__contains__
    return test(found, as_script_text(wanted)) if isinstance(found, str) else None


def _exists(wanted: object, found: object) -> Truth:
    return (found != "") is not is_falsy(wanted)


_TESTS: Final[Mapping[str, Compare]] = {
    "equals": _equal,
    "contains": _in_text(lambda wanted, found: wanted in found),
    "startsWith": _in_text(lambda wanted, found: found.startswith(wanted)),
    "endsWith": _ends_with,
    "exists": _exists,
}


def _pattern_test(predicate: Predicate) -> Compare:
    def compare(wanted: object, found: object) -> Truth:
        ignores_case = not predicate.case_sensitive
        return patterns.occurs(as_script_text(wanted), as_script_text(found), ignores_case=ignores_case)

    return compare
