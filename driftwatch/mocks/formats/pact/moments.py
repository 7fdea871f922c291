"""Dates and times that a rule describes by a Java pattern (``yyyy-MM-dd'T'HH:mm:ssXXX``): our format, or a regex.

Which letters mean what is Java's ``DateTimeFormatter``, as far as the reference implementation follows it
(pact-foundation/pact-reference @ 9930b06: ``time_utils.rs``).
"""

import re
from typing import Final

from driftwatch.mocks.formats.pact.rules import Kind
from driftwatch.model.shape import Format
from driftwatch.shapes.formats import classify

_DEFAULTS: Final = {Kind.DATE: "yyyy-MM-dd", Kind.TIME: "HH:mm:ss", Kind.DATETIME: "yyyy-MM-dd'T'HH:mm:ssXXX"}
"""What the reference implementation takes where a rule has no pattern."""
_TOKEN: Final = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*|.", re.DOTALL)
_LETTERS: Final = {
    "yyyy": (r"\d{4}", "2024"), "uuuu": (r"\d{4}", "2024"), "yy": (r"\d{2}", "24"),
    "MMMM": (r"\w+", "May"), "MMM": (r"\w{3,4}\.?", "May"),
    "MM": (r"(?:0[1-9]|1[0-2])", "05"), "M": (r"(?:1[0-2]|0?[1-9])", "5"),
    "dd": (r"(?:0[1-9]|[12]\d|3[01])", "01"), "d": (r"(?:[12]\d|3[01]|0?[1-9])", "1"), "D": (r"\d{1,3}", "122"),
    "EEEE": (r"\w+", "Wednesday"), "EEE": (r"\w{3}", "Wed"), "EE": (r"\w{3}", "Wed"), "E": (r"\w{3}", "Wed"),
    "HH": (r"(?:[01]\d|2[0-3])", "10"), "H": (r"(?:1\d|2[0-3]|0?\d)", "10"),
    "hh": (r"(?:0\d|1[0-2])", "10"), "h": (r"(?:1[0-2]|0?\d)", "10"), "a": (r"(?i:[ap]\.?m\.?)", "AM"),
    "mm": (r"[0-5]\d", "20"), "m": (r"[0-5]?\d", "20"),
    "ss": (r"(?:[0-5]\d|60)", "30"), "s": (r"(?:[0-5]?\d|60)", "30"),
    "X": (r"(?:Z|[+-]\d{2}(?:\d{2})?)", "Z"), "XX": (r"(?:Z|[+-]\d{4})", "Z"), "XXX": (r"(?:Z|[+-]\d{2}:\d{2})", "Z"),
    "x": (r"[+-]\d{2}(?:\d{2})?", "+0000"), "xx": (r"[+-]\d{4}", "+0000"), "xxx": (r"[+-]\d{2}:\d{2}", "+00:00"),
    "Z": (r"[+-]\d{4}", "+0000"), "ZZ": (r"[+-]\d{2}:?\d{2}", "+00:00"), "ZZZ": (r"[+-]\d{4}", "+0000"),
    "z": (r"[\w/+:-]+", "UTC"), "zzz": (r"[\w/+:-]+", "UTC"), "VV": (r"[\w/+:-]+", "UTC"),
}  # fmt: skip
"""A letter's run: what it matches, and a sample of it."""
_OURS: Final = frozenset({Format.DATE_TIME, Format.LOCAL_DATE_TIME, Format.DATE, Format.TIME, Format.HTTP_DATE})
"""Of slashed and dotted dates we do not know where the month stands: a regular expression says it."""
_UTC: Final = "'Z'"
"""A literal Z, and no other offset, is more than our format says."""


def format_of(kind: Kind, pattern: str) -> str:
    """The name of our format that a pattern describes; empty if it is none of them."""
    described = _describe(pattern or _DEFAULTS[kind])
    if described is None or _UTC in pattern:
        return ""
    found = classify(described[1])
    return found.value if found in _OURS else ""


def regex_of(kind: Kind, pattern: str) -> str:
    """A regular expression for the texts a pattern describes; empty if it has letters that are not known here."""
    described = _describe(pattern or _DEFAULTS[kind])
    return described[0] if described else ""


def _describe(pattern: str) -> tuple[str, str] | None:
    """A pattern as a regular expression and by a sample."""
    expression, sample = "", ""
    for token in _TOKEN.finditer(pattern):
        text = token.group()
        if token.group(2) is None:
            literal = text if token.group(1) is None else token.group(1).replace("''", "'") or "'"
            expression, sample = expression + re.escape(literal), sample + literal
        elif not text.strip("Sn"):
            expression, sample = rf"{expression}\d{{{len(text)}}}", sample + "1" * len(text)
        elif text in _LETTERS:
            expression, sample = expression + _LETTERS[text][0], sample + _LETTERS[text][1]
        else:
            return None
    return expression, sample
