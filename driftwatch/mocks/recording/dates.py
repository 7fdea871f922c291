"""When a mock was recorded: the first source that can be believed.

The sources by rank are the time in the file, the answer's ``Date`` header and the last commit that touched the stub's
lines; a file's modification time is none, since every clone renews it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache

from driftwatch.mocks.asking.headers import value_of
from driftwatch.model.interaction import Header

_ZERO = datetime(1970, 1, 2, tzinfo=UTC)
"""Go writes the year 1 for "never", others the epoch."""
_SKEW = timedelta(days=1)


def recorded_at(stated: str, headers: Iterable[Header], now: datetime | None) -> tuple[datetime | None, str]:
    """The date and what it rests on (``file``, ``header``), or ``None`` and the empty string.

    ``stated`` is ISO 8601 or, as Ruby writes it, an HTTP date.
    """
    in_file = parse_time(stated) or _parse_http_date(stated)
    for moment, source in ((in_file, "file"), (_parse_http_date(value_of(headers, "date")), "header")):
        if moment is not None and is_credible(moment, now):
            return moment, source
    return None, ""


def is_credible(moment: datetime, now: datetime | None) -> bool:
    """Whether a date may be one: not "never" as some tool writes it, and not from the future."""
    return moment >= _ZERO and (now is None or moment <= now + _SKEW)


def parse_time(text: str) -> datetime | None:
    """A moment in ISO 8601; without a zone it is taken for UTC. ``None`` if it is none."""
    try:
        return _zoned(datetime.fromisoformat(text.strip())) if text else None
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _parse_http_date(text: str) -> datetime | None:
    try:
        return _zoned(parsedate_to_datetime(text)) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def moment_of_milliseconds(value: object) -> str:
    """Milliseconds since 1970, as JavaScript counts them, in ISO 8601; empty if it is no such number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        return datetime.fromtimestamp(value / 1000, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return ""
