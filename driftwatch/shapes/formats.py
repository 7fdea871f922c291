r"""Which class of strings a text belongs to, told apart as cheaply as parsers would stumble over the difference.

Classes are those of ``model.shape.Format``. Patterns are ASCII on purpose: ``\d`` would take Arabic-Indic digits for a
date, which no parser of RFC 3339 does. Nothing is cached: a memory of texts would be a memory of payloads.
"""

import re
from collections.abc import Callable
from functools import cached_property
from typing import Final

from driftwatch.model.shape import Format
from driftwatch.model.styled_number import STYLED_NUMBER

_DAY: Final = r"(?:0[1-9]|[12][0-9]|3[01])"
# months by their length; February 29 is let through in every year (RFC 3339, 5.7 asks for the calendar)
_MONTH_AND_DAY: Final = (
    r"(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|[12][0-9]))"
)
_FULL_DATE: Final = rf"[0-9]{{4}}-{_MONTH_AND_DAY}"
# RFC 3339, 5.6: seconds are required, 60 is a leap second, 24:00:00 does not exist
_CLOCK: Final = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_OFFSET: Final = r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"

# Any order of day, month and year; one of the two small numbers must be able to be a month. With dots the year has
# four digits, or 1.2.24 would be a date and not a version.
_SMALL: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"


def _in_any_order(by: str, short_year: str) -> str:
    pair = rf"(?:{_SMALL}{by}{_MONTH}|{_MONTH}{by}{_SMALL})"
    return rf"{pair}{by}[0-9]{{4}}|[0-9]{{4}}{by}{pair}{short_year and rf'|{pair}{by}{short_year}'}"


_SLASHED: Final = (
    rf"(?:{_in_any_order('/', '[0-9]{2}')}|{_in_any_order('[.]', '')})"
    rf"(?:[T ][0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?(?: ?{_OFFSET})?)?"
)

_UUID: Final = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
# RFC 9110, 5.6.7; the two obsolete forms are not what services send
_HTTP_DATE: Final = (
    rf"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), {_DAY} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [0-9]{{4}} "
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60) GMT"
)
_URI: Final = r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/?#][^\s]*"
# Lengths of RFC 5321, 4.5.3.1. The plain characters first: the larger set, for RFC 6531, is slower to match.
_EMAIL: Final = r"(?:[!#-'*+./0-9=?A-Z^-~-]{1,64}|[^\s@<>(),;:\"\[\]\\]{1,64})@[\w.-]{0,189}\w\.[^\W\d_][\w-]{1,62}"

_NUMERIC: Final = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"


class Pattern:
    """A pattern that is compiled when something is first asked of it.

    Two of them take longer than all the others together, and few services send what they are for.
    """

    def __init__(self, written: str) -> None:
        self.written = written

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Whether the whole of a text matches."""
        return re.compile(self.written).fullmatch


PATTERNS: Final = {
    Format.DATE_TIME: Pattern(rf"{_FULL_DATE}[Tt ]{_CLOCK}{_OFFSET}"),
    Format.LOCAL_DATE_TIME: Pattern(rf"{_FULL_DATE}[Tt ]{_CLOCK}"),
    Format.DATE: Pattern(_FULL_DATE),
    Format.TIME: Pattern(rf"{_CLOCK}{_OFFSET}?"),
    Format.HTTP_DATE: Pattern(_HTTP_DATE),
    Format.SLASH_DATE: Pattern(_SLASHED),
    Format.UUID: Pattern(_UUID),
    Format.URI: Pattern(_URI),
    Format.EMAIL: Pattern(_EMAIL),
    Format.NUMERIC: Pattern(_NUMERIC),
    Format.NUMERIC_STYLED: Pattern(STYLED_NUMBER),
}
"""One pattern per class; a text is of a class if the whole of it matches and ``classify`` gets as far."""

UTC: Final = Pattern(rf"{_FULL_DATE}[Tt ]{_CLOCK}(?:[Zz]|[+-]00:00)")
"""Those of ``DATE_TIME`` that ``has_zero_offset``."""

# those of most answers, whose way to the pattern is to be short
_is = {
    kind: PATTERNS[kind].fullmatch
    for kind in (
        Format.DATE_TIME, Format.LOCAL_DATE_TIME, Format.DATE, Format.UUID, Format.URI, Format.EMAIL, Format.NUMERIC,
    )
}  # fmt: skip
_is_uuid, _is_uri, _is_email = _is[Format.UUID], _is[Format.URI], _is[Format.EMAIL]
_is_date_time, _is_local, _is_date = _is[Format.DATE_TIME], _is[Format.LOCAL_DATE_TIME], _is[Format.DATE]
_is_numeric = _is[Format.NUMERIC]
_TIME, _SLASH_DATE, _HTTP = PATTERNS[Format.TIME], PATTERNS[Format.SLASH_DATE], PATTERNS[Format.HTTP_DATE]
_NUMERIC_STYLED = PATTERNS[Format.NUMERIC_STYLED]

_DIGITS: Final = frozenset("0123456789")
_SMALL_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_LETTERS: Final = _SMALL_LETTERS | frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LONGEST_NUMBER: Final = 64
"""Longer runs of digits are not read as numbers by anybody: keys, hashes, blobs."""


def classify(text: str) -> Format:
    """The class of a text that is not blank (a blank one is ``TEXT``; whoever counts, counts it as blank)."""
    first = text[:1]
    if first in _LETTERS:
        return _starting_with_letter(text)
    if first in _DIGITS:
        return _starting_with_digit(text)
    return Format.EMAIL if _looks_like_email(text) else _number(text)


def has_zero_offset(text: str) -> bool:
    """Whether a ``DATE_TIME`` is in UTC; ``-00:00`` (RFC 3339, 4.3: offset unknown) is no other offset either."""
    return text[-1:] in ("Z", "z") or text[-5:] == "00:00"


def _starting_with_letter(text: str) -> Format:
    if len(text) == 36 and text[8] == "-" and _is_uuid(text):
        return Format.UUID
    if "://" in text:
        return Format.URI if _is_uri(text) else Format.TEXT
    if "@" in text:
        return Format.EMAIL if _looks_like_email(text) else Format.TEXT
    if text[3:5] == ", ":
        return Format.HTTP_DATE if _HTTP.fullmatch(text) else Format.TEXT
    # a currency's code; "AB" or "Hello" are not worth a pattern
    if text[-1] in _DIGITS and text[:3].isupper():
        return _number(text)
    return Format.TEXT


def _starting_with_digit(text: str) -> Format:
    if text[4:5] == "-" and text[7:8] == "-":
        return _starting_with_date(text)
    if len(text) == 36 and text[8] == "-":
        return Format.UUID if _is_uuid(text) else Format.TEXT
    if text[2:3] == ":":
        return Format.TIME if _TIME.fullmatch(text) else Format.TEXT
    if _is_numeric(text):
        return Format.NUMERIC
    if ("/" in text or "." in text) and _SLASH_DATE.fullmatch(text):
        return Format.SLASH_DATE
    return Format.EMAIL if _looks_like_email(text) else _number(text)


def _starting_with_date(text: str) -> Format:
    if len(text) == 10:
        return Format.DATE if _is_date(text) else Format.TEXT
    if _is_date_time(text):
        return Format.DATE_TIME
    if _is_local(text):
        return Format.LOCAL_DATE_TIME
    return Format.EMAIL if _looks_like_email(text) else Format.TEXT


def _looks_like_email(text: str) -> bool:
    return "@" in text and _is_email(text) is not None


def _number(text: str) -> Format:
    # the last character saves most texts ("12 Main Street") from two patterns
    if len(text) > _LONGEST_NUMBER or text[-1:] in _SMALL_LETTERS:
        return Format.TEXT
    if _is_numeric(text):
        return Format.NUMERIC
    return Format.NUMERIC_STYLED if _NUMERIC_STYLED.fullmatch(text) else Format.TEXT
