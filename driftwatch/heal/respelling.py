"""A mocked value in the spelling of a real one: the team's value stays, only its type or format changes."""

import json
import re
from collections.abc import Sequence, Set
from datetime import UTC, datetime, timedelta
from typing import Final

from driftwatch.heal.composing import family, is_number
from driftwatch.heal.stand_ins import moments
from driftwatch.model.names import is_time

_ISO: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:(?P<part>[Tt ])\d{2}:\d{2}:\d{2}(?:\.(?P<fraction>\d{1,9}))?(?P<zone>[Zz]|[+-]\d{2}:\d{2})?)?"
)
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,30})(?:\.[0-9]{1,30})?")
_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_BANDS: Final = ((10**9, 1), (10**12, 10**3), (10**15, 10**6))
"""The least number of our day in seconds, milliseconds and microseconds since 1970, and how many make a second."""


def respelled(value: object, reals: Sequence[object], name: str = "") -> object | None:
    """The value as one of the type and format of the real ones; ``None`` if there is none. ``name`` is its member's."""
    like = reals[0]
    kinds = {family(real) for real in reals}
    if len(kinds) != 1 or value is None:
        return None
    if kinds == {"array"}:
        return _listed(value, reals)
    if isinstance(value, list):
        return value[0] if len(value) > 0 and family(value[0]) in kinds else None
    as_moment = _moment(value, like, name)
    if as_moment is not None:
        return as_moment
    if isinstance(like, str):
        return _text(value, reals)
    if isinstance(value, str) and is_number(like):
        return _number(value, reals)
    if isinstance(value, str) and isinstance(like, bool) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return None


def _listed(value: object, reals: Sequence[object]) -> object | None:
    """One becomes many: a list with the mocked value in it."""
    items = [item for real in reals if isinstance(real, list) for item in real]
    is_alike = items and not isinstance(value, list) and {family(item) for item in items} == {family(value)}
    return [value] if is_alike else None


def _text(value: object, reals: Sequence[object]) -> str | None:
    if isinstance(value, bool):
        return json.dumps(value) if all(real in ("true", "false") for real in reals) else None
    if is_number(value) and all(isinstance(real, str) and _NUMBER.fullmatch(real) for real in reals):
        return _with_decimals(json.dumps(value), {len(str(real).partition(".")[2]) for real in reals})
    return None


def _with_decimals(text: str, decimals: Set[int]) -> str:
    """A number with as many decimals as all real ones have: an amount of 12.5 is spelled 12.50 beside 13.00."""
    whole, _, fraction = text.partition(".")
    wanted = max(decimals)
    is_padded = len(decimals) == 1 and len(fraction) < wanted and _NUMBER.fullmatch(text)
    return f"{whole}.{fraction.ljust(wanted, '0')}" if is_padded else text


def _number(value: str, reals: Sequence[object]) -> float | None:
    if _NUMBER.fullmatch(value) is None:
        return None
    number = json.loads(value)
    is_whole = all(isinstance(real, int) for real in reals)
    return None if is_whole and isinstance(number, float) else number


def _moment(value: object, like: object, name: str) -> object | None:
    """The same instant as the real ones are written. A number is an instant only under the name of one."""
    if (is_number(value) or is_number(like)) and not is_time(name):
        return None
    if family(value) not in ("string", "number") or moments.read(like) is None:
        return None
    instant = moments.read(value)
    return None if instant is None else rewritten(instant, like)


def rewritten(instant: datetime, like: object) -> object | None:
    """An instant in the spelling of another; ``None`` if that is none."""
    if is_number(like) and isinstance(like, int | float):
        unit = next((unit for low, unit in reversed(_BANDS) if abs(like) >= low), None)
        return None if unit is None else _counted(instant, unit)
    if not isinstance(like, str):
        return None
    found = _ISO.fullmatch(like)
    if found is None:
        other = moments.written(instant, like)
        return other if other != like else None
    zone = found["zone"] or ""
    local = instant + _offset(zone)
    if found["part"] is None:
        return f"{local:%Y-%m-%d}"
    fraction = f".{f'{local.microsecond:06d}000'[: len(found['fraction'])]}" if found["fraction"] else ""
    return f"{local:%Y-%m-%d}{found['part']}{local:%H:%M:%S}{fraction}{zone}"


def _counted(instant: datetime, unit: int) -> int:
    return (instant - _START) // timedelta(microseconds=1) * unit // 10**6


def _offset(zone: str) -> timedelta:
    if zone[:1] not in ("+", "-") or not zone:
        return timedelta()
    whole = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
    return whole if zone[0] == "+" else -whole


def in_year(value: object, like: object) -> object | None:
    """A moment moved to the year of another; the rest of it stays. ``None`` if either is none."""
    mine, theirs = moments.read(value), moments.read(like)
    if mine is None or theirs is None:
        return None
    try:
        moved = mine.replace(year=theirs.year)
    except ValueError:  # the 29th of February
        moved = mine.replace(year=theirs.year, day=28)
    return rewritten(moved, value)
