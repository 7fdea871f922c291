"""Five fields that say when: read as a Kubernetes CronJob reads them (robfig/cron v3, ``parser.go`` and ``spec.go``).

So weekdays are numbered from Sunday = 0 (7 is Sunday as well, as crontab(5) has it), ``N/STEP`` means from N on, and
where both days of the month and weekdays are restricted, either is enough.

At the change of clocks this follows crontab(5) of Vixie cron rather than robfig: a moment that the clocks jump over
comes an hour later by the wall and is not left out, and one that they show twice comes once. Schedules that name every
hour (or every n-th) follow the hours that really pass, so they come in each of 23 or 25.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from msgspec import Struct

MACROS: Final = {
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
}  # fmt: skip
"""Words for common schedules, those of CronJob."""

_MONTHS: Final = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_WEEKDAYS: Final = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_PART: Final = re.compile(r"(?P<low>\*|\?|\w+)(?:-(?P<high>\w+))?(?:/(?P<step>\d{1,3}))?")
_FAR: Final = 366 * 9
"""Days to look ahead: the 29th of February may be eight years away (1896 to 1904, 2096 to 2104)."""
_JUMP: Final = timedelta(hours=3)
"""More than clocks were ever moved at once by a rule of a time zone."""
_GAPS: Final = 400
"""Runs to look at for the longest gap: more than a year of days."""


class _Field(Struct, frozen=True):
    name: str
    low: int
    high: int
    names: Mapping[str, int]


_FIELDS: Final = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("weekday", 0, 7, _WEEKDAYS),
)


class _Allowed(Struct, frozen=True):
    """The values of one field."""

    values: frozenset[int]
    is_star: bool
    """It says nothing: ``*`` or ``?``."""
    is_stepped: bool
    """It begins with ``*``: every one, or every n-th."""


class Crontab(Struct, frozen=True):
    """When something happens, to the minute."""

    written: str
    _minutes: tuple[int, ...]
    _hours: tuple[int, ...]
    _follows_hours: bool
    _days: _Allowed
    _months: frozenset[int]
    _weekdays: _Allowed

    @classmethod
    def parse(cls, written: str) -> "Crontab":
        """Raises ``ValueError`` with a few words on what is wrong, also where it would never happen."""
        parts = MACROS.get(written.strip().lower(), written).split()
        if len(parts) != len(_FIELDS):
            raise ValueError(f"it has {len(parts)} fields where five belong")
        minutes, hours, days, months, weekdays = map(_read, parts, _FIELDS)
        weekdays = _Allowed(frozenset(day % 7 for day in weekdays.values), weekdays.is_star, weekdays.is_stepped)
        made = cls(
            written=written.strip(),
            _minutes=tuple(sorted(minutes.values)),
            _hours=tuple(sorted(hours.values)),
            _follows_hours=hours.is_stepped,
            _days=days,
            _months=months.values,
            _weekdays=weekdays,
        )
        if made.next_after(datetime(2000, 1, 1, tzinfo=UTC), UTC) is None:
            raise ValueError("it never happens: there is no such day")
        return made

    def next_after(self, moment: datetime, zone: tzinfo) -> datetime | None:
        """The first time it happens after a moment, in UTC; ``None`` if it never does."""
        found: datetime | None = None
        last_wall = datetime.max  # noqa: DTZ901 - a wall clock
        back = _JUMP if self._is_restless(moment, moment, zone) else timedelta()
        for wall in self._walls(moment.astimezone(zone).replace(tzinfo=None) - back):
            if found is not None and wall > last_wall:
                return found
            for instant in self._instants(wall, zone):
                if instant > moment and (found is None or instant < found):
                    found = instant
                    last_wall = wall + (_JUMP if self._is_restless(moment, instant, zone) else timedelta())
        return found

    def longest_gap(self, moment: datetime, zone: tzinfo) -> timedelta:
        """The longest time between two of the next runs: how old a result may become with nothing amiss."""
        longest, previous = timedelta(), self.next_after(moment, zone)
        for _ in range(_GAPS):
            following = None if previous is None else self.next_after(previous, zone)
            if previous is None or following is None or following - moment > timedelta(days=_FAR):
                break
            longest, previous = max(longest, following - previous), following
        return longest

    def _walls(self, start: datetime) -> Iterator[datetime]:
        """Readings of the wall clock that it names, in order."""
        for number in range(_FAR):
            day = start.date() + timedelta(days=number)
            if self._fits(day):
                for hour in self._hours:
                    if number == 0 and hour < start.hour:
                        continue
                    for minute in self._minutes:
                        if number == 0 and hour == start.hour and minute < start.minute:
                            continue
                        yield datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - a wall clock

    def _fits(self, day: date) -> bool:
        if day.month not in self._months:
            return False
        by_date = day.day in self._days.values
        by_weekday = day.isoweekday() % 7 in self._weekdays.values
        return by_date and by_weekday if self._days.is_star or self._weekdays.is_star else by_date or by_weekday

    def _instants(self, wall: datetime, zone: tzinfo) -> Iterator[datetime]:
        """When the clock shows this. Where it is skipped, as long after midnight as if there were no change."""
        first = wall.replace(tzinfo=zone).astimezone(UTC)
        yield first
        if self._follows_hours:
            second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
            if second > first:
                yield second

    def _is_restless(self, moment: datetime, instant: datetime, zone: tzinfo) -> bool:
        """Whether clocks change between (or just about) the two, so that a later reading may come first."""
        around = (moment - _JUMP, moment, instant, instant + _JUMP)
        return len({one.astimezone(zone).utcoffset() for one in around}) > 1


def _read(written: str, field: _Field) -> _Allowed:
    values: set[int] = set()
    parts = written.split(",")
    is_star = is_stepped = False
    for part in parts:
        found = _PART.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no {field.name}")
        low, high, step = found["low"], found["high"], int(found["step"] or 1)
        if low in ("*", "?"):
            first, last = field.low, min(field.high, 6) if field.name == "weekday" else field.high
            is_star, is_stepped = is_star or step == 1, True
            if high:
                raise ValueError(f"{part!r} is no {field.name}")
        else:
            first = _number(low, field)
            last = _number(high, field) if high else field.high if found["step"] else first
        if step == 0 or last < first:
            raise ValueError(f"{part!r} holds no {field.name}")
        values.update(range(first, last + 1, step))
    return _Allowed(frozenset(values), is_star, is_stepped)


def _number(written: str, field: _Field) -> int:
    number = field.names.get(written.lower())
    if number is None and re.fullmatch(r"[0-9]{1,2}", written):
        number = int(written)
    if number is None or not field.low <= number <= field.high:
        raise ValueError(f"{written!r} is no {field.name}")
    return number
