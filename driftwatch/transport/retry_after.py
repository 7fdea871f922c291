"""What a service means when it asks to be left alone for a while."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

from driftwatch.model.probe import Observation

_UNSTATED: Final = 1.0
"""Seconds to wait after a 429 that does not say how long."""


def seconds_to_wait(sample: Observation, now: datetime) -> float:
    """How long to wait before the next request (RFC 9110, 10.2.3); 0 if the answer does not ask for it."""
    if sample.status not in (429, 503):
        return 0.0
    wish = sample.header("retry-after")
    if wish is None:
        return _UNSTATED if sample.status == 429 else 0.0
    return max(0.0, _parse(wish.strip(), now))


def _parse(wish: str, now: datetime) -> float:
    if wish.isascii() and wish.isdigit():
        return float(wish[:9])
    try:
        moment = parsedate_to_datetime(wish)
    except ValueError:
        return _UNSTATED
    return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).timestamp() - now.timestamp()
