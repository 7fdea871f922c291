"""What the name of a member says of its values: a time, an expiry, an identifier. Names are guesses, so few count."""

import re
from typing import Final

from driftwatch.model.shape import ITEM, unescape

_WORD: Final = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[A-Z]?[^\W\d_A-Z]+|\d+")
"""A word of a name: letters of any script, so that ``prénom`` is one word and does not contain ``nom``."""

_LONGEST: Final = 128
"""Nobody tells anything by a longer name: it is a key of a map, or an attack."""

_UNITS: Final = frozenset({"s", "sec", "secs", "seconds", "ms", "millis", "us", "micros", "utc", "gmt", "unix"})
"""What a name of a time may end with, as in ``createdAtMs``."""
_TIMES: Final = frozenset({
    "at", "ts", "exp", "iat", "nbf", "time", "times", "date", "dates", "timestamp", "timestamps", "created", "updated",
    "modified", "expires", "expired", "expiry", "expiration", "until", "since", "deadline", "epoch",
})  # fmt: skip
_RUN_TOGETHER: Final = re.compile(r".*(?:time|date|timestamp)|[a-z]{3,}(?:ed|es|en)at|not(?:before|after)")
"""Times whose words nobody kept apart: ``starttime``, ``createdat``. Not ``format`` nor ``lat``."""
_NO_IDS: Final = frozenset({
    "avoid", "bid", "fluid", "grid", "hybrid", "invalid", "liquid", "paid", "prepaid", "rapid", "solid", "unpaid",
    "valid", "void",
})  # fmt: skip
"""English words that end like an identifier."""


def name_of(path: str) -> str:
    """The name a place goes by: that of the member, or of the list or map whose values are meant."""
    named = [step for step in path.split("/")[1:] if step != ITEM]
    return unescape(named[-1]) if named else ""


def words(name: str) -> tuple[str, ...]:
    """``shippingAddress`` and ``shipping_address`` are the same two words; a name of no sensible length has none."""
    return tuple(word.lower() for word in _WORD.findall(name)) if len(name) <= _LONGEST else ()


def is_time(name: str) -> bool:
    """Whether a number of this name counts time since 1970 (drift semantics, ``epoch-unit-changed``)."""
    parts = list(words(name))
    while len(parts) > 1 and parts[-1] in _UNITS:
        parts.pop()
    if not parts:
        return False
    return parts[-1] in _TIMES or parts[-2:] in (["not", "before"], ["not", "after"]) or _runs_together(parts[-1])


def _runs_together(word: str) -> bool:
    return _RUN_TOGETHER.fullmatch(word) is not None


def is_expiry(name: str) -> bool:
    """Whether a date of this name is the end of something (drift semantics, ``mock-date-expired``)."""
    parts = words(name)
    together = "".join(parts)
    return "exp" in parts or any(part.startswith("expir") for part in parts) or together.endswith(("until", "notafter"))


def is_identifier(name: str) -> bool:
    """Whether the values name a record: ``id``, ``user_id``, ``userid``; not ``paid``."""
    parts = words(name)
    last = parts[-1].removesuffix("s") if parts else ""
    return last.endswith("id") and last not in _NO_IDS
