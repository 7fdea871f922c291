"""When two documents are equal for a mock server: JSON with json-unit's leniencies and placeholders, and plain XML.

WireMock (3.13.1) and MockServer (5.15.0, 8.0.0) both compare with json-unit.
"""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.json_paths import same

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PLACEHOLDER: Final = re.compile(r"(?s)\$\{json-unit\.([a-z-]+)\}(.*)")
_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "any-string": (str,),
    "any-number": (int, float),
    "any-boolean": (bool,),
}
_LONGEST_UNORDERED: Final = 200
"""Lists up to this length are compared without order; the search is quadratic."""


def is_equal_json(
    wanted: object, found: object, *, ignores_order: bool, ignores_extras: bool, tells_digits: bool = False
) -> bool | None:
    """Whether ``found`` is what a JSON matcher wants; ``None`` if a placeholder cannot be judged.

    ``tells_digits``: ``1.0`` is another number than ``1``, as json-unit has it without a tolerance.
    """
    match wanted, found:
        case str(), _ if (match := PLACEHOLDER.fullmatch(wanted)) is not None:
            return _placeholder(match.group(1), match.group(2), found)
        case dict(), dict():
            if not ignores_extras and any(name not in wanted for name in found):
                return False
            pairs = [(value, found[name]) for name, value in wanted.items() if name in found]
            missing = [value for name, value in wanted.items() if name not in found]
            if any(not _may_miss(value) for value in missing):
                return False
        case list(), list():
            if ignores_order:
                return _unordered(wanted, found, ignores_extras=ignores_extras, tells_digits=tells_digits)
            if len(wanted) != len(found) and not (ignores_extras and len(found) > len(wanted)):
                return False
            pairs = list(zip(wanted, found, strict=False))
        case _:
            return same(wanted, found) and not (
                tells_digits and isinstance(wanted, float) is not isinstance(found, float)
            )
    outcome: bool | None = True
    for one, other in pairs:
        equal = is_equal_json(
            one, other, ignores_order=ignores_order, ignores_extras=ignores_extras, tells_digits=tells_digits
        )
        if equal is False:
            return False
        outcome = outcome and equal
    return outcome


def _placeholder(name: str, argument: str, found: object) -> bool | None:
    if name in ("ignore", "ignore-element", "any"):
        return True
    if name == "regex":
        return patterns.matches(argument, found) if isinstance(found, str) else False
    types = _TYPES.get(name)
    if types is None:
        return None
    return isinstance(found, types) and (bool in types or not isinstance(found, bool))


def _may_miss(value: object) -> bool:
    return isinstance(value, str) and value == "${json-unit.ignore-element}"


def _unordered(wanted: list[object], found: list[object], *, ignores_extras: bool, tells_digits: bool) -> bool | None:
    if max(len(wanted), len(found)) > _LONGEST_UNORDERED:
        return None
    if len(found) < len(wanted) or (len(found) > len(wanted) and not ignores_extras):
        return False
    left = list(found)
    for one in wanted:
        equal = (
            index
            for index, other in enumerate(left)
            if is_equal_json(one, other, ignores_order=True, ignores_extras=ignores_extras, tells_digits=tells_digits)
        )
        index = next(equal, None)
        if index is None:
            return False
        del left[index]
    return True


def is_equal_xml(wanted: str, found: str) -> bool | None:
    """Whether two XML texts are one document but for blanks; ``None`` if one has a document type or is broken."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - loaded on demand: few mocks speak XML

    if "<!" in wanted or "<!" in found:
        return None
    try:
        return _same_element(ET.fromstring(wanted), ET.fromstring(found))  # noqa: S314 - no entities
    except (ET.ParseError, ValueError):
        return None


def _same_element(one: "Element", other: "Element") -> bool:
    stack = [(one, other)]
    while stack:
        left, right = stack.pop()
        if left.tag != right.tag or left.attrib != right.attrib or len(left) != len(right):
            return False
        if (left.text or "").strip() != (right.text or "").strip():
            return False
        stack.extend(zip(left, right, strict=True))
    return True
