"""Single values of logs and spans: moments, durations, sizes, request lines, bodies, as the tools spell them."""

import math
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from driftwatch.mocks.asking.requests import Target, without_secrets
from driftwatch.mocks.recording.dates import parse_time
from driftwatch.model.interaction import Query

_NGINX: Final = re.compile(r"\d{2}/[A-Z][a-z]{2}/\d{4}:")
_NGINX_FORM: Final = "%d/%b/%Y:%H:%M:%S %z"
"""nginx's ``$time_local``, which is Apache's ``%t`` without brackets."""
_NUMBER: Final = re.compile(r"-?\d{1,20}(?:\.\d{1,18})?")
_UNITS: Final = {"ns": 1e-6, "us": 1e-3, "µs": 1e-3, "μs": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}
"""Milliseconds of a unit, as Go's durations name it."""
_DURATION: Final = re.compile(r"(\d{1,15}(?:\.\d{1,15})?) ?(ns|us|µs|μs|ms|s|m)")
_REQUEST_LINE: Final = re.compile(r"([A-Z]{3,20}) (\S{1,8192})(?: HTTP/\d(?:\.\d)?)?")
_STATUS: Final = re.compile(r"[1-5]\d\d")
_EPOCHS: Final = ((1e17, 1e9), (1e14, 1e6), (1e11, 1e3))
"""Above the first number, a moment is told in so many parts of a second."""


def moment(value: object) -> datetime | None:
    """A moment in ISO 8601, as nginx writes it, or counted from 1970 in seconds or parts of them; else ``None``."""
    if isinstance(value, str):
        if _NUMBER.fullmatch(value):
            return _counted(float(value))
        return _parsed(value[:64])
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _counted(float(value))
    return None


@lru_cache(maxsize=256)
def _parsed(text: str) -> datetime | None:
    text = text.strip("[] ")
    if _NGINX.match(text):
        try:
            return datetime.strptime(text, _NGINX_FORM).astimezone(UTC)
        except ValueError:
            return None
    return parse_time(text)


def _counted(number: float) -> datetime | None:
    parts = next((parts for least, parts in _EPOCHS if number >= least), 1.0)
    try:
        return datetime.fromtimestamp(number / parts, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def milliseconds(value: object, unit: float | None) -> float | None:
    """A duration; a bare number is in ``unit``, of so many milliseconds, or in one that nobody knows (``None``)."""
    if isinstance(value, str):
        match = _DURATION.fullmatch(value.strip())
        if match:
            return float(match[1]) * _UNITS[match[2]]
        if not _NUMBER.fullmatch(value):
            return None
        value = float(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or unit is None or not isinstance(value, int | float):
        return None
    found = float(value) * unit
    return found if math.isfinite(found) and 0 < found < 1e9 else None


def asked_query(raw: str) -> tuple[Query, tuple[str, ...]]:
    """The pairs of a query without credentials, and the names of those."""
    if not raw or raw == "-":
        return (), ()
    target, withheld = without_secrets(Target("/", raw))
    return target.query, withheld


def whole(value: object) -> int | None:
    """A whole number, be it written as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if 0 <= value < 1e15 else None


def status(value: object) -> int | None:
    """An HTTP status, be it written as text."""
    text = str(value) if isinstance(value, str) or type(value) is int else ""
    return int(text) if _STATUS.fullmatch(text) else None


def request_line(value: object) -> tuple[str, str] | None:
    """Method and target of a request line, as nginx's ``$request`` and AWS load balancers have it."""
    match = _REQUEST_LINE.fullmatch(value) if isinstance(value, str) else None
    return (match[1], match[2]) if match else None


def text(value: object) -> str:
    """A short text; empty for anything else."""
    return value if isinstance(value, str) and len(value) <= 8192 else ""


def body(value: object, most: int) -> bytes | None:
    """A body as a log holds it: text, or JSON taken apart; ``None`` where there is none, or it was cut."""
    if value is None or isinstance(value, bool | int | float):
        return None
    try:
        if not isinstance(value, str):
            raw = msgspec.json.encode(value)
            return raw if len(raw) <= most else None
        raw = value.encode()
        if len(raw) > most:
            return None
        if value.lstrip()[:1] in ("{", "["):  # loggers cut long texts
            msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return None
    return raw if value not in ("-", "") else None
