"""Values that are moments: dates and times in text, and numbers that count since 1970."""

import re
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

_ISO: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?)?"
)
_HTTP: Final = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT")
_LONGEST: Final = 48
_DAY: Final = len("2024-06-30")
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)

BANDS: Final = (("seconds", 10**9, 10**10), ("milliseconds", 10**12, 10**13), ("microseconds", 10**15, 10**16))
"""The units in which our day is counted since 1970, and the numbers they take (drift semantics 2.3)."""


def band(number: float) -> str:
    """The unit of time a number is in, were it a time; empty for others."""
    return next((unit for unit, low, high in BANDS if low <= number < high), "")


def moment(value: object) -> datetime | None:
    """The instant a value stands for, with an offset; ``None`` for anything else.

    Text counts if it is one of the classes that say day, month and year without doubt (RFC 3339, with or without
    offset, a date alone, RFC 9110's date). What has no offset is read as UTC. A number is read in the unit that makes
    it a moment of our day: ask for the name of its place before.
    """
    if isinstance(value, str):
        return _of_text(value) if len(value) <= _LONGEST else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = band(value)
    return _START + timedelta(**{unit: value}) if unit else None


def end_of(value: object) -> datetime | None:
    """The same, but of a day its last instant: what is valid until the 30th is valid on the 30th."""
    found = moment(value)
    if found is None or not isinstance(value, str) or len(value) != _DAY:
        return found
    return datetime.combine(found, time.max, found.tzinfo)


def aware(found: datetime) -> datetime:
    """The same, as UTC if it has no offset."""
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_text(text: str) -> datetime | None:
    try:
        if _ISO.fullmatch(text):
            # a leap second (RFC 3339, 5.6) is the one thing that Python does not read; a second is no matter here
            return aware(datetime.fromisoformat(text.upper().replace(":60", ":59")))
        if _HTTP.fullmatch(text):
            return aware(parsedate_to_datetime(text))
    except ValueError:
        pass
    return None
