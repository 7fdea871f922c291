"""XML as Hoverfly's matchers see it: equal but for blanks, and documents with placeholders.

``xml_match.go`` and ``xml_templated_match.go`` (1.12.8).
"""

import re
from functools import lru_cache
from typing import Final
from xml.etree import ElementTree as ET

from driftwatch.mocks.asking import patterns
from driftwatch.mocks.asking.truth import Truth

_PLACEHOLDER: Final = re.compile(r"(?s)\{\{\s*(?:ignore|regex:((?:(?!\}\}).)*\}?))\s*\}\}")
_SAMPLE: Final = "text"
_REMEMBERED: Final = 50_000
"""Characters of a document that is kept taken apart."""

_Element = tuple[str, int, tuple[tuple[str, str], ...], str, str]
"""Name, number of children, attributes, the text in front of the first child, the text behind the element."""


def is_equal(wanted: str, found: str) -> Truth:
    """Whether two texts are one document; ``None`` where only Hoverfly's minifier could say."""
    if wanted == found:
        return True
    if not found.lstrip().startswith("<"):
        return False
    one, other = _elements(wanted), _elements(found)
    if one is None or other is None:
        return None
    # alike, they may still differ in the order of attributes, in comments and in entities
    return None if one == other else False


def is_fitting(wanted: str, found: str) -> Truth:
    """Whether a document fits one with placeholders; ``None`` where both have the same elements."""
    if wanted == found and "{{" not in wanted:
        return True
    if not found.lstrip().startswith("<"):
        return False
    one, other = _elements(wanted), _elements(found)
    if one is None or other is None:
        return None
    # neighbours may stand in any order
    return None if sorted(name for name, *_ in one) == sorted(name for name, *_ in other) else False


def _elements(text: str) -> tuple[_Element, ...] | None:
    """The elements of a document in their order; ``None`` if it is none, or declares entities."""
    return _remembered(text) if len(text) <= _REMEMBERED else _taken_apart(text)


@lru_cache(maxsize=512)
def _remembered(text: str) -> tuple[_Element, ...] | None:
    """The same; the body of each pair of a SOAP service is compared with those of all others."""
    return _taken_apart(text)


def _taken_apart(text: str) -> tuple[_Element, ...] | None:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        return None
    try:
        root = ET.fromstring(text)  # noqa: S314 - no entities
    except (ET.ParseError, ValueError):
        return None
    return tuple(
        (element.tag, len(element), tuple(sorted(element.items())), _words(element.text), _words(element.tail))
        for element in root.iter()
    )


def _words(text: str | None) -> str:
    return " ".join(text.split()) if text else ""


def filled(wanted: str) -> str:
    """A document with placeholders, each replaced by something that it takes. Raises ``Refusal`` for odd patterns."""
    # behind the last closing braces no placeholder ends, and looking for that from each opening would take for ever
    end = wanted.rfind("}}") + 2
    return _PLACEHOLDER.sub(_fill, wanted[:end]) + wanted[end:] if end > 1 else wanted


def _fill(match: re.Match[str]) -> str:
    if match.group(1) is None:
        return _SAMPLE
    text = next(patterns.parse(match.group(1).strip()).candidates(), _SAMPLE)
    return text.replace("&", "&amp;").replace("<", "&lt;")
