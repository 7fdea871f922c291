"""Hours in which a service is left alone: every day, or on some days of the week, by the clocks of one time zone."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from msgspec import Struct

_DAY: Final = 24 * 60
"""Minutes."""
_AHEAD: Final = 8
"""Days to look ahead: what is said of weeks comes again after seven, and a day more for what begins on the last."""
_STEP: Final = timedelta(minutes=15)
"""Clocks are changed on quarters of an hour."""


class QuietSpan(Struct, frozen=True):
    """One stretch of a day; one that ends before it begins goes on into the next day."""

    begin: int
    """Minutes since midnight, 0 to 1439."""
    end: int
    """The first minute that is not quiet any more, 1 to 1440."""
    days: frozenset[int] = frozenset(range(7))
    """On which it begins: Monday is 0."""

    def holds(self, day: int, minute: int) -> bool:
        """Whether this minute of a weekday is in it."""
        if self.begin < self.end:
            return day in self.days and self.begin <= minute < self.end
        is_after_midnight = minute < self.end and (day - 1) % 7 in self.days
        return is_after_midnight or (day in self.days and minute >= self.begin)


class QuietHours(Struct, frozen=True):
    """When nothing is asked."""

    spans: tuple[QuietSpan, ...]
    zone: tzinfo = UTC
    """Whose clocks they are read by."""

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing is asked at a moment."""
        local = moment.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        return any(span.holds(local.weekday(), minute) for span in self.spans)

    @property
    def is_always(self) -> bool:
        """Whether the whole week is quiet, so that nothing would ever be asked."""
        minutes = {0, *(minute % _DAY for span in self.spans for minute in (span.begin, span.end))}
        return all(any(span.holds(day, minute) for span in self.spans) for day in range(7) for minute in minutes)

    def end(self, moment: datetime) -> datetime | None:
        """The first moment from this one on that is not quiet, in UTC; ``None`` if there is none."""
        return self._first(moment, is_quiet=False)

    def begin(self, moment: datetime) -> datetime | None:
        """The first moment from this one on that is quiet, in UTC; ``None`` if there is none."""
        return self._first(moment, is_quiet=True)

    @property
    def longest(self) -> timedelta:
        """The longest time in which nothing is asked, as far as a week of plain days tells."""
        start = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
        plain = QuietHours(self.spans)
        longest, moment = timedelta(), start
        while moment < start + timedelta(days=_AHEAD):
            begin = plain.begin(moment)
            end = plain.end(begin) if begin is not None else None
            if begin is None or end is None:
                break
            longest, moment = max(longest, end - begin), end
        return longest

    def _first(self, moment: datetime, *, is_quiet: bool) -> datetime | None:
        if self.is_quiet(moment) is is_quiet:
            return moment.astimezone(UTC)
        later = sorted(each for each in self._changes(moment) if each > moment)
        return next((each for each in later if self.is_quiet(each) is is_quiet), None)

    def _changes(self, moment: datetime) -> Iterator[datetime]:
        """Every moment at which it may begin or end: what is written, and where clocks are changed over it."""
        today = moment.astimezone(self.zone).date()
        minutes = {minute % _DAY for span in self.spans for minute in (span.begin, span.end)}
        for ahead in range(-1, _AHEAD):
            day = today + timedelta(days=ahead)
            for minute in minutes:
                for fold in (0, 1):
                    local = datetime.combine(day, time(minute // 60, minute % 60, fold=fold), self.zone)
                    yield local.astimezone(UTC)
        start = moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        yield from (start + step * _STEP for step in range(_AHEAD * 96))
