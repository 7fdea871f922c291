"""One POST of JSON to an address that may be a secret, and what comes of it. Redirects are not followed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import requests
import urllib3

from driftwatch import __version__
from driftwatch.model.parcel import Delivered, Outcome, Undelivered
from driftwatch.ports import Clock
from driftwatch.reports.legible import legible, shorten

PATIENCE: Final = (5.0, 10.0)
"""Seconds to connect, and of silence."""
_READ: Final = 4096
"""Bytes of an answer that are read; only a person reads them."""
_QUOTED: Final = 300
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Status codes after which another attempt may succeed (RFC 9110, 15; RFC 6585 for 429; RFC 8470 for 425)."""


def post(
    url: str, body: str, clock: Clock, *, headers: Mapping[str, str] | None = None, verify: str | bool = True,
    quotes: bool = False,
) -> Outcome:  # fmt: skip
    """What came of it; the reason holds nothing of the URL, and of the answer only what ``quotes`` allows."""
    named = {"Content-Type": "application/json", "User-Agent": f"driftwatch/{__version__}", **(headers or {})}
    try:
        with requests.post(
            url, data=body.encode("ascii"), headers=named, timeout=PATIENCE, verify=verify, allow_redirects=False,
            stream=True,
        ) as answer:  # fmt: skip
            if answer.ok and not answer.is_redirect:
                return Delivered()
            said = answer.raw.read(_READ, decode_content=True).decode("utf-8", "replace") if quotes else ""
            status, asked = answer.status_code, answer.headers.get("Retry-After")
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # only the name of the error: its message holds the URL
        return Undelivered(f"no answer ({type(error).__name__})")
    reason = f"status {status}" + (f": {shorten(legible(said.strip()), _QUOTED)}" if said.strip() else "")
    return Undelivered(reason, status not in _PASSING and status < 500, seconds_of(asked, clock.now()))


def seconds_of(retry_after: str | None, now: datetime) -> float | None:
    """The header ``Retry-After``: seconds, or a date (RFC 9110, 10.2.3); ``None`` for anything else."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
