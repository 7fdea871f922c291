"""Moments in place of moments: the same way of writing, precision and zone; a day that stays the same in every run.

Several moments of one recording keep their order, a day apart, so that what was sorted stays sorted. What expires does
so in 2099, or the mock would be stale one day; who was born, was so in 1990.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

_ISO: Final = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:(?P<part>[Tt ])(?P<clock>[0-9]{2}:[0-9]{2}(?P<second>:[0-9]{2})?)"
    r"(?P<fraction>[.,][0-9]+)?(?P<zone> ?(?:[Zz]|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}))?)?"
)
_BASIC: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z?")
_HTTP: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?P<day>[0-9]{2}) (?P<month>[A-Z][a-z]{2}) (?P<year>[0-9]{4}) "
    r"(?P<clock>[0-9]{2}:[0-9]{2}:[0-9]{2}) (?P<zone>GMT|UTC|[+-][0-9]{4})"
)
_SLASHED: Final = re.compile(
    r"(?P<one>[0-9]{1,4})(?P<by>[/.])(?P<two>[0-9]{1,2})(?P=by)(?P<three>[0-9]{1,4})"
    r"(?P<rest>[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AaPp][Mm])?"
    r"(?: ?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2}))?)?"
)
_TIME: Final = re.compile(
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?P<second>:[0-9]{2})?(?P<fraction>\.[0-9]+)?(?P<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_LONGEST: Final = 64
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_FRACTION: Final = "123456789" * 6
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BANDS: Final = ((10**9, 10**10, 1), (10**12, 10**13, 10**3), (10**15, 10**16, 10**6), (10**18, 10**19, 10**9))
"""Numbers that count seconds, milli-, micro- and nanoseconds since 1970 in our day, and how many make a second."""
_MANY: Final = 300
"""So many are a day apart; more of them a minute, or the last would lie in the future."""


class Era(Enum):
    """When a stand-in lies; the value is where the first one does."""

    USUAL = datetime(2024, 1, 15, 9, 30, tzinfo=UTC)
    END = datetime(2099, 1, 15, 9, 30, tzinfo=UTC)
    BIRTH = datetime(1990, 1, 15, 9, 30, tzinfo=UTC)


def read(value: object) -> datetime | None:
    """The instant that a value stands for; ``None`` if it is none, or no day of the calendar.

    A number is read by its size alone: ask for the name of its place before. A time of day is of the first day.
    """
    if isinstance(value, str):
        return _read_text(value) if 5 <= len(value) <= _LONGEST else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    unit = _unit(value)
    return _START + timedelta(seconds=value / unit) if unit else None


def _unit(number: float) -> int:
    return next((unit for low, high, unit in _BANDS if low <= number < high), 0)


def _read_text(text: str) -> datetime | None:
    try:
        if found := _ISO.fullmatch(text):
            return _read_iso(found)
        if _BASIC.fullmatch(text):
            return datetime.strptime(text.rstrip("Z"), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        if found := _HTTP.fullmatch(text):
            day, month, year = int(found["day"]), _MONTHS.index(found["month"]) + 1, int(found["year"])
            hour, minute, second = map(int, found["clock"].split(":"))
            return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
        if found := _SLASHED.fullmatch(text):
            return _read_slashed(found)
        if _TIME.fullmatch(text):
            return _START + timedelta(hours=int(text[:2]), minutes=int(text[3:5]))
    except (ValueError, OverflowError):  # on no calendar, but written like a moment, and a stand-in is one
        return _START
    return None


def _read_iso(found: re.Match[str]) -> datetime:
    clock = (found["clock"] or "00:00").replace(":60", ":59")
    local = datetime.fromisoformat(f"{found['date']}T{clock}{(found['fraction'] or '')[:7]}".replace(",", "."))
    return local.replace(tzinfo=UTC) - _offset(found["zone"])


def _offset(zone: str | None) -> timedelta:
    spelled = (zone or "").strip()
    if spelled[:1] not in ("+", "-") or not spelled:
        return timedelta()
    digits = spelled[1:].replace(":", "").ljust(4, "0")
    whole = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return whole if spelled[0] == "+" else -whole


def _read_slashed(found: re.Match[str]) -> datetime | None:
    """Only the year is beyond doubt; of the small numbers the one that can be no month is the day."""
    one, two, three = found["one"], found["two"], found["three"]
    year, small = (one, (two, three)) if len(one) == 4 else (three, (one, two))
    if len(year) not in (2, 4) or max(map(len, small)) > 2 or (found["by"] == "." and len(year) == 2):
        return None
    month, day = sorted(map(int, small))
    return datetime(int(year) + (0 if len(year) == 4 else 2000), month, day, tzinfo=UTC)


def arranged(moments: Iterable[datetime], era: Era, known: int = 0) -> dict[datetime, datetime]:
    """What stands in for each of several moments, in their order; ``known`` stand-ins are given away already."""
    ordered = sorted(set(moments))
    step = timedelta(days=1) if known + len(ordered) <= _MANY else timedelta(minutes=1)
    return {moment: era.value + step * (known + place) for place, moment in enumerate(ordered)}


def written(stand_in: datetime, like: str | float) -> str | int | float:
    """A moment, written as another one is."""
    if isinstance(like, str):
        return _written(stand_in, like)
    unit = _unit(like)
    whole = int((stand_in - _START).total_seconds()) * unit
    if isinstance(like, int):
        return whole
    return float(whole) if like.is_integer() else whole + 0.25


def _written(stand_in: datetime, like: str) -> str:
    if found := _ISO.fullmatch(like):
        local = stand_in + _offset(found["zone"])
        if found["clock"] is None:
            return f"{local:%Y-%m-%d}"
        clock = f"{local:%H:%M:%S}" if found["second"] else f"{local:%H:%M}"
        return f"{local:%Y-%m-%d}{found['part']}{clock}{_fraction(found['fraction'])}{found['zone'] or ''}"
    if _BASIC.fullmatch(like):
        return f"{stand_in:%Y%m%dT%H%M%S}{'Z' if like.endswith('Z') else ''}"
    if found := _HTTP.fullmatch(like):
        day, month = _DAYS[stand_in.weekday()], _MONTHS[stand_in.month - 1]
        return f"{day}, {stand_in:%d} {month} {stand_in:%Y %H:%M:%S} {found['zone']}"
    if found := _SLASHED.fullmatch(like):
        return _written_slashed(stand_in, found)
    found = _TIME.fullmatch(like)
    if found is None:
        return like
    clock = f"{stand_in:%H:%M:%S}" if found["second"] else f"{stand_in:%H:%M}"
    return f"{clock}{_fraction(found['fraction'])}{found['zone'] or ''}"


def _fraction(like: str | None) -> str:
    return like[0] + _FRACTION[: len(like) - 1] if like else ""


def _written_slashed(stand_in: datetime, found: re.Match[str]) -> str:
    """Day and month in the order in which they are told; where that cannot be told, the stand-in cannot tell it."""
    parts = [found["one"], found["two"], found["three"]]
    year = 0 if len(parts[0]) == 4 else 2
    small = [place for place in range(3) if place != year]
    known_day = next((place for place in small if int(parts[place]) > 12), None)
    spelled = [""] * 3
    spelled[year] = f"{stand_in:%Y}"[-len(parts[year]) :]
    for place in small:
        value = 20 + stand_in.day % 8 if place == known_day else 1 + stand_in.day % 9
        spelled[place] = str(value).rjust(len(parts[place]), "0")
    rest = re.sub(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?", _clock_like, found["rest"] or "", count=1)
    return found["by"].join(spelled) + rest


def _clock_like(found: re.Match[str]) -> str:
    hour = "09" if found[0].index(":") == 2 else "9"
    return f"{hour}:30:00" if found[1] else f"{hour}:30"
