"""Filters of templates: values of the domain as a reader likes them."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from driftwatch.model.vitals import Role
from driftwatch.reports.digest import count, in_utc
from driftwatch.reports.percent import encoded
from driftwatch.reports.sentences import how_often

_TONES: Final[Mapping[str, str]] = {
    "breaking": "bad", "warning": "fair", "info": "mild",
    "verified": "good", "drifted": "bad", "unreachable": "fair", "unauthorized": "fair", "unverifiable": "fair",
    "skipped": "calm",
    "complete": "good", "incomplete": "fair", "interrupted": "fair", "failed": "bad", "running": "mild",
    "well": "good", "impaired": "fair",
    "suspect": "mild", "open": "calm", "acknowledged": "mild", "flapping": "fair", "suppressed": "calm",
    "resolved": "good", "obsolete": "calm",
    "new": "fair", "worse": "bad", "reopened": "fair", "expired": "fair", "unused": "mild",
    "never": "fair", "stale": "mild", "passed": "good",
}  # fmt: skip
"""Which of five colours goes with a word; the word itself is always there."""


def tone(word: str) -> str:
    """The name of a colour for a word of the domain."""
    return _TONES.get(str(word), "calm")


def number(value: float | None) -> str:
    """A score rounded down, so that 99.9 is never told as 100; a dash where there is none."""
    return "–" if value is None else f"{math.floor(value)}"


def percent(share: float) -> str:
    """Whole percents, rounded down, so that what is missing is never hidden."""
    return f"{math.floor(100 * share + 1e-6)} %"


def moment(at: datetime | None) -> str:
    """Day and time in UTC, to the minute; a dash for none."""
    return "–" if at is None else f"{in_utc(at):%Y-%m-%d %H:%M} UTC"


def machine(at: datetime | date) -> str:
    """The same for a machine (the ``datetime`` attribute of ``<time>``)."""
    return in_utc(at).isoformat() if isinstance(at, datetime) else at.isoformat()


def seconds(duration: float) -> str:
    """A duration in words of the right size."""
    if duration < 120:
        return f"{duration:.1f} s"
    minutes = round(duration / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.1f} h"


def standing(role: Role) -> str:
    """What a process does, of those at one store."""
    return _STANDINGS[role]


def place(path: str) -> str:
    """Where in an answer; the root has no name of its own."""
    return path or "whole body"


_STANDINGS: Final[Mapping[Role, str]] = {
    Role.ALONE: "audits alone", Role.LEADER: "leads", Role.FOLLOWER: "follows", Role.ONLOOKER: "audits nothing",
}  # fmt: skip

FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "how_many": count,
    "how_often": how_often,
    "machine": machine,
    "moment": moment,
    "number": number,
    "percent": percent,
    "place": place,
    "seconds": seconds,
    "segment": encoded,
    "standing": standing,
    "tone": tone,
}
