"""What a service says of its own end: ``Deprecation`` (RFC 9745) and ``Sunset`` (RFC 8594)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from driftwatch.drift.difference import Aspect, Difference
from driftwatch.drift.heads import Heads
from driftwatch.drift.moments import aware, moment
from driftwatch.model.probe import Observation

SOON: Final = timedelta(days=30)
"""Drift semantics 3.12."""
_LONGEST: Final = 64


def announcements(heads: Heads, now: datetime | None) -> Iterator[Difference]:
    """That an answer announces what no variant of the mock does."""
    yield from _deprecation(heads)
    yield from _sunset(heads, now)


def _deprecation(heads: Heads) -> Iterator[Difference]:
    """``@1735689600``, or an older ``true`` or HTTP date; a link to a policy is no announcement."""
    if "deprecation" not in heads.names or any(_says_so(values) for _, values in heads.said("deprecation")):
        return
    told = [sample for sample, values in heads.heard("deprecation") if _says_so(values)]
    if told:
        yield heads.differs(Aspect.DEPRECATED, "deprecation", told)


def _says_so(values: tuple[str, ...]) -> bool:
    return any(value.strip().lower() not in ("", "false", "?0") for value in values)


def _sunset(heads: Heads, now: datetime | None) -> Iterator[Difference]:
    """``heard`` is the day, if it can be read; ``note`` is ``soon`` if it is near or past."""
    if "sunset" not in heads.names or heads.is_shown("sunset"):
        return
    told = [(sample, values[0]) for sample, values in heads.heard("sunset") if values[0].strip()]
    if not told:
        return
    ends = [end for _, value in told if (end := when(value)) is not None]
    first = min(ends, default=None)
    today = now or _today(told[0][0])
    is_soon = first is not None and today is not None and first - today <= SOON
    yield heads.differs(
        Aspect.SUNSET,
        "sunset",
        (sample for sample, _ in told),
        heard=f"{first:%Y-%m-%d}" if first is not None else "",
        note="soon" if is_soon else "",
    )


def _today(sample: Observation) -> datetime | None:
    """When the answer came, by our clock or by the service's own."""
    return aware(sample.at) if sample.at is not None else when(sample.header("date") or "")


def when(text: str) -> datetime | None:
    """An HTTP date, the obsolete forms included (RFC 9110, 5.6.7), or what some write in its place.

    That is a date of ISO 8601, or ``@`` and the seconds since 1970 (RFC 9651, 3.3.7).
    """
    text = text.strip().strip('"')[:_LONGEST]
    known = moment(text)
    if known is not None:
        return known
    try:
        if text.startswith("@"):
            return datetime.fromtimestamp(int(text[1:]), UTC)
        return aware(parsedate_to_datetime(text))
    except (ValueError, OverflowError, OSError, TypeError, IndexError):
        return None
