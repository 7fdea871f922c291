"""When a mock was recorded: the first source that can be believed.

The sources by rank are the time in the file, the answer's ``Date`` header and the last commit that touched the stub's
lines; a file's modification time is none, since every clone renews it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from driftwatch.mocks.headers import value_of
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
        if moment is not None and moment >= _ZERO and (now is None or moment <= now + _SKEW):
            return moment, source
    return None, ""


def parse_time(text: str) -> datetime | None:
    """A moment in ISO 8601; without a zone it is taken for UTC. ``None`` if it is none."""
    try:
        return _zoned(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        return None


def _parse_http_date(text: str) -> datetime | None:
    try:
        return _zoned(parsedate_to_datetime(text)) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _zoned(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
